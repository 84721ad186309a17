"""Verdicts on one exchange: which breaches make the call fail.

Takes an exchange with the editions it is held against and what its caller reads, gives breaches with verdicts, promises
the rule of the plan: a call fails when the provider's edition refuses the request, or when the answer breaks the
consumer's edition at a field that is read; other breaches are warnings; what could not be decided never fails. A code
of a request that the provider takes for something else is a warning: it is taken, and nothing fails by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sim.conformance.check import exchange_checks
from sim.conformance.meaning import MISREAD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.conformance.check import Judged
    from sim.contract.model import Violation
    from sim.journey import Read

Severity = Literal["fail", "warning", "error"]


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    """One breach with its verdict.

    Parameters
    ----------
    check : str
        Name of the check that found it.
    """

    check: str
    direction: Literal["request", "response"]
    violation: Violation
    verdict: Severity


def judge(judged: Judged, reads: Iterable[Read]) -> tuple[Breach, ...]:
    """Return the breaches of an exchange, in the order of the checks.

    Parameters
    ----------
    reads : iterable of Read
        What the caller reads of the answer.
    """
    if judged.is_clean:
        return ()
    wanted = tuple(reads)
    breaches: list[Breach] = []
    for check in exchange_checks():
        for violation in check.judge(judged):
            verdict = _verdict(check.direction, violation, wanted)
            breaches.append(Breach(check.name, check.direction, violation, verdict))
    return tuple(breaches)


def _verdict(direction: str, violation: Violation, reads: tuple[Read, ...]) -> Severity:
    if not violation.certain:
        return "error"
    if direction == "request":
        return "warning" if violation.rule == MISREAD else "fail"
    return "fail" if any(_meets(violation, read) for read in reads) else "warning"


def _meets(violation: Violation, read: Read) -> bool:
    """Tell whether a breach lies at what is read: at it, inside it or around it."""
    if violation.part == "media-type":
        return read.part == "body"
    if violation.part == "header":
        return read.part == "header" and violation.pointer.lower() == read.pointer
    if violation.part != read.part or violation.part == "status":
        return False
    broken, wanted = violation.pointer, read.pointer
    return broken == wanted or broken.startswith(f"{wanted}/") or wanted.startswith(f"{broken}/")
