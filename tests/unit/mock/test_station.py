"""The scenario's stations in running time, held against recursions of queueing theory and small cases by hand."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from sim.mock import CHINA, RunningClock
from sim.mock.http.agenda import Agenda
from sim.mock.http.station import OUT_OF_SERVICE, QUEUE_FULL, Job, Station
from sim.plan import op
from tests.scenarios import MONDAY

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Bench:
    """An agenda whose real time is a number."""

    real: float = 0.0
    clock: RunningClock = field(init=False)
    agenda: Agenda = field(init=False)

    def __post_init__(self) -> None:
        self.clock = RunningClock(MONDAY, tick=lambda: self.real)
        self.agenda = Agenda(self.clock)

    def station(self, servers: int = 1, places: int = op.UNLIMITED, **changes: Any) -> Station:
        return Station(self.agenda, servers, op.UNLIMITED, places, **changes)

    def job(self, seconds: float, priority_class: int = 0, **changes: Any) -> Job:
        return Job(lambda: seconds, None, priority_class, **changes)

    def until(self, instant: float) -> None:
        self.real = instant
        self.agenda.catch_up()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def kiefer_wolfowitz(arrivals: list[float], services: list[float], servers: int) -> list[float]:
    """Waits in a FIFO queue (Kiefer and Wolfowitz, 1955): the work before each server, in order."""
    loads, last, waits = [0.0] * servers, 0.0, []
    for arrival, service in zip(arrivals, services, strict=True):
        loads = sorted(max(0.0, load - (arrival - last)) for load in loads)
        waits.append(loads[0])
        loads[0] += service
        last = arrival
    return waits


@pytest.mark.parametrize("servers", [1, 3])
def test_waits_are_those_of_the_recursion_however_late_the_machine_is(bench: Bench, servers: int) -> None:
    source = random.Random(7)  # noqa: S311 - times, not secrets
    gaps = [source.expovariate(0.9 * servers) for _ in range(400)]
    services = [source.expovariate(1.0) for _ in gaps]
    arrivals = [sum(gaps[: n + 1]) for n in range(len(gaps))]
    station, jobs = bench.station(servers), []
    for arrival, service in zip(arrivals, services, strict=True):
        bench.until(arrival)  # ends of service in between are run late, at the next arrival
        jobs.append(bench.job(service))
        assert station.enter(jobs[-1]) == 0
    bench.until(1e6)
    assert [job.waited for job in jobs] == pytest.approx(kiefer_wolfowitz(arrivals, services, servers), abs=1e-9)
    assert all(job.ending == "served" for job in jobs)


def test_a_full_queue_turns_away(bench: Bench) -> None:
    station = bench.station(places=1)
    assert [station.enter(bench.job(1.0)) for _ in range(3)] == [0, 0, QUEUE_FULL]
    bench.until(1.0)
    assert station.enter(bench.job(1.0)) == 0


def order(bench: Bench, station: Station, classes: list[int]) -> list[int]:
    """Numbers of jobs in the order in which they are served; all come while the first is served."""
    jobs = [bench.job(1.0, one) for one in classes]
    for job in jobs:
        station.enter(job)
    bench.until(100.0)
    return sorted(range(len(jobs)), key=lambda number: jobs[number].waited)


def test_classes_go_first_where_the_station_goes_by_class(bench: Bench) -> None:
    assert order(bench, bench.station(by_class=True), [1, 2, 0, 1]) == [0, 2, 3, 1]
    assert order(bench, bench.station(), [1, 2, 0, 1]) == [0, 1, 2, 3]


def test_the_newest_goes_first_where_the_station_says_so(bench: Bench) -> None:
    assert order(bench, bench.station(newest_first=True), [0, 0, 0, 0]) == [0, 3, 2, 1]


def test_patience_ends_a_wait_and_not_a_service(bench: Bench) -> None:
    station = bench.station()
    first, second = bench.job(5.0, patience=1.0), bench.job(5.0, patience=1.0)
    station.enter(first)
    station.enter(second)
    bench.until(20.0)
    assert (first.ending, second.ending) == ("served", "left")
    assert station.queue_length == 0


def test_a_server_that_is_kept_is_busy_until_it_is_released(bench: Bench) -> None:
    station = bench.station()
    first, second = bench.job(1.0, keeps=True), bench.job(1.0)
    station.enter(first)
    station.enter(second)
    bench.until(3.0)
    assert (first.ending, second.ending) == ("served", None)
    station.release()
    bench.until(4.0)
    assert (second.ending, second.waited) == ("served", 3.0)


def test_a_shift_takes_servers_away_when_they_are_free(bench: Bench) -> None:
    station = bench.station(2)
    jobs = [bench.job(2.0) for _ in range(3)]
    for job in jobs:
        station.enter(job)
    bench.agenda.at(1.0, lambda: station.change(op.SHIFT, 0))
    bench.agenda.at(5.0, lambda: station.change(op.SHIFT, 1))
    bench.until(10.0)
    assert [job.waited for job in jobs] == [0.0, 0.0, 5.0]


@pytest.mark.parametrize(
    ("begin", "end", "waits", "endings"),
    [
        (op.DRAIN, op.UNDRAIN, [0.0, 5.0], ["served", "served"]),
        (op.SUSPEND, op.UNSUSPEND, [0.0, 6.0], ["served", "served"]),
        (op.FAIL, op.UNFAIL, [0.0, 0.0], ["outage", "outage"]),
    ],
)
def test_an_outage_drains_suspends_or_fails(
    bench: Bench, begin: int, end: int, waits: list[float], endings: list[str]
) -> None:
    station = bench.station()
    jobs = [bench.job(2.0), bench.job(2.0)]
    for job in jobs:
        station.enter(job)
    bench.agenda.at(1.0, lambda: station.change(begin, 0))
    bench.agenda.at(5.0, lambda: station.change(end, 0))
    bench.until(2.0)
    late = bench.job(1.0)
    assert station.enter(late) == (OUT_OF_SERVICE if begin == op.FAIL else 0)
    bench.until(20.0)
    assert [job.ending for job in jobs] == endings
    assert [job.waited for job in jobs] == waits


def test_a_job_that_is_given_up_frees_its_server(bench: Bench) -> None:
    station = bench.station()
    first, second = bench.job(100.0), bench.job(1.0)
    station.enter(first)
    station.enter(second)
    bench.until(2.0)
    station.withdraw(first)
    bench.until(3.0)
    assert (first.ending, second.ending, second.waited) == ("late", "served", 2.0)
    station.withdraw(first)  # it is over
    assert station.busy == 0


def test_an_agenda_runs_in_order_and_passes_over_what_was_cancelled(bench: Bench) -> None:
    ran: list[tuple[str, float]] = []

    def note(name: str) -> Callable[[], None]:
        return lambda: ran.append((name, bench.agenda.now))

    bench.agenda.at(2.0, note("second"))
    bench.agenda.at(1.0, note("first"))
    bench.agenda.at(1.5, note("never")).cancel()

    def later() -> None:
        bench.agenda.at(bench.agenda.now + 1.0, note("third"))

    bench.agenda.at(2.0, later)
    bench.until(10.0)
    assert ran == [("first", 1.0), ("second", 2.0), ("third", 3.0)]


def test_the_clock_runs_at_its_speed_and_can_be_moved_on() -> None:
    real = [100.0]
    clock = RunningClock(MONDAY, speed=60.0, tick=lambda: real[0])
    real[0] = 101.0
    clock.advance(5.0)
    assert clock.elapsed == 65.0
    assert clock.now == MONDAY.replace(minute=1, second=5).astimezone(CHINA)
    clock.pass_call()
    assert clock.elapsed == 65.0
    clock.restart()
    assert clock.elapsed == 0.0
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance(-1.0)
