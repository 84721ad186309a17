"""Executing journeys: the reference semantics of control flow, one rule a test."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from sim.contract.model import Answer
from sim.document import JsonValue
from sim.errors import UsageError
from sim.journey import Execution, OutgoingCall, execute, execute_all
from tests.unit.journey.documents import HEAD, Load

Script = Callable[[str, int], int | None]


@dataclass
class Scripted:
    """Answers with the status that a script gives for a step path and its n-th call; None is no answer."""

    script: Script = lambda _path, _count: 200
    body: JsonValue = None
    headers: tuple[tuple[str, str], ...] = ()
    log: list[str] = field(default_factory=list)
    calls: list[OutgoingCall] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        self.log.append(f"wait {seconds:g}")

    def send(self, call: OutgoingCall) -> Answer | None:
        self.log.append(call.path)
        self.calls.append(call)
        status = self.script(call.path, self.log.count(call.path))
        if status is None:
            return None
        return Answer(status, (("Content-Type", "application/json"), *self.headers), json.dumps(self.body).encode())


@dataclass
class Raw(Scripted):
    """Answers with bytes as they are."""

    def __init__(self, content: bytes, content_type: str) -> None:
        super().__init__()
        self.answer = Answer(200, (("content-type", content_type),), content)

    def send(self, call: OutgoingCall) -> Answer | None:
        self.calls.append(call)
        return self.answer


def failing(*paths: str) -> Script:
    return lambda path, _count: 500 if path in paths else 200


def until(path: str, good: int) -> Script:
    """Fail at one path before its n-th call."""
    return lambda at, count: 503 if at == path and count < good else 200


def run(
    load: Load, workflows: str, caller: Scripted, *, inputs: dict[str, JsonValue] | None = None, limit: int = 1000
) -> Execution:
    journey = load(workflows)
    return execute(journey, journey.main, inputs or {}, caller, limit=limit)


def steps(*steps: str) -> str:
    return "workflows:\n  - workflowId: w\n    steps:\n" + "".join(f"      - {step}\n" for step in steps)


def ping(step_id: str, fields: str = "") -> str:
    return f"{{stepId: {step_id}, operationId: ping{', ' if fields else ''}{fields}}}"


def test_a_workflow_falls_off_its_end(load: Load) -> None:
    caller = Scripted()
    execution = run(load, steps(ping("a"), ping("b")), caller)

    assert (execution.outcome, execution.success, caller.log) == ("completed", True, ["a", "b"])


def test_a_failure_without_action_fails_the_workflow(load: Load) -> None:
    caller = Scripted(failing("a"))
    execution = run(load, steps(ping("a"), ping("b")), caller)

    assert (execution.outcome, execution.success, caller.log) == ("failed", False, ["a"])


def test_an_end_has_the_name_of_its_action(load: Load) -> None:
    end = "[{name: done, type: end, criteria: [{condition: $response.body#/state == 'closed'}]}]"
    workflows = steps(ping("a", f"onSuccess: {end}"), ping("b"))

    closed, still_open = Scripted(body={"state": "CLOSED"}), Scripted(body={"state": "open"})
    assert (run(load, workflows, closed).outcome, closed.log) == ("done", ["a"])
    assert (run(load, workflows, still_open).outcome, still_open.log) == ("completed", ["a", "b"])


def test_the_first_action_whose_criteria_hold_is_taken(load: Load) -> None:
    actions = (
        "[{name: no, type: end, criteria: [{condition: $statusCode == 404}]}, "
        "{name: yes, type: end, criteria: [{condition: $statusCode >= 500}]}, {name: late, type: end}]"
    )
    execution = run(load, steps(ping("a", f"onFailure: {actions}")), Scripted(failing("a")))

    assert (execution.outcome, execution.success) == ("yes", True)


def test_a_step_action_comes_before_that_of_its_workflow_and_replaces_its_namesake(load: Load) -> None:
    workflows = """\
workflows:
  - workflowId: w
    failureActions: [{name: x, type: end}, {name: y, type: end}]
    steps:
      - {stepId: a, operationId: ping, onFailure: [{name: x, type: goto, stepId: b}]}
      - {stepId: b, operationId: ping}
"""
    execution = run(load, workflows, Scripted(failing("a", "b")))

    assert [(step.path, step.action) for step in execution.steps] == [("a", "x"), ("b", "x")]
    assert execution.outcome == "x"


def test_a_goto_leads_on_and_back(load: Load) -> None:
    workflows = steps(
        ping("a", "onSuccess: [{name: skip, type: goto, stepId: c}]"),
        ping("b", "onSuccess: [{name: stop, type: end}]"),
        ping("c", "onSuccess: [{name: back, type: goto, stepId: b}]"),
    )
    caller = Scripted()
    execution = run(load, workflows, caller)

    assert (execution.outcome, caller.log) == ("stop", ["a", "c", "b"])


def test_retries_are_counted_and_the_next_matching_action_follows(load: Load) -> None:
    actions = "[{name: again, type: retry, retryAfter: 2, retryLimit: 2}, {name: give-up, type: end}]"
    caller = Scripted(failing("a"))
    execution = run(load, steps(ping("a", f"onFailure: {actions}")), caller)

    assert caller.log == ["a", "wait 2", "a", "wait 2", "a"]
    assert [(step.attempt, step.action) for step in execution.steps] == [(1, "again"), (2, "again"), (3, "give-up")]
    assert (execution.outcome, execution.success) == ("give-up", True)


def test_each_retry_action_has_its_own_count(load: Load) -> None:
    actions = (
        "[{name: busy, type: retry, criteria: [{condition: $statusCode == 503}]}, "
        "{name: late, type: retry, criteria: [{condition: $statusCode == 504}]}]"
    )
    answers = [503, 504, 503]
    caller = Scripted(lambda _path, count: answers[count - 1])
    execution = run(load, steps(ping("a", f"onFailure: {actions}")), caller)

    assert [step.action for step in execution.steps] == ["busy", "late", "default"]


def test_a_retry_of_none_is_no_retry(load: Load) -> None:
    caller = Scripted(failing("a"))
    run(load, steps(ping("a", "onFailure: [{name: r, type: retry, retryLimit: 0}]")), caller)

    assert caller.log == ["a"]


def test_a_step_that_is_entered_anew_counts_its_retries_anew(load: Load) -> None:
    workflows = steps(
        ping("a", "onFailure: [{name: r, type: retry}]"),
        ping("b", "onFailure: [{name: back, type: goto, stepId: a}]"),
    )
    answers = {"a": [500, 200, 500, 200], "b": [500, 200]}
    caller = Scripted(lambda path, count: answers[path][count - 1])
    execution = run(load, workflows, caller)

    assert (execution.outcome, caller.log) == ("completed", ["a", "a", "b", "a", "a", "b"])


@pytest.mark.parametrize(("told", "waited"), [("7", "wait 7"), ("soon", "wait 3"), ("-1", "wait 3")])
def test_retry_after_in_seconds_overrules_the_document(load: Load, told: str, waited: str) -> None:
    caller = Scripted(until("a", 2), headers=(("retry-after", told),))
    run(load, steps(ping("a", "onFailure: [{name: r, type: retry, retryAfter: 3}]")), caller)

    assert caller.log == ["a", waited, "a"]


def test_a_retry_runs_first_the_step_that_it_names(load: Load) -> None:
    workflows = steps(
        ping("login", "onSuccess: [{name: n, type: goto, stepId: a}]"),
        ping("a", "onFailure: [{name: r, type: retry, stepId: login, retryAfter: 1}]"),
    )
    caller = Scripted(until("a", 2))
    execution = run(load, workflows, caller)

    assert (execution.outcome, caller.log) == ("completed", ["login", "a", "wait 1", "login", "a"])
    assert [step.action for step in execution.steps] == ["n", "r", "default", "default"]


def test_a_retry_runs_first_the_workflow_that_it_names(load: Load) -> None:
    action = "{name: r, type: retry, workflowId: login, parameters: [{name: who, value: $inputs.me}]}"
    workflows = steps(ping("a", f"onFailure: [{action}]")) + (
        "  - workflowId: login\n"
        "    inputs: {type: object, required: [who], properties: {who: {type: string}}}\n"
        "    steps: [{stepId: s, operationId: listPets, parameters: [{name: tags, in: query, value: $inputs.who}]}]\n"
    )
    caller = Scripted(until("a", 2))
    run(load, workflows, caller, inputs={"me": "x"})

    assert caller.log == ["a", "login:s", "a"]
    assert caller.calls[1].request.query == (("tags", "x"),)


def test_without_an_answer_a_step_fails_and_no_criterion_on_the_answer_holds(load: Load) -> None:
    actions = (
        "[{name: five, type: end, criteria: [{condition: $statusCode >= 500}]}, "
        "{name: not, type: end, criteria: [{condition: '!($statusCode == 200)'}]}, "
        "{name: window, type: end, criteria: [{condition: $inputs.channel == 'window'}]}, {name: other, type: end}]"
    )
    fields = f"timeout: 1500, successCriteria: [{{condition: 1 == 1}}], onFailure: {actions}"
    caller = Scripted(lambda _path, _count: None)
    execution = run(load, steps(ping("a", fields)), caller, inputs={"channel": "window"})

    assert (execution.outcome, execution.steps[0].answer, caller.calls[0].timeout) == ("window", None, 1.5)


def test_outputs_lead_from_answers_to_requests_and_out(load: Load) -> None:
    workflows = """\
workflows:
  - workflowId: w
    outputs: {first: '$steps.list.outputs.pets#/0/id', kind: $steps.list.outputs.kind, none: $steps.list.outputs.gone}
    steps:
      - stepId: list
        operationId: listPets
        outputs: {pets: $response.body, kind: $response.header.content-TYPE, gone: $response.body#/9}
      - stepId: get
        operationId: getPet
        parameters:
          - {name: id, in: path, value: $steps.list.outputs.pets#/0/id}
          - {name: x-trace, in: header, value: 'n-{$steps.list.outputs.pets#/0/id}'}
"""
    caller = Scripted(body=[{"id": 12}])
    execution = run(load, workflows, caller)

    assert execution.outputs == {"first": 12, "kind": "application/json"}
    assert (caller.calls[1].request.path, caller.calls[1].request.headers) == ("/pets/12", (("x-trace", "n-12"),))


def test_expressions_see_the_request_of_their_step(load: Load) -> None:
    workflows = """\
workflows:
  - workflowId: w
    outputs: {u: $steps.s.outputs.u, m: $steps.s.outputs.m, q: $steps.s.outputs.q}
    steps:
      - stepId: s
        operationId: listPets
        parameters: [{name: limit, in: query, value: 3}]
        successCriteria: [{condition: $request.query.limit == 3}]
        outputs: {u: $url, m: $method, q: $request.query.limit}
"""
    assert run(load, workflows, Scripted()).outputs == {"u": "/pets?limit=3", "m": "GET", "q": 3}


def test_a_body_that_is_not_json_is_text_and_one_that_only_says_so_is_absent(load: Load) -> None:
    workflows = """\
workflows:
  - workflowId: w
    outputs: {o: $steps.s.outputs.o, sent: $steps.s.outputs.sent}
    steps:
      - stepId: s
        operationId: createPet
        requestBody: {payload: {a: {b: $inputs.n}}}
        outputs: {o: $response.body, sent: '$request.body#/a', gone: $response.header.x-gone}
"""
    plain, broken = Raw(b"pong \xff", "text/plain"), Raw(b"{", "application/json")

    assert run(load, workflows, plain, inputs={"n": 1}).outputs == {"o": "pong \ufffd", "sent": {"b": 1}}
    assert run(load, workflows, broken, inputs={"n": 1}).outputs == {"sent": {"b": 1}}


def test_a_path_without_value_is_a_failed_step_without_request(load: Load) -> None:
    workflows = steps("{stepId: s, operationId: getPet, parameters: [{name: id, in: path, value: $inputs.id}]}")
    caller = Scripted()
    execution = run(load, workflows, caller)

    assert (execution.outcome, execution.steps[0].request, caller.log) == ("failed", None, [])


CALLING = """\
workflows:
  - workflowId: w
    outputs: {o: $steps.call.outputs.o, mine: $steps.call.outputs.mine}
    steps:
      - {stepId: call, workflowId: inner, parameters: [{name: i, value: $inputs.i}], outputs: {mine: $outputs.o}}
      - {stepId: after, operationId: ping}
  - workflowId: inner
    inputs: {type: object, properties: {i: {type: integer, default: 5}}}
    outputs: {o: $inputs.i}
    steps: [{stepId: s, operationId: ping, onFailure: [{name: refused, type: end}]}]
"""


@pytest.mark.parametrize(("inputs", "expected"), [({"i": 3}, 3), ({}, 5)])
def test_a_step_calls_a_workflow_and_has_its_outputs(load: Load, inputs: dict[str, JsonValue], expected: int) -> None:
    caller = Scripted()
    execution = run(load, CALLING, caller, inputs=inputs)

    assert (execution.outputs, caller.log) == ({"o": expected, "mine": expected}, ["call/s", "after"])
    assert [step.path for step in execution.steps] == ["call/s", "call", "after"]


def test_a_step_goes_on_when_the_workflow_it_calls_dealt_with_its_failure(load: Load) -> None:
    execution = run(load, CALLING, Scripted(failing("call/s")), inputs={"i": 3})

    assert (execution.outcome, [(step.path, step.success, step.action) for step in execution.steps]) == (
        "completed",
        [("call/s", False, "refused"), ("call", True, "default"), ("after", True, "default")],
    )


def test_a_step_fails_when_the_workflow_it_calls_fails(load: Load) -> None:
    workflows = CALLING.replace(", onFailure: [{name: refused, type: end}]", "")
    execution = run(load, workflows, Scripted(failing("call/s")), inputs={"i": 3})

    assert (execution.outcome, [step.path for step in execution.steps]) == ("failed", ["call/s", "call"])


def test_a_step_fails_when_the_outputs_of_the_workflow_it_calls_do_not_meet_its_criteria(load: Load) -> None:
    workflows = CALLING.replace("outputs: {mine", "successCriteria: [{condition: $outputs.o == 3}], outputs: {mine")

    assert run(load, workflows, Scripted(), inputs={"i": 3}).outcome == "completed"
    assert run(load, workflows, Scripted(), inputs={"i": 4}).outcome == "failed"


def test_inputs_that_break_the_schema_of_a_called_workflow_fail_its_step(load: Load) -> None:
    caller = Scripted()
    execution = run(load, CALLING, caller, inputs={"i": "three"})

    assert (execution.outcome, caller.log) == ("failed", [])


def test_goto_a_workflow_does_not_return(load: Load) -> None:
    action = "{name: g, type: goto, workflowId: other, parameters: [{name: i, value: $response.body#/n}]}"
    workflows = steps(ping("a", f"onSuccess: [{action}]")) + (
        "  - workflowId: other\n    outputs: {o: $inputs.i}\n"
        "    steps: [{stepId: c, operationId: ping, onSuccess: [{name: fine, type: end}]}]\n"
    )
    caller = Scripted(body={"n": 4})
    execution = run(load, workflows, caller)

    assert (execution.outcome, execution.outputs, caller.log) == ("fine", {"o": 4}, ["a", "other:c"])


def test_workflow_values_are_seen_by_later_workflows(load: Load) -> None:
    workflows = """\
workflows:
  - workflowId: w
    dependsOn: [first]
    outputs: {o: $workflows.first.outputs.o, i: $workflows.first.inputs.i}
    steps: [{stepId: s, operationId: ping}]
  - workflowId: first
    inputs: {type: object, properties: {i: {type: string, default: x}}}
    outputs: {o: $steps.s.outputs.b}
    steps: [{stepId: s, operationId: ping, outputs: {b: $response.body}}]
"""
    assert run(load, workflows, Scripted(body=[1])).outputs == {"o": [1], "i": "x"}


def test_a_failed_dependency_fails_what_waits_for_it(load: Load) -> None:
    workflows = """\
workflows:
  - {workflowId: w, dependsOn: [a, b], steps: [{stepId: s, operationId: ping}]}
  - {workflowId: a, dependsOn: [b], steps: [{stepId: s, operationId: ping}]}
  - {workflowId: b, steps: [{stepId: s, operationId: ping}]}
"""
    good, bad = Scripted(), Scripted(failing("a:b:s"))

    assert (run(load, workflows, good).outcome, good.log) == ("completed", ["a:b:s", "a:s", "s"])
    assert (run(load, workflows, bad).outcome, bad.log) == ("failed", ["a:b:s"])


def test_workflows_of_other_documents_see_their_own_names(load: Load) -> None:
    inner = (
        HEAD
        + """\
workflows:
  - {workflowId: a, dependsOn: [b], outputs: {o: $workflows.b.outputs.o}, steps: [{stepId: s, operationId: ping}]}
  - workflowId: b
    outputs: {o: $steps.s.outputs.o}
    steps: [{stepId: s, operationId: ping, outputs: {o: $response.body}}]
"""
    )
    journey = load(
        "workflows: [{workflowId: w, outputs: {o: $steps.s.outputs.o}, "
        "steps: [{stepId: s, workflowId: $sourceDescriptions.other.a}]}]",
        head=HEAD + "  - {name: other, url: other.arazzo.yaml, type: arazzo}\n",
        files={"other.arazzo.yaml": inner},
    )

    assert execute(journey, journey.main, {}, Scripted(body="x")).outputs == {"o": "x"}


def test_inputs_are_checked_before_anything_is_sent(load: Load) -> None:
    workflows = steps(ping("a")).replace(
        "    steps:", "    inputs: {type: object, required: [n], properties: {n: {type: integer}}}\n    steps:"
    )

    with pytest.raises(UsageError, match=r"the inputs of 'w' do not fit: n: .* is not of type"):
        run(load, workflows, Scripted(), inputs={"n": "x"})


@pytest.mark.parametrize(
    "workflows",
    [
        steps(ping("a", "onSuccess: [{name: g, type: goto, stepId: a}]")),
        steps(ping("a", "onSuccess: [{name: g, type: goto, workflowId: w}]")),
    ],
)
def test_a_journey_without_end_is_bounded(load: Load, workflows: str) -> None:
    execution = run(load, workflows, Scripted(), limit=20)

    assert (execution.outcome, execution.success, len(execution.steps)) == ("bounded", False, 20)


def test_all_workflows_run_and_a_dependency_runs_once(load: Load) -> None:
    journey = load("""\
workflows:
  - {workflowId: a, dependsOn: [b], steps: [{stepId: s, operationId: ping}]}
  - {workflowId: b, steps: [{stepId: s, operationId: ping}]}
  - {workflowId: c, dependsOn: [b], steps: [{stepId: s, operationId: ping}]}
""")
    caller = Scripted()
    executions = execute_all(journey, {}, caller)

    assert (list(executions), caller.log) == (["a", "c"], ["b:s", "s", "s"])


def parallel(*lines: str) -> str:
    return steps(*lines).replace("    steps:", "    x-tongban-parallel: true\n    steps:")


def test_parallel_steps_run_in_document_order_among_those_that_are_ready(load: Load) -> None:
    caller = Scripted()
    execution = run(
        load, parallel(ping("d", "dependsOn: [b, c]"), ping("b"), ping("c", "dependsOn: [a]"), ping("a")), caller
    )

    assert (execution.outcome, caller.log) == ("completed", ["b", "a", "c", "d"])


def test_a_failure_lets_started_steps_finish_and_starts_no_other(load: Load) -> None:
    caller = Scripted(failing("a"))
    execution = run(
        load, parallel(ping("a"), ping("b"), ping("c", "dependsOn: [b]"), ping("d", "dependsOn: [a]")), caller
    )

    assert (execution.outcome, caller.log) == ("failed", ["a", "b"])


def test_an_end_lets_started_steps_finish_and_starts_no_other(load: Load) -> None:
    end = "onSuccess: [{name: e, type: end, criteria: [{condition: $statusCode == 200}]}]"
    lines = (ping("a", end), ping("b"), ping("c", "dependsOn: [b]"), ping("d", "dependsOn: [a, c]"))
    caller = Scripted()
    execution = run(load, parallel(*lines), caller)

    assert (execution.outcome, execution.success, caller.log) == ("e", True, ["a", "b"])


def test_a_failure_of_a_started_step_overrules_an_end(load: Load) -> None:
    lines = (ping("a", "onSuccess: [{name: e, type: end}]"), ping("b"))
    caller = Scripted(failing("b"))

    assert run(load, parallel(*lines), caller).outcome == "failed"


def test_a_goto_inside_a_branch_repeats_or_skips_that_branch_alone(load: Load) -> None:
    back = "dependsOn: [b], onFailure: [{name: g, type: goto, stepId: a}]"
    skip = "onFailure: [{name: s, type: goto, stepId: c}]"
    lines = (ping("a", skip), ping("b", "dependsOn: [a]"), ping("c", back), ping("x"), ping("z", "dependsOn: [c, x]"))
    answers = {"a": [200, 500], "b": [200], "c": [500, 200], "x": [200], "z": [200]}
    caller = Scripted(lambda path, count: answers[path][count - 1])
    execution = run(load, parallel(*lines), caller)

    assert (execution.outcome, caller.log) == ("completed", ["a", "b", "c", "a", "c", "x", "z"])


def test_the_same_answers_give_the_same_execution(load: Load) -> None:
    journey = load(CALLING)

    first, second = (execute(journey, journey.main, {"i": 1}, Scripted(body={"a": 1})) for _ in range(2))
    assert first == second
