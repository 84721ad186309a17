"""Jobs that share the servers of a station: one event for all of them."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Final

from sim.engine.order import STATION_RANK
from sim.engine.token import Instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from simpy import Environment
    from simpy.events import Event

    from sim.engine.token import Token

NEVER: Final = -1.0


class Sharing:
    """The jobs under way at a station whose servers are shared equally, each at most one server's worth.

    ``attained`` is the work that every job present has attained since the first of them began, in seconds; it grows at
    the common rate. A job is over when it reaches ``Token.ends_at``, its target: what was attained at its begin and its
    own service. So a change of the rate moves one event and no target.

    Parameters
    ----------
    row : int
        Row of the station; decides among stations at one instant.
    servers : int
        Servers that work now, 0 while the station is down.
    on_due : callable
        What the event does: it must call ``take_first``.

    References
    ----------
    Kleinrock (1976), Queueing Systems, volume 2, chapter 4 (processor sharing); the attained work as a clock is the
    virtual time of Parekh and Gallager (1993), A generalized processor sharing approach to flow control, IEEE/ACM
    Transactions on Networking 1(3), 344-357.
    """

    __slots__ = ("_attained", "_due", "_env", "_event", "_jobs", "_on_due", "_order", "_rate", "_servers", "_since")

    def __init__(self, env: Environment, row: int, servers: int, on_due: Callable[[Event], None]) -> None:
        self._env = env
        self._order = STATION_RANK | row
        self._on_due = on_due
        self._servers = servers
        self._jobs: list[tuple[float, int, int, Token]] = []
        self._attained = 0.0
        self._since = 0.0
        self._rate = 1.0
        self._due = NEVER
        self._event: Instant | None = None

    def busy(self) -> int:
        """Return how many servers are in use."""
        return min(len(self._jobs), self._servers)

    def add(self, token: Token, seconds: float) -> None:
        """Begin a service of so many seconds at a server of its own."""
        self._advance()
        if not self._jobs:
            self._attained = 0.0
        token.ends_at = self._attained + seconds
        insort(self._jobs, _entry(token))
        self._plan()

    def remove(self, token: Token) -> None:
        """Break a service off."""
        self._advance()
        del self._jobs[bisect_left(self._jobs, _entry(token))]
        self._plan()

    def take_first(self) -> Token:
        """Return the job whose service is over now, and leave it out from now on."""
        self._event, self._due = None, NEVER
        token = self._jobs.pop(0)[3]
        # equal, not advanced: the sum of the spans may be off by a rounding
        self._attained = token.ends_at
        self._since = self._env.now
        self._plan()
        return token

    def serve_with(self, servers: int) -> None:
        """Change how many servers work."""
        self._advance()
        self._servers = servers
        self._plan()

    def _advance(self) -> None:
        now = self._env.now
        self._attained += (now - self._since) * self._rate
        self._since = now

    def _plan(self) -> None:
        """Set the rate, and the event at which the first is over; nothing was attained since ``_advance``."""
        jobs, servers = len(self._jobs), self._servers
        self._rate = 1.0 if jobs <= servers else servers / jobs
        if jobs == 0 or self._rate == 0.0:
            self._cancel()
            return
        seconds = (self._jobs[0][0] - self._attained) / self._rate
        # a target passed by a rounding is due now
        seconds = max(seconds, 0.0)
        due = self._env.now + seconds
        if due != self._due:
            self._cancel()
            self._due = due
            self._event = Instant(self._env)
            self._event.callbacks.append(self._on_due)
            self._event.fire(seconds, self._order)

    def _cancel(self) -> None:
        if self._event is not None:
            self._event.cancel()
        self._event, self._due = None, NEVER


def _entry(token: Token) -> tuple[float, int, int, Token]:
    """Return a job's place in the order: its target, its key; the turn differs at one station."""
    return token.ends_at, token.key, token.turn, token
