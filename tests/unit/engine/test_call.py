"""Nested calls, deadlines and repeats, by exact times."""

from __future__ import annotations

import pytest

from sim.scenario.model import Backoff, Call
from tests.scenarios import cost, exponential, fault, fixed, run, scenario, station, step

TWO = [station("front"), station("back")]


def nested(**changes: object) -> dict[str, object]:
    """One journey at 1 s: 1 s of own work at the front, then the operation ``ask`` of 4 s at the back."""
    return {
        "costs": {"ask": cost("ask", "back", fixed(4.0))},
        "duration": 1.5,
        **changes,
    }


def test_a_caller_keeps_its_server_while_the_answer_is_made() -> None:
    made = scenario([step("a", "front", calls=(Call("ask", "none"),))], TWO, **nested(duration=2.5))
    result = run(made)
    # first: front 1-2, back 2-6; the second waits for the front until 6, then 6-7, 7-11
    assert (result.total("waiting_started", "front"), result.record.end_time) == (4.0, 11.0)


def test_busy_area_of_the_caller_covers_the_nested_call() -> None:
    result = run(scenario([step("a", "front", calls=(Call("ask", "none"),))], TWO, **nested()))
    assert (result.total("busy_area", "front"), result.total("busy_area", "back")) == (5.0, 4.0)


def test_nested_calls_follow_each_other_in_listed_order() -> None:
    costs = {"ask": cost("ask", "back", fixed(4.0)), "tell": cost("tell", "back", fixed(2.0))}
    calls = (Call("ask", "none"), Call("tell", "none"))
    result = run(scenario([step("a", "front", calls=calls)], TWO, **nested(costs=costs)))
    assert result.record.end_time == 1.0 + 1.0 + 4.0 + 2.0


def test_a_nested_call_that_is_turned_away_fails_its_caller_with_an_outage() -> None:
    stations = [station("front"), station("back", queue=0)]
    steps = [step("a", "front", calls=(Call("ask", "none"),))]
    faults = (fault("fail", 0.5, 10.0, "back"),)
    result = run(scenario(steps, stations, **nested(faults=faults)))
    assert (result.operation("outage", "visit.a"), result.operation("outage", "ask"), result.record.end_time) == (
        1,
        1,
        2.0,
    )


def test_a_failed_caller_gives_its_server_back() -> None:
    stations = [station("front"), station("back")]
    steps = [step("a", "front", fixed(0.5), calls=(Call("ask", "none"),))]
    result = run(scenario(steps, stations, **nested(duration=2.5, faults=(fault("fail", 0.5, 10.0, "back"),))))
    assert (result.count("completed", "front"), result.total("waiting_started", "front")) == (2, 0.0)


def test_a_time_out_in_the_queue_leaves_it() -> None:
    result = run(scenario([step("a", service=fixed(3.0), timeout=1.5)], duration=2.5))
    # the first is served 1-4 and given up at 2.5; the second gives up at 3.5, still waiting
    assert (result.count("abandoned"), result.total("waiting_left"), result.count("started")) == (1, 1.5, 1)


def test_what_was_served_at_a_time_out_goes_on_and_loads_the_server() -> None:
    made = scenario([step("a", service=fixed(3.0), timeout=2.0)], duration=1.5, drain_limit=100.0)
    result = run(made)
    # the journey ends at 3; nothing else waits for the orphan, so the run ends there
    assert (result.record.end_time, result.outcome("failed"), result.total("busy_area")) == (3.0, 1, 2.0)


def test_an_orphan_keeps_the_server_from_the_next() -> None:
    result = run(scenario([step("a", service=fixed(3.0), timeout=2.0)], duration=2.5))
    # first 1-4, given up at 3; the second waits from 2, times out at 4 while still queued: own completion comes first
    assert (result.count("abandoned"), result.count("started"), result.record.end_time) == (0, 2, 4.0)


def test_cancelling_frees_the_server_at_once() -> None:
    result = run(scenario([step("a", service=fixed(3.0), timeout=2.0, on_timeout="cancel")], duration=2.5))
    # first 1-3, cancelled; the second 3-4, cancelled
    assert (result.count("abandoned"), result.total("busy_area"), result.record.end_time) == (2, 3.0, 4.0)


def test_an_answer_at_the_very_instant_of_the_deadline_counts() -> None:
    result = run(scenario([step("a", service=fixed(2.0), timeout=2.0)], duration=1.5))
    assert result.outcome("completed") == 1


def test_a_time_out_covers_nested_calls_and_orphans_them_with_their_caller() -> None:
    steps = [step("a", "front", calls=(Call("ask", "none"),), timeout=3.0), step("b", "front", fixed(1.0))]
    result = run(scenario(steps, TWO, **nested(duration=2.5)))
    # first: front 1-2, back 2-6, given up at 4 (the journey fails); its orphan holds the front until 6;
    # the second gets the front at 6? no: it gave up at 5 while queued
    assert (result.outcome("failed"), result.count("abandoned", "front"), result.count("started", "front")) == (2, 1, 1)


def test_a_cancelled_caller_releases_the_innermost_first() -> None:
    steps = [step("a", "front", calls=(Call("ask", "none"),), timeout=3.0, on_timeout="cancel")]
    result = run(scenario(steps, TWO, **nested()))
    areas = (result.total("busy_area", "front"), result.total("busy_area", "back"))
    assert (areas, result.count("abandoned", "back")) == ((3.0, 2.0), 1)


def test_a_nested_call_has_a_time_out_of_its_own() -> None:
    costs = {"ask": cost("ask", "back", fixed(4.0), timeout=1.0)}
    result = run(scenario([step("a", "front", calls=(Call("ask", "none"),))], TWO, **nested(costs=costs)))
    counts = (result.operation("timed_out", "ask"), result.operation("outage", "visit.a"))
    assert (counts, result.record.end_time) == ((1, 1), 3.0)


def test_repeats_wait_longer_each_time() -> None:
    steps = [step("a", retry_limit=3, retry_after=1.0, backoff=Backoff(factor=2.0))]
    result = run(scenario(steps, duration=1.5, faults=(fault("fail", 0.5, 100.0),)))
    # refused at 1, 2, 4, 8
    assert (result.operation("retries", "visit.a"), result.record.end_time, result.outcome("failed")) == (3, 8.0, 1)


def test_jitter_spreads_the_wait_around_its_mean() -> None:
    steps = [step("a", retry_limit=1, retry_after=10.0, backoff=Backoff(jitter=0.5))]
    made = scenario(steps, duration=2000.5, faults=(fault("fail", 0.5, 9000.0),))
    waits = run(made).sojourn() / 2000
    assert waits == pytest.approx(10.0, abs=4 * 10.0 / 12**0.5 / 2000**0.5)


def test_a_retry_that_succeeds_is_a_success() -> None:
    steps = [step("a", retry_limit=3, retry_after=1.0)]
    result = run(scenario(steps, duration=1.5, faults=(fault("fail", 0.5, 2.0),)))
    assert (result.operation("attempts", "visit.a"), result.operation("succeeded", "visit.a")) == (3, 1)


def test_a_whole_second_clock_rounds_services_up() -> None:
    result = run(scenario([step("a", service=fixed(0.2))], clock=1.0, duration=3.5))
    assert result.total("busy_area") == 3.0


def test_what_an_orphan_waits_is_not_the_journeys() -> None:
    stations = [station("front", servers=2), station("back")]
    steps = [step("a", "front", calls=(Call("ask", "none"),), timeout=3.0, retry_limit=1, retry_after=20.0)]
    result = run(scenario(steps, stations, **nested(duration=2.5)))
    # the second waits at the back from 3 to 6; its time-out at 5 leaves the last second to the orphan; repeats at 24
    # and 25, of which the second waits from 26 to its time-out at 28
    assert (result.sojourn("waiting"), result.total("waiting_started", "back")) == (2.0 + 2.0, 3.0)


def test_a_journey_can_leave_thousands_of_calls_behind() -> None:
    steps = [step("a", service=fixed(1e5), timeout=1.0, retry_limit=2500)]
    result = run(scenario(steps, [station(servers=None)], duration=1.5))
    assert (result.operation("timed_out", "visit.a"), result.outcome("failed"), result.record.end_time) == (
        2501,
        1,
        2502.0,
    )


def test_an_operation_called_twice_is_drawn_twice() -> None:
    stations = [station("front"), station("back", servers=None)]
    costs = {"ask": cost("ask", "back", exponential(4.0))}
    once, twice = (
        run(scenario([step("a", "front", calls=(Call("ask", "none"),) * n)], stations, duration=1.5, costs=costs))
        for n in (1, 2)
    )
    first = once.total("busy_area", "back")
    assert twice.total("busy_area", "back") - first != pytest.approx(first, rel=1e-3)


def test_repeats_with_a_clock_of_whole_seconds_wait_whole_seconds() -> None:
    steps = [step("a", retry_limit=3, retry_after=0.25, backoff=Backoff(factor=3.0))]
    result = run(scenario(steps, clock=1.0, duration=1.5, faults=(fault("fail", 0.5, 100.0),)))
    # 0.25, 0.75 and 2.25 s, each rounded up
    assert result.record.end_time == 1.0 + 1.0 + 1.0 + 3.0
