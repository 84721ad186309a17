"""What a check is, and where they are registered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.registry import Registry

if TYPE_CHECKING:
    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found, Walk
    from sim.contract.model import Answer, Contract, Operation, Request, Violation

Direction = Literal["request", "response"]
Subject = Literal["request", "response", "errand", "probe"]
Phase = Literal["before", "after", "instead"]
Level = Literal["core", "strictness", "security", "resilience", "callbacks"]

LEVELS: Final[dict[Level, str]] = {
    "core": "journeys reach their ends, and every message keeps the contract",
    "strictness": "requests that break the contract are refused",
    "security": "credentials are asked for, and wrong ones refused",
    "resilience": "repeats, races and what nobody knows do no harm",
    "callbacks": "callbacks come, once told, in order",
}
"""Classes of checks: ``core`` has to pass, the others go beyond it."""


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
WalkJudge: TypeAlias = Callable[["Walk"], Iterable["Found"]]
Act: TypeAlias = Callable[["Bench"], Iterator["Found"]]


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check.

    Parameters
    ----------
    direction : str
        ``request`` or ``response``: whose message of an exchange it judges; ``errand``: a whole errand; ``probe``: it
        sends requests of its own.
    meaning : str
        What it asks, in one sentence.
    source : str
        The rule's source.
    remedy : str
        How a system that fails it is mended.
    level : str
        Class in ``LEVELS``.
    """

    name: str
    direction: Subject
    meaning: str
    source: str
    remedy: str
    level: Level


@dataclass(frozen=True, slots=True)
class ExchangeCheck(Check):
    """A check of one exchange; it gives the breaches that it finds."""

    direction: Direction
    judge: Judge


@dataclass(frozen=True, slots=True)
class WalkCheck(Check):
    """A check of a whole errand over HTTP."""

    judge: WalkJudge


@dataclass(frozen=True, slots=True)
class Probe(Check):
    """A check that sends requests beside those of an errand.

    Parameters
    ----------
    phase : str
        When, at a step: ``before`` its request, with requests that must be refused; ``after`` it was answered;
        ``instead`` of it.
    act : callable
        Sends, and gives what it found; nothing where it does not apply is not allowed: it says so by ``omit``.
    """

    phase: Phase
    act: Act


CHECKS: Final[Registry[Check]] = Registry("check", "sim.conformance.check")


def check(
    name: str, direction: Direction, *, source: str, remedy: str, level: Level = "core"
) -> Callable[[Judge], Judge]:
    """Register a check of an exchange; the function's first line says what it asks."""

    def register(judge: Judge) -> Judge:
        CHECKS.add(name, ExchangeCheck(name, direction, _meaning(judge), source, remedy, level, judge))
        return judge

    return register


def walk_check(name: str, *, source: str, remedy: str, level: Level = "core") -> Callable[[WalkJudge], WalkJudge]:
    """Register a check of an errand over HTTP."""

    def register(judge: WalkJudge) -> WalkJudge:
        CHECKS.add(name, WalkCheck(name, "errand", _meaning(judge), source, remedy, level, judge))
        return judge

    return register


def probe(name: str, phase: Phase, *, source: str, remedy: str, level: Level = "core") -> Callable[[Act], Act]:
    """Register a check that sends requests of its own."""

    def register(act: Act) -> Act:
        CHECKS.add(name, Probe(name, "probe", _meaning(act), source, remedy, level, phase, act))
        return act

    return register


@cache
def exchange_checks() -> tuple[ExchangeCheck, ...]:
    """Return the checks of an exchange, by name."""
    return tuple(one for _, one in CHECKS if isinstance(one, ExchangeCheck))


@cache
def walk_checks() -> tuple[WalkCheck, ...]:
    """Return the checks of an errand, by name."""
    return tuple(one for _, one in CHECKS if isinstance(one, WalkCheck))


@cache
def probes(phase: Phase) -> tuple[Probe, ...]:
    """Return the probes of a phase, by name."""
    return tuple(one for _, one in CHECKS if isinstance(one, Probe) and one.phase == phase)


def _meaning(function: Callable[..., object]) -> str:
    return (function.__doc__ or "").strip().partition("\n")[0]
