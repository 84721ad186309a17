"""Servers that all share, by exact times; rates are halves and quarters, so the times are exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from simpy import Environment

from sim.engine.sharing import Sharing
from sim.engine.token import Journey, Token
from sim.scenario.model import Call, InlineJourney
from tests.errands import errands, once
from tests.logs import logged
from tests.scenarios import cost, fault, fixed, line, office_hours, run, scenario, station, step

if TYPE_CHECKING:
    from simpy.events import Event

PS = "processor-sharing"
DESK = station(discipline=PS)


def test_two_jobs_share_one_server() -> None:
    result = logged(scenario([step("a", service=fixed(2.0))], [DESK], duration=2.5))
    # the first attains 1 s alone, then 1 s at half speed until 4, where the second has 1 s left
    assert result.times() == [(1.0, 1.0, 4.0), (2.0, 2.0, 5.0)]


def test_nobody_waits_and_the_server_is_one() -> None:
    result = run(scenario([step("a", service=fixed(2.0))], [DESK], duration=2.5))
    assert (result.count("waited"), result.total("queue_area"), result.total("busy_area")) == (0, 0.0, 4.0)


def test_as_many_jobs_as_servers_do_not_slow_each_other() -> None:
    result = run(scenario([step("a", service=fixed(2.0))], [station(servers=2, discipline=PS)]))
    assert (result.sojourn(), result.total("busy_area")) == (20.0, 20.0)


def test_four_jobs_at_two_servers_go_at_half_speed() -> None:
    demand = tuple(line(name, 1.0) for name in "abcd")
    result = logged(
        scenario(
            [step("a", service=fixed(2.0))],
            [station(servers=2, discipline=PS)],
            demand=demand,
            duration=1.5,
            end="drain",
        )
    )
    assert [(one.line, one.ended) for one in result.journeys] == [(name, 5.0) for name in "abcd"]
    assert result.total("busy_area") == 8.0


def test_equal_targets_end_in_the_order_of_their_keys_at_one_instant() -> None:
    # a is first by name, b by arrival: a's target is b's
    result = logged(once(("b", 0, 2.0, 2.0), ("a", 0, 3.0, 1.0), desk=DESK))
    assert [(one.line, one.ended) for one in result.journeys] == [("a", 5.0), ("b", 5.0)]


def test_a_short_job_overtakes_a_long_one() -> None:
    result = logged(once(("a", 0, 2.0, 8.0), ("b", 0, 2.5, 0.5), desk=DESK))
    assert result.ends() == {"b": 3.5, "a": 10.5}


def test_classes_do_not_count() -> None:
    result = logged(once(("a", 9, 2.0, 2.0), ("b", 0, 3.0, 2.0), desk=DESK))
    assert result.ends() == {"a": 5.0, "b": 6.0}


def test_a_service_without_time_is_over_at_once() -> None:
    result = logged(once(("a", 0, 2.0, 2.0), ("b", 0, 3.0, 0.0), desk=DESK))
    assert result.ends() == {"b": 3.0, "a": 4.0}


def token(env: Environment, key: int) -> Token:
    return Token(env, Journey(0, 0, key, 0, 0, 0.0), 0, key)


def targets(works: list[float]) -> tuple[list[float], list[float]]:
    """Let jobs share one server from 0 s on; return their targets, and what was attained as each of them ended.

    The attained work is read off the target of a job without work.
    """
    env, attained = Environment(), list[float]()

    def on_due(_: Event) -> None:
        shared.take_first()
        probe = token(env, 99)
        shared.add(probe, 0.0)
        attained.append(probe.ends_at)
        shared.remove(probe)

    shared = Sharing(env, 0, 1, on_due)
    jobs = [token(env, key) for key in range(len(works))]
    for job, work in zip(jobs, works, strict=True):
        shared.add(job, work)
    env.run()
    return [job.ends_at for job in jobs], attained


def test_the_attained_work_equals_the_target_of_who_ends_to_the_last_bit() -> None:
    works = [0.1, 0.3, 0.4, 0.7, 1.1, 1.3, 1.9, 2.3]
    wanted, attained = targets(works)
    assert wanted == works
    assert attained[:-1] == works[:-1]


def test_the_attained_work_begins_anew_when_nobody_is_there() -> None:
    _, attained = targets([0.1, 0.3])
    assert attained == [0.1, 0.0]


def test_slots_admit_so_many_and_the_others_wait_in_their_order() -> None:
    desk = station(discipline=PS, slots=2)
    result = logged(once(("a", 0, 2.0, 2.0), ("b", 0, 3.0, 2.0), ("c", 0, 3.5, 1.0), desk=desk))
    # a has 1 s left at 3 and ends at 5; c begins there beside b's last second
    assert result.times("c") == [(3.5, 5.0, 7.0)]
    assert result.ends() == {"a": 5.0, "b": 7.0, "c": 7.0}


def test_a_full_queue_before_the_slots_turns_away() -> None:
    desk = station(discipline=PS, slots=1, queue=1)
    result = logged(once(("a", 0, 2.0, 2.0), ("b", 0, 2.5, 2.0), ("c", 0, 3.0, 1.0), desk=desk))
    assert (result.ends(), result.count("rejected")) == ({"c": 3.0, "a": 4.0, "b": 6.0}, 1)


def test_patience_bounds_the_wait_for_a_slot() -> None:
    made = errands(
        ("a", 0, 2.0, step("a", service=fixed(2.0))),
        ("b", 0, 2.5, step("b", service=fixed(2.0), patience=fixed(1.0))),
        desk=station(discipline=PS, slots=1),
    )
    result = logged(made)
    assert (result.ends(), result.count("reneged")) == ({"b": 3.5, "a": 4.0}, 1)


def test_a_caller_leaves_the_sharing_and_keeps_its_slot() -> None:
    made = errands(
        ("a", 0, 2.0, step("a", service=fixed(1.0), calls=(Call("ask", "none"),))),
        ("b", 0, 2.5, step("b", service=fixed(2.0))),
        ("c", 0, 3.0, step("c", service=fixed(1.0))),
        stations=[station(discipline=PS, slots=2), station("back")],
        costs={"ask": cost("ask", "back", fixed(1.5))},
    )
    result = logged(made)
    # a's half left at 2.5 takes until 3.5; b is alone from then, with 1.5 s left; a's slot is free at 5
    assert result.times("a") == [(2.0, 2.0, 3.5)]
    assert result.times("c") == [(3.0, 5.0, 6.0)]
    assert result.ends() == {"a": 5.0, "b": 5.0, "c": 6.0}


def test_nested_calls_of_two_callers_at_one_shared_station_end() -> None:
    made = errands(
        ("a", 0, 2.0, step("a", service=fixed(1.0), calls=(Call("ask", "none"),))),
        ("b", 0, 3.0, step("b", service=fixed(1.0))),
        desk=DESK,
        costs={"ask": cost("ask", "desk", fixed(1.0))},
    )
    # a's own second 2-3, then both share
    assert logged(made).ends() == {"b": 5.0, "a": 5.0}


def test_a_shift_changes_the_speed() -> None:
    calendar = office_hours((0.0, 3.0, 1.0), (3.0, 604800.0, 0.5))
    desk = station(servers=2, discipline=PS, calendar=calendar)
    result = logged(once(("a", 0, 2.0, 2.0), ("b", 0, 2.5, 2.0), desk=desk))
    # at 3 a has 1 s left, b 1.5 s; a until 5, b's half second until 5.5
    assert (result.ends(), result.total("busy_area")) == ({"a": 5.0, "b": 5.5}, 4.0)


def test_without_servers_on_duty_the_admitted_stand_still() -> None:
    calendar = office_hours((0.0, 3.0, 1.0), (7.0, 604800.0, 1.0))
    result = logged(once(("a", 0, 2.0, 2.0), ("b", 0, 3.5, 1.0), desk=station(discipline=PS, calendar=calendar)))
    # b is admitted at 3.5; at 7 both have a second left
    assert (result.times("b"), result.ends()) == ([(3.5, 3.5, 9.0)], {"a": 9.0, "b": 9.0})


@pytest.mark.parametrize("effect", ["drain", "suspend"])
def test_an_outage_stops_the_work_and_nobody_loses_his_place(effect: str) -> None:
    made = once(("a", 0, 2.0, 2.0), ("b", 0, 3.5, 1.0), desk=DESK, faults=(fault(effect, 3.0, 4.0),))
    result = logged(made)
    assert (result.ends(), result.times("b")) == ({"a": 9.0, "b": 9.0}, [(3.5, 3.5, 9.0)])
    assert (result.total("busy_area"), result.count("suspended"), result.count("started")) == (3.0, 0, 2)


def test_a_shift_during_an_outage_counts_after_it() -> None:
    calendar = office_hours((0.0, 3.5, 0.5), (3.5, 604800.0, 1.0))
    desk = station(servers=2, discipline=PS, calendar=calendar)
    made = once(("a", 0, 2.0, 2.0), ("b", 0, 2.5, 2.0), desk=desk, faults=(fault("drain", 3.0, 4.0),))
    # at 3: 0.5 s of a alone and 0.25 s each; from 7 on a server each
    assert logged(made).ends() == {"a": 8.25, "b": 8.75}


def test_a_failure_throws_out_as_granted_then_the_waiting_and_begins_nobody() -> None:
    desk = station(discipline=PS, slots=2)
    jobs = (("z", 0, 2.0, 9.0), ("y", 0, 2.5, 1.0), ("x", 0, 3.0, 1.0))
    result = logged(once(*jobs, desk=desk, faults=(fault("fail", 3.25, 4.0),)))
    assert [(one.line, one.how, one.left) for one in result.visits] == [
        (name, "failed", 3.25) for name in ("z", "y", "x")
    ]
    assert (result.count("started"), result.count("refused")) == (2, 0)


def test_a_failed_station_refuses_and_begins_anew() -> None:
    demand = (line("a", 1.0),)
    made = scenario([step("a", service=fixed(0.5))], [DESK], demand=demand, faults=(fault("fail", 1.25, 2.0),))
    result = logged(made)
    assert (result.count("failed"), result.count("refused"), result.count("completed")) == (1, 2, 7)
    assert result.times("a")[1] == (4.0, 4.0, 4.5)


def test_who_is_cancelled_leaves_the_server_to_the_others() -> None:
    made = errands(
        ("a", 0, 2.0, step("a", service=fixed(3.0), timeout=2.0, on_timeout="cancel")),
        ("b", 0, 3.0, step("b", service=fixed(2.0))),
        desk=DESK,
    )
    result = logged(made)
    # b attains half a second until 4, the rest alone
    assert (result.ends(), result.count("abandoned")) == ({"a": 4.0, "b": 5.5}, 1)


def test_who_is_left_behind_goes_on_taking_his_share() -> None:
    made = errands(
        ("a", 0, 2.0, step("a", service=fixed(2.0), timeout=1.5)),
        ("b", 0, 3.0, step("b", service=fixed(2.0))),
        desk=DESK,
    )
    result = logged(made)
    assert (result.ends(), result.times("a")) == ({"a": 3.5, "b": 6.0}, [(2.0, 2.0, 5.0)])


def test_a_completion_wins_over_a_time_out_at_its_instant() -> None:
    result = logged(scenario([step("a", service=fixed(2.0), timeout=2.0)], [DESK], duration=1.5))
    assert [(one.outcome, one.ended) for one in result.journeys] == [("completed", 3.0)]


def test_a_station_acts_before_the_arrivals_of_its_instant() -> None:
    # at 3 the first is over before the second is admitted: they never share
    result = logged(scenario([step("a", service=fixed(1.0))], [DESK], duration=2.5))
    assert result.times() == [(1.0, 1.0, 2.0), (2.0, 2.0, 3.0)]


def test_two_shared_stations_act_in_the_order_of_their_names() -> None:
    stations = [station("north", discipline=PS), station("south", discipline=PS)]
    demand = (line("a", journey="south"), line("b", journey="north"))
    journeys = {name: InlineJourney(name, (step("s", name),)) for name in ("north", "south")}
    result = logged(scenario((), stations, demand=demand, journeys=journeys, duration=1.5))
    assert [(one.line, one.ended) for one in result.journeys] == [("b", 2.0), ("a", 2.0)]
