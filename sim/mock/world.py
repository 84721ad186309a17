"""A world of mocked systems: what they remember, who may call them, and every exchange between them.

Takes requests as they go over the wire, gives answers; promises that each request met the same gate (security,
contract, idempotency) whether a journey or another mock sent it, that nothing but the seed and the calls decides an
answer, and that every exchange is kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sim.contract import match_operation, violations_of_request
from sim.errors import TongbanError, UsageError
from sim.mock.behaviour import Mock, failure
from sim.mock.call import Call, Fields, Parts, Reply, checked_reply
from sim.mock.clock import VirtualClock
from sim.mock.message import (
    example_answer,
    problem_answer,
    read_answer,
    read_request,
    write_answer,
    write_request,
)
from sim.mock.problem import Problem
from sim.mock.security import IDEMPOTENCY_KEY, Caller, Keyring, authorise, bearer_token, check_security
from sim.mock.store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sim.contract.model import Answer, Contract, Operation, Request, Violation
    from sim.mock.citizen import Citizen
    from sim.mock.codec import Codec
    from sim.mock.store import Store
    from sim.mock.value import Value

CALL_TIME: Final = 1.0
"""Virtual seconds that a call takes."""
MAX_NESTING: Final = 8


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
    read : set of str
        For a nested call: JSON pointers of the answer's fields that the calling mock read.
    """

    system: str
    operation: Operation | None
    request: Request
    answer: Answer
    caller: str | None
    violations: tuple[Violation, ...] = ()
    read: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _First:
    """The first answer under an idempotency key and the digest of its request."""

    digest: bytes
    answer: Answer


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
    """

    def __init__(
        self, systems: Mapping[str, System], codec: Codec, *, seed: int, start: datetime, store: Store | None = None
    ) -> None:
        self.systems = systems
        self.clock = VirtualClock(start)
        self.store = store if store is not None else MemoryStore()
        self.keyring = Keyring(seed)
        self.exchanges: list[Exchange] = []
        self._codec = codec
        self._first: dict[tuple[str, str, str], _First] = {}
        self._depth = 0

    def enrol(self, citizen: Citizen) -> None:
        """Make a citizen known to every system that keeps citizens."""
        for name, system in self.systems.items():
            if system.mock.enrol is not None and system.mock.path is not None:
                try:
                    system.mock.enrol(self, citizen)
                except (Exception, SystemExit) as error:
                    raise failure(system.mock.path, error, f"enrol of {name}") from error

    def send(self, system: str, request: Request, *, caller: str | None = None) -> Answer:
        """Answer a request to a system.

        Parameters
        ----------
        caller : str or None
            The operation whose mock sends it.

        Returns
        -------
        Answer
            Refusals are problems (RFC 9457), never exceptions.

        Raises
        ------
        DocumentError
            The mock's own code failed.
        """
        return self._exchange(system, request, caller).answer

    def call(self, system: str, operation_id: str, parts: Parts, *, caller: str) -> Reply:
        """Call an operation as a mock does: a real request in the consumer's edition, through the same gate."""
        consumer = self._system(system).consumer
        operation = consumer.operations.get(operation_id)
        if operation is None:
            raise UsageError(f"{caller} calls {operation_id!r}, which {system} does not have", "correct the mock")
        request = write_request(self._codec, operation, parts)
        request = authorise(request, consumer, operation, Caller(self.keyring), now=self.clock.timestamp)
        exchange = self._exchange(system, request, caller)
        reply = read_answer(self._codec, operation, exchange.answer)
        return Reply(reply.status, Fields(reply.body, exchange.read), reply.headers)

    def _exchange(self, name: str, request: Request, caller: str | None) -> Exchange:
        system = self._system(name)
        if self._depth >= MAX_NESTING:
            raise UsageError(f"mocks call each other more than {MAX_NESTING} deep", "break the circle of calls")
        self._depth += 1
        try:
            exchange = self._answer(name, system, request, caller)
        finally:
            self._depth -= 1
        self.clock.advance(CALL_TIME)
        self.exchanges.append(exchange)
        return exchange

    def _answer(self, name: str, system: System, request: Request, caller: str | None) -> Exchange:
        matched = match_operation(system.provider, request.method, request.path)
        if matched is None:
            problem = Problem(404, "no operation has this method and path", "no-operation")
            return Exchange(name, None, request, problem_answer(problem, request), caller)
        operation, path = matched
        violations: tuple[Violation, ...] = ()
        try:
            check_security(request, system.provider, operation, self.keyring, now=self.clock.timestamp)
            violations = violations_of_request(system.provider, operation, request)
            _refuse(violations)
            answer = self._repeat(name, system, operation, path, request)
        except Problem as problem:
            reply = Reply(problem.status, problem.body(request.path), problem.headers)
            answer = write_answer(self._codec, operation, reply)
        return Exchange(name, operation, request, answer, caller, violations)

    def _repeat(
        self, name: str, system: System, operation: Operation, path: Mapping[str, str], request: Request
    ) -> Answer:
        key = next((value for header, value in request.headers if header.lower() == IDEMPOTENCY_KEY), None)
        if key is None:
            return self._act(name, system, operation, path, request)
        place = (name, operation.operation_id, key)
        digest = hashlib.sha256(f"{request.path}\n{request.query}\n".encode() + request.body).digest()
        first = self._first.get(place)
        if first is None:
            answer = self._act(name, system, operation, path, request)
            self._first[place] = _First(digest, answer)
            return answer
        if first.digest != digest:
            status = 422 if "422" in operation.responses else 409
            raise Problem(status, "the idempotency key was used for another request", "idempotency-key-reused")
        return first.answer

    def _act(
        self, name: str, system: System, operation: Operation, path: Mapping[str, str], request: Request
    ) -> Answer:
        behave = system.mock.operations.get(operation.operation_id)
        if behave is None or system.mock.path is None:
            return example_answer(operation)
        parts = read_request(self._codec, operation, path, request)
        holder = self.keyring.holder(bearer_token(request))
        call = Call(name, operation.operation_id, parts.path, parts.query, parts.headers, parts.body, holder, self)
        first = len(self.exchanges)
        try:
            return write_answer(self._codec, operation, checked_reply(behave(call)))
        except (Problem, TongbanError):
            raise
        except (Exception, SystemExit) as error:
            if self._has_met_an_edition(first):
                raise Problem(503, "the answer of a partner could not be read", "out-of-service") from error
            raise failure(system.mock.path, error, operation.operation_id) from error

    def _has_met_an_edition(self, first: int) -> bool:
        """Tell whether a mock called a system of another edition: then its code may fail for what it could not read."""
        called = (self.systems[exchange.system] for exchange in self.exchanges[first:])
        return any(system.provider is not system.consumer for system in called)

    def _system(self, name: str) -> System:
        if name not in self.systems:
            raise UsageError(f"there is no system {name!r}", f"known: {', '.join(sorted(self.systems))}")
        return self.systems[name]


def _refuse(violations: tuple[Violation, ...]) -> None:
    certain = [violation for violation in violations if violation.certain]
    if certain:
        errors: list[Value] = [
            {"pointer": f"/{broken.part}{broken.pointer}", "detail": f"{broken.rule}: {broken.expected}"}
            for broken in certain[:20]
        ]
        detail = f"the request breaks the contract in {len(certain)} place{'s' if len(certain) > 1 else ''}"
        raise Problem(400, detail, "invalid-request", {"errors": errors})
