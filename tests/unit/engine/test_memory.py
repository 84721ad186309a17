"""Memory belongs to live journeys: it does not grow with finished ones."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

from sim.engine import get_engine
from sim.plan import compile_plan
from tests.scenarios import fixed, line, scenario, station, step

if TYPE_CHECKING:
    from sim.scenario.model import Scenario


def peak(made: Scenario) -> int:
    """Return the peak of Python's memory in a run, in bytes."""
    plan, engine = compile_plan(made, {}).plan, get_engine("reference")
    engine.warm_up()
    tracemalloc.start()
    engine.run(plan, seed=1, replication=0)
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest


def test_ten_times_the_journeys_take_no_more_memory() -> None:
    def served(customers: int) -> Scenario:
        return scenario([step("a", service=fixed(2.5))], [station(servers=3)], duration=customers + 0.5)

    peak(served(10))
    assert peak(served(5000)) < peak(served(500)) + 10_000


def test_those_who_gave_up_behind_a_class_served_first_take_no_memory() -> None:
    def crowded(customers: int) -> Scenario:
        demand = (line("lions", priority_class=0), line("tigers", priority_class=1))
        steps = [step("a", service=fixed(1.0), patience=fixed(2.5))]
        stations = [station(discipline="priority")]
        return scenario(steps, stations, demand=demand, duration=customers + 0.5, warm_up=0.25)

    peak(crowded(10))
    assert peak(crowded(3000)) < peak(crowded(500)) + 10_000
