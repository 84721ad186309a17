"""The virtual clock of a mocked world: it moves when it is told to and never by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from sim.mock.value import CHINA


class VirtualClock:
    """A clock that stands still until it is moved on.

    Parameters
    ----------
    start : datetime
        Its first instant, with time zone.
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            message = "a virtual clock starts at an instant with time zone"
            raise ValueError(message)
        self._start = start.astimezone(CHINA)
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
        if seconds < 0.0:
            message = f"a clock does not go back by {-seconds} s"
            raise ValueError(message)
        self._elapsed += seconds
