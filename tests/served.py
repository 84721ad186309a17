"""Served worlds and ways to call them, for tests of the mocks over HTTP."""

from __future__ import annotations

import json
import socket
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sim.catalog import Catalog
from sim.contract import Answer, Request
from sim.mock import CHINA, Caller, MemoryStore, RunningClock, authorise
from sim.mock.http import Destinations, Faults, House, Limits, Log, Service, Serving, Site, serving_beside
from sim.mock.live import Population, open_world, settle
from sim.mock.message import encode_body
from tests.partners import SYSTEMS, national

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sim.mock import Citizen, Store, System, World
    from sim.mock.http import Fault

SEED = 1
QUICK = Limits(head_seconds=0.5, body_seconds=0.5, write_seconds=2.0)


@dataclass
class Served:
    """A world that is served, with the first of its citizens."""

    site: Site
    service: Service
    lines: list[str]
    tokens: dict[str, str]

    @property
    def world(self) -> World:
        return self.service.house.world

    @property
    def citizen(self) -> Citizen:
        return Population(SEED, 1).citizens()[0]

    @property
    def token(self) -> str:
        return self.tokens[self.citizen.number]

    def port(self, system: str) -> int:
        return next(port for port, name in self.site.ports.items() if name == system)

    def base(self, system: str) -> str:
        return self.site.base_url(self.port(system))

    def signed(self, system: str, operation_id: str, request: Request, *, token: str | None = None) -> Request:
        """A request with the credentials of a citizen's token, else of a system."""
        contract = self.world.systems[system].consumer
        operation = contract.operations[operation_id]
        caller = Caller(self.world.keyring, token)
        return authorise(request, contract, operation, caller, now=self.world.instant, base=self.base(system))

    def send(self, system: str, request: Request) -> Answer:
        """Send a request over a connection of its own."""
        query = f"?{request.query_text}" if request.query_text else ""
        head = [f"{request.method} {request.path}{query} HTTP/1.1", f"Host: 127.0.0.1:{self.port(system)}"]
        head += [f"{name}: {value}" for name, value in request.headers]
        head += [f"Content-Length: {len(request.body)}", "Connection: close", "", ""]
        return parsed(self.raw(system, "\r\n".join(head).encode() + request.body))

    def get(self, system: str, path: str, **headers: str) -> Answer:
        target, _, query = path.partition("?")
        pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return self.send(system, Request("GET", target, (), pairs, b"", query))

    def control(self, method: str, path: str, value: Any = None, **headers: str) -> Any:
        """Call a control endpoint and return the JSON of its answer."""
        body = encode_body(value) if value is not None else b""
        pairs = tuple((name.replace("_", "-"), text) for name, text in headers.items())
        answer = self.send(self.site.ports[min(self.site.ports)], Request(method, f"/_tongban{path}", (), pairs, body))
        return json.loads(answer.body)

    def raw(self, system: str, data: bytes, *, seconds: float = 5.0) -> bytes:
        """Send bytes and return all that comes back until the server closes."""
        with closing(self.connect(system, seconds=seconds)) as connection:
            with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was taken: the answer is there
                connection.sendall(data)
            return received(connection)

    def connect(self, system: str, *, seconds: float = 5.0) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port(system)), timeout=seconds)


def received(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    parts = []
    with suppress(ConnectionResetError):
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def parsed(data: bytes) -> Answer:
    """The answer that bytes of a closed connection hold."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    return Answer(int(first.split(" ")[1]), headers, body)


def header(answer: Answer, name: str) -> str | None:
    return next((value for key, value in answer.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Stage:
    """How a world is served; ``house`` changes the house before it is opened."""

    names: Sequence[str] = SYSTEMS
    limits: Limits | None = None
    faults: Sequence[Fault] = ()
    destinations: Destinations = field(default_factory=Destinations)
    token: str | None = None
    allowed: frozenset[str] = frozenset()
    store: Store = field(default_factory=MemoryStore)
    clock: RunningClock = field(default_factory=lambda: RunningClock(datetime(2022, 7, 26, 9, 0, tzinfo=CHINA)))
    house: Callable[[House], None] | None = None


@contextmanager
def served(systems: Mapping[str, System] | None = None, **changes: Any) -> Iterator[Served]:
    """Serve systems on free ports; ``changes`` are those of ``Stage``."""
    stage = Stage(**changes)
    tokens: dict[str, str] = {}
    lines: list[str] = []
    known = dict(systems or national())
    world = open_world(Catalog.bundled(), known, seed=SEED, clock=stage.clock, store=stage.store)
    house = House(world, stage.clock, lambda one: tokens.update(settle(one, Population(SEED, 3))))
    if stage.house is not None:
        stage.house(house)
    service = Service(house, stage.destinations, Log(lines.append), faults=Faults(SEED, stage.faults))
    serving = Serving("127.0.0.1", 0, tuple(stage.names), stage.allowed, stage.token)
    with serving_beside(serving, service, limits=stage.limits) as site:
        yield Served(site, service, lines, tokens)
