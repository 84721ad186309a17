"""Who is served next, and who is interrupted, by exact times."""

from __future__ import annotations

import pytest

from sim.scenario.model import Call
from tests.errands import errands, once
from tests.logs import logged
from tests.scenarios import cost, fault, fixed, line, office_hours, scenario, station, step

PREEMPTIVE = "preemptive-priority"
DESK = station(discipline=PREEMPTIVE)


def test_last_in_first_out_lets_a_service_end() -> None:
    made = scenario([step("a", service=fixed(2.5))], [station(discipline="lifo")], duration=4.5)
    # 1-3.5; then the newest of 2 and 3; then the newest of 2 and 4
    assert logged(made).times() == [(1.0, 1.0, 3.5), (2.0, 8.5, 11.0), (3.0, 3.5, 6.0), (4.0, 6.0, 8.5)]


def test_last_in_first_out_knows_no_classes() -> None:
    result = logged(once(("a", 0, 2.0, 3.0), ("b", 0, 2.5, 3.0), ("c", 9, 3.0, 3.0), desk=station(discipline="lifo")))
    assert result.ends() == {"a": 5.0, "c": 8.0, "b": 11.0}


def test_last_in_first_out_keeps_the_place_of_an_interrupted_service() -> None:
    made = scenario(
        [step("a", service=fixed(2.0))],
        [station(discipline="lifo")],
        duration=2.5,
        faults=(fault("suspend", 1.5, 1.0),),
    )
    # 1 is interrupted at 1.5 with 1.5 s left; at 2.5 the newer 2 goes first
    assert logged(made).times() == [(1.0, 1.0, 6.0), (2.0, 2.5, 4.5)]


def test_the_newest_interrupts_and_the_interrupted_go_on_newest_first() -> None:
    made = scenario([step("a", service=fixed(2.5))], [station(discipline="preemptive-lifo")], duration=3.5)
    # 1-2, 2-3, 3-5.5; then 1.5 s of the second and 1.5 s of the first
    result = logged(made)
    assert result.times() == [(1.0, 1.0, 8.5), (2.0, 2.0, 7.0), (3.0, 3.0, 5.5)]
    assert (result.count("preempted"), result.count("waited"), result.total("waiting_started")) == (2, 0, 0.0)


def test_with_two_servers_the_newest_interrupts_the_oldest() -> None:
    desk = station(servers=2, discipline="preemptive-lifo")
    result = logged(once(("a", 0, 2.0, 4.0), ("b", 0, 2.5, 4.0), ("c", 0, 3.0, 4.0), desk=desk))
    # a 2-3 with 3 s left; b 2.5-6.5, c 3-7; a goes on at 6.5
    assert result.ends() == {"b": 6.5, "c": 7.0, "a": 9.5}


def test_a_lower_class_interrupts_a_service_which_goes_on_where_it_stopped() -> None:
    demand = (line("a", 1.0, priority_class=1), line("b", 0.5, priority_class=0))
    made = scenario([step("a", service=fixed(1.5))], [station(discipline=PREEMPTIVE)], demand=demand, duration=4.5)
    result = logged(made)
    # a 1-2, b 2-3.5, a 3.5-4 ends first of all at 4, its next begins and is interrupted at once: 4-4, 5.5-7 ...
    assert result.times("a") == [(1.0, 1.0, 4.0), (2.0, 4.0, 7.0), (3.0, 7.0, 8.5), (4.0, 8.5, 10.0)]
    assert result.times("b") == [(2.0, 2.0, 3.5), (4.0, 4.0, 5.5)]
    assert result.count("preempted") == 2


def test_an_equal_class_does_not_interrupt() -> None:
    result = logged(once(("a", 1, 2.0, 3.0), ("b", 1, 2.5, 3.0), desk=DESK))
    assert (result.ends(), result.count("preempted")) == ({"a": 5.0, "b": 8.0}, 0)


def test_an_interrupted_service_can_be_interrupted_again() -> None:
    result = logged(once(("a", 2, 2.0, 3.0), ("b", 1, 2.5, 0.25), ("c", 0, 3.0, 1.0), desk=DESK))
    # a 2-2.5, b 2.5-2.75, a 2.75-3, c 3-4, a 4-6.25
    assert (result.ends(), result.count("preempted")) == ({"b": 2.75, "c": 4.0, "a": 6.25}, 2)


def test_the_interrupted_wait_in_the_order_of_class_then_entry() -> None:
    result = logged(once(("a", 2, 2.0, 3.0), ("b", 1, 2.5, 3.0), ("c", 0, 3.0, 1.0), ("d", 0, 3.5, 1.0), desk=DESK))
    # a 2-2.5, b 2.5-3, c 3-4, d 4-5, b 5-7.5, a 7.5-10
    assert result.ends() == {"c": 4.0, "d": 5.0, "b": 7.5, "a": 10.0}


def test_the_interrupted_goes_before_a_newcomer_of_its_class() -> None:
    result = logged(once(("a", 1, 2.0, 3.0), ("b", 0, 2.5, 2.0), ("c", 1, 3.0, 1.0), desk=DESK))
    assert result.ends() == {"b": 4.5, "a": 7.0, "c": 8.0}


def test_the_worst_of_several_services_is_interrupted() -> None:
    desk = station(servers=2, discipline=PREEMPTIVE)
    result = logged(once(("a", 2, 2.0, 4.0), ("b", 1, 2.5, 4.0), ("c", 0, 3.0, 1.0), desk=desk))
    assert result.ends() == {"c": 4.0, "b": 6.5, "a": 7.0}


def test_of_one_class_the_last_to_enter_is_interrupted() -> None:
    desk = station(servers=2, discipline=PREEMPTIVE)
    result = logged(once(("a", 1, 2.0, 4.0), ("b", 1, 2.5, 4.0), ("c", 0, 3.0, 1.0), desk=desk))
    assert result.ends() == {"c": 4.0, "a": 6.0, "b": 7.5}


def test_a_free_server_is_taken_without_interrupting() -> None:
    desk = station(servers=2, discipline=PREEMPTIVE)
    result = logged(once(("a", 1, 2.0, 4.0), ("b", 0, 2.5, 4.0), desk=desk))
    assert (result.ends(), result.count("preempted")) == ({"a": 6.0, "b": 6.5}, 0)


def test_slots_below_the_servers_limit_who_interrupts() -> None:
    desk = station(servers=2, slots=1, discipline=PREEMPTIVE)
    result = logged(once(("a", 1, 2.0, 4.0), ("b", 0, 2.5, 1.0), desk=desk))
    assert (result.ends(), result.count("preempted")) == ({"b": 3.5, "a": 7.0}, 1)


def test_the_interrupted_needs_no_waiting_place() -> None:
    result = logged(
        once(("a", 1, 2.0, 4.0), ("b", 0, 2.5, 1.0), ("c", 0, 3.0, 1.0), desk=station(discipline=PREEMPTIVE, queue=0))
    )
    # b interrupts a; c finds the desk busy with its own class and no place
    assert (result.ends(), result.count("rejected")) == ({"c": 3.0, "b": 3.5, "a": 7.0}, 1)


def test_the_interrupted_takes_the_last_place() -> None:
    desk = station(discipline=PREEMPTIVE, queue=1)
    result = logged(once(("a", 1, 2.0, 4.0), ("b", 0, 2.5, 1.0), ("c", 1, 3.0, 1.0), desk=desk))
    assert (result.ends(), result.count("rejected")) == ({"c": 3.0, "b": 3.5, "a": 7.0}, 1)


def test_a_caller_that_holds_its_server_is_not_interrupted() -> None:
    caller = step("a", service=fixed(0.25), calls=(Call("ask", "none"),))
    made = errands(
        ("a", 1, 2.0, caller),
        ("b", 0, 2.5, step("b", service=fixed(1.0))),
        stations=[station(discipline=PREEMPTIVE), station("back")],
        costs={"ask": cost("ask", "back", fixed(4.0))},
    )
    result = logged(made)
    assert (result.ends(), result.count("preempted")) == ({"a": 6.25, "b": 7.25}, 0)


def test_beside_a_caller_the_other_service_is_interrupted() -> None:
    caller = step("a", service=fixed(0.25), calls=(Call("ask", "none"),))
    made = errands(
        ("a", 2, 2.0, caller),
        ("b", 1, 2.5, step("b", service=fixed(1.0))),
        ("c", 0, 3.0, step("c", service=fixed(1.0))),
        stations=[station(servers=2, discipline=PREEMPTIVE), station("back")],
        costs={"ask": cost("ask", "back", fixed(4.0))},
    )
    assert logged(made).ends() == {"c": 4.0, "b": 4.5, "a": 6.25}


def test_an_interrupted_caller_goes_on_to_its_nested_call() -> None:
    caller = step("a", service=fixed(1.0), calls=(Call("ask", "none"),))
    made = errands(
        ("a", 1, 2.0, caller),
        ("b", 0, 2.5, step("b", service=fixed(1.0))),
        stations=[station(discipline=PREEMPTIVE), station("back")],
        costs={"ask": cost("ask", "back", fixed(4.0))},
    )
    # 2-2.5, 3.5-4, then the call
    assert logged(made).ends() == {"b": 3.5, "a": 8.0}


def test_after_a_shift_with_more_busy_than_there_are_nobody_is_interrupted() -> None:
    calendar = office_hours((0.0, 2.75, 1.0), (2.75, 604800.0, 0.5))
    desk = station(servers=2, discipline=PREEMPTIVE, calendar=calendar)
    result = logged(once(("a", 1, 2.0, 4.0), ("b", 1, 2.5, 4.0), ("c", 0, 3.0, 1.0), desk=desk))
    # at 6 one server is busy and one is there: c waits for it
    assert (result.ends(), result.count("preempted")) == ({"a": 6.0, "b": 6.5, "c": 7.5}, 0)


def test_while_the_station_is_down_nobody_is_interrupted() -> None:
    result = logged(once(("a", 1, 2.0, 2.0), ("b", 0, 2.5, 1.0), desk=DESK, faults=(fault("drain", 2.25, 3.0),)))
    assert (result.ends(), result.count("preempted")) == ({"a": 4.0, "b": 6.25}, 0)


def test_suspended_and_interrupted_services_go_on_by_their_turn() -> None:
    result = logged(once(("a", 1, 2.0, 2.0), ("b", 0, 2.5, 2.0), desk=DESK, faults=(fault("suspend", 3.0, 1.0),)))
    # a 2-2.5, b 2.5-3 and 4-5.5, a 5.5-7
    assert (result.ends(), result.count("preempted"), result.count("suspended")) == ({"b": 5.5, "a": 7.0}, 1, 1)


def test_an_outage_throws_out_the_served_then_the_interrupted() -> None:
    result = logged(once(("a", 1, 2.0, 2.0), ("b", 0, 2.5, 2.0), desk=DESK, faults=(fault("fail", 3.0, 1.0),)))
    assert [(one.line, one.how, one.started, one.left) for one in result.visits] == [
        ("b", "failed", 2.5, 3.0),
        ("a", "failed", 2.0, 3.0),
    ]


def test_a_service_that_ends_at_the_very_instant_is_interrupted_if_the_newcomer_comes_first() -> None:
    result = logged(once(("b", 1, 2.0, 1.0), ("a", 0, 3.0, 2.0), desk=DESK))
    # at 3 stream a comes before b: the service has nothing left, and still waits for its turn
    assert (result.ends(), result.count("preempted")) == ({"a": 5.0, "b": 5.0}, 1)


def test_a_service_that_ended_first_is_not_interrupted() -> None:
    result = logged(once(("a", 1, 2.0, 1.0), ("b", 0, 3.0, 2.0), desk=DESK))
    assert (result.ends(), result.count("preempted")) == ({"a": 3.0, "b": 5.0}, 0)


def test_patience_ends_with_the_first_begin_of_the_service() -> None:
    made = errands(
        ("a", 1, 2.0, step("a", service=fixed(1.0), patience=fixed(0.25))),
        ("b", 0, 2.5, step("b", service=fixed(3.0))),
        desk=DESK,
    )
    result = logged(made)
    assert (result.ends(), result.count("reneged")) == ({"b": 5.5, "a": 6.0}, 0)


@pytest.mark.parametrize("on_timeout", ["orphan", "cancel"])
def test_an_interrupted_job_leaves_at_its_time_out_as_one_that_waits(on_timeout: str) -> None:
    made = errands(
        ("a", 1, 2.0, step("a", service=fixed(1.0), timeout=1.5, on_timeout=on_timeout)),
        ("b", 0, 2.5, step("b", service=fixed(3.0))),
        desk=DESK,
    )
    result = logged(made)
    assert (result.ends(), result.count("abandoned"), result.total("waiting_left")) == ({"a": 3.5, "b": 5.5}, 1, 0.0)


def test_a_wait_is_told_once_when_an_interrupted_call_is_left_behind() -> None:
    # a's call waits for the back from 2 to 2.25, is interrupted at 3 and left behind at 3.5
    made = errands(
        ("a", 1, 2.0, step("a", "front", fixed(0.0), calls=(Call("ask", "none"),), timeout=1.5)),
        ("b", 0, 3.0, step("b", "back", fixed(2.0))),
        stations=[station("front"), station("back", discipline=PREEMPTIVE)],
        costs={"ask": cost("ask", "back", fixed(4.0))},
        faults=(fault("drain", 1.0, 1.25, "back"),),
    )
    (waited,) = [one.waited for one in logged(made).journeys if one.line == "a"]
    assert waited == 0.25
