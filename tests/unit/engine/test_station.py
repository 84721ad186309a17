"""What happens at one station, by exact times: arrivals at 1, 2, ..., 10 s unless said otherwise."""

from __future__ import annotations

import pytest

from tests.scenarios import exponential, fault, fixed, line, office_hours, run, scenario, station, step


def test_ten_customers_with_short_services_never_wait() -> None:
    result = run(scenario([step("a", service=fixed(0.5))]))
    assert (result.count("completed"), result.count("waited"), result.sojourn()) == (10, 0, 5.0)


def test_a_service_of_two_seconds_makes_each_customer_wait_a_second_longer() -> None:
    result = run(scenario([step("a", service=fixed(2.0))]))
    assert (result.total("waiting_started"), result.sojourn()) == (45.0, 65.0)


def test_queue_and_busy_areas_are_the_sums_of_waits_and_services() -> None:
    result = run(scenario([step("a", service=fixed(2.0))]))
    assert (result.total("queue_area"), result.total("busy_area")) == (45.0, 20.0)


def test_a_second_server_takes_every_other_customer() -> None:
    result = run(scenario([step("a", service=fixed(2.0))], [station(servers=2)]))
    assert (result.count("waited"), result.record.end_time) == (0, 12.0)


def test_unlimited_servers_are_a_delay_and_count_as_none_on_duty() -> None:
    result = run(scenario([step("a", service=fixed(7.0))], [station(servers=None)]))
    assert (result.sojourn(), result.total("server_area")) == (70.0, 0.0)


def test_without_a_number_of_servers_all_who_came_out_of_hours_begin_when_they_begin() -> None:
    calendar = office_hours((0.0, 1.5, 1.0), (5.0, 604800.0, 1.0))
    result = run(scenario([step("a", service=fixed(7.0))], [station(servers=None, calendar=calendar)], duration=4.5))
    # 1 begins at once; 2, 3 and 4 wait until 5, none for another
    assert (result.total("waiting_started"), result.record.end_time) == (3.0 + 2.0 + 1.0, 12.0)
    assert (result.sojourn(), result.total("server_area")) == (4 * 7.0 + 6.0, 0.0)


def test_slots_below_servers_limit_who_is_admitted() -> None:
    result = run(scenario([step("a", service=fixed(2.0))], [station(servers=2, slots=1)]))
    assert result.total("waiting_started") == 45.0


def test_a_full_queue_turns_customers_away() -> None:
    # served 1-4, 4-7, 7-10, 10-13; one waits; those at 3, 5, 6, 8, 9 find the place taken
    result = run(scenario([step("a", service=fixed(3.0))], [station(queue=1)]))
    assert (result.count("rejected"), result.outcome("failed"), result.outcome("completed")) == (5, 5, 5)


def test_without_waiting_places_only_a_free_server_admits() -> None:
    result = run(scenario([step("a", service=fixed(1.5))], [station(queue=0)]))
    assert (result.count("rejected"), result.count("completed")) == (5, 5)


def test_a_lower_class_overtakes_those_who_wait() -> None:
    demand = (line("a", 1.0, priority_class=1), line("b", 0.5, priority_class=0))
    result = run(
        scenario([step("a", service=fixed(2.0))], [station(discipline="priority")], demand=demand, duration=4.5)
    )
    # a at 1 (1-3), b and a at 2: a entered first, yet b is served 3-5; then b of 4 (5-7), a's of 2, 3, 4
    waits = result.record.group_sums[:, 0, 1].tolist()
    assert waits == [0.0 + 5.0 + 6.0 + 7.0, 1.0 + 1.0]


def test_fifo_ignores_classes() -> None:
    demand = (line("a", 1.0, priority_class=1), line("b", 0.5, priority_class=0))
    result = run(scenario([step("a", service=fixed(2.0))], demand=demand, duration=4.5))
    assert result.record.group_sums[:, 0, 1].tolist() == [0.0 + 1.0 + 4.0 + 5.0, 3.0 + 7.0]


def test_impatient_customers_leave_after_exactly_their_patience() -> None:
    # served 1-4, 4-7, 7-10, 10-13; patience 2.5: 2 waits until 4, 3 leaves at 5.5, 4 at 6.5, 5 until 7 ...
    result = run(scenario([step("a", service=fixed(3.0), patience=fixed(2.5))]))
    assert (result.count("reneged"), result.total("waiting_left")) == (6, 15.0)


def test_a_customer_who_leaves_fails_by_time_out() -> None:
    result = run(scenario([step("a", service=fixed(3.0), patience=fixed(2.5))]))
    assert (result.operation("timed_out", "visit.a"), result.outcome("failed")) == (6, 6)


def test_a_shift_that_ends_lets_the_busy_server_finish() -> None:
    calendar = office_hours((0.0, 1.5, 1.0), (5.0, 604800.0, 1.0))
    result = run(scenario([step("a", service=fixed(1.0))], [station(calendar=calendar)], duration=2.5))
    # 1-2 served across the end of the shift; the second waits from 2 to 5
    assert (result.total("waiting_started"), result.record.end_time) == (3.0, 6.0)


def test_server_time_is_that_of_the_calendar() -> None:
    calendar = office_hours((0.0, 4.0, 1.0), (6.0, 604800.0, 0.5))
    result = run(scenario([step("a", service=fixed(0.25))], [station(servers=4, calendar=calendar)], duration=10.5))
    assert result.total("server_area") == 4 * 4.0 + 2 * 4.5


def test_an_outage_that_fails_throws_out_served_then_waiting_and_refuses_the_rest() -> None:
    made = scenario([step("a", service=fixed(3.0))], faults=(fault("fail", 2.5, 2.0),))
    result = run(made)
    # at 2.5 the customers of 1 and 2 are thrown out, those of 3 and 4 refused, from 5 on service as before
    assert (result.count("failed"), result.count("refused"), result.count("completed")) == (2, 2, 6)


def test_an_outage_that_drains_finishes_services_and_keeps_the_queue() -> None:
    result = run(scenario([step("a", service=fixed(1.0))], faults=(fault("drain", 1.5, 3.0),), duration=3.5))
    # 1-2 finishes although the station is down; 2 and 3 wait until 4.5
    assert (result.total("waiting_started"), result.record.end_time) == (2.5 + 2.5, 6.5)


def test_an_outage_that_suspends_gives_back_what_was_left() -> None:
    result = run(scenario([step("a", service=fixed(1.0))], faults=(fault("suspend", 1.5, 3.0),), duration=2.5))
    # 1-1.5, then 4.5-5; the second 5-6 after waiting 3 s
    assert (result.count("suspended"), result.total("waiting_started"), result.record.end_time) == (1, 3.0, 6.0)


def test_two_overlapping_outages_end_with_the_later_one() -> None:
    faults = (fault("drain", 1.5, 3.0), fault("drain", 2.0, 4.0))
    assert run(scenario([step("a")], faults=faults, duration=2.5)).record.end_time == 7.0


def test_before_the_window_nothing_is_counted_as_a_journey() -> None:
    result = run(scenario([step("a", service=fixed(0.5))], warm_up=4.5))
    assert (result.outcome("completed"), result.record.group_counts[0, :, 0].tolist()) == (6, [4, 6, 0])


def test_the_run_can_stop_with_customers_inside() -> None:
    result = run(scenario([step("a", service=fixed(3.0))], end="stop"))
    assert (result.record.drained, result.record.end_time, result.outcome("completed")) == (False, 10.5, 3)


def test_the_drain_has_a_limit() -> None:
    result = run(scenario([step("a", service=fixed(3.0))], drain_limit=4.0))
    assert (result.record.drained, result.record.end_time, result.outcome("completed")) == (False, 14.5, 4)


def test_carried_over_journeys_load_the_station_and_are_not_counted() -> None:
    rate = 2.0 / 86400.0
    made = scenario([step("a", service=fixed(86400.0))], demand=(line("a", rate),), duration=86400.5, carry_over_days=1)
    result = run(made)
    # yesterday one at noon is served until noon today; today's at 12:00 starts then, that of 24:00 a day later
    assert (result.outcome("completed"), result.total("waiting_started")) == (2, 43200.0 * 2 - 43200.0 * 1)


def test_random_service_times_are_those_of_the_law() -> None:
    made = scenario([step("a", service=exponential(1.0))], [station(servers=None)], duration=20000.5)
    assert run(made).sojourn() / 20000 == pytest.approx(1.0, abs=4 / 20000**0.5)


def test_a_run_that_stops_with_nobody_inside_is_drained() -> None:
    result = run(scenario([step("a", service=fixed(0.25))], end="stop"))
    assert (result.record.drained, result.record.end_time) == (True, 10.25)
