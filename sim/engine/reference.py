"""The reference engine: SimPy's environment, events and processes with stations of our own.

It is the specification of behaviour. Streams and tokens are processes; a visit is one event, made when the job joins
and scheduled when its service begins; where servers are shared, a station has one event for all its jobs. Two kinds of
order rule an instant: events take turns by an integer key (rank, stream, arrival, branch, kind), and what an event sets
free at the same instant (forked branches, satisfied waits, joins, failed calls) follows at once, first in first out,
through SimPy's zero-delay events.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from simpy import Environment

from sim.draw import run_key
from sim.engine.compiled import draws, is_compiled
from sim.engine.generate import generated_source
from sim.engine.interpreter import Interpreter
from sim.engine.order import (
    ARRIVAL_STEP,
    CHANNEL_STEP,
    FIRST_EVENT_KEY,
    HOME_STEP,
    JOURNEY_RANK,
    K_SHIFT,
    LIMIT_KEY,
    PROGRESS_KEY,
    STREAM_SHIFT,
    WINDOW_KEY,
)
from sim.engine.queue import Station
from sim.engine.tally import StationTally, record_of
from sim.engine.token import Instant, Journey, Token
from sim.errors import EngineError
from sim.plan import op
from sim.plan import plan as columns

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from simpy.events import Event

    from sim.bundle.log import Log
    from sim.bundle.record import Record
    from sim.engine.base import OnProgress
    from sim.plan import Plan

PROGRESS_STEPS: Final = 100
DRAIN_SHARE: Final = 0.05


class Reference:
    """The reference engine (``sim.engine.base.Engine``)."""

    name = "reference"
    cold_start = 3.0

    def is_ready(self) -> bool:
        """Whether the draws lie compiled on the disk."""
        return is_compiled("tongban_draws", generated_source())

    def warm_up(self) -> None:
        """Load the compiled draws, or compile them."""
        compiled = draws()
        compiled.draw(0, 1.0, 0.0, 0.0, 0.0, 0, 0, 0, 0, 0, 0)
        compiled.draw_uniform(0, 0, 0, 0, 0, 0)

    def run(
        self,
        plan: Plan,
        *,
        seed: int,
        replication: int,
        on_progress: OnProgress | None = None,
        log: Log | None = None,
    ) -> Record:
        """Run one replication; see ``sim.engine.base.Engine.run``."""
        return Run(plan, run_key(seed, replication), log).execute(replication, on_progress)


class Run(Interpreter):
    """One replication under way: arrivals, the scenario's own events, the end."""

    def __init__(self, plan: Plan, key: tuple[int, int], log: Log | None = None) -> None:
        compiled = draws()
        super().__init__(Environment(0.0), plan, key, compiled, log)
        self._plan = plan
        self._gap: Callable[..., float] = compiled.draw_gap
        self._tallies = [StationTally(plan.edges) for _ in plan.stations]
        interrupted = {int(row[0]) for row in plan.events if row[1] in (op.SUSPEND, op.FAIL)}
        self.stations = [
            Station(self, number, row, self._tallies[number], can_stop=number in interrupted)
            for number, row in enumerate(plan.stations.tolist())
        ]
        self._streams: list[list[int]] = plan.streams.tolist()
        self._channels: list[list[float]] = plan.channel_cumulative.tolist()
        self._entries: list[int] = plan.channel_entry.tolist()
        self._population: list[float] = plan.division_cumulative.tolist()
        # what the run still waits for: the end of the window, streams that go on, journeys under way
        self._pending = 1
        self._end_time = 0.0

    def execute(self, replication: int, on_progress: OnProgress | None) -> Record:
        """Run to the end and return the record."""
        self._schedule(on_progress)
        for number in range(len(self._plan.streams)):
            self._pending += 1
            self.env.process(self._source(number))
        step = self.env.step
        try:
            while self._pending > 0:
                step()
        except _LimitReachedError:
            self._end_time = self.env.now
        for station in self.stations:
            station.note()
        if self.ledger is not None:
            self.ledger.close()
        drained = self._pending == 0
        return record_of(replication, self.tally, self._tallies, self._end_time, drained=drained, plan=self._plan)

    def _schedule(self, on_progress: OnProgress | None) -> None:
        """Schedule all that happens at fixed instants."""
        plan = self._plan
        self._at(plan.limit, LIMIT_KEY, self._reach_limit)
        self._at(plan.window_end, WINDOW_KEY, lambda _: self._settle())
        for number, ((station, kind, value), when) in enumerate(
            zip(plan.events.tolist(), plan.event_time.tolist(), strict=True)
        ):
            self._at(when, FIRST_EVENT_KEY + number, _calling(self.stations[station].change, kind, value))
        if on_progress is not None:
            for part in range(1, PROGRESS_STEPS + 1):
                share = part / PROGRESS_STEPS
                told = share * (1.0 - DRAIN_SHARE)
                self._at(share * plan.window_end, PROGRESS_KEY, _calling(on_progress, told))

    def _at(self, when: float, order: int, what: Callable[[Event], None]) -> None:
        signal = Instant(self.env)
        signal.callbacks.append(what)
        signal.fire(when, order)

    def _reach_limit(self, _: Event) -> None:
        raise _LimitReachedError

    def _settle(self) -> None:
        """Note that something the run waited for is over."""
        self._pending -= 1

    # Arrivals.

    def _source(self, number: int) -> Generator[Event, object, None]:
        """Be the process of a stream: one arrival after the other, each journey a process of its own."""
        plan = self._plan
        stream = self._streams[number]
        first, until, cross = plan.stream_floats[number].tolist()
        process, stream_hash = stream[columns.STREAM_PROCESS], stream[columns.STREAM_HASH]
        rates, phase, clock = plan.stream_rates, plan.phase, plan.clock
        key = JOURNEY_RANK | number << STREAM_SHIFT
        k, due = 0, first
        if first > 0.0:
            opening = Instant(self.env)
            opening.fire(first, key)
            yield opening
        while True:
            gap = self._gap(process, due, rates, number, phase, *self._key, k, stream_hash, ARRIVAL_STEP)
            due += gap
            if due >= until:
                self._settle()
                return
            coming = Instant(self.env)
            # on a whole-second clock the instant is rounded down, not the gap: gaps below 1 s would never end
            coming.fire(math.floor(due) - self.env.now if clock > 0.0 else gap, key | k << K_SHIFT)
            yield coming
            self._begin(number, cross, k, key | k << K_SHIFT)
            k += 1

    def _begin(self, number: int, cross: float, k: int, key: int) -> None:
        """Begin a journey of a stream: its channel and home are draws of its own."""
        now, stream = self.env.now, self._streams[number]
        office, priority_class = stream[columns.STREAM_OFFICE], stream[columns.STREAM_CLASS]
        journey = Journey(number, stream[columns.STREAM_HASH], k, office, priority_class, now)
        at = stream[columns.STREAM_CHANNEL_AT]
        channel = 0
        if stream[columns.STREAM_CHANNELS] > 1:
            hour = int((now + self._plan.phase) / 3600.0) % 24
            u = self._uniform(*self._key, k, journey.hash, CHANNEL_STEP, 0)
            while u >= self._channels[at + channel][hour]:
                channel += 1
        if cross > 0.0:
            u = self._uniform(*self._key, k, journey.hash, HOME_STEP, 0)
            if u < cross:
                journey.home = self._elsewhere(journey.office, u / cross)
        journey.group = stream[columns.STREAM_GROUP] + channel
        journey.counted = self.tally.arrived(journey.group, now)
        journey.visits = [0] * self._plan.n_registers
        journey.repeats = [0] * self._plan.n_counters
        self._pending += 1
        token = Token(self.env, journey, self._entries[at + channel], key)
        self.env.process(self.life(token, waits=False))

    def _elsewhere(self, office: int, u: float) -> int:
        """Return another division, by population; ``office`` itself when nobody lives elsewhere."""
        people = self._population
        own_from = people[office - 1] if office else 0.0
        own = people[office] - own_from
        others = people[-1] - own
        if others <= 0.0:
            return office
        wanted = u * others
        if wanted >= own_from:
            wanted += own
        return next((number for number, cumulative in enumerate(people) if wanted < cumulative), len(people) - 1)

    def on_end(self, journey: Journey, outcome: int) -> None:
        """Count a journey's end."""
        now = self.env.now
        self.tally.finished(
            journey.group,
            outcome,
            now,
            counted=journey.counted,
            sojourn=now - journey.arrived,
            waiting=journey.waited,
        )
        if self.ledger is not None:
            self.ledger.journey(journey, outcome, now)
        self._end_time = now
        self._pending -= 1


def _calling(what: Callable[..., None], *arguments: float) -> Callable[[Event], None]:
    """Return a callback of an event that calls ``what`` with these arguments."""
    return lambda _: what(*arguments)


class _LimitReachedError(EngineError):
    """Leaves SimPy's loop when the simulated time is over."""
