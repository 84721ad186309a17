"""Memory belongs to live journeys: it does not grow with finished ones."""

from __future__ import annotations

import tracemalloc

from sim.engine import get_engine
from sim.plan import compile_plan
from tests.scenarios import fixed, scenario, station, step


def peak(customers: int) -> int:
    """Return the peak of Python's memory in a run, in bytes."""
    made = scenario([step("a", service=fixed(2.5))], [station(servers=3)], duration=customers + 0.5)
    plan, engine = compile_plan(made, {}).plan, get_engine("reference")
    engine.warm_up()
    tracemalloc.start()
    engine.run(plan, seed=1, replication=0)
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest


def test_ten_times_the_journeys_take_no_more_memory() -> None:
    peak(10)
    assert peak(5000) < peak(500) + 10_000
