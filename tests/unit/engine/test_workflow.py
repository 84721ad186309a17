"""Arazzo control flow in virtual time: one journey, at 1 s, unless said otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sim.errors import DocumentError, UsageError
from sim.plan import CallShare, compile_plan, op
from sim.scenario.model import Backoff, Law
from tests.scenarios import cost, exponential, fault, fixed, run, scenario, station
from tests.workflows import action, call, journey, when, workflow

if TYPE_CHECKING:
    from sim.scenario.model import Scenario


AT_ONCE = [call("a", on_failure=(action("at-once", "goto", step_id="a"),))]


def made(names: str, **changes: Any) -> Scenario:  # fields of Scenario
    """A scenario whose operations a, b, c, ... take 1, 2, 3, ... seconds at a desk without a queue."""
    costs = {name: cost(name, service=fixed(number + 1.0)) for number, name in enumerate(names)}
    return scenario(**{"stations": [station(servers=None)], "duration": 1.5, "costs": costs, **changes})


def test_steps_follow_each_other_in_document_order() -> None:
    assert run(made("abc"), workflow("w", [call("a"), call("b"), call("c")])).record.end_time == 1.0 + 1.0 + 2.0 + 3.0


def test_goto_skips_steps() -> None:
    steps = [call("a", on_success=(action("skip", "goto", step_id="c"),)), call("b"), call("c")]
    assert run(made("abc"), workflow("w", steps)).sojourn() == 1.0 + 3.0


def test_end_ends_the_journey_under_the_name_of_the_action() -> None:
    steps = [call("a", on_success=(action("done-early", "end"),)), call("b")]
    result = run(made("ab"), workflow("w", steps))
    assert (result.outcome("done-early"), result.outcome("completed"), result.sojourn()) == (1, 0, 1.0)


def test_criteria_on_the_channel_are_decided_when_the_plan_is_made() -> None:
    steps = [
        call("a", on_success=(action("other", "goto", "$inputs.channel == 'any'", step_id="c"),)),
        call("b"),
        call("c"),
    ]
    assert run(made("abc"), workflow("w", steps)).sojourn() == 1.0 + 3.0


def test_criteria_on_the_answer_are_drawn_with_the_scenarios_probabilities() -> None:
    refused = action("refused", "end", "$response.body#/result == '1'")
    outcomes = {"visit": {"a": {"refused": 0.25, "default": 0.75}}}
    result = run(
        made("ab", outcomes=outcomes, duration=4000.5), workflow("w", [call("a", on_success=(refused,)), call("b")])
    )
    assert result.outcome("refused") / 4000 == pytest.approx(0.25, abs=4 * (0.25 * 0.75 / 4000) ** 0.5)


def test_an_answer_that_decides_needs_an_outcome() -> None:
    refused = action("refused", "end", "$response.body#/result == '1'")
    with pytest.raises(DocumentError, match=r"outcomes\.visit\.a: is missing.*refused, default"):
        run(made("a"), workflow("w", [call("a", on_success=(refused,))]))


def test_an_outcome_that_no_action_has_is_refused() -> None:
    refused = action("refused", "end", "$response.body#/result == '1'")
    outcomes = {"visit": {"a": {"refusd": 0.25, "default": 0.75}}}
    with pytest.raises(DocumentError, match=r"outcomes\.visit\.a\.refusd"):
        run(made("a", outcomes=outcomes), workflow("w", [call("a", on_success=(refused,))]))


def test_outcomes_of_a_step_without_a_choice_are_refused() -> None:
    with pytest.raises(DocumentError, match="nothing is to be drawn at step a"):
        run(made("a", outcomes={"visit": {"a": {"default": 1.0}}}), workflow("w", [call("a")]))


def test_an_operation_without_a_cost_is_refused() -> None:
    with pytest.raises(DocumentError, match="operations: b is missing"):
        run(made("a"), workflow("w", [call("a"), call("b")]))


def test_a_failure_without_action_fails_the_journey() -> None:
    result = run(made("a", faults=(fault("fail", 0.5, 10.0),)), workflow("w", [call("a")]))
    assert (result.outcome("failed"), result.operation("outage", "a")) == (1, 1)


def test_a_failure_action_is_chosen_by_the_status() -> None:
    actions = (
        action("full", "end", "$statusCode == 429"),
        action("down", "end", "$statusCode == 503"),
    )
    result = run(made("a", faults=(fault("fail", 0.5, 10.0),)), workflow("w", [call("a", on_failure=actions)]))
    assert (result.outcome("down"), result.outcome("full")) == (1, 0)


def test_a_time_out_has_no_status() -> None:
    actions = (action("answered", "end", "$statusCode != 200"), action("silent", "end"))
    costs = {"a": cost("a", service=fixed(5.0), timeout=2.0)}
    result = run(made("a", costs=costs), workflow("w", [call("a", on_failure=actions)]))
    assert (result.outcome("silent"), result.outcome("answered")) == (1, 0)


def test_the_shorter_of_two_time_outs_counts() -> None:
    costs = {"a": cost("a", service=fixed(5.0), timeout=3.0)}
    assert run(made("a", costs=costs), workflow("w", [call("a", timeout=2.0)])).sojourn() == 2.0


def test_retries_used_up_give_way_to_the_next_action() -> None:
    actions = (
        action("again", "retry", "$statusCode == 503", retry_after=2.0, retry_limit=2),
        action("by-hand", "goto", step_id="b"),
    )
    stations = (station(servers=None), station("other", servers=None))
    costs = {"a": cost("a"), "b": cost("b", "other", fixed(1.0))}
    scene = made("ab", stations=stations, costs=costs, faults=(fault("fail", 0.5, 99.0),))
    result = run(scene, workflow("w", [call("a", on_failure=actions), call("b")]))
    assert (result.sojourn(), result.outcome("completed"), result.operation("retries", "a")) == (2.0 + 2.0 + 1.0, 1, 2)


def test_repeats_are_counted_anew_when_the_step_is_entered_again() -> None:
    # a fails twice, b leads back to a, a fails twice more; then the station is up again
    actions = (action("again", "retry", retry_after=1.0, retry_limit=1), action("other", "goto", step_id="b"))
    back = action("back", "goto", step_id="a")
    stations = (station(servers=None), station("other", servers=None))
    costs = {"a": cost("a"), "b": cost("b", "other", fixed(1.0))}
    scene = made("ab", stations=stations, costs=costs, faults=(fault("fail", 0.5, 4.0),))
    steps = [call("a", on_failure=actions, on_success=(action("fine", "end"),)), call("b", on_success=(back,))]
    result = run(scene, workflow("w", steps))
    # refused at 1, 2; b 2-3; refused at 3, 4; b 4-5; served 5-6
    assert (result.record.end_time, result.operation("retries", "a")) == (6.0, 2)


def test_a_sub_workflow_runs_in_line_and_its_end_returns_to_the_caller() -> None:
    inner = workflow("inner", [call("b", on_success=(action("enough", "end"),)), call("c")])
    outer = workflow("w", [call("a"), call("sub", workflow_id="inner"), call("last", of="a")])
    result = run(made("abc"), outer, inner)
    assert (result.sojourn(), result.outcome("completed")) == (1.0 + 2.0 + 1.0, 1)


def test_a_sub_workflow_that_fails_fails_its_step() -> None:
    costs = {"a": cost("a"), "b": cost("b", "other")}
    stations = (station(servers=None), station("other", servers=None))
    scene = made("ab", stations=stations, costs=costs, faults=(fault("fail", 0.5, 9.0, "other"),))
    outer = workflow("w", [call("a"), call("sub", workflow_id="inner", on_failure=(action("gone", "end"),))])
    assert run(scene, outer, workflow("inner", [call("b")])).outcome("gone") == 1


def test_a_workflow_it_depends_on_runs_first() -> None:
    result = run(made("ab"), workflow("w", [call("b")], depends_on=("before",)), workflow("before", [call("a")]))
    assert result.sojourn() == 3.0


def test_a_workflow_that_two_others_depend_on_runs_once() -> None:
    workflows = (
        workflow("w", [call("a")], depends_on=("left", "right")),
        workflow("left", [call("b")], depends_on=("base",)),
        workflow("right", [call("c")], depends_on=("base",)),
        workflow("base", [call("d")]),
    )
    assert run(made("abcd"), *workflows).sojourn() == 4.0 + 2.0 + 3.0 + 1.0


def test_goto_to_another_step_of_a_parallel_workflow_is_refused() -> None:
    steps = [call("a", on_failure=(action("on", "goto", step_id="b"),)), call("b", depends_on=("a",))]
    with pytest.raises(DocumentError, match="parallel workflow is not simulated"):
        run(made("ab"), workflow("w", steps, parallel=True))


def test_parallel_steps_take_as_long_as_the_longest_path() -> None:
    steps = [call("a"), call("b", depends_on=("a",)), call("c"), call("d", depends_on=("b", "c"))]
    assert run(made("abcd"), workflow("w", steps, parallel=True)).sojourn() == max(1.0 + 2.0, 3.0) + 4.0


def test_a_failed_branch_cancels_what_has_not_started_and_waits_for_what_has() -> None:
    costs = {"a": cost("a", "other"), "b": cost("b", service=fixed(5.0)), "c": cost("c")}
    stations = (station(servers=None), station("other", servers=None))
    scene = made("abc", stations=stations, costs=costs, faults=(fault("fail", 0.5, 9.0, "other"),))
    result = run(scene, workflow("w", [call("a"), call("b"), call("c", depends_on=("b",))], parallel=True))
    assert (result.outcome("failed"), result.record.end_time, result.operation("attempts", "c")) == (1, 6.0, 0)


def test_end_in_a_branch_waits_for_running_branches() -> None:
    steps = [call("a", on_success=(action("enough", "end"),)), call("c"), call("b", depends_on=("a",))]
    result = run(made("abc"), workflow("w", steps, parallel=True))
    assert (result.outcome("enough"), result.sojourn(), result.operation("attempts", "b")) == (1, 3.0, 0)


def test_a_time_out_of_a_parallel_sub_workflow_ends_all_its_branches() -> None:
    inner = workflow("inner", [call("b"), call("c")], parallel=True)
    outer = workflow("w", [call("sub", workflow_id="inner", timeout=1.5, on_failure=(action("late", "end"),))])
    result = run(made("abc"), outer, inner)
    assert (result.outcome("late"), result.record.end_time, result.count("abandoned")) == (1, 2.5, 2)


def test_the_refused_share_of_calls_fails_with_status_400_after_its_own_service() -> None:
    steps = [call("a", on_failure=(action("old-edition", "end", "$statusCode == 400"),))]
    result = run(made("a", duration=1000.5), workflow("w", steps), shares={"a": CallShare(refused=1.0)})
    assert (result.outcome("old-edition"), result.count("completed")) == (1000, 1000)


def test_the_breached_share_of_calls_fails_without_a_status() -> None:
    steps = [call("a", on_failure=(action("unreadable", "end"),))]
    result = run(made("a", duration=1000.5), workflow("w", steps), shares={"a": CallShare(breached=0.3)})
    assert result.operation("breached", "a") / 1000 == pytest.approx(0.3, abs=4 * (0.21 / 1000) ** 0.5)


def test_success_that_depends_on_the_answer_fails_with_the_drawn_action() -> None:
    wrong = action("wrong-person", "end")
    steps = [call("a", success_criteria=when("$response.body#/result == 'match'"), on_failure=(wrong,))]
    outcomes = {"visit": {"a": {"wrong-person": 1.0}}}
    assert run(made("a", outcomes=outcomes), workflow("w", steps)).outcome("wrong-person") == 1


def test_a_cycle_that_takes_no_time_is_refused() -> None:
    with pytest.raises(DocumentError, match="cycle that takes no time"):
        run(made("a", faults=(fault("fail", 0.5, 9.0),)), workflow("w", AT_ONCE))


def test_a_full_queue_or_no_patience_makes_a_cycle_that_takes_no_time() -> None:
    for changes in ({"stations": [station(queue=2)]}, {"costs": {"a": cost("a", patience=fixed(0.0))}}):
        with pytest.raises(DocumentError, match="cycle that takes no time"):
            run(made("a", **changes), workflow("w", AT_ONCE))


def test_a_cycle_behind_calls_that_cannot_fail_at_once_is_no_fault() -> None:
    costs = {"a": cost("a", service=fixed(5.0), timeout=2.0)}
    result = run(made("a", costs=costs, end="stop", duration=10.5, interval=10.5), workflow("w", AT_ONCE))
    assert result.operation("timed_out", "a") == sum((10 - arrival) // 2 for arrival in range(1, 11))


@pytest.mark.parametrize(
    "law",
    [
        fixed(0.0),
        Law("uniform", (("low", 0.0), ("high", 0.0))),
        Law("empirical", (), (0.0, 0.0)),
        exponential(1e-12),
    ],
)
def test_a_service_of_no_time_does_not_break_a_cycle(law: Law) -> None:
    steps = [call("a", on_success=(action("again", "goto", step_id="a"),))]
    with pytest.raises(DocumentError, match="cycle that takes no time"):
        run(made("a", costs={"a": cost("a", service=law)}), workflow("w", steps))


def test_a_cycle_through_parallel_steps_that_take_time_is_no_fault() -> None:
    inner = workflow("inner", [call("a"), call("b")], parallel=True)
    again = action("again", "goto", "$response.body#/result == '1'", step_id="sub")
    outer = workflow("w", [call("sub", workflow_id="inner", on_success=(again,))])
    outcomes = {"visit": {"sub": {"again": 0.5, "default": 0.5}}}
    result = run(made("ab", outcomes=outcomes, duration=1000.5), outer, inner)
    assert result.sojourn() / 1000 == pytest.approx(2.0 * 2.0, abs=4 * 2.0 * 2**0.5 / 1000**0.5)


def test_a_cycle_through_parallel_steps_without_time_is_refused() -> None:
    costs = {"a": cost("a", service=fixed(0.0)), "b": cost("b", service=fixed(0.0))}
    inner = workflow("inner", [call("a"), call("b")], parallel=True)
    outer = workflow("w", [call("sub", workflow_id="inner", on_success=(action("on", "goto", step_id="sub"),))])
    with pytest.raises(DocumentError, match="cycle that takes no time"):
        run(made("ab", costs=costs), outer, inner)


def test_a_workflow_may_bear_the_name_of_the_step_that_goes_to_it() -> None:
    steps = [call("a", on_success=(action("on", "goto", workflow_id="a"),))]
    assert run(made("ab"), workflow("w", steps), workflow("a", [call("b")])).sojourn() == 1.0 + 2.0


def test_workflows_that_go_to_each_other_for_good_are_refused() -> None:
    steps = [call("b", on_success=(action("on", "goto", workflow_id="v"),))]
    first = workflow("w", [call("a", on_success=(action("on", "goto", workflow_id="v"),))])
    with pytest.raises(DocumentError, match="lead to each other in a circle"):
        run(made("ab"), first, workflow("v", steps))


def test_more_parallel_steps_than_a_mask_can_hold_are_refused() -> None:
    steps = [call(f"s{n}", of="a") for n in range(64)]
    with pytest.raises(DocumentError, match="64 parallel steps are not simulated, at most 63"):
        run(made("a"), workflow("w", steps, parallel=True))


def test_the_last_of_63_parallel_steps_can_wait_for_all_others() -> None:
    steps = [call(f"s{n}", of="a") for n in range(62)]
    last = call("last", of="b", depends_on=tuple(f"s{n}" for n in range(62)))
    assert run(made("ab"), workflow("w", [*steps, last], parallel=True)).sojourn() == 1.0 + 2.0


def test_repeats_without_a_wait_are_bounded() -> None:
    actions = (action("again", "retry", retry_limit=10**12),)
    with pytest.raises(DocumentError, match="the retryLimit of again is above 1,000"):
        run(made("a"), workflow("w", [call("a", on_failure=actions)]))


def test_more_time_outs_inside_each_other_than_can_be_ordered_are_refused() -> None:
    chain = [workflow(f"w{n}", [call("sub", workflow_id=f"w{n + 1}", timeout=100.0)]) for n in range(63)]
    with pytest.raises(UsageError, match="more than 62 time-outs inside each other"):
        run(made("a"), *chain, workflow("w63", [call("a")]))


def test_a_repeat_named_like_another_draw_has_a_draw_of_its_own() -> None:
    costs = {"a": cost("a", backoff=Backoff(jitter=0.5))}
    actions = (action("refused", "retry", retry_after=10.0), action("given-up", "end"))
    scene = made("a", costs=costs, duration=4000.5)
    result = run(scene, workflow("w", [call("a", on_failure=actions)]), shares={"a": CallShare(refused=0.5)})
    repeats = result.operation("retries", "a")
    waits = (result.sojourn() - result.operation("attempts", "a")) / repeats
    assert waits == pytest.approx(10.0, abs=4 * 10.0 / 12**0.5 / repeats**0.5)


def test_repeats_after_different_failures_are_drawn_apart() -> None:
    again = action("again", "retry", retry_after=10.0, retry_limit=2)
    full = action("full", "end", "$statusCode == 429")
    plan = compile_plan(
        replace(made("a", costs={"a": cost("a", timeout=1.0)}), journeys={}),
        {"visit": journey(workflow("w", [call("a", on_failure=(again, full))]))},
    ).plan
    repeats = plan.ops[plan.ops[:, 0] == op.RETRY]
    assert (len(repeats), len(set(repeats[:, 4].tolist())), len(set(repeats[:, 5].tolist()))) == (2, 1, 1)


def test_an_end_in_parallel_steps_that_a_branch_went_to_waits_for_the_other_branches() -> None:
    inner = workflow("inner", [call("b", on_success=(action("enough", "end"),))], parallel=True)
    steps = [call("a", on_success=(action("on", "goto", workflow_id="inner"),)), call("d")]
    result = run(made("abcd"), workflow("w", steps, parallel=True), inner)
    assert (result.outcome("enough"), result.sojourn(), result.record.drained) == (1, 4.0, True)


def test_actions_behind_one_that_always_follows_are_not_drawn() -> None:
    first = action("always", "goto", step_id="c")
    second = action("never", "end", "$response.body#/result == '1'")
    result = run(made("abc"), workflow("w", [call("a", on_success=(first, second)), call("b"), call("c")]))
    assert (result.sojourn(), result.outcome("completed")) == (1.0 + 3.0, 1)
