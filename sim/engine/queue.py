"""A queueing station of the reference engine."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final, cast

from sim.engine import tally
from sim.engine.sharing import Sharing
from sim.engine.token import ENDED, RUNNING, SERVED, WAITING
from sim.plan import op
from sim.plan import plan as columns

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
    nothing is ever assigned but not started. Turn is (class, entry number), the number negated where the newest goes
    first; it is kept through an interruption.

    Where servers are shared, what is given is a slot: ``busy`` counts the slots taken, by jobs under way and by callers
    that wait for an answer. A slot is given while the station is down, too; the job then waits in it.

    Parameters
    ----------
    number : int
        Row of the station.
    row : list of int
        Its columns of ``Plan.stations``.
    can_stop : bool
        Whether an outage can interrupt or throw out whom it serves.
    """

    __slots__ = (
        "_entries",
        "_in_service",
        "_ledger",
        "_number",
        "_run",
        "_sharing",
        "_sign",
        "_waiting",
        "busy",
        "by_class",
        "down",
        "failed",
        "places",
        "preemptive",
        "queue_length",
        "servers",
        "slots",
        "tally",
    )

    def __init__(
        self, run: Interpreter, number: int, row: list[int], statistics: StationTally, *, can_stop: bool
    ) -> None:
        self._run = run
        self._ledger = run.ledger
        self._number = number
        self.servers, self.slots, self.places = row[: columns.STATION_BY_CLASS]
        self.by_class = bool(row[columns.STATION_BY_CLASS])
        self.preemptive = bool(row[columns.STATION_PREEMPTIVE])
        self._sign = -1 if row[columns.STATION_NEWEST_FIRST] else 1
        self.tally = statistics
        self.busy = 0
        self.queue_length = 0
        self.down = 0
        self.failed = 0
        self._entries = 0
        self._waiting: list[tuple[int, int, Token]] = []
        # who is in their own service, in the order of the grants; needed where it can be interrupted
        self._in_service: dict[Token, None] | None = {} if can_stop or self.preemptive else None
        shares = row[columns.STATION_SHARES]
        self._sharing = Sharing(run.env, number, self.servers, self._finish_first) if shares else None

    def note(self) -> None:
        """Bring the time-weighted sums up to now; called before any number changes."""
        on_duty = self.servers if self.servers < op.UNLIMITED else 0
        busy = self.busy if self._sharing is None else self._sharing.busy()
        self.tally.note(self._run.env.now, self.queue_length, busy, on_duty)

    def is_free(self) -> bool:
        """Whether a server, or a slot where servers are shared, can be given now."""
        if self._sharing is not None:
            return not self.failed and self.busy < self.slots
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
        token.turn = self._sign * self._entries
        free = self.is_free() or (self.preemptive and self._preempt(token))
        if not free and self.queue_length >= self.places:
            counts[tally.REJECTED] += 1
            token.reason = op.REJECTED
            return False
        counts[tally.JOINED] += 1
        token.station = self
        token.arrival_time = self._run.env.now
        token.arrival_bin = self.tally.bin
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
        # the turn written out: the call would be made for every wait
        heappush(self._waiting, (token.journey.priority_class if self.by_class else 0, token.turn, token))

    def _turn(self, token: Token) -> tuple[int, int]:
        """Return a job's place in the order of service; the least is the first."""
        return token.journey.priority_class if self.by_class else 0, token.turn

    def _preempt(self, newcomer: Token) -> bool:
        """Take a server for a newcomer from the worst turn in service, if that is worse; return whether one was taken.

        Callers that hold a server are not interrupted. With more servers busy than there are (after a shift) the one
        set free would be gone.
        """
        if self.down or self.busy > min(self.servers, self.slots):
            return False
        victim = max(self._in_service or (), key=self._turn, default=None)
        if victim is None or self._turn(victim) < self._turn(newcomer):
            return False
        self.tally.now_counts[tally.PREEMPTED] += 1
        self._interrupt(victim)
        return True

    def _interrupt(self, token: Token) -> None:
        """Take a server from a job, which goes back to its turn with what is left."""
        if self._in_service is not None:
            del self._in_service[token]
        self.busy -= 1
        token.left = token.ends_at - self._run.env.now
        token.renew()
        self._queue(token)

    def _grant(self, token: Token) -> None:
        """Give a server; the caller noted the time."""
        self.busy += 1
        if token.left < 0.0:
            token.service_start = self._run.env.now
            waited = token.service_start - token.arrival_time
            self.tally.started(token.arrival_bin, waited)
            self._run.note_wait(token, waited)
            seconds = self._run.service_time(token)
        else:
            seconds = token.left
        if token.patience is not None:
            token.patience.cancel()
            token.patience = None
        token.state = SERVED
        if self._sharing is not None:
            self._sharing.add(token, seconds)
        else:
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
        if self._ledger is not None:
            self._ledger.visit(token, self._number, tally.COMPLETED, self._run.env.now)
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

    def _finish_first(self, _: Event) -> None:
        """End the service that is over first among those that share the servers."""
        self.note()
        token = cast("Sharing", self._sharing).take_first()
        self.finish(token.signal)
        token.signal.succeed()

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
        self._run.note_wait(token, waited)
        if self._ledger is not None:
            self._ledger.visit(token, self._number, column, self._run.env.now)
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
        if self._sharing is not None:
            self._sharing.remove(token)
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
            self.failed += kind == op.FAIL
        if self._sharing is not None:
            self._sharing.serve_with(0 if self.down else self.servers)
        elif kind == op.SUSPEND:
            self._suspend()
        if kind == op.FAIL:
            self._fail()
        self._dispatch()

    def _suspend(self) -> None:
        for token in list(self._in_service or ()):
            self.tally.now_counts[tally.SUSPENDED] += 1
            self._interrupt(token)

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
