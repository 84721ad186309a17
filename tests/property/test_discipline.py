"""Disciplines against a simulation that knows only who is served how fast, and what no order of service can change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.discipline import DISCIPLINES
from sim.scenario.model import InlineJourney, Law
from tests.logs import Visit, logged
from tests.scenarios import Result, exponential, fixed, line, run, scenario, station, step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.scenario.model import Scenario

LINES = ("lions", "tigers", "zebras")
anything = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Job(NamedTuple):
    """A visit as it came: when, of which class, for how long."""

    arrived: float
    priority: int
    work: float
    visit: tuple[str, int]


def fifo(job: Job) -> tuple[float, ...]:
    return (job.arrived,)


def by_class(job: Job) -> tuple[float, ...]:
    return (job.priority, job.arrived)


def newest(job: Job) -> tuple[float, ...]:
    return (-job.arrived,)


ORDERS: dict[str, tuple[Callable[[Job], tuple[float, ...]], bool]] = {
    "fifo": (fifo, False),
    "lifo": (newest, False),
    "priority": (by_class, False),
    "preemptive-lifo": (newest, True),
    "preemptive-priority": (by_class, True),
}
"""For each discipline whose jobs have servers of their own: the order, and whether it holds during services, too."""


def speeds(discipline: str, servers: int, present: Sequence[Job], serving: Sequence[Job]) -> dict[Job, float]:
    """Return who is served at which speed; ``serving`` are those who were until now."""
    if discipline == "processor-sharing":
        return dict.fromkeys(present, min(1.0, servers / max(len(present), 1)))
    order, interrupts = ORDERS[discipline]
    kept = [] if interrupts else [job for job in serving if job in present]
    others = sorted((job for job in present if job not in kept), key=order)
    return dict.fromkeys([*kept, *others][:servers], 1.0)


def by_hand(discipline: str, servers: int, jobs: Sequence[Job]) -> dict[tuple[str, int], float]:
    """Return when each job ends, by wearing down what is left from event to event."""
    coming, left, ends, now = sorted(jobs), dict[Job, float](), dict[tuple[str, int], float](), 0.0
    served: dict[Job, float] = {}
    while coming or left:
        served = speeds(discipline, servers, list(left), list(served))
        ending = min((left[job] / speed for job, speed in served.items()), default=math.inf)
        arriving = coming[0].arrived - now if coming else math.inf
        span = min(ending, arriving)
        for job, speed in served.items():
            left[job] -= span * speed
        now += span
        if arriving <= ending:
            job = coming.pop(0)
            left[job] = job.work
        else:
            first = min(served, key=lambda job: left[job])
            ends[first.visit] = now
            del left[first]
    return ends


def made(discipline: str, servers: int, laws: Sequence[Law], rates: Sequence[float], **changes: object) -> Scenario:
    demand = [
        line(name, rate, journey=name, priority_class=number, process="poisson")
        for number, (name, rate) in enumerate(zip(LINES, rates, strict=False))
    ]
    return scenario(
        stations=[station(servers=servers, discipline=discipline)],
        journeys={name: InlineJourney(name, (step("a", service=law),)) for name, law in zip(LINES, laws, strict=False)},
        demand=tuple(demand),
        duration=60.0,
        **changes,  # type: ignore[arg-type]  # fields of Scenario
    )


def laws() -> st.SearchStrategy[Law]:
    mean = st.sampled_from((0.3, 1.0, 3.0))
    return st.one_of(mean.map(exponential), mean.map(lambda value: Law("lognormal", (("mean", value), ("cv", 1.5)))))


loads = st.lists(st.tuples(laws(), st.sampled_from((0.1, 0.4, 0.9))), min_size=1, max_size=3)


def works(visits: Sequence[Visit]) -> dict[tuple[str, int], float]:
    """Return the service times of the visits of a run in which nobody waits for anybody."""
    return {(one.line, one.k): one.left - one.started for one in visits}


@pytest.mark.parametrize("discipline", DISCIPLINES.names())
@anything
@given(load=loads, servers=st.integers(1, 3), seed=st.integers(0, 999))
def test_every_job_ends_when_a_simulation_by_hand_says(
    discipline: str, load: list[tuple[Law, float]], servers: int, seed: int
) -> None:
    given_laws, rates = [law for law, _ in load], [rate for _, rate in load]
    alone = logged(made("fifo", 10**6, given_laws, rates), seed=seed).visits
    work = works(alone)
    jobs = [Job(one.arrived, LINES.index(one.line), work[one.line, one.k], (one.line, one.k)) for one in alone]
    ours = {
        (one.line, one.k): one.left for one in logged(made(discipline, servers, given_laws, rates), seed=seed).visits
    }
    assert ours == pytest.approx(by_hand(discipline, servers, jobs), rel=1e-9)


def bins(result: Result, column: str) -> list[float]:
    position = {"busy_area": 1, "queue_area": 0}[column]
    return [float(value) for value in result.record.station_sums[0, :, position]]


@anything
@given(load=loads, seed=st.integers(0, 999))
def test_no_order_of_service_changes_the_work_one_server_does_in_any_hour(
    load: list[tuple[Law, float]], seed: int
) -> None:
    """The unfinished work is the same under every discipline that never idles (Wolff 1989, section 10.1)."""
    given_laws, rates = [law for law, _ in load], [rate for _, rate in load]
    first = run(made("fifo", 1, given_laws, rates, interval=5.0), seed=seed)
    for discipline in DISCIPLINES.names():
        other = run(made(discipline, 1, given_laws, rates, interval=5.0), seed=seed)
        assert bins(other, "busy_area") == pytest.approx(bins(first, "busy_area"), rel=1e-9, abs=1e-9)
        assert other.count("completed") == first.count("completed")
        # the last of a day's visits is over when the work is
        assert other.record.end_time == pytest.approx(first.record.end_time, rel=1e-9)


@anything
@given(rates=st.lists(st.sampled_from((0.1, 0.4, 0.9)), min_size=1, max_size=3), seed=st.integers(0, 999))
def test_with_equal_services_no_order_without_interruptions_changes_how_many_wait(
    rates: list[float], seed: int
) -> None:
    equal = [fixed(1.1)] * len(rates)
    first = run(made("fifo", 2, equal, rates, interval=5.0), seed=seed)
    for discipline in ("lifo", "priority"):
        other = run(made(discipline, 2, equal, rates, interval=5.0), seed=seed)
        assert bins(other, "queue_area") == pytest.approx(bins(first, "queue_area"), rel=1e-9, abs=1e-9)
