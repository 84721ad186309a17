"""Executions of a step are numbered anew after 65,536, in both engines."""

from __future__ import annotations

from sim.engine import get_engine
from sim.engine.order import VISIT_MASK
from sim.plan import compile_plan
from tests.scenarios import cost, exponential, line, scenario, station
from tests.twins import run_both
from tests.workflows import action, call, journey, workflow


def test_a_journey_that_goes_round_more_often_than_a_register_counts_is_the_same_in_both_engines() -> None:
    again = action("again", "goto", "$response.body#/x == 1", step_id="a")
    made = scenario(
        stations=[station(servers=None)],
        costs={"a": cost("a", service=exponential(1e-3))},
        outcomes={"visit": {"a": {"again": 0.999999, "default": 0.000001}}},
        demand=(line(rate=0.1),),
        journeys={},
        drain_limit=100.0,
    )
    compiled = compile_plan(made, {"visit": journey(workflow("w", [call("a", on_success=(again,))]))})
    twins = run_both(compiled, seed=1)
    assert twins.differences == []
    record = get_engine("kernel").run(compiled.plan, seed=1, replication=0)
    assert record.operation_counts[0, 0] > VISIT_MASK
