"""What a probe works at: one operation of the system under test, at one step of one citizen's errand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sim.conformance.trace import Found
from sim.contract import Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sim.conformance.credential import Credentials, Flaw
    from sim.conformance.trace import Trace
    from sim.contract import Contract, Operation, Request
    from sim.mock import Codec

KEY: Final = "idempotency-key"


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """One operation at one step.

    Parameters
    ----------
    bare : Request
        What the step sends, without credentials; it keeps the contract.
    first : Trace or None
        The step's own exchange, once it was made.
    second : Trace or None
        The same request with another idempotency key, once the first was accepted; None where the operation only reads.
    deliver : callable
        Sends a bare request with credentials, flawed or not; or as it is, where that is asked.
    scheme : str or None
        How the caller is authorised.
    codec : Codec
        Of the contract.
    """

    contract: Contract
    operation: Operation
    bare: Request
    first: Trace | None
    second: Trace | None
    deliver: Callable[[Request, Flaw | None, bool], Trace]
    credentials: Credentials
    scheme: str | None
    codec: Codec

    def send(self, request: Request | None = None, *, flaw: Flaw | None = None) -> Trace:
        """Send a request, by default the step's, with credentials; it gets an idempotency key of its own."""
        return self.deliver(self.fresh(request or self.bare), flaw, False)  # noqa: FBT003 - a callable's argument

    def repeat(self, request: Request | None = None) -> Trace:
        """Send a request, by default the step's, with new credentials and the idempotency key that it has."""
        return self.deliver(request or self.kept, None, False)  # noqa: FBT003 - as above

    def replay(self, request: Request) -> Trace:
        """Send a request byte for byte."""
        return self.deliver(request, None, True)  # noqa: FBT003 - as above

    def together(self, requests: Sequence[Request]) -> list[Trace]:
        """Send requests at the same time, each with credentials."""
        with ThreadPoolExecutor(len(requests)) as pool:
            return list(pool.map(lambda one: self.deliver(one, None, False), requests))  # noqa: FBT003 - as above

    @property
    def is_public(self) -> bool:
        """Whether the operation also takes requests without credentials."""
        return self.scheme == "none" or any(not alternative for alternative in self.operation.security)

    @property
    def has_key(self) -> bool:
        """Whether the operation takes an idempotency key."""
        return any((one.location, one.name.lower()) == ("header", KEY) for one in self.operation.parameters)

    @property
    def kept(self) -> Request:
        """The step's request with the key under which it was sent."""
        key = _key(self.first.request) if self.first is not None else None
        return with_header(self.bare, "Idempotency-Key", key) if key is not None else self.bare

    def fresh(self, request: Request) -> Request:
        """Return a request with a new idempotency key, where the operation takes one."""
        if not self.has_key:
            return request
        return with_header(request, "Idempotency-Key", self.credentials.fresh_key())

    def refuses(self, trace: Trace, statuses: Iterable[int], what: str, violation: Violation) -> Found:
        """Return whether an exchange ended in a refusal.

        Parameters
        ----------
        statuses : iterable of int
            Those that say this refusal.
        what : str
            What was sent, as the subject of a sentence.
        violation : Violation
            Takes what was expected and received.
        """
        expected = tuple(statuses)
        if trace.answer is None:
            return Found("error", f"{what} got no answer, so nothing is known", trace=trace)
        if trace.status in expected:
            return Found("pass", trace=trace)
        told = replace(violation, expected=_listed(expected), received=str(trace.status))
        if 400 <= trace.status < 500 and str(trace.status) in self.operation.responses:
            # whether 404 in place of 403 hides something or is a mistake, only a person can say
            return Found(
                "review", f"{what} was refused, by a status that the contract has for something else", told, trace
            )
        how = "was accepted" if trace.is_success else "was answered otherwise"
        return Found("fail", f"{what} {how}", told, trace)

    def rule(self, rule: str, *, part: str = "status", pointer: str = "", below: str = "") -> Violation:
        """Return a violation of a rule that stands in the operation; what was expected and received comes later."""
        place = f"{self.contract_file}#{self.operation.pointer}{below}"
        return Violation(part, rule, pointer, "", "", place)

    @property
    def contract_file(self) -> str:
        """The contract's file below the catalog."""
        return str(getattr(self.contract, "file", self.contract.document.file))

    def declared(self, *statuses: int) -> tuple[int, ...]:
        """Return those of some statuses that the operation declares by number; all where it declares none."""
        found = tuple(status for status in statuses if str(status) in self.operation.responses)
        return found or statuses


def with_header(request: Request, name: str, value: str) -> Request:
    """Return a request with a header in place of those of its name."""
    kept = tuple(pair for pair in request.headers if pair[0].lower() != name.lower())
    return replace(request, headers=(*kept, (name, value)))


def _key(request: Request) -> str | None:
    return next((value for name, value in request.headers if name.lower() == KEY), None)


def _listed(statuses: tuple[int, ...]) -> str:
    return " or ".join(str(status) for status in statuses)
