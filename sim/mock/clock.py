"""Clocks of a mocked world: one that moves when it is told to, one that runs."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from sim.mock.value import CHINA

if TYPE_CHECKING:
    from collections.abc import Callable

CALL_TIME: Final = 1.0
"""Virtual seconds that a call takes."""


class Clock(Protocol):
    """What a world reads the time from."""

    @property
    def now(self) -> datetime:
        """The present instant, in China Standard Time."""

    @property
    def timestamp(self) -> int:
        """The present instant in whole seconds since 1970-01-01T00:00:00Z."""

    def advance(self, seconds: float) -> None:
        """Move on by a number of seconds, >= 0."""

    def pass_call(self) -> None:
        """Let the time of one call pass, where no real time does."""


class VirtualClock:
    """A clock that stands still until it is moved on.

    Parameters
    ----------
    start : datetime
        Its first instant, with time zone.
    """

    def __init__(self, start: datetime) -> None:
        self._start = _local(start)
        self._elapsed = 0.0

    @property
    def now(self) -> datetime:
        """The present instant, in China Standard Time."""
        return self._start + timedelta(seconds=self._elapsed)

    @property
    def timestamp(self) -> int:
        """The present instant in whole seconds since 1970-01-01T00:00:00Z."""
        return int(self.now.timestamp())

    def advance(self, seconds: float) -> None:
        """Move on by a number of seconds, >= 0."""
        self._elapsed += _forward(seconds)

    def pass_call(self) -> None:
        """Move on by ``CALL_TIME``."""
        self._elapsed += CALL_TIME


class RunningClock:
    """A clock that runs, at its own speed, and can be moved on.

    Parameters
    ----------
    start : datetime
        Its first instant, with time zone.
    speed : float
        Seconds of the world a real second, > 0.
    head_start : float
        Seconds of the world that have passed when it begins, >= 0.
    tick : callable
        Real seconds that never go back.
    """

    def __init__(
        self,
        start: datetime,
        *,
        speed: float = 1.0,
        head_start: float = 0.0,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self.speed = speed
        self._head_start = _forward(head_start)
        self._start = _local(start)
        self._tick = tick
        self._began = tick()
        self._skipped = self._head_start

    @property
    def elapsed(self) -> float:
        """Seconds of the world since its start."""
        return (self._tick() - self._began) * self.speed + self._skipped

    @property
    def now(self) -> datetime:
        """The present instant, in China Standard Time."""
        return self._start + timedelta(seconds=self.elapsed)

    @property
    def timestamp(self) -> int:
        """The present instant in whole seconds since 1970-01-01T00:00:00Z."""
        return int(self.now.timestamp())

    def advance(self, seconds: float) -> None:
        """Move on by a number of seconds, >= 0."""
        self._skipped += _forward(seconds)

    def pass_call(self) -> None:
        """Do nothing: real time passes."""

    def restart(self) -> None:
        """Go back to where it began."""
        self._began = self._tick()
        self._skipped = self._head_start


def _local(start: datetime) -> datetime:
    if start.tzinfo is None:
        message = "a clock of a world starts at an instant with time zone"
        raise ValueError(message)
    return start.astimezone(CHINA)


def _forward(seconds: float) -> float:
    if not seconds >= 0.0:
        message = f"a clock does not go back by {-seconds} s"
        raise ValueError(message)
    return seconds
