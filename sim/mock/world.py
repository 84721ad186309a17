"""A world of mocked systems: what they remember, who may call them, and every exchange between them.

Takes requests as they go over the wire, gives answers; promises that each request met the same gate (security,
contract, idempotency) whether a journey or another mock sent it, that nothing but the seed and the calls decides an
answer, and that every exchange is kept.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from sim.contract import gate_of, match_operation, violations_of_request
from sim.contract.model import Answer
from sim.contract.shape import METHODS
from sim.errors import TongbanError, UsageError
from sim.mock.behaviour import Mock, failure
from sim.mock.call import Call, Fields, Parts, Reply, checked_reply
from sim.mock.clock import VirtualClock
from sim.mock.message import (
    example_answer,
    problem_answer,
    read_answer,
    read_request,
    say_answer,
    write_answer,
    write_request,
)
from sim.mock.notice import write_notice
from sim.mock.problem import Problem
from sim.mock.security import IDEMPOTENCY_KEY, OWN, Caller, Keyring, authorise, bearer_token, check_security
from sim.mock.store import MemoryStore, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sim.contract import Reading
    from sim.contract.model import Contract, Operation, Request, Violation
    from sim.mock.citizen import Citizen
    from sim.mock.clock import Clock
    from sim.mock.codec import Codec
    from sim.mock.notice import Notice
    from sim.mock.store import Store, Table
    from sim.mock.value import Record, Value

MAX_NESTING: Final = 8
MAX_FIRST: Final = 100_000
"""First answers that are kept for repeats under the same idempotency key."""

_NOTHING: Final = Answer(0, (), b"")


@dataclass(frozen=True, slots=True)
class System:
    """One system of a world.

    Parameters
    ----------
    provider : Contract
        The edition it speaks.
    consumer : Contract
        The edition in which the others call it and read its answers.
    mock : Mock
        What answers for it.
    """

    provider: Contract
    consumer: Contract
    mock: Mock


@dataclass(slots=True)
class Exchange:
    """One request and its answer.

    Parameters
    ----------
    operation : Operation or None
        The provider's; None when the request matched none.
    caller : str or None
        The operation whose mock sent it; None for a journey.
    violations : tuple of Violation
        How the request breaks the provider's edition.
    reached : bool
        Whether what answers for the operation saw the request; else it was refused before.
    is_kept : bool
        Whether the answer surely keeps the provider's edition; where not, that is still to be found out.
    read : set of str
        For a nested call: JSON pointers of the answer's fields that the calling mock read.
    """

    system: str
    operation: Operation | None
    request: Request
    answer: Answer
    caller: str | None
    violations: tuple[Violation, ...] = ()
    reached: bool = False
    read: set[str] = field(default_factory=set)
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Live:
    """What a world has that is served to others; such a world also refuses what it cannot hold against its contract.

    Parameters
    ----------
    clock : Clock
        Of everything that mocks remember.
    instant : callable
        Seconds since 1970-01-01T00:00:00Z that signatures are held against.
    stand_in : callable
        What answers an operation of a system that no mock answers.
    """

    clock: Clock
    instant: Callable[[], int]
    stand_in: Callable[[System, Operation], Answer]


class World:
    """Mocked systems that know the same citizens and call each other.

    Parameters
    ----------
    systems : mapping of str to System
    codec : Codec
        Of the systems' contracts.
    seed : int
        Of tokens, nonces and idempotency keys.
    start : datetime
        The first instant of its clock, with time zone.
    store : Store, optional
        What the systems remember; a new one in memory when not given.
    live : Live, optional
        What a world has that is served; by default time stands still but for a second a call.
    """

    def __init__(
        self,
        systems: Mapping[str, System],
        codec: Codec,
        *,
        seed: int,
        start: datetime,
        store: Store | None = None,
        live: Live | None = None,
    ) -> None:
        self.systems = systems
        self.clock: Clock = live.clock if live is not None else VirtualClock(start)
        self.store = store if store is not None else MemoryStore()
        self.keyring = Keyring(seed, self.store)
        self.exchanges: list[Exchange] = []
        self.notices: list[Notice] = []
        self._codec = codec
        self._live = live
        self._depth = 0

    @property
    def instant(self) -> int:
        """What signatures are held against: seconds since 1970-01-01T00:00:00Z."""
        return self.clock.timestamp if self._live is None else self._live.instant()

    def forget(self) -> None:
        """Forget everything that happened, tokens and citizens included."""
        self.store.restore(Snapshot({}, {}))
        self.keyring.forget_nonces()
        self.exchanges.clear()
        self.notices.clear()

    def enrol(self, citizen: Citizen) -> None:
        """Make a citizen known to every system that keeps citizens."""
        for name, system in self.systems.items():
            if system.mock.enrol is not None and system.mock.path is not None:
                try:
                    system.mock.enrol(self, citizen)
                except (Exception, SystemExit) as error:
                    raise failure(system.mock.path, error, f"enrol of {name}") from error

    def send(self, system: str, request: Request, *, caller: str | None = None, base: str | None = None) -> Answer:
        """Answer a request to a system.

        Parameters
        ----------
        caller : str or None
            The operation whose mock sends it.
        base : str, optional
            The system's address as the caller knows it, which signatures cover; by default that of its contract.

        Returns
        -------
        Answer
            Refusals are problems (RFC 9457), never exceptions.

        Raises
        ------
        DocumentError
            The mock's own code failed.
        """
        return self.exchange(system, request, caller=caller, base=base).answer

    def call(self, system: str, operation_id: str, parts: Parts, *, caller: str) -> Reply:
        """Call an operation as a mock does: a real request in the consumer's edition, through the same gate."""
        consumer = self._system(system).consumer
        operation = consumer.operations.get(operation_id)
        if operation is None:
            raise UsageError(f"{caller} calls {operation_id!r}, which {system} does not have", "correct the mock")
        request = write_request(self._codec, operation, parts)
        request = authorise(request, consumer, operation, Caller(self.keyring), now=self.instant)
        exchange = self.exchange(system, request, caller=caller)
        reply = read_answer(self._codec, operation, exchange.answer)
        return Reply(reply.status, Fields(reply.body, exchange.read), reply.headers)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Let others use the world for a while: how deep calls are nested is then counted for them alone."""
        depth, self._depth = self._depth, 0
        try:
            yield
        finally:
            self._depth = depth

    def notify(self, system: str, callback: str, url: str, body: Record, *, after: float) -> None:
        """Keep a callback of a system for delivery; ``Call.notify`` says it in full."""
        contract = self._system(system).provider
        notice = write_notice(self._codec, contract, callback, url, body, keyring=self.keyring)
        self.notices.append(replace(notice, after=after))

    def exchange(self, name: str, request: Request, *, caller: str | None = None, base: str | None = None) -> Exchange:
        """Answer a request to a system, as ``send`` does, and return what happened."""
        system = self.systems.get(name) or self._system(name)
        if self._depth >= MAX_NESTING:
            raise UsageError(f"mocks call each other more than {MAX_NESTING} deep", "break the circle of calls")
        self._depth += 1
        try:
            exchange = self._answer(name, system, request, caller, base)
        finally:
            self._depth -= 1
        self.clock.pass_call()
        self.exchanges.append(exchange)
        return exchange

    def _answer(self, name: str, system: System, request: Request, caller: str | None, base: str | None) -> Exchange:
        matched = match_operation(system.provider, request.method, request.path)
        if matched is None:
            return Exchange(name, None, request, problem_answer(_unmatched(system.provider, request), request), caller)
        operation, path = matched
        exchange = Exchange(name, operation, request, _NOTHING, caller)
        try:
            check_security(request, system.provider, operation, self.keyring, now=self.instant, base=base)
            reading = gate_of(operation).reading(request, path)
            if reading is None:
                exchange.violations = violations_of_request(system.provider, operation, request)
                _refuse(operation, [one for one in exchange.violations if one.certain or self._live])
            exchange.answer = self._repeat(exchange, system, operation, path, reading)
        except Problem as problem:
            reply = Reply(problem.status, problem.body(request.path), problem.headers)
            exchange.answer = write_answer(self._codec, operation, reply)
        return exchange

    def _repeat(
        self, exchange: Exchange, system: System, operation: Operation, path: Mapping[str, str], reading: Reading | None
    ) -> Answer:
        """Return the first answer under an idempotency key, or a new one."""
        request = exchange.request
        key = request.fields.get(IDEMPOTENCY_KEY)
        if key is None:
            return self._act(exchange, system, operation, path, reading)
        if len(request.fields) != len(request.headers):
            key = next(value for header, value in request.headers if header.lower() == IDEMPOTENCY_KEY)
        table = self.store.table(OWN, "answers")
        place = f"{exchange.system} {operation.operation_id} {key}"
        digest = hashlib.sha256(f"{request.path}\n{request.query}\n".encode() + request.body).digest()
        first = table.get(place)
        if first is None:
            answer = self._act(exchange, system, operation, path, reading)
            if len(table) >= MAX_FIRST:
                _make_room(table)
            table.put(
                place, {"digest": digest, "status": answer.status, "headers": answer.headers, "body": answer.body}
            )
            return answer
        if first["digest"] != digest:
            status = next((one for one in (422, 409) if operation.response(one) is not None), 400)
            raise Problem(status, "the idempotency key was used for another request", "idempotency-key-reused")
        return Answer(first["status"], tuple((name, value) for name, value in first["headers"]), first["body"])

    def _act(
        self, exchange: Exchange, system: System, operation: Operation, path: Mapping[str, str], reading: Reading | None
    ) -> Answer:
        behave, request = system.mock.operations.get(operation.operation_id), exchange.request
        if behave is None or system.mock.path is None:
            exchange.reached = True
            return example_answer(operation) if self._live is None else self._live.stand_in(system, operation)
        parts = read_request(self._codec, operation, path, request, reading)
        exchange.reached = True
        holder = self.keyring.holder(bearer_token(request)) if "authorization" in request.fields else None
        name = exchange.system
        call = Call(name, operation.operation_id, parts.path, parts.query, parts.headers, parts.body, holder, self)
        first = len(self.exchanges)
        try:
            answer, said = say_answer(self._codec, operation, checked_reply(behave(call)))
        except (Problem, TongbanError):
            raise
        except (Exception, SystemExit) as error:
            if self._has_met_an_edition(first):
                raise Problem(503, "the answer of a partner could not be read", "out-of-service") from error
            raise failure(system.mock.path, error, operation.operation_id) from error
        exchange.is_kept = self._live is not None and gate_of(operation).keeps(answer, said)
        return answer

    def _has_met_an_edition(self, first: int) -> bool:
        """Tell whether a mock called a system of another edition: then its code may fail for what it could not read."""
        called = (self.systems[exchange.system] for exchange in self.exchanges[first:])
        return any(system.provider is not system.consumer for system in called)

    def _system(self, name: str) -> System:
        if name not in self.systems:
            raise UsageError(f"there is no system {name!r}", f"known: {', '.join(sorted(self.systems))}")
        return self.systems[name]


def _make_room(table: Table) -> None:
    """Forget the oldest tenth of a table that is full."""
    for key, _ in islice(table.items(), MAX_FIRST // 10):
        table.remove(key)


def _unmatched(contract: Contract, request: Request) -> Problem:
    """Return why no operation takes a request (RFC 9110, sections 15.5.5 and 15.5.6)."""
    methods = [method.upper() for method in METHODS if match_operation(contract, method, request.path)]
    if methods:
        allowed = {"Allow": ", ".join(methods)}
        return Problem(405, "no operation of this path has this method", "no-operation", headers=allowed)
    return Problem(404, "no operation has this method and path", "no-operation")


def _refuse(operation: Operation, violations: Sequence[Violation]) -> None:
    if violations:
        errors: list[Value] = [
            {"pointer": f"/{broken.part}{broken.pointer}"[:500], "detail": f"{broken.rule}: {broken.expected}"}
            for broken in violations[:20]
        ]
        detail = f"the request breaks the contract in {len(violations)} place{'s' if len(violations) > 1 else ''}"
        raise Problem(_refusal(operation, violations), detail, "invalid-request", {"errors": errors})


def _refusal(operation: Operation, violations: Sequence[Violation]) -> int:
    """Return the status that says a breach: 400, or what the operation declares in its place."""
    is_declared = {status: operation.response(status) is not None for status in (400, 404, 422)}
    if not is_declared[400]:
        if is_declared[404] and all(violation.part == "path" for violation in violations):
            return 404
        if is_declared[422]:
            return 422
    return 400
