"""Faults that the user adds: a share of the calls fails, is slow, or is not answered.

Takes faults and a seed, gives what happens to the n-th call; promises the same faults for the same seed and order of
calls.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from sim.draw import name_hash, run_key, uniform
from sim.errors import UsageError
from sim.units import format_duration, parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Effect = Literal["status", "latency", "drop"]

MAX_LATENCY: Final = 600.0
STEP: Final = name_hash("#chaos")
_FORM: Final = "write status=503:0.02, latency=2s:0.05 or drop=0.01, with commas between"


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault.

    Parameters
    ----------
    effect : str
        ``status``: answered with it; ``latency``: answered that much later; ``drop``: closed without an answer.
    share : float
        Of the calls, above 0 to 1.
    status : int
        400 to 599.
    seconds : float
        Real seconds.
    system, operation : str or None
        Whose calls, by operationId; None is all.
    """

    effect: Effect
    share: float
    status: int = 0
    seconds: float = 0.0
    system: str | None = None
    operation: str | None = None

    def concerns(self, system: str, operation: str | None) -> bool:
        """Tell whether a call may meet this fault."""
        return self.system in (None, system) and self.operation in (None, operation)

    def __str__(self) -> str:
        value = {"status": f"={self.status}:", "latency": f"={format_duration(self.seconds)}:", "drop": "="}[
            self.effect
        ]
        return f"{self.effect}{value}{self.share:g}"


@dataclass(frozen=True, slots=True)
class Misfortune:
    """What happens to one call."""

    status: int = 0
    seconds: float = 0.0
    is_dropped: bool = False


@dataclass(slots=True)
class Faults:
    """The faults in force.

    Parameters
    ----------
    seed : int
    active : sequence of Fault
    """

    seed: int
    active: Sequence[Fault] = ()
    _calls: int = field(default=0, init=False)

    def restart(self, active: Sequence[Fault]) -> None:
        """Put faults in force as if no call had come before: the n-th call from now on meets what the n-th ever met."""
        self.active = active
        self._calls = 0

    def meet(self, system: str, operation: str | None) -> Misfortune | None:
        """Return what happens to the next call; None for nothing."""
        if not self.active:
            return None
        self._calls += 1
        low, high = run_key(self.seed, 0)
        met = [
            fault
            for number, fault in enumerate(self.active)
            if fault.concerns(system, operation)
            and uniform((low, high, self._calls, 0, STEP, 0), number % 256) < fault.share
        ]
        if not met:
            return None
        return Misfortune(
            status=next((fault.status for fault in met if fault.status), 0),
            seconds=sum(fault.seconds for fault in met),
            is_dropped=any(fault.effect == "drop" for fault in met),
        )


def parse_chaos(text: str) -> tuple[Fault, ...]:
    """Return the faults that a text names: ``status=503:0.02,latency=2s:0.05,drop=0.01``.

    Raises
    ------
    UsageError
        It has another form, or a number is out of range.
    """
    return tuple(_parse(part.strip()) for part in text.split(",") if part.strip())


def checked(fault: Fault) -> Fault:
    """Return a fault whose numbers are in range.

    Raises
    ------
    UsageError
        One is not.
    """
    if not 0.0 < fault.share <= 1.0:
        raise UsageError(f"the share {fault.share:g} is not above 0 and at most 1", _FORM)
    if fault.effect == "status" and not 400 <= fault.status <= 599:
        raise UsageError(f"{fault.status} is no status of a failure", "use 400 to 599")
    if fault.effect == "latency" and not 0.0 < fault.seconds <= MAX_LATENCY:
        raise UsageError(f"a latency is above 0 s and at most {format_duration(MAX_LATENCY)}", "choose another")
    return fault


def _parse(part: str) -> Fault:
    effect, _, rest = part.partition("=")
    value, _, share = rest.rpartition(":")
    try:
        if effect == "status":
            return checked(Fault("status", float(share), status=int(value)))
        if effect == "latency":
            return checked(Fault("latency", float(share), seconds=parse_duration(value)))
        if effect == "drop" and not value:
            return checked(Fault("drop", float(share)))
    except ValueError as error:
        raise UsageError(f"{part!r} is no fault: {error}", _FORM) from error
    raise UsageError(f"{part!r} is no fault", _FORM)


def without(faults: Iterable[Fault], system: str | None) -> tuple[Fault, ...]:
    """Return the faults that are not a system's; none where no system is named."""
    return tuple(fault for fault in faults if system is not None and fault.system != system)
