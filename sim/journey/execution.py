"""Executing a journey: the reference semantics of its control flow.

Takes a loaded journey, inputs and a ``Caller`` that sends requests and waits, gives every step run in order and how it
ended, promises that the same answers lead to the same execution and that it ends after a bounded number of step runs.

What we read where Arazzo 1.1.0 leaves room (the plan follows the same rules):

- **Success.** Without criteria a step succeeds on 2xx. Without an answer it fails, whatever its criteria say. A step
  that calls a workflow succeeds when that ended as its document says (it fell off its end, or an ``end`` was taken,
  also one of ``onFailure``: the failure was dealt with) and the step's criteria hold.
- **Actions.** The first whose criteria hold is taken, the step's before the workflow's. A ``retry`` has its own count
  for each visit of the step; once ``retryLimit`` repeats are used up it no longer matches, and the next matching action
  is taken, or the workflow fails. A step that is entered anew, by ``goto`` or order, starts counting anew.
- **Retry.** It waits first (``Retry-After`` in seconds overrules ``retryAfter``), then runs the step or workflow that
  it names, if any, then the step again. A step run that way is run once: its own actions are not taken.
- **goto a workflow** is one-way: what comes after is that workflow's, and its outcome and outputs are the result.
- **Missing values.** A parameter or member of a payload whose expression has no value is left out. A call whose path
  lacks a value is not sent: the step has no request and fails.
- **Outputs** are taken of every answer, also of a step that failed.
- **dependsOn** of a workflow runs each of them once in an execution, with the defaults of its inputs; if one fails, so
  does the workflow that waits for it.
- **Parallel workflows** run one step at a time, in document order among those that are ready. A step whose waits are
  over has started. After a failure or an ``end``, steps that have started finish and no other starts. A failure decides
  the outcome, else the first ``end``.
- **timeout** of a step goes to the ``Caller``; around a workflow it has no effect here, where time is the caller's.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from sim.errors import EngineError, UsageError
from sim.journey.caller import Execution, OutgoingCall, StepRun
from sim.journey.criterion import holds
from sim.journey.expression import parse_expression
from sim.journey.flow import branches, waits_for
from sim.journey.inputs import defaults, input_errors
from sim.journey.request import prepare
from sim.journey.scope import Exchange, Finished, Scope, header, parse_content
from sim.journey.value import Special

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.model import Answer
    from sim.document import JsonValue
    from sim.journey.caller import Caller
    from sim.journey.model import Action, Journey, Parameter, Step, Workflow

MAX_STEPS: Final = 1000

_SECONDS = re.compile(r"[0-9]{1,9}")


def execute(
    journey: Journey, workflow: Workflow, inputs: Mapping[str, JsonValue], caller: Caller, *, limit: int = MAX_STEPS
) -> Execution:
    """Execute one workflow of a journey.

    Parameters
    ----------
    inputs : mapping
        Inputs of the workflow; defaults of its schema are added.
    caller : Caller
        Sends and waits.
    limit : int
        Largest number of step runs.

    Raises
    ------
    UsageError
        The inputs break the workflow's schema.
    """
    return _Run(journey, caller, limit).whole(workflow, inputs)


def execute_all(
    journey: Journey, inputs: Mapping[str, Mapping[str, JsonValue]], caller: Caller, *, limit: int = MAX_STEPS
) -> dict[str, Execution]:
    """Execute every workflow of a document in order, each once also when others depend on it.

    Parameters
    ----------
    inputs : mapping
        Inputs by workflowId; a workflow that is not named gets its defaults.

    Returns
    -------
    dict
        Executions by workflowId; that of a dependency stands in the execution that needed it first.

    Raises
    ------
    UsageError
        Inputs break the schema of their workflow.
    """
    run = _Run(journey, caller, limit)
    executions: dict[str, Execution] = {}
    for name, workflow in journey.workflows.items():
        if not name.startswith("$") and name not in run.endings:
            executions[name] = run.whole(workflow, inputs.get(name, {}))
    return executions


class _BoundedError(Exception):
    """The execution has made as many step runs as it may."""


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a workflow ended; not a success: a step failed and no action was taken."""

    outcome: str
    success: bool
    outputs: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Move:
    """Where a step leads: on, to a step or workflow, to an end, or nowhere because it failed."""

    kind: Literal["next", "step", "workflow", "end", "fail"]
    name: str = ""
    inputs: Mapping[str, JsonValue] = field(default_factory=dict)


_FAILED: Final = _Ending("failed", success=False)


class _Run:
    """One execution: what has been done, and what all workflows share."""

    def __init__(self, journey: Journey, caller: Caller, limit: int) -> None:
        self.journey = journey
        self.caller = caller
        self.limit = limit
        self.steps: list[StepRun] = []
        self.finished: dict[str, Finished] = {}
        self.endings: dict[str, _Ending] = {}
        self._entered = 0

    def whole(self, workflow: Workflow, inputs: Mapping[str, JsonValue]) -> Execution:
        """Run a workflow from outside."""
        errors = input_errors(workflow.inputs, {**defaults(workflow.inputs), **inputs})
        if errors:
            raise UsageError(f"the inputs of {workflow.workflow_id!r} do not fit: {'; '.join(errors)}", "correct them")
        first = len(self.steps)
        try:
            ending = self.workflow(workflow, inputs, "")
        except _BoundedError:
            ending = _Ending("bounded", success=False)
        return Execution(tuple(self.steps[first:]), ending.outcome, ending.success, ending.outputs)

    def workflow(self, workflow: Workflow, inputs: Mapping[str, JsonValue], prefix: str) -> _Ending:
        """Run a workflow and those that it goes to; ``prefix`` begins the paths of its steps."""
        entered = workflow.workflow_id
        while True:
            given = {**defaults(workflow.inputs), **inputs}
            ending, move = _FAILED, _Move("fail")
            self.finished[workflow.workflow_id] = Finished(given, {})
            if not input_errors(workflow.inputs, given) and self._depended(workflow, prefix):
                scope = Scope(given, self.finished, _namespace(workflow))
                run = self._parallel if workflow.parallel else self._series
                move = run(workflow, scope, prefix)
                ending = _ending(move, _outputs(workflow.outputs, scope))
            self.finished[workflow.workflow_id] = Finished(given, ending.outputs)
            if move.kind != "workflow":
                self.endings[entered] = self.endings[workflow.workflow_id] = ending
                return ending
            workflow, inputs = self.journey.workflows[move.name], move.inputs
            prefix = f"{prefix}{workflow.workflow_id}:"

    def _depended(self, workflow: Workflow, prefix: str) -> bool:
        """Run what a workflow depends on and has not been run; return whether all of it ended well."""
        for name in workflow.depends_on:
            if name not in self.endings:
                self.workflow(self.journey.workflows[name], {}, f"{prefix}{name}:")
            if not self.endings[name].success:
                return False
        return True

    def _series(self, workflow: Workflow, scope: Scope, prefix: str) -> _Move:
        positions = {step.step_id: index for index, step in enumerate(workflow.steps)}
        index = 0
        while index < len(workflow.steps):
            move = self._visit(workflow, workflow.steps[index], scope, prefix)
            if move.kind in ("next", "step"):
                index = positions[move.name] if move.kind == "step" else index + 1
            else:
                return move
        return _Move("next")

    def _parallel(self, workflow: Workflow, scope: Scope, prefix: str) -> _Move:
        waits = waits_for(workflow)
        branch_of = {name: branch for branch in branches(workflow) for name in branch}
        done: set[str] = set()
        may_run = set(waits)
        result = _Move("next")
        while True:
            ready = [name for name in waits if name not in done and done.issuperset(waits[name])]
            name = next((name for name in ready if name in may_run), None)
            if name is None:
                return result
            move = self._visit(workflow, workflow.step(name), scope, prefix)
            if move.kind == "step":
                _jump(branch_of[name], name, move.name, done)
                continue
            done.add(name)
            if move.kind != "next":
                may_run.intersection_update(ready)
                result = move if move.kind == "fail" or result.kind == "next" else result

    def _visit(self, workflow: Workflow, step: Step, scope: Scope, prefix: str) -> _Move:
        """Run a step until it does not retry; return where it leads."""
        used: Counter[str] = Counter()
        attempt = 1
        while True:
            run, answer = self._attempt(step, scope, prefix, attempt)
            action = _choose(step.on_success if run.success else step.on_failure, scope, used)
            self.steps.append(replace(run, action=action.name if action else "default"))
            if action is None:
                return _Move("next") if run.success else _Move("fail")
            if action.kind != "retry":
                return _move(action, scope)
            used[action.name] += 1
            attempt += 1
            self._prepare_retry(workflow, action, scope, prefix, answer)

    def _prepare_retry(
        self, workflow: Workflow, action: Action, scope: Scope, prefix: str, answer: Answer | None
    ) -> None:
        """Wait, then run what a retry names."""
        seconds = _delay(action, answer)
        if seconds > 0.0:
            self.caller.wait(seconds)
        if action.workflow_id is not None:
            other = self.journey.workflows[action.workflow_id]
            self.workflow(other, _arguments(action.parameters, scope), f"{prefix}{other.workflow_id}:")
        elif action.step_id is not None:
            run, _ = self._attempt(workflow.step(action.step_id), scope, prefix, 1)
            self.steps.append(run)

    def _attempt(self, step: Step, scope: Scope, prefix: str, attempt: int) -> tuple[StepRun, Answer | None]:
        """Run a step once, without its actions."""
        self._entered += 1
        if self._entered > self.limit:
            raise _BoundedError
        path = prefix + step.step_id
        if step.operation is None:
            success = self._call_workflow(step, scope, path)
            return StepRun(path, attempt, None, None, success, "default"), None
        exchange = self._call(step, scope, path, attempt)
        scope.exchange, scope.called = exchange, {}
        scope.outputs[step.step_id] = _outputs(step.outputs, scope)
        success = _succeeds(step, scope)
        return StepRun(path, attempt, exchange.request, exchange.answer, success, "default"), exchange.answer

    def _call(self, step: Step, scope: Scope, path: str, attempt: int) -> Exchange:
        contract, operation = step.contract, step.operation
        if contract is None or operation is None:
            raise EngineError(f"the step {path} calls nothing, though it was loaded")
        exchange = prepare(step, operation, scope)
        if exchange.request is None:
            return exchange
        call = OutgoingCall(contract, operation, exchange.request, path, attempt, step.timeout, step.division)
        answer = self.caller.send(call)
        if answer is None:
            return exchange
        return replace(exchange, answer=answer, content=parse_content(answer))

    def _call_workflow(self, step: Step, scope: Scope, path: str) -> bool:
        other = self.journey.workflows[step.workflow_id or ""]
        ending = self.workflow(other, _arguments(step.parameters, scope), f"{path}/")
        scope.exchange, scope.called = Exchange(), ending.outputs
        scope.outputs[step.step_id] = {**ending.outputs, **_outputs(step.outputs, scope)}
        return ending.success and holds(step.success_criteria, scope.look, answered=True) is True


def _ending(move: _Move, outputs: Mapping[str, JsonValue]) -> _Ending:
    if move.kind == "fail":
        return replace(_FAILED, outputs=outputs)
    return _Ending(move.name or "completed", success=True, outputs=outputs)


def _namespace(workflow: Workflow) -> str:
    """Return what stands before the ids of the document that a workflow comes from."""
    head, dot, _ = workflow.workflow_id.rpartition(".")
    return head + dot if workflow.workflow_id.startswith("$") else ""


def _outputs(outputs: Mapping[str, str], scope: Scope) -> dict[str, JsonValue]:
    values = {name: scope.look(parse_expression(text)) for name, text in outputs.items()}
    return {name: value for name, value in values.items() if not isinstance(value, Special)}


def _arguments(parameters: tuple[Parameter, ...], scope: Scope) -> dict[str, JsonValue]:
    values = {one.name: scope.evaluate(one.value) for one in parameters}
    return {name: value for name, value in values.items() if not isinstance(value, Special)}


def _succeeds(step: Step, scope: Scope) -> bool:
    answer = scope.exchange.answer
    if answer is None:
        return False
    if not step.success_criteria:
        return 200 <= answer.status <= 299
    return holds(step.success_criteria, scope.look, answered=True) is True


def _choose(actions: tuple[Action, ...], scope: Scope, used: Counter[str]) -> Action | None:
    """Return the first action that matches; a retry without repeats left does not."""
    answered = scope.exchange.answer is not None
    for action in actions:
        spent = action.kind == "retry" and used[action.name] >= action.retry_limit
        if not spent and holds(action.criteria, scope.look, answered=answered) is True:
            return action
    return None


def _move(action: Action, scope: Scope) -> _Move:
    if action.kind == "end":
        return _Move("end", action.name)
    if action.step_id is not None:
        return _Move("step", action.step_id)
    return _Move("workflow", action.workflow_id or "", inputs=_arguments(action.parameters, scope))


def _delay(action: Action, answer: Answer | None) -> float:
    """Return how long to wait before a retry, in seconds (RFC 9110, section 10.2.3, delay-seconds)."""
    told = header(answer.headers, "retry-after") if answer is not None else None
    if told is not None and _SECONDS.fullmatch(told.strip()):
        return float(told)
    return action.retry_after or 0.0


def _jump(branch: tuple[str, ...], source: str, target: str, done: set[str]) -> None:
    """Go inside a branch: what lies between is skipped on the way forward, and done again on the way back."""
    here, there = branch.index(source), branch.index(target)
    if there > here:
        done.update(branch[here:there])
    else:
        done.difference_update(branch[there : here + 1])
