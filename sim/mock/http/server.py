"""Serving: sockets, the event loop, the end.

Takes a site's service, gives running ports until it is told to end; promises that a port that is taken is an error of
the user with a remedy, and that being told to end closes what is open in order.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import socket
import sys
from dataclasses import dataclass, replace
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import uvicorn

from sim.errors import EngineError, UsageError
from sim.mock.http.app import App
from sim.mock.http.control import control_app
from sim.mock.http.guard import Guard
from sim.mock.http.site import Limits, Site
from sim.mock.security import base_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.mock.http.service import Service

BACKLOG: Final = 2048
SPARE_FILES: Final = 64
"""Descriptors kept for everything but connections."""
COLLECTED: Final = (20_000, 20, 50)
"""When the collector runs: state grows with every application, and looking through it costs more than it frees."""
STARTING: Final = 10
"""Seconds that a server in a thread gets to begin."""
ENDING: Final = 3
"""Seconds that requests under way get when the server ends."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served.

    Parameters
    ----------
    host : str
        To bind.
    port : int
        Of the first system, the others follow; 0: any free ones.
    systems : tuple of str
    names : frozenset of str
        As ``Site`` has them.
    token : str or None
        As ``Site`` has it.
    ports : tuple of int
        Of each system, where they do not simply follow; 0: a free one.
    option : str
        By which the user chose the port.
    """

    host: str
    port: int
    systems: tuple[str, ...]
    names: frozenset[str] = frozenset()
    token: str | None = None
    ports: tuple[int, ...] = ()
    option: str = "--port"

    @property
    def wanted(self) -> tuple[int, ...]:
        """The port of each system."""
        following = (self.port + number if self.port else 0 for number in range(len(self.systems)))
        return self.ports or tuple(following)


def serve(
    serving: Serving, service: Service, *, limits: Limits | None = None, on_ready: Callable[[Site], None]
) -> None:
    """Serve a world until SIGINT or SIGTERM.

    Parameters
    ----------
    on_ready : callable
        Called with the site once all ports take connections.

    Raises
    ------
    UsageError
        A port is taken, or the host cannot be bound.
    """
    _calm_collector()
    with _sockets(serving) as listening:
        server = _server(listening, serving, service, limits or Limits(), on_ready)
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises the signal again once all is closed
            server.run(sockets=listening)


def _calm_collector() -> None:
    """Let the collector look for garbage less often, and never among the contracts, which stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED)


@contextlib.contextmanager
def serving_beside(serving: Serving, service: Service, *, limits: Limits | None = None) -> Iterator[Site]:
    """Serve a world in a thread for as long as the context lasts; gives the site once all ports take connections.

    Raises
    ------
    UsageError
        As ``serve``.
    EngineError
        The server does not end.
    """
    sites: Queue[Site] = Queue()
    with _sockets(serving) as listening:
        server = _server(listening, serving, service, limits or Limits(), sites.put)
        thread = Thread(target=server.run, args=(listening,), name="tongban mock", daemon=True)
        thread.start()
        try:
            yield sites.get(timeout=STARTING)
        finally:
            server.should_exit = True
            thread.join(ENDING + STARTING)
    if thread.is_alive():
        raise EngineError("the server of the mocks does not end")


def _server(
    listening: list[socket.socket],
    serving: Serving,
    service: Service,
    limits: Limits,
    on_ready: Callable[[Site], None],
) -> _Server:
    ports = {one.getsockname()[1]: name for one, name in zip(listening, serving.systems, strict=True)}
    systems = service.house.world.systems
    prefixes = {name: urlsplit(base_url(systems[name].provider)).path for name in serving.systems}
    site = Site(serving.host, ports, serving.names | {serving.host.lower()}, serving.token, prefixes)
    bounds = _within_files(limits)
    config = uvicorn.Config(
        App(site, service, control_app(site, service), bounds),
        http=Guard,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=int(bounds.idle_seconds),
        timeout_graceful_shutdown=ENDING,
    )
    return _Server(config, lambda: on_ready(site), service)


class _Server(uvicorn.Server):
    """A server that tells when it is ready and lets the service run beside it."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None], service: Service) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._service = service

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the ports, then tell."""
        await super().startup(sockets)
        self._service.start(asyncio.get_running_loop())
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything."""
        self._service.stop()
        await super().shutdown(sockets)


@contextlib.contextmanager
def _sockets(serving: Serving) -> Iterator[list[socket.socket]]:
    """Open a listening socket a system."""
    opened: list[socket.socket] = []
    try:
        opened.extend(_bound(serving.host, port, serving.option) for port in serving.wanted)
        yield opened
    finally:
        for one in opened:
            one.close()


def _bound(host: str, port: int, option: str) -> socket.socket:
    if port > 65535:
        raise UsageError(
            f"there is no port {port}", f"choose a smaller {option}; each system takes one of those after it"
        )
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise UsageError(f"the host {host!r} is not known here", "use 127.0.0.1") from error
    one = socket.socket(family, kind)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(address)
        one.listen(BACKLOG)
    except OSError as error:
        one.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            why = "is taken" if error.errno == errno.EADDRINUSE else "needs more rights"
            remedy = f"end what listens there, or choose another {option} (0: any free ones)"
            raise UsageError(f"port {port} of {host} {why}", remedy) from error
        raise UsageError(f"{host} cannot be bound: {error.strerror}", "use 127.0.0.1") from error
    return one


def _within_files(limits: Limits) -> Limits:
    """Return limits that the open files of this process allow, which are raised as far as they may be."""
    if sys.platform == "win32":
        return limits
    import resource  # noqa: PLC0415 - Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.connections + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        raised = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
            soft = raised
        return replace(limits, connections=max(1, min(limits.connections, soft - SPARE_FILES)))
    return limits
