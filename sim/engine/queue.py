"""A queueing station of the reference engine."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final, cast

from sim.engine import tally
from sim.engine.token import ENDED, RUNNING, SERVED, WAITING
from sim.plan import op

if TYPE_CHECKING:
    from simpy.events import Event

    from sim.engine.interpreter import Interpreter
    from sim.engine.tally import StationTally
    from sim.engine.token import Signal, Token

FRESH: Final = -1.0
MAX_STALE: Final = 64
"""How many entries of a queue's heap may belong to jobs that left, beside as many as wait."""


class Station:
    """Servers and the queue before them.

    A freed server is given at once, inside the release, to the first in turn, whose service is drawn and begins there:
    nothing is ever assigned but not started. Turn is (class, entry number), kept through an interruption.
    """

    __slots__ = (
        "_entries",
        "_in_service",
        "_run",
        "_waiting",
        "busy",
        "by_class",
        "down",
        "failed",
        "places",
        "queue_length",
        "servers",
        "slots",
        "tally",
    )

    def __init__(self, run: Interpreter, row: list[int], statistics: StationTally, *, tracks_service: bool) -> None:
        self._run = run
        self.servers, self.slots, self.places, by_class = row
        self.by_class = bool(by_class)
        self.tally = statistics
        self.busy = 0
        self.queue_length = 0
        self.down = 0
        self.failed = 0
        self._entries = 0
        self._waiting: list[tuple[int, int, Token]] = []
        # who is in their own service, needed where an outage can interrupt it
        self._in_service: dict[Token, None] | None = {} if tracks_service else None

    def note(self) -> None:
        """Bring the time-weighted sums up to now; called before any number changes."""
        on_duty = self.servers if self.servers < op.UNLIMITED else 0
        self.tally.note(self._run.env.now, self.queue_length, self.busy, on_duty)

    def is_free(self) -> bool:
        """Whether a server can be given now."""
        return not self.down and self.busy < self.servers and self.busy < self.slots

    def enter(self, token: Token) -> bool:
        """Take a job in; return False and leave the reason in the token when it is turned away."""
        self.note()
        counts = self.tally.now_counts
        counts[tally.ARRIVALS] += 1
        if self.failed:
            counts[tally.REFUSED] += 1
            token.reason = op.OUTAGE
            return False
        free = self.is_free()
        if not free and self.queue_length >= self.places:
            counts[tally.REJECTED] += 1
            token.reason = op.REJECTED
            return False
        counts[tally.JOINED] += 1
        token.station = self
        token.arrival_time = self._run.env.now
        token.arrival_bin = self.tally.bin
        token.turn = self._entries
        token.left = FRESH
        self._entries += 1
        if free:
            self._grant(token)
        else:
            self._queue(token)
            self._run.arm_patience(token)
        return True

    def _queue(self, token: Token) -> None:
        token.state = WAITING
        self.queue_length += 1
        heappush(self._waiting, (token.journey.priority_class if self.by_class else 0, token.turn, token))

    def _grant(self, token: Token) -> None:
        """Give a server; the caller noted the time."""
        self.busy += 1
        if token.left < 0.0:
            waited = self._run.env.now - token.arrival_time
            self.tally.started(token.arrival_bin, waited)
            if token.orphan is None:
                token.journey.waited += waited
            seconds = self._run.service_time(token)
        else:
            seconds = token.left
        if token.patience is not None:
            token.patience.cancel()
            token.patience = None
        token.state = SERVED
        token.ends_at = self._run.env.now + seconds
        token.signal.callbacks.insert(0, self.finish)
        token.signal.fire(seconds, token.key)
        if self._in_service is not None:
            self._in_service[token] = None

    def finish(self, event: Event) -> None:
        """End a service: a VISIT gives its server back before the leaver goes on, an ENTER keeps it until LEAVE."""
        token = cast("Signal", event).token
        self.note()
        self.tally.now_counts[tally.COMPLETED] += 1
        token.state = RUNNING
        token.station = None
        if self._in_service is not None:
            del self._in_service[token]
        if self._run.ops[token.place][0] == op.VISIT:
            self.busy -= 1
            self._dispatch()
        else:
            token.holds.append(self)
        token.place += 1

    def release(self) -> None:
        """Take a server back and give it to the first in turn."""
        self.note()
        self.busy -= 1
        self._dispatch()

    def _dispatch(self) -> None:
        while self.queue_length and self.is_free():
            token = self._first()
            self.queue_length -= 1
            self._grant(token)

    def _first(self) -> Token:
        """Take the first in turn; those who left are still in the heap and are passed over."""
        while True:
            _, turn, token = heappop(self._waiting)
            if token.state == WAITING and token.station is self and token.turn == turn:
                return token

    def _forget(self) -> None:
        """Drop those who left from the heap: behind a class that is always served first they would pile up."""
        self._waiting = [entry for entry in self._waiting if _is_waiting(entry, self)]
        heapify(self._waiting)

    def withdraw(self, token: Token, column: int) -> None:
        """Let a job go before its end, for a reason that has a column of ``STATION_COUNTS``."""
        self.note()
        waited = self._run.env.now - token.arrival_time if token.state == WAITING and token.left < 0.0 else 0.0
        self.tally.left(token.arrival_bin, column, waited)
        if token.orphan is None:
            token.journey.waited += waited
        token.station = None
        if token.patience is not None:
            token.patience.cancel()
            token.patience = None
        if token.state == WAITING:
            token.state = RUNNING
            self.queue_length -= 1
            if len(self._waiting) > MAX_STALE + 2 * self.queue_length:
                self._forget()
            return
        token.state = RUNNING
        if self._in_service is not None:
            del self._in_service[token]
        self.busy -= 1
        self._dispatch()

    # What the scenario does at fixed instants.

    def change(self, kind: int, value: int) -> None:
        """Apply a shift, or the begin or end of an outage."""
        self.note()
        if kind == op.SHIFT:
            self.servers = value
        elif kind in (op.UNDRAIN, op.UNSUSPEND, op.UNFAIL):
            self.down -= 1
            self.failed -= kind == op.UNFAIL
        else:
            self.down += 1
            if kind == op.SUSPEND:
                self._suspend()
            elif kind == op.FAIL:
                self.failed += 1
                self._fail()
        self._dispatch()

    def _suspend(self) -> None:
        served = self._in_service if self._in_service is not None else {}
        for token in list(served):
            self.tally.now_counts[tally.SUSPENDED] += 1
            del served[token]
            self.busy -= 1
            token.left = token.ends_at - self._run.env.now
            token.renew()
            self._queue(token)

    def _fail(self) -> None:
        """Throw out served jobs in the order they were granted, then those waiting, by turn."""
        waiting = sorted(entry for entry in self._waiting if _is_waiting(entry, self))
        for token in [*(self._in_service or ()), *(entry[2] for entry in waiting)]:
            if token.station is self and token.state != ENDED:
                self.withdraw(token, tally.FAILED)
                self._run.fail_call(token)


def _is_waiting(entry: tuple[int, int, Token], station: Station) -> bool:
    _, turn, token = entry
    return token.state == WAITING and token.station is station and token.turn == turn
