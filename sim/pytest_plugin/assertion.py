"""The assertion that an exchange keeps its contract.

Takes a response with its request, or a request that a partner saw, and the name of a system; gives nothing where both
keep the contract, else an ``AssertionError`` that says every breach with rule, place, what was expected and received
and the contract's line; promises that nothing personal or secret stands in it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from sim.conformance.check import Judged, exchange_checks
from sim.conformance.credential import secrets_of
from sim.contract import load_contract, match_operation, violations_of_answer, violations_of_request
from sim.contract.json_text import JsonBoundError, JsonTextError, parse_json
from sim.document import read_document
from sim.errors import DocumentError, UsageError
from sim.mock import base_url
from sim.mock.redact import Redactor, personal_values
from sim.pytest_plugin.message import exchange_of
from sim.pytest_plugin.partners import Seen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.catalog import Catalog
    from sim.conformance.check import ExchangeCheck
    from sim.contract import Answer, Contract, Operation, Request, Violation
    from sim.document import Document, JsonValue

Side = Literal["request", "response"]

MAX_LISTED: Final = 8
MAX_TOLD: Final = 20
"""Breaches that are told in full."""
NOTHING: Final = "nothing"
"""What violations say was received where something is missing."""


@dataclass(frozen=True, slots=True)
class _Exchange:
    """What is judged: a request below its system's base, and its answer."""

    contract: Contract
    operation: Operation
    request: Request
    answer: Answer
    is_callback: bool = False

    def __str__(self) -> str:
        operation = self.operation
        path = "(callback)" if self.is_callback else operation.path
        return f"{self.contract.name} {operation.operation_id} {operation.method} {path} -> {self.answer.status}"


@dataclass(frozen=True, slots=True, repr=False)
class AssertConforms:
    """Holds exchanges against the contracts of a catalog; what the fixture ``assert_conforms`` is."""

    catalog: Catalog
    _contracts: dict[str, Contract] = field(default_factory=dict)
    _documents: dict[str, Document | None] = field(default_factory=dict)

    def __call__(
        self,
        exchange: Any,
        system: str | None = None,
        operation: str | None = None,
        *,
        only: Side | None = None,
        base: str | None = None,
    ) -> None:
        """Assert that a request and its response keep the contract of a system.

        Parameters
        ----------
        exchange : response or Seen
            A response of ``requests`` or ``httpx``, or of a test client of Starlette, FastAPI, Flask or Werkzeug, which
            knows its request; or one of a partner's ``requests_seen``.
        system : str, optional
            Name of the contract; what was seen knows its own.
        operation : str, optional
            operationId of the operation, or of the callback, that the request must be for; by default that of its
            method and path.
        only : str, optional
            ``request`` or ``response``: judge that side alone. A request that is broken on purpose needs ``response``.
        base : str, optional
            Where the system stands: what of the URL is not path of the contract. By default the path of the
            contract's first server is taken off where it is there.

        Raises
        ------
        AssertionError
            A side breaks the contract, the contract has no such operation, or a rule of it could not be evaluated.
        UsageError
            What was given cannot be judged: another kind of value, a system or operation that there is not.
        DocumentError
            The contract has faults.
        """
        __tracebackhide__ = True
        if only not in (None, "request", "response"):
            raise UsageError(f"only={only!r} is no side", "write only='request' or only='response'")
        judged = self._exchange(exchange, system, operation, base, only)
        breaches = _breaches(judged, only)
        if breaches:
            raise AssertionError(self._message(judged, breaches))

    def __repr__(self) -> str:
        return f"<assert_conforms of {self.catalog.root}>"

    def _exchange(
        self, given: Any, system: str | None, operation: str | None, base: str | None, only: Side | None
    ) -> _Exchange:
        """Return what is judged; an ``AssertionError`` where the contract has no operation for it."""
        __tracebackhide__ = True
        if isinstance(given, Seen):
            contract, request, answer = self._contract(system or given.system), given.request, given.answer
        elif system is None:
            raise UsageError("nothing says which contract the response is to keep", "name its system")
        else:
            contract = self._contract(system)
            request, answer = exchange_of(given, with_body=only != "response")
        callback = _callback(contract, operation)
        if callback is not None:
            at_root = replace(request, path="/", query=(), query_text="")  # the address is the caller's own
            return _Exchange(contract, replace(callback, path="/"), at_root, answer, is_callback=True)
        if operation is not None and operation not in contract.operations:
            raise UsageError(f"{contract.name} has no operation {operation!r}", _listed(contract.operations))
        below, found = _matched(contract, request, base)
        if found is None:
            raise AssertionError(_unmatched(contract, request))
        if operation not in (None, found.operation_id):
            raise AssertionError(f"{contract.name}: the request is for {found.operation_id}, not for {operation}")
        return _Exchange(contract, found, below, answer)

    def _contract(self, name: str) -> Contract:
        if name not in self._contracts:
            self._contracts[name] = load_contract(self.catalog, name)
        return self._contracts[name]

    def _message(self, judged: _Exchange, breaches: list[tuple[ExchangeCheck, Violation]]) -> str:
        count = len(breaches)
        places = f"{count} place{'s' if count != 1 else ''}"
        redactor = _redactor(judged)
        told = [self._told(redactor, judged.answer, check, broken) for check, broken in breaches[:MAX_TOLD]]
        more = [f"... and {count - MAX_TOLD} more"] if count > MAX_TOLD else []
        return "\n\n".join([f"{judged} breaks its contract in {places}", *told, *more])

    def _told(self, redactor: Redactor, answer: Answer, check: ExchangeCheck, broken: Violation) -> str:
        place = f"{broken.part} {redactor.scrub(broken.pointer)}".rstrip()
        doubt = "" if broken.certain else " (could not be evaluated)"
        received = broken.received
        if received not in (NOTHING, str(answer.status)):  # those say nothing of a person
            received = redactor.text(received, part=broken.part, pointer=broken.pointer)
        return "\n".join(
            (
                f"{check.direction} {place}: {broken.rule}{doubt}",
                f"  expected  {broken.expected}",
                f"  received  {received}",
                f"  contract  {self._place(broken.contract_pointer)}",
                f"  remedy    {check.remedy}",
            )
        )

    def _place(self, contract_pointer: str) -> str:
        """Return where a rule stands: file, line, column, below the catalog."""
        file, _, pointer = contract_pointer.partition("#")
        if file not in self._documents:
            self._documents[file] = None
            with suppress(DocumentError):  # the contract was loaded: only its place cannot be told
                self._documents[file] = read_document(self.catalog.root / file)
        document = self._documents[file]
        if document is None:
            return contract_pointer
        place = document.place(pointer)
        return f"{file}:{place.line}:{place.column} (#{pointer})"


def _breaches(judged: _Exchange, only: Side | None) -> list[tuple[ExchangeCheck, Violation]]:
    """Return what the checks of single exchanges find, the request's first."""
    contract, operation, request, answer = judged.contract, judged.operation, judged.request, judged.answer
    sent = violations_of_request(contract, operation, request) if only != "response" else ()
    given = violations_of_answer(contract, operation, answer) if only != "request" else ()
    asked = Judged(contract, contract, operation, request, answer, sent, given)
    sides = ("request", "response") if only is None else (only,)
    return [
        (check, broken)
        for side in sides
        for check in exchange_checks()
        if check.direction == side
        for broken in check.judge(asked)
    ]


def _callback(contract: Contract, name: str | None) -> Operation | None:
    declared = (one for operation in contract.operations.values() for one in operation.callbacks)
    return next((one for one in declared if one.operation_id == name), None)


def _matched(contract: Contract, request: Request, base: str | None) -> tuple[Request, Operation | None]:
    """Return a request below its system's base and its operation."""
    server = urlsplit(base_url(contract)).path
    prefixes = (server, "") if base is None else (urlsplit(base).path.rstrip("/"),)
    for prefix in prefixes:
        if request.path.startswith(f"{prefix}/"):
            below = replace(request, path=request.path.removeprefix(prefix))
            matched = match_operation(contract, below.method, below.path)
            if matched is not None:
                return below, matched[0]
    return request, None


def _unmatched(contract: Contract, request: Request) -> str:
    """Return that a contract has no operation for a request, and those that come near."""
    asked = f"{request.method} {Redactor(()).scrub(request.path)}"
    known = {f"{one.method} {one.path}": name for name, one in contract.operations.items()}
    near = get_close_matches(asked, known, n=3, cutoff=0.3) or list(known)[:MAX_LISTED]
    listed = "\n".join(f"  {one}  {known[one]}" for one in near)
    return f"{contract.name} has no operation {asked}; near it:\n{listed}\nbase= says where the system stands"


def _redactor(judged: _Exchange) -> Redactor:
    request = judged.request
    query: JsonValue = dict(request.query)
    bodies = (_json(request.body), _json(judged.answer.body), query)
    known = (value for body in bodies for value in personal_values(body) if len(value) > 1)  # a letter names nobody
    return Redactor((*known, *secrets_of(request)))


def _json(body: bytes) -> JsonValue:
    try:
        return parse_json(body) if body else None
    except (JsonTextError, JsonBoundError):
        return None


def _listed(names: Iterable[str]) -> str:
    return f"known: {', '.join(sorted(names))}"
