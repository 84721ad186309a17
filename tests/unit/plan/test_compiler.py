"""What a Plan holds: rows by name, shifts and faults by time, programs by journey and channel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.draw import name_hash
from sim.errors import DocumentError, UsageError
from sim.plan import compile_plan, op
from sim.plan.builder import Builder, Label
from sim.scenario.model import Call, Channel, Law, Station
from tests.scenarios import FLAT, cost, division, fault, fixed, line, office_hours, scenario, station, step
from tests.workflows import action, call, journey, workflow

if TYPE_CHECKING:
    from sim.journey.model import Journey

HOUR = 3600.0
DAY = 86400.0


def test_the_same_scenario_gives_the_same_digest_and_another_seed_does_not_matter() -> None:
    made = scenario([step("a")])
    assert compile_plan(made, {}).plan.digest == compile_plan(replace(made, seed=99), {}).plan.digest


def test_any_changed_number_changes_the_digest() -> None:
    made = scenario([step("a")])
    others = [
        scenario([step("a", service=fixed(1.5))]),
        scenario([step("a")], [station(servers=2)]),
        scenario([step("a")], demand=(line(rate=1.1),)),
        scenario([step("a")], faults=(fault("fail", 1.0, 1.0),)),
        scenario([step("a")], drain_limit=5.0),
        scenario([step("a", timeout=9.0)]),
    ]
    assert len({compile_plan(one, {}).plan.digest for one in [made, *others]}) == 7


def test_stations_are_rows_sorted_by_name_then_division() -> None:
    divisions = (division("12"), division("11"), division("13", simulated=False))
    stations = [Station("west", per_division=True, servers=(3, 4)), station("desk")]
    layout = compile_plan(
        scenario([step("a")], stations, divisions=divisions, demand=(line(rates=(("11", 1.0),)),)), {}
    ).layout
    assert [(key.name, key.division) for key in layout.stations] == [("desk", ""), ("west", "11"), ("west", "12")]


def test_a_target_leads_to_the_row_of_each_division_and_nowhere_outside() -> None:
    divisions = (division("12"), division("11"), division("13", simulated=False))
    stations = [Station("west", per_division=True, servers=(3, 4)), station("desk")]
    made = scenario([step("a")], stations, divisions=divisions, demand=(line(rates=(("11", 1.0),)),))
    plan = compile_plan(made, {}).plan
    assert plan.target_rows.tolist() == [[2, 1, -1], [0, 0, 0]]
    assert plan.stations[:, 0].tolist() == [1, 4, 3]


def test_shifts_begin_with_the_servers_on_duty_at_the_start() -> None:
    calendar = office_hours((9 * HOUR, 12 * HOUR, 1.0), (DAY, DAY + HOUR, 0.5))
    made = scenario([step("a")], [station(servers=5, calendar=calendar)], duration=2 * DAY, drain_limit=0.0)
    plan = compile_plan(made, {}).plan
    events = [(when, *row) for when, row in zip(plan.event_time.tolist(), plan.events.tolist(), strict=True)]
    assert plan.stations[0, 0] == 0
    assert events == [
        (9 * HOUR, 0, op.SHIFT, 5),
        (12 * HOUR, 0, op.SHIFT, 0),
        (DAY, 0, op.SHIFT, 3),
        (DAY + HOUR, 0, op.SHIFT, 0),
    ]


def test_with_carry_over_faults_and_windows_move_and_calendars_keep_their_weekday() -> None:
    calendar = office_hours((9 * HOUR, 12 * HOUR, 1.0))
    stations = [station(servers=5, calendar=calendar)]
    made = scenario(
        [step("a")], stations, duration=DAY, carry_over_days=1, faults=(fault("fail", HOUR, HOUR),), drain_limit=0.0
    )
    compiled = compile_plan(made, {})
    # the start is a Monday, so the day before is a Sunday without a shift
    assert compiled.plan.event_time.tolist() == [DAY + HOUR, DAY + 2 * HOUR, DAY + 9 * HOUR, DAY + 12 * HOUR]
    assert (compiled.layout.window_start, compiled.layout.window_end) == (DAY, 2 * DAY)


def test_streams_are_sorted_by_name_and_a_day_carried_over_has_its_own() -> None:
    made = scenario([step("a")], demand=(line("b"), line("a")), carry_over_days=1, duration=DAY)
    plan = compile_plan(made, {}).plan
    assert plan.stream_floats[:, :2].tolist() == [[DAY, 2 * DAY], [0.0, DAY], [DAY, 2 * DAY], [0.0, DAY]]
    assert len(set(plan.streams[:, 0].tolist())) == 4


def test_channels_without_demand_in_an_hour_are_never_drawn_then() -> None:
    morning = tuple(1 / 12 if hour < 12 else 0.0 for hour in range(24))
    channels = (Channel("a", 0.5, morning), Channel("b", 0.5, FLAT))
    plan = compile_plan(scenario([step("a")], demand=(line(channels=channels),)), {}).plan
    assert plan.channel_cumulative[:, 0].tolist() == [2 / 3, 1.0]
    assert plan.channel_cumulative[:, 20].tolist() == [0.0, 1.0]


def test_each_channel_has_a_program_of_its_own() -> None:
    channels = (Channel("a", 0.5, FLAT), Channel("b", 0.5, FLAT))
    plan = compile_plan(scenario([step("a")], demand=(line(channels=channels),)), {}).plan
    first, second = plan.channel_entry.tolist()
    assert np.array_equal(plan.ops[first:second, 0], plan.ops[second:, 0])


def test_equal_laws_share_a_row() -> None:
    plan = compile_plan(scenario([step("a"), step("b"), step("c", service=fixed(2.0))]), {}).plan
    assert plan.law_scalars[:, 0].tolist() == [1.0, 2.0]


def test_table_laws_share_one_table() -> None:
    first, second = Law("empirical", (), (1.0, 2.0)), Law("empirical", (), (3.0,))
    plan = compile_plan(scenario([step("a", service=first), step("b", service=second)]), {}).plan
    assert (plan.law_table.tolist(), plan.law_scalars[:, :2].tolist()) == ([1.0, 2.0, 3.0], [[0.0, 2.0], [2.0, 1.0]])


def test_two_steps_whose_names_share_a_hash_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    builder = Builder()
    monkeypatch.setattr("sim.plan.builder.name_hash", lambda _: 7)
    builder.step("a")
    with pytest.raises(UsageError, match="have the same hash"):
        builder.step("b")


def test_a_label_that_was_never_put_down_is_our_bug() -> None:
    builder = Builder()
    builder.emit(op.JUMP, Label())
    with pytest.raises(AssertionError, match="never put down"):
        builder.ops()


def test_an_hour_without_demand_takes_the_channels_of_the_hour_before() -> None:
    # a regular arrival can fall on 11:00 sharp
    hours = tuple(0.5 if hour in (9, 10) else 0.0 for hour in range(24))
    channels = (Channel("app", 0.75, hours), Channel("window", 0.25, hours))
    plan = compile_plan(scenario([step("a")], demand=(line(channels=channels),)), {}).plan
    assert plan.channel_cumulative[:, 11].tolist() == plan.channel_cumulative[:, 10].tolist() == [0.75, 1.0]


def test_a_step_cannot_share_the_draws_of_its_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    builder = Builder()
    monkeypatch.setattr("sim.plan.builder.name_hash", lambda _: name_hash("#home"))
    with pytest.raises(UsageError, match="have the same hash"):
        builder.step("a")


def test_more_streams_than_the_order_of_events_can_hold_are_refused() -> None:
    made = scenario([step("a")], demand=tuple(line(f"l{n}", 1e-6) for n in range(50)), carry_over_days=366)
    with pytest.raises(UsageError, match="18,350 streams"):
        compile_plan(made, {})


def test_more_arrivals_than_a_stream_can_number_are_refused() -> None:
    with pytest.raises(UsageError, match="arrivals, at most 134,217,728"):
        compile_plan(scenario([step("a")], demand=(line(rate=2000.0),), duration=DAY), {})


def test_an_operation_called_twice_in_one_execution_draws_under_names_of_its_own() -> None:
    calls = (Call("ask", "none"), Call("ask", "none"))
    plan = compile_plan(scenario([step("a", calls=calls)], costs={"ask": cost("ask")}), {}).plan
    visits = plan.ops[plan.ops[:, 0] == op.VISIT]
    assert visits[:, 4].tolist() == [name_hash(f"visit/a/{name}#service") for name in ("ask", "ask#2")]
    # both have the number of the execution that calls them
    assert visits[:, 6].tolist() == [-1, -1]


def test_a_station_that_every_division_has_cannot_be_called_of_no_division() -> None:
    desk = Station("desk", per_division=True, servers=(1,))
    made = scenario(
        [step("a", division="none")], [desk], divisions=(division("11"),), demand=(line(rates=(("11", 1.0),)),)
    )
    with pytest.raises(DocumentError, match=r"stations\.desk: every division has its own"):
        compile_plan(made, {})


def test_a_line_that_is_not_carried_over_comes_on_the_day_alone() -> None:
    lines = (line("visits"), line("reads", carry_over=False))
    made = scenario([step("a")], demand=lines, carry_over_days=2, duration=DAY)
    plan = compile_plan(made, {}).plan
    names = [name_hash(name) for name in ("reads", "visits", "visits/1 before", "visits/2 before")]
    assert plan.streams[:, 0].tolist() == names


def test_rows_of_operations_are_those_that_a_journey_executes_by_a_channel() -> None:
    channels = (Channel("app", 0.5, FLAT), Channel("desk", 0.5, FLAT))
    made = scenario(
        [step("a", channels=("app",)), step("b")], demand=(line("x", channels=channels), line("y", channels=channels))
    )
    keys = compile_plan(made, {}).layout.operations
    assert [(key.journey, key.channel, key.operation) for key in keys] == [
        ("visit", "app", "visit.a"),
        ("visit", "app", "visit.b"),
        ("visit", "desk", "visit.b"),
    ]


def test_more_repeats_than_a_counter_holds_are_refused() -> None:
    def errand(limit: int) -> Journey:
        again = action("again", "retry", retry_limit=limit, retry_after=1.0)
        return journey(workflow("w", [call("a", on_failure=(again,))]))

    made = scenario(costs={"a": cost("a")}, journeys={})
    assert compile_plan(made, {"visit": errand(65_535)}).plan.n_counters == 2
    with pytest.raises(DocumentError, match="the retryLimit of again is above 65,535"):
        compile_plan(made, {"visit": errand(65_536)})
