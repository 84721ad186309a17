"""The engine against programs that use SimPy's own resources: same draws, written apart, nothing shared but the names.

Random networks of stations (servers, waiting places, every discipline that gives a job a server of its own) with
patience, time-outs that orphan or cancel, repeats with backoff and jitter, and nested calls; times are continuous, so
that nothing is decided by the order within an instant.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, cast

import pytest
import simpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.discipline import DISCIPLINES
from sim.distribution import DISTRIBUTIONS
from sim.draw import name_hash, run_key, uniform
from sim.scenario.model import Backoff, Call, Cost, InlineJourney, Law, Scenario
from tests.scenarios import exponential, line, run, scenario, station, step

if TYPE_CHECKING:
    from collections.abc import Generator

    from sim.scenario.model import DemandLine, InlineStep, Station

SEED = 7
NAMES = ("north", "south")
OWN_SERVERS = tuple(name for name, how in DISCIPLINES if not how.shares)


class Turn(simpy.resources.resource.PriorityRequest):
    """A request whose place in the queue is given: that of before, for a service that was interrupted.

    SimPy orders requests of one priority by the time they are made, so an interrupted job would go behind its class;
    here a priority is the whole turn.
    """

    def __init__(self, desk: simpy.PreemptiveResource, turn: tuple[float, float], *, preempt: bool) -> None:
        self.desk = desk
        self.turn = turn
        self.taken = False
        super().__init__(desk, cast("int", turn), preempt)

    def pin(self) -> None:
        """Let nobody take the server away: its holder waits for an answer."""
        self.key = (cast("int", (-math.inf, 0.0)), 0.0, False)


@dataclass
class Work:
    """A call under way: whose it is, whether it was left behind, how many servers it holds."""

    caller: Work | None
    left_behind: bool = False
    held: int = 0

    def is_orphan(self) -> bool:
        return self.left_behind or (self.caller is not None and self.caller.is_orphan())


class Citizen(NamedTuple):
    stream: int
    k: int
    priority: int
    since: list[float]  # when its present wait began; empty when it does not wait
    waited: list[float]


class ByHand:
    """A scenario of inline journeys without calendars, faults, channels and divisions."""

    def __init__(self, made: Scenario) -> None:
        self.made = made
        self.env = simpy.Environment()
        self.stations: dict[str, Station] = {one.name: one for one in made.stations}
        self.desks = {one.name: simpy.PreemptiveResource(self.env, one.servers[0] or 1) for one in made.stations}
        self.counts: Counter[tuple[str, str]] = Counter()
        self.sums: defaultdict[tuple[str, str], float] = defaultdict(float)
        self.running = 0

    def simulate(self) -> ByHand:
        for demand in self.made.demand:
            self.env.process(self.source(demand))
        # a caller and its callee at one full station may wait for each other for ever
        while (self.running or self.env.peek() < self.made.duration) and self.env.peek() < math.inf:
            self.env.step()
        while self.env.peek() == self.env.now:
            self.env.step()
        return self

    def draw(self, law: Law, citizen: Citizen, step_name: str, visit: int) -> float:
        entry = DISTRIBUTIONS.get(law.name)
        key = (*run_key(SEED, 0), citizen.k, citizen.stream, name_hash(step_name), visit)
        return entry.sample(*entry.encode(dict(law.parameters)), key)

    def source(self, demand: DemandLine) -> Generator[simpy.Event, object, None]:
        stream, k, rate = name_hash(demand.name), 0, demand.rates[0][1]
        while True:
            gap = -math.log(uniform((*run_key(SEED, 0), k, stream, name_hash("#arrival"), 0), 0)) / rate
            if self.env.now + gap >= self.made.duration:
                return
            yield self.env.timeout(gap)
            self.running += 1
            self.env.process(self.journey(Citizen(stream, k, demand.priority_class, [], []), demand.name))
            k += 1

    def journey(self, citizen: Citizen, name: str) -> Generator[simpy.Event, object, None]:
        begun, ended = self.env.now, "completed"
        for one in self.made.journeys["visit"].steps:
            if not (yield from self.step(one, citizen)):
                ended = "failed"
                break
        self.running -= 1
        self.counts[name, ended] += 1
        self.sums[name, "sojourn"] += self.env.now - begun
        self.sums[name, "waiting"] += math.fsum(citizen.waited)

    def step(self, one: InlineStep, citizen: Citizen) -> Generator[simpy.Event, object, bool]:
        path, wait = f"visit/{one.name}", one.retry_after
        for repeat in range(one.retry_limit + 1):
            if (yield from self.call(one.cost, citizen, path, None, repeat)):
                return True
            if repeat < one.retry_limit:
                self.counts[one.cost.operation, "retries"] += 1
                spread = 1.0
                if jitter := one.cost.backoff.jitter:
                    key = (*run_key(SEED, 0), citizen.k, citizen.stream, name_hash(f"{path}#backoff"), repeat)
                    spread = 1.0 - jitter + 2.0 * jitter * uniform(key, 0)
                yield self.env.timeout(wait * spread)
                wait *= one.cost.backoff.factor
        return False

    def call(
        self, cost: Cost, citizen: Citizen, path: str, caller: Work | None, repeat: int
    ) -> Generator[simpy.Event, object, bool]:
        self.counts[cost.operation, "attempts"] += 1
        if cost.timeout is None:
            work = caller or Work(None)
            reason = yield from self.serve(cost, citizen, path, work, repeat)
        else:
            work = Work(caller)
            under_way = self.env.process(self.until_cancelled(self.serve(cost, citizen, path, work, repeat)))
            try:
                yield under_way | self.env.timeout(cost.timeout)
            except simpy.Interrupt:
                if under_way.is_alive:
                    under_way.interrupt()
                    yield under_way
                raise
            reason = str(under_way.value) if under_way.triggered else "timed_out"
            if not under_way.triggered:
                yield from self.give_up(cost, citizen, work, under_way)
        if cost.timeout is None or not work.left_behind:
            self.counts[cost.operation, reason] += 1
        else:
            self.counts[cost.operation, "timed_out"] += 1
        return reason == "succeeded"

    def until_cancelled(self, serving: Generator[simpy.Event, object, str]) -> Generator[simpy.Event, object, str]:
        try:
            return (yield from serving)
        except simpy.Interrupt:
            return "cancelled"

    def give_up(
        self, cost: Cost, citizen: Citizen, work: Work, under_way: simpy.Process
    ) -> Generator[simpy.Event, object, None]:
        if cost.on_timeout == "cancel" or not work.held:
            under_way.interrupt()
            yield under_way
            return
        if citizen.since and not work.is_orphan():
            citizen.waited.append(self.env.now - citizen.since.pop())
        work.left_behind = True

    def serve(
        self, cost: Cost, citizen: Citizen, path: str, work: Work, repeat: int
    ) -> Generator[simpy.Event, object, str]:
        desk, place = self.desks[cost.station], self.stations[cost.station]
        self.counts[place.name, "arrivals"] += 1
        turn, preempts = self.turn(place, citizen)
        is_busy = desk.count >= desk.capacity
        takes_over = is_busy and preempts and any(user.key[0] > cast("int", turn) for user in desk.users)
        self.counts[place.name, "preempted"] += takes_over
        if is_busy and not takes_over and place.queue is not None and len(desk.queue) >= place.queue:
            self.counts[place.name, "rejected"] += 1
            return "rejected"
        with ExitStack() as held:
            joined, request = self.env.now, Turn(desk, turn, preempt=preempts)
            held.enter_context(request)
            patience = self.draw(cost.patience, citizen, f"{path}#patience", repeat) if cost.patience else math.inf
            if not (yield from self.wait(citizen, work, request, patience)):
                self.counts[place.name, "reneged"] += 1
                return "timed_out"
            self.counts[place.name, "started"] += 1
            self.sums[place.name, "waiting_started"] += self.env.now - joined
            seconds = self.draw(cost.service, citizen, f"{path}#service", repeat)
            request = yield from self.work_off(request, seconds, work, held)
            request.pin()
            self.counts[place.name, "completed"] += 1
            answer = "succeeded"
            for number, name in enumerate(names(cost)):
                inner = self.made.costs[cost.calls[number].operation]
                if not (yield from self.call(inner, citizen, f"{path}/{name}", work, repeat)):
                    answer = "outage"
                    break
            work.held -= 1
            # SimPy gives a server on when the release is processed: only then may the leaver ask for another
            yield desk.release(request)
        return answer

    def turn(self, place: Station, citizen: Citizen) -> tuple[tuple[float, float], bool]:
        how = DISCIPLINES.get(place.discipline)
        entry = -self.env.now if how.newest_first else self.env.now
        return (citizen.priority if how.by_class else 0.0, entry), how.preemptive

    def wait(
        self, citizen: Citizen, work: Work, request: Turn, patience: float
    ) -> Generator[simpy.Event, object, bool]:
        """Wait for the first begin of a service; return whether it came."""
        if not work.is_orphan():
            citizen.since.append(self.env.now)
        has_limit = math.isfinite(patience) and not request.triggered
        try:
            yield from granted(request, request | self.env.timeout(patience) if has_limit else request)
        finally:
            if citizen.since and not work.is_orphan():
                citizen.waited.append(self.env.now - citizen.since.pop())
        return request.triggered

    def work_off(
        self, request: Turn, seconds: float, work: Work, held: ExitStack
    ) -> Generator[simpy.Event, object, Turn]:
        """Serve to the end, through interruptions; return the request that holds the server then."""
        while True:
            if not request.taken:
                begun = self.env.now
                work.held += 1
                try:
                    yield self.env.timeout(seconds)
                except simpy.Interrupt as interrupt:
                    if not was_preempted(interrupt):
                        raise
                    seconds -= self.env.now - begun
                    work.held -= 1
                else:
                    return request
            request = Turn(request.desk, request.turn, preempt=False)
            held.enter_context(request)
            yield from granted(request, request)


def names(cost: Cost) -> list[str]:
    """Return under which names the nested calls draw: a second call of an operation has a name of its own."""
    called = [call.operation for call in cost.calls]
    before = [called[:number].count(name) for number, name in enumerate(called)]
    return [f"{name}#{count + 1}" if count else name for name, count in zip(called, before, strict=True)]


def granted(request: Turn, coming: simpy.Event) -> Generator[simpy.Event, object, None]:
    """Wait for what grants a request, or ends the wait; a server can be gone within the instant in which it came."""
    try:
        yield coming
    except simpy.Interrupt as interrupt:
        if not was_preempted(interrupt):
            raise
        request.taken = True


def was_preempted(interrupt: simpy.Interrupt) -> bool:
    return isinstance(interrupt.cause, simpy.resources.resource.Preempted)


def laws() -> st.SearchStrategy[Law]:
    mean = st.sampled_from((0.5, 1.0, 2.0, 4.0))
    return st.one_of(
        mean.map(exponential),
        mean.map(lambda value: Law("gamma", (("mean", value), ("cv", 1.5)))),
        mean.map(lambda value: Law("lognormal", (("mean", value), ("cv", 0.7)))),
    )


@st.composite
def costs(draw: st.DrawFn, operation: str, calls: tuple[Call, ...] = ()) -> Cost:
    return Cost(
        operation,
        draw(st.sampled_from(NAMES)),
        draw(laws()),
        calls=calls,
        patience=draw(st.one_of(st.none(), laws())),
        timeout=draw(st.sampled_from((None, None, 1.3, 3.1, 7.7))),
        on_timeout=draw(st.sampled_from(("orphan", "cancel"))),
        backoff=Backoff(draw(st.sampled_from((1.0, 2.0))), draw(st.sampled_from((0.0, 0.5)))),
    )


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    ask, tell = (Call("ask", "none"),), (Call("tell", "none"),)
    chosen = [draw(st.sampled_from(((), (), ask, ask + tell, ask + ask))) for _ in range(draw(st.integers(1, 3)))]
    steps = tuple(
        replace(
            step(
                f"s{number}",
                retry_limit=draw(st.sampled_from((0, 1, 3))),
                retry_after=draw(st.sampled_from((0.7, 1.9))),
            ),
            cost=draw(costs(f"visit.s{number}", calls)),
        )
        for number, calls in enumerate(chosen)
    )
    return scenario(
        (),
        [
            station(
                name,
                draw(st.sampled_from((1, 2, 3))),
                queue=draw(st.sampled_from((None, None, 0, 1, 4))),
                discipline=draw(st.sampled_from(OWN_SERVERS)),
            )
            for name in NAMES
        ],
        costs={"ask": draw(costs("ask", tell)), "tell": draw(costs("tell"))},
        journeys={"visit": InlineJourney("visit", steps)},
        demand=tuple(
            line(name, draw(st.sampled_from((0.2, 0.6))), priority_class=number, process="poisson")
            for number, name in enumerate(("lions", "tigers"))
        ),
        duration=100.0,
    )


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_the_engine_does_what_a_program_with_simpys_resources_does(made: Scenario) -> None:
    ours, theirs = run(made, seed=SEED), ByHand(made).simulate()
    for number, name in enumerate(("lions", "tigers")):
        ended = ours.record.group_outcomes[number].tolist()
        assert ended == [theirs.counts[name, "completed"], theirs.counts[name, "failed"]]
        sums = ours.record.group_sums[number].sum(axis=0).tolist()
        assert sums == pytest.approx([theirs.sums[name, "sojourn"], theirs.sums[name, "waiting"]], rel=1e-9, abs=1e-9)
    for name in NAMES:
        columns = ("arrivals", "rejected", "reneged", "started", "preempted", "completed")
        assert [ours.count(one, name) for one in columns] == [theirs.counts[name, one] for one in columns]
        waits = ours.total("waiting_started", name)
        assert waits == pytest.approx(theirs.sums[name, "waiting_started"], rel=1e-9, abs=1e-9)
    for operation in ours.layout.operation_names:
        ways = ("attempts", "succeeded", "timed_out", "rejected", "outage", "retries")
        counted = [theirs.counts[operation, way] for way in ways]
        assert [ours.operation(way, operation) for way in ways] == counted
