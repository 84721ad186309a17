"""What a check is, and where they are registered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from sim.registry import Registry

if TYPE_CHECKING:
    from sim.contract.model import Answer, Contract, Operation, Request, Violation

Direction = Literal["request", "response"]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One exchange with the editions it is held against.

    Parameters
    ----------
    provider, consumer : Contract
        The edition of the system that answers, and the one its caller knows.
    operation : Operation
        The consumer's.
    request_violations : tuple of Violation
        How the request breaks the provider's edition.
    answer_violations : tuple of Violation
        How the answer breaks the consumer's edition.
    request_misread, answer_misread : tuple of Violation
        Codes that the provider takes for something else than the consumer meant, and the other way round.
    """

    provider: Contract
    consumer: Contract
    operation: Operation
    request: Request
    answer: Answer
    request_violations: tuple[Violation, ...]
    answer_violations: tuple[Violation, ...]
    request_misread: tuple[Violation, ...] = ()
    answer_misread: tuple[Violation, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing is broken and the answer is no error: no check finds anything."""
        broken = (self.request_violations, self.answer_violations, self.request_misread, self.answer_misread)
        return not any(broken) and self.answer.status < 400


Judge: TypeAlias = Callable[[Judged], Iterable["Violation"]]


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check.

    Parameters
    ----------
    direction : str
        ``request`` or ``response``: whose message it judges.
    meaning : str
        What it asks, in one sentence.
    source : str
        The rule's source.
    judge : callable
        Gives the breaches that it finds in an exchange.
    """

    name: str
    direction: Direction
    meaning: str
    source: str
    judge: Judge


CHECKS: Registry[Check] = Registry("check", "sim.conformance.check")


def check(name: str, direction: Direction, *, source: str) -> Callable[[Judge], Judge]:
    """Register a check; the function's first line says what it asks."""

    def register(judge: Judge) -> Judge:
        meaning = (judge.__doc__ or "").strip().partition("\n")[0]
        CHECKS.add(name, Check(name, direction, meaning, source, judge))
        return judge

    return register
