"""What a service costs the citizen: visits, waits on the spot, materials, time until it is done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sim.bundle import Handover
from sim.bundle.bucket import bucket, middle
from sim.bundle.record import OPERATION_COUNTS
from sim.metric import Scope, estimate, summarise
from sim.scenario.model import Call
from tests.scenarios import Result, cost, fixed, run, scenario, station
from tests.tiny_run import LAYOUT, NO_TABLE, TABLE, tiny_bundle, tiny_record
from tests.workflows import action, call, workflow

if TYPE_CHECKING:
    from sim.bundle import Bundle
    from sim.journey.model import Step

APP = Scope(journey="visit", channel="app")


def tiny(*handed_in: Handover) -> Bundle:
    """One replication: 7 journeys by app, 3 by window, in the window; ``ask`` by app takes materials, 17 succeeded."""
    ask, desk = LAYOUT.operations
    layout = replace(LAYOUT, operations=(replace(ask, has_materials=True), desk))
    bundle = tiny_bundle(tiny_record(), table=replace(TABLE, materials=handed_in))
    return replace(bundle, manifest=replace(bundle.manifest, layout=layout))


def value(bundle: Bundle, metric: str, statistic: str, scope: Scope | None = None) -> float | None:
    return estimate(bundle, metric, statistic, scope).value


def test_visits_are_executions_of_marked_operations_over_journeys_begun() -> None:
    assert value(tiny(), "visits_in_person", "total") == 10.0
    assert value(tiny(), "visits_in_person", "mean") == 10 / 10
    assert value(tiny(), "visits_in_person", "mean", APP) == 0.0


def test_journeys_without_a_visit_are_fully_online() -> None:
    assert value(tiny(), "fully_online", "total") == 8.0
    assert value(tiny(), "fully_online", "share") == 0.8
    assert value(tiny(), "fully_online", "share", APP) == 1.0


def test_waits_on_the_spot_are_those_of_operations_in_person() -> None:
    assert value(tiny(), "waiting_in_person", "total") == 44.75
    assert value(tiny(), "waiting_in_person", "mean") == 4.475
    assert value(tiny(), "waiting_in_person", "mean", APP) == 0.0


def test_materials_are_the_replay_s_mean_times_the_executions_that_succeeded() -> None:
    handed_in = tiny(Handover("visit", "app", "ask", calls=4, submitted=6, reused=2))
    assert value(handed_in, "materials_submitted", "total") == 17 * 1.5
    assert value(handed_in, "materials_submitted", "mean") == 17 * 1.5 / 10
    assert value(handed_in, "materials_submitted", "mean", APP) == 17 * 1.5 / 7


def test_materials_that_the_replay_never_handed_in_by_that_channel_are_not_known() -> None:
    elsewhere = Handover("visit", "window", "ask", calls=4, submitted=6, reused=2)
    assert value(tiny(elsewhere), "materials_submitted", "mean") is None
    assert value(tiny(elsewhere), "materials_submitted", "mean", Scope(journey="visit", channel="window")) == 0.0


def test_processing_time_is_of_those_that_did_not_fail() -> None:
    assert value(tiny(), "processing_time", "mean") == (400.0 + 30.0 + (0.1 + 0.2)) / 8
    assert value(tiny(), "processing_time", "p95") == middle(bucket(100.0))


@pytest.mark.parametrize("metric", ["visits_in_person", "fully_online", "waiting_in_person", "materials_submitted"])
def test_a_journey_without_a_contract_has_none_of_these_figures(metric: str) -> None:
    bundle = tiny_bundle(tiny_record(), table=NO_TABLE)
    assert {one.value for one in summarise(bundle).of(metric)} == {None}


def errand(*steps: Step) -> Result:
    """Ten journeys, one a second, at one window of two seconds a service; officers have all the time."""
    made = scenario(
        stations=[station(), station("office", servers=None)],
        costs={
            **{name: cost(name, service=fixed(2.0)) for name in ("come", "enter", "collect")},
            "decide": cost("decide", "office"),
        },
    )
    return run(made, workflow("w", steps))


def test_who_comes_twice_is_one_visitor_of_two_visits() -> None:
    found = errand(call("come", is_visit=True), call("decide"), call("collect", is_visit=True))
    column = OPERATION_COUNTS.index("visitors")
    assert [(key.operation, key.is_visit) for key in found.layout.operations] == [
        ("come", True),
        ("decide", False),
        ("collect", True),
    ]
    assert found.record.operation_counts[:, column].tolist() == [10, 0, 0]
    assert [found.operation("attempts", name) for name in ("come", "collect")] == [10, 10]


def test_who_comes_again_after_a_refusal_is_the_same_visitor() -> None:
    again = action("again", "goto", "$response.body#/x == 1", step_id="come")
    made = scenario(
        stations=[station(servers=None)],
        costs={"come": cost("come", service=fixed(1.0))},
        outcomes={"visit": {"come": {"again": 0.5, "default": 0.5}}},
    )
    found = run(made, workflow("w", [call("come", is_visit=True, on_success=(again,))]))
    assert found.operation("attempts", "come") > 10
    assert found.operation("visitors", "come") == 10


def test_the_citizen_is_there_wherever_the_station_of_a_visit_serves() -> None:
    found = errand(call("come", is_visit=True), call("enter"), call("decide"))
    assert [(key.operation, key.is_in_person) for key in found.layout.operations] == [
        ("come", True),
        ("enter", True),
        ("decide", False),
    ]


def test_a_wait_belongs_to_the_operation_that_waits() -> None:
    found = errand(call("come", is_visit=True), call("decide"))
    # the n-th comes at n seconds and begins at 2 n - 1
    assert found.record.operation_sums[:, 0].tolist() == [float(sum(range(10))), 0.0]


def test_a_wait_of_a_nested_call_belongs_to_the_operation_of_the_step() -> None:
    made = scenario(
        stations=[station(), station("front", servers=None)],
        costs={
            "ask": cost("ask", "front", fixed(1.0), calls=(Call("tell", "office"),)),
            "tell": cost("tell", service=fixed(2.0)),
        },
    )
    found = run(made, workflow("w", [call("ask")]))
    assert [key.operation for key in found.layout.operations] == ["ask", "tell"]
    assert found.record.operation_sums[:, 0].tolist() == [float(sum(range(10))), 0.0]
