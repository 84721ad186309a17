"""The log of a replication: a row for every journey and for every visit of a station."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from sim.bundle.log import CHUNK, JOURNEYS
from sim.engine.ledger import Chunks
from sim.scenario.model import Call
from tests.logs import Ended, Visit, logged
from tests.scenarios import cost, exponential, fault, fixed, line, run, scenario, station, step
from tests.workflows import action, call, workflow


def test_a_visit_says_whose_it_was_where_and_when() -> None:
    result = logged(scenario([step("a", service=fixed(1.5))], duration=2.5))
    assert result.visits == [
        Visit("visits", 0, "desk", "completed", 1.0, 1.0, 2.5, 0, 0, 1),
        Visit("visits", 1, "desk", "completed", 2.0, 2.5, 4.0, 0, 0, 1),
    ]


def test_a_journey_says_how_and_when_it_ended_and_how_long_it_waited() -> None:
    result = logged(scenario([step("a", service=fixed(1.5))], duration=2.5))
    assert result.journeys == [
        Ended("visits", 0, "completed", 1.0, 2.5, 0.0),
        Ended("visits", 1, "completed", 2.0, 4.0, 0.5),
    ]


def test_who_leaves_unserved_has_no_begin() -> None:
    result = logged(scenario([step("a", service=fixed(3.0), patience=fixed(0.5))], duration=2.5))
    left = result.visits[0]
    assert (left.k, left.how, left.arrived, left.left) == (1, "reneged", 2.0, 2.5)
    assert math.isnan(left.started)


def test_who_is_withdrawn_from_service_keeps_the_first_begin() -> None:
    made = scenario([step("a", service=fixed(3.0), timeout=2.0, on_timeout="cancel")], duration=1.5)
    (only,) = logged(made).visits
    assert (only.how, only.started, only.left) == ("abandoned", 1.0, 3.0)


def test_who_is_withdrawn_while_interrupted_keeps_the_first_begin() -> None:
    faults = (fault("suspend", 1.5, 9.0),)
    made = scenario([step("a", service=fixed(3.0), timeout=2.0)], duration=1.5, faults=faults)
    (only,) = logged(made).visits
    assert (only.how, only.started, only.left) == ("abandoned", 1.0, 3.0)


def test_who_is_turned_away_made_no_visit() -> None:
    result = logged(scenario([step("a", service=fixed(3.0))], [station(queue=0)], duration=3.5))
    assert [one.k for one in result.visits] == [0]
    assert [(one.k, one.outcome) for one in result.journeys] == [(1, "failed"), (2, "failed"), (0, "completed")]


def test_who_is_inside_at_the_end_has_no_row() -> None:
    result = logged(scenario([step("a", service=fixed(3.0))], end="stop"))
    assert ([one.k for one in result.visits], [one.k for one in result.journeys]) == ([0, 1, 2], [0, 1, 2])


def test_what_a_time_out_left_behind_has_its_row_at_its_end() -> None:
    demand = (line("a", 1.0), line("b", 0.125))
    made = scenario([step("a", service=fixed(3.0), timeout=2.0)], demand=demand, duration=8.5)
    result = logged(made)
    assert (result.visits[0].left, result.journeys[0].ended) == (4.0, 3.0)


def test_a_caller_has_its_row_at_the_end_of_its_own_service() -> None:
    made = scenario(
        [step("a", "front", calls=(Call("ask", "none"),))],
        [station("front"), station("back")],
        costs={"ask": cost("ask", "back", fixed(4.0))},
        duration=1.5,
    )
    assert [(one.station, one.started, one.left) for one in logged(made).visits] == [
        ("front", 1.0, 2.0),
        ("back", 2.0, 6.0),
    ]


def test_repeats_are_counted() -> None:
    made = scenario([step("a", service=fixed(3.0), patience=fixed(0.5), retry_limit=2, retry_after=1.0)], duration=2.5)
    assert [(one.k, one.visit, one.how) for one in logged(made).visits] == [
        (1, 0, "reneged"),
        (0, 0, "completed"),
        (1, 1, "completed"),
    ]


def test_branches_have_paths_of_their_own() -> None:
    costs = {name: cost(name) for name in "ab"}
    made = scenario(stations=[station(servers=2)], costs=costs, duration=1.5)
    visits = logged(made, workflow("w", [call("a"), call("b")], parallel=True)).visits
    assert [one.path for one in visits] == [1, 2]


def test_branches_forked_again_share_no_path_with_what_an_earlier_one_left_behind() -> None:
    # each branch times out at once and goes on as an orphan for 9 s, while the steps are begun again and again
    costs = {name: cost(name, service=fixed(9.0), timeout=1.0) for name in "ab"}
    inner = workflow("inner", [call("a"), call("b")], parallel=True)
    again = action("again", "retry", retry_after=0.5, retry_limit=4)
    outer = workflow("w", [call("sub", workflow_id="inner", on_failure=(again,)), call("c")])
    # a second line keeps the run going until the orphans end
    made = scenario(
        stations=[station(servers=None), station("slow", servers=None)],
        costs={**costs, "c": cost("c", "slow", fixed(20.0))},
        demand=(line(rate=0.1, name="a"), line(rate=1.0, name="b")),
        duration=10.5,
        drain_limit=50.0,
    )
    visits = [one for one in logged(made, outer, inner).visits if (one.line, one.k) == ("b", 0)]
    assert len(visits) == 10
    for one, other in combinations(visits, 2):
        apart = one.left <= other.arrived or other.left <= one.arrived
        assert apart or one.path != other.path


def test_a_log_changes_nothing() -> None:
    steps = [step("a", service=exponential(0.8), patience=exponential(2.0))]
    made = scenario(steps, duration=200.5)
    assert logged(made).values() == run(made).values()


def test_the_log_adds_up_to_the_record() -> None:
    made = scenario([step("a", service=exponential(0.8), patience=exponential(2.0))], duration=200.5)
    result = logged(made)
    waits = [one.started - one.arrived for one in result.visits if one.how == "completed"]
    assert math.fsum(waits) == pytest.approx(result.total("waiting_started"), rel=1e-12)
    assert sum(one.how == "reneged" for one in result.visits) == result.count("reneged") > 0
    assert math.fsum(one.waited for one in result.journeys) == pytest.approx(result.sojourn("waiting"), rel=1e-12)


def test_rows_are_handed_on_in_full_chunks_and_a_rest() -> None:
    taken: list[np.ndarray] = []
    chunks = Chunks(JOURNEYS, lambda rows: taken.append(rows["k"].copy()))
    for k in range(CHUNK + 2):
        chunks.add((0, k, 0, 0, 0.0, 0.0, 0.0))
    assert [len(rows) for rows in taken] == [CHUNK]
    chunks.flush()
    chunks.flush()
    assert np.concatenate(taken).tolist() == list(range(CHUNK + 2))
