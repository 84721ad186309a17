"""What happens later: an agenda in the time of the world, kept by its running clock.

Takes actions with the instant at which each is due, runs them; promises their order (by instant, then as they came) and
that an action sees as present the instant at which it was due, however late the machine is: lateness does not add up.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from sim.mock.clock import RunningClock


class Entry:
    """One action that is due later; it can be cancelled."""

    __slots__ = ("action", "number", "when")

    def __init__(self, when: float, number: int, action: Callable[[], None]) -> None:
        self.when = when
        self.number = number
        self.action: Callable[[], None] | None = action

    def __lt__(self, other: Entry) -> bool:
        return (self.when, self.number) < (other.when, other.number)

    def cancel(self) -> None:
        """Let it not happen."""
        self.action = None


class Agenda:
    """Actions by instant.

    Parameters
    ----------
    clock : RunningClock
        Its seconds since its start are the instants.
    """

    def __init__(self, clock: RunningClock) -> None:
        self._clock = clock
        self._entries: list[Entry] = []
        self._count = 0
        self._present: float | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def now(self) -> float:
        """The present instant: of the action that runs, else of the clock."""
        return self._clock.elapsed if self._present is None else self._present

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to run actions in an event loop."""
        self._loop = loop
        self.catch_up()

    def stop(self) -> None:
        """Run nothing more."""
        self._loop = None
        if self._timer is not None:
            self._timer.cancel()

    def clear(self) -> None:
        """Forget all that is due."""
        self._entries.clear()
        self.catch_up()

    def at(self, when: float, action: Callable[[], None]) -> Entry:
        """Let an action run at an instant, at once where that is past."""
        self._count += 1
        entry = Entry(when, self._count, action)
        heappush(self._entries, entry)
        if self._present is None and self._entries[0] is entry:
            self._arm()
        return entry

    def catch_up(self) -> None:
        """Run what is due by now; called before anything that depends on it, and when the clock was moved on."""
        now = self._clock.elapsed
        entries = self._entries
        while entries and (entries[0].when <= now or entries[0].action is None):
            entry = heappop(entries)
            if entry.action is not None:
                self._present = entry.when
                try:
                    entry.action()
                finally:
                    self._present = None
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._loop is not None and self._entries:
            wait = (self._entries[0].when - self._clock.elapsed) / self._clock.speed
            self._timer = self._loop.call_later(min(max(wait, 0.0), 86400.0), self.catch_up)
