"""What holds in every run: journeys and visits are conserved, Little's law, nothing depends on who watches."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.bundle.record import OPERATION_COUNTS
from sim.discipline import DISCIPLINES
from sim.scenario.model import Backoff, Call, Channel, Cost, InlineJourney, Law, Scenario, Station, StationFault
from tests.logs import logged
from tests.scenarios import FLAT, Result, division, exponential, fixed, line, office_hours, run, scenario, step

if TYPE_CHECKING:
    from sim.scenario.model import Effect, InlineStep

NAMES = ("north", "south", "west")


def whole(low: int, high: int) -> st.SearchStrategy[float]:
    return st.integers(low, high).map(float)


def laws() -> st.SearchStrategy[Law]:
    return st.one_of(
        whole(0, 6).map(fixed),
        whole(1, 6).map(exponential),
        whole(1, 6).map(lambda mean: Law("lognormal", (("mean", mean), ("cv", 0.8)))),
    )


@st.composite
def stations(draw: st.DrawFn, name: str) -> Station:
    servers = draw(st.sampled_from((1, 1, 2, 3, None)))
    per_division = draw(st.booleans())
    shifts = draw(st.sampled_from((None, ((0.0, 40.0, 1.0), (60.0, 90.0, 0.5), (100.0, 604800.0, 1.0)))))
    return Station(
        name,
        per_division=per_division,
        servers=(servers, servers) if per_division else (servers,),
        slots=draw(st.sampled_from((None, None, 1, 3))),
        queue=draw(st.sampled_from((None, None, 0, 2, 10))),
        discipline=draw(st.sampled_from(DISCIPLINES.names())),
        calendar=office_hours(*shifts) if shifts else None,
    )


@st.composite
def steps(draw: st.DrawFn, number: int) -> InlineStep:
    nested = draw(st.sampled_from(((), (), (Call("ask", "home"),), (Call("ask", "office"), Call("tell", "home")))))
    return step(
        f"s{number}",
        draw(st.sampled_from(NAMES)),
        draw(laws()),
        division=draw(st.sampled_from(("home", "office"))),
        calls=nested,
        patience=draw(st.one_of(st.none(), laws())),
        timeout=draw(st.one_of(st.none(), whole(1, 12))),
        on_timeout=draw(st.sampled_from(("orphan", "cancel"))),
        retry_limit=draw(st.sampled_from((0, 0, 1, 3))),
        retry_after=draw(whole(0, 3)),
        backoff=Backoff(2.0, draw(st.sampled_from((0.0, 0.5)))),
        channels=draw(st.sampled_from(((), (), ("app",)))),
    )


@st.composite
def faults(draw: st.DrawFn) -> StationFault:
    effects: tuple[Effect, ...] = ("drain", "suspend", "fail")
    effect = draw(st.sampled_from(effects))
    return StationFault("f", draw(st.sampled_from(NAMES)), None, draw(whole(0, 80)), draw(whole(1, 30)), effect)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Any scenario of inline journeys, ties at whole seconds included."""
    channels = (Channel("app", 0.5, FLAT), Channel("window", 0.5, FLAT))
    demand = tuple(
        line(
            name,
            rates=(("11", draw(st.sampled_from((0.1, 0.5)))), ("12", 0.2)),
            priority_class=number,
            cross_province=draw(st.sampled_from((0.0, 0.4))),
            process=draw(st.sampled_from(("poisson", "regular"))),
            channels=channels,
        )
        for number, name in enumerate(("lions", "tigers"))
    )
    costs = {
        "ask": Cost("ask", draw(st.sampled_from(NAMES)), draw(laws()), calls=(Call("tell", "office"),)),
        "tell": Cost(
            "tell", draw(st.sampled_from(NAMES)), draw(laws()), timeout=draw(st.one_of(st.none(), whole(1, 9)))
        ),
    }
    made = [draw(steps(number)) for number in range(draw(st.integers(1, 4)))]
    return scenario(
        made,
        [draw(stations(name)) for name in NAMES],
        divisions=(division("11"), division("12", 3_000_000)),
        costs=costs,
        journeys={"visit": InlineJourney("visit", tuple(made))},
        demand=demand,
        faults=tuple(draw(st.lists(faults(), max_size=3))),
        clock=draw(st.sampled_from((0.0, 1.0))),
        duration=120.0,
        interval=draw(st.sampled_from((120.0, 40.0))),
        warm_up=0.0,
        end=draw(st.sampled_from(("drain", "stop"))),
        drain_limit=2000.0,
    )


anything = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@anything
@given(scenarios())
def test_journeys_are_conserved(made: Scenario) -> None:
    record = run(made).record
    arrived = record.group_counts[:, :, 0].sum()
    ended = record.group_counts[:, :, 1].sum()
    assert record.group_outcomes.sum() == ended <= arrived
    assert not record.drained or ended == arrived


@anything
@given(scenarios())
def test_a_log_holds_every_end_once_and_changes_nothing(made: Scenario) -> None:
    result = logged(made)
    assert result.values() == run(made).values()
    assert len(result.journeys) == result.record.group_counts[:, :, 1].sum()
    for name in NAMES:
        for how in ("completed", "reneged", "abandoned", "failed"):
            rows = [one for one in result.visits if (one.station, one.how) == (name, how)]
            assert len(rows) == result.count(how, name)
            assert all(one.arrived <= one.started <= one.left for one in rows if not math.isnan(one.started))


@anything
@given(scenarios())
def test_no_two_tokens_of_a_journey_share_a_key(made: Scenario) -> None:
    """On one path of a journey a visit is over before the next begins."""
    rows = sorted((one.line, one.k, one.path, one.arrived, one.left) for one in logged(made).visits)
    for one, other in pairwise(rows):
        assert one[:3] != other[:3] or one[4] <= other[3]


def left_inside(result: Result, name: str) -> int:
    ways = ("completed", "reneged", "abandoned", "failed")
    return result.count("joined", name) - sum(result.count(way, name) for way in ways)


@anything
@given(scenarios())
def test_every_visit_ends_once_or_is_still_there(made: Scenario) -> None:
    result = run(made)
    for name in NAMES:
        refused = result.count("rejected", name) + result.count("refused", name)
        assert result.count("arrivals", name) == result.count("joined", name) + refused
        assert left_inside(result, name) >= 0


@anything
@given(scenarios())
def test_every_attempt_of_a_drained_run_succeeds_or_fails_for_one_reason(made: Scenario) -> None:
    # calls that time-outs left behind count an attempt and may outlive the run
    plain = all(one.cost.timeout is None for one in made.journeys["visit"].steps)
    record = run(made).record
    counts = record.operation_counts
    ended = counts[:, 1 : OPERATION_COUNTS.index("retries")].sum(axis=1)
    assert (ended <= counts[:, 0]).all()
    assert not (record.drained and plain) or (ended == counts[:, 0]).all()


@anything
@given(scenarios())
def test_what_journeys_waited_is_what_they_waited_at_their_operations(made: Scenario) -> None:
    result = run(made)
    waits = result.record.operation_sums[:, 0]
    assert (waits >= 0.0).all()
    if result.record.drained:
        assert waits.sum() == pytest.approx(result.sojourn("waiting"), rel=1e-9, abs=1e-6)
    else:
        assert waits.sum() >= result.sojourn("waiting") - 1e-6


@anything
@given(scenarios())
def test_littles_law_holds_in_every_queue(made: Scenario) -> None:
    """The integral of the queue length is the sum of all waits (Little 1961), unless one is left or was interrupted."""
    result = run(made)
    for name in NAMES:
        interrupted = result.count("suspended", name) + result.count("preempted", name)
        if not left_inside(result, name) and not interrupted:
            waits = result.total("waiting_started", name) + result.total("waiting_left", name)
            assert result.total("queue_area", name) == pytest.approx(waits, rel=1e-9, abs=1e-6)


@anything
@given(scenarios())
def test_histograms_hold_every_observation(made: Scenario) -> None:
    record = run(made).record
    assert record.waiting[:, 3].sum() == record.station_counts[:, :, 4].sum()
    assert record.sojourn[:, 3].sum() == record.group_outcomes.sum()


@anything
@given(scenarios())
def test_sums_are_finite_and_servers_are_never_overbooked(made: Scenario) -> None:
    record = run(made).record
    assert np.isfinite(record.station_sums).all()
    assert (record.station_sums >= 0.0).all()
    assert math.isfinite(record.end_time)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.integers(0, 2**40))
def test_a_run_is_a_function_of_plan_seed_and_replication(made: Scenario, seed: int) -> None:
    assert run(made, seed=seed, replication=3).values() == run(made, seed=seed, replication=3).values()
