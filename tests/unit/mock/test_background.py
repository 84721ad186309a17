"""The scenario's own citizens at the mocks' stations, held against the engine's log and against cases by hand."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from sim.contract import Request
from sim.engine import get_engine
from sim.errors import UsageError
from sim.mock import RunningClock
from sim.mock.http import Traffic, simulate_background
from sim.mock.http.agenda import Agenda
from sim.mock.http.station import Job, Station
from sim.plan import compile_plan
from sim.scenario import Call, Scenario
from tests.logs import logged
from tests.scenarios import (
    MONDAY,
    cost,
    exponential,
    fault,
    fixed,
    line,
    office_hours,
    scenario,
    station,
    step,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.mock.http import Background
    from sim.mock.http.traffic import Timing

NOTHING = Request("GET", "/", (), (), b"")


@dataclass
class Stage:
    """Stations in front of mocks, on a clock that is moved on by hand."""

    made: Scenario
    background: Background | None
    head_start: float = 0.0

    def __post_init__(self) -> None:
        self.clock = RunningClock(MONDAY, head_start=self.head_start, tick=lambda: 0.0)
        self.agenda = Agenda(self.clock)
        self.traffic = Traffic(self.made, self.agenda, seed=1, background=self.background)

    def until(self, instant: float) -> None:
        self.clock.advance(instant - self.clock.elapsed)
        self.agenda.catch_up()

    def call(self, operation: str) -> float:
        """Seconds that one call waits, answered however late that is."""

        async def play() -> Timing:
            self.agenda.start(asyncio.get_running_loop())
            task = asyncio.ensure_future(self.traffic.pass_through(operation, NOTHING))
            for _ in range(2000):
                await asyncio.sleep(0)
                if task.done():
                    break
                self.until(self.clock.elapsed + 1.0)
            self.agenda.stop()
            return await asyncio.wait_for(task, 1.0)

        return asyncio.run(play()).waited


def background(made: Scenario, **changes: Any) -> Background:
    return simulate_background(compile_plan(made, {}).plan, get_engine("reference"), seed=1, **changes)


@pytest.fixture
def entered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, Job]]:
    """Every job that a station took in."""
    jobs: list[tuple[float, Job]] = []
    enter: Callable[[Station, Job], int] = Station.enter

    def note(one: Station, job: Job) -> int:
        status = enter(one, job)
        if not status:
            jobs.append((job.came, job))
        return status

    monkeypatch.setattr(Station, "enter", note)
    return jobs


def busy(*steps: Any, **changes: Any) -> Scenario:
    """Two lines of different classes that come at random for ten minutes."""
    lines = tuple(
        line(name, rates=(("", rate),), process="poisson", priority_class=number)
        for number, (name, rate) in enumerate((("first", 0.05), ("second", 0.15)))
    )
    return scenario(steps, changes.pop("stations", None), demand=lines, duration=600.0, interval=600.0, **changes)


NESTED = {
    "ask": cost("ask", "back", exponential(3.0), calls=(Call("tell", "office"),), timeout=20.0),
    "tell": cost("tell", "side", exponential(2.0), timeout=6.0, on_timeout="cancel"),
}
CASES = {
    "a queue": busy(step("a", service=exponential(4.5))),
    "classes": busy(step("a", service=exponential(4.5)), stations=[station(discipline="priority")]),
    "the newest first": busy(step("a", service=exponential(4.5)), stations=[station(discipline="lifo")]),
    "a short queue": busy(step("a", service=exponential(6.0)), stations=[station(queue=2)]),
    "patience": busy(step("a", service=exponential(6.0), patience=exponential(10.0))),
    "time-outs": busy(step("a", service=exponential(6.0), timeout=15.0, on_timeout="cancel")),
    "time-outs that leave the call behind": busy(step("a", service=exponential(6.0), timeout=15.0)),
    "repeats": busy(step("a", service=exponential(6.0), timeout=9.0, retry_limit=3, retry_after=1.5)),
    "shifts": busy(
        step("a", service=exponential(8.0)),
        stations=[station(servers=2, calendar=office_hours((0.0, 200.0, 1.0), (200.0, 604800.0, 0.5)))],
    ),
    "two stations": busy(
        step("a", service=exponential(3.0)),
        step("b", "back", exponential(6.0)),
        stations=[station(), station("back", servers=2)],
    ),
    "servers kept for nested calls": busy(
        step("a", service=exponential(1.0), calls=(Call("ask", "office"), Call("tell", "office"))),
        stations=[station(servers=2), station("back"), station("side")],
        costs=NESTED,
    ),
    "drain": busy(step("a", service=exponential(4.5)), faults=(fault("drain", 200.0, 60.0),)),
    "suspend": busy(step("a", service=exponential(4.5)), faults=(fault("suspend", 200.0, 60.0),)),
    "fail": busy(step("a", service=exponential(4.5)), faults=(fault("fail", 200.0, 60.0),)),
    "a day carried over": busy(step("a", service=exponential(4.5)), carry_over_days=1),
}


@pytest.mark.parametrize("name", CASES)
def test_without_a_client_every_visit_is_served_as_in_the_run(name: str, entered: list[tuple[float, Job]]) -> None:
    made = CASES[name]
    found = background(made)
    Stage(made, found).until(1e6)
    origin = made.carry_over_days * 86400.0
    first = min(came for came, _ in entered) + origin - 1e-6  # since the station was empty last before the start
    run = sorted((one.arrived, one.how, one.started) for one in logged(made).visits if one.arrived >= first)
    mocked = sorted((came + origin, job.ending, came + origin + job.waited) for came, job in entered)
    assert len(run) > 80
    assert [came for came, _, _ in mocked] == pytest.approx([came for came, _, _ in run], abs=1e-6)
    endings = {"completed": "served", "reneged": "left", "abandoned": "late", "failed": "outage"}
    assert [ending for _, ending, _ in mocked] == [endings[how] for _, how, _ in run]
    served = [number for number, (_, how, _) in enumerate(run) if how == "completed"]
    assert [mocked[number][2] for number in served] == pytest.approx([run[number][2] for number in served], abs=1e-6)
    assert not any(math.isnan(run[number][2]) for number in served)


def morning(**changes: Any) -> Scenario:
    """A citizen at each of the first ten seconds, whose service takes two."""
    return scenario(
        [step("a", service=fixed(2.0))],
        costs={"getItemGuide": cost("getItemGuide", "desk", fixed(0.5))},
        **changes,
    )


def test_a_call_waits_behind_the_scenario_s_citizens() -> None:
    """Ten come at 1 s, 2 s, ... 10 s and are served until 21 s: who comes at 10.5 s waits until then."""
    stage = Stage(morning(), background(morning()))
    stage.until(10.5)
    assert stage.call("getItemGuide") == 10.5
    alone = Stage(morning(), None)
    alone.until(10.5)
    assert alone.call("getItemGuide") == 0.0


def test_the_scenario_s_citizens_wait_behind_a_call(entered: list[tuple[float, Job]]) -> None:
    slow = replace(morning(), costs={"getItemGuide": cost("getItemGuide", "desk", fixed(3.0))})
    stage = Stage(slow, background(slow))
    assert stage.call("getItemGuide") == 0.0
    stage.until(100.0)
    assert [job.waited for _, job in entered[1:4]] == [2.0, 3.0, 4.0]


def test_a_clock_with_a_head_start_finds_the_queue_of_that_hour() -> None:
    stage = Stage(morning(), background(morning()), head_start=10.5)
    assert stage.call("getItemGuide") == 10.5
    assert stage.clock.elapsed > 10.5
    stage.agenda.clear()
    stage.clock.restart()
    stage.traffic.restart()
    assert stage.clock.elapsed == 10.5
    assert stage.call("getItemGuide") == 10.5


def test_a_call_waits_longer_in_the_morning_peak_than_at_night() -> None:
    """One desk at 0.3 of its capacity at three o'clock and at 0.95 from nine to ten, M/M/1."""
    shape = tuple(0.95 if hour == 9 else 0.3 for hour in range(24))
    day = sum(shape)
    channel = replace(line().channels[0], profile=tuple(one / day for one in shape))
    demand = (line(rates=(("", day / 24.0 / 10.0),), process="poisson", channels=(channel,)),)
    made = scenario(
        [step("a", service=exponential(10.0))],
        demand=demand,
        duration=86400.0,
        interval=3600.0,
        costs={"getItemGuide": cost("getItemGuide", "desk", fixed(0.0))},
    )
    found = background(made)
    waits = {}
    for hour in (3.0, 9.5):
        calls = [Stage(made, found, head_start=hour * 3600.0 + 60.0 * minute) for minute in range(0, 30, 10)]
        waits[hour] = sum(one.call("getItemGuide") for one in calls) / 3
    assert waits[9.5] > 5.0 * waits[3.0]


def test_more_visits_than_are_kept_are_refused_with_a_remedy() -> None:
    with pytest.raises(UsageError, match=r"more visits than a mock can keep as background load; .*--no-background"):
        background(morning(), most=9)
    assert len(background(morning(), most=10).visits) == 10


def test_a_scenario_without_demand_has_an_empty_background() -> None:
    made = morning(demand=(line(rates=(("", 1e-9),)),))
    stage = Stage(made, background(made))
    assert stage.call("getItemGuide") == 0.0
