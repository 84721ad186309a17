"""Whether every runtime expression of a workflow refers to something that has a value when it is evaluated.

Takes a workflow of a journey that was read, gives faults at the place of each expression, promises to tell syntax
errors, unknown names, values that do not exist yet and values that never exist apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.journey.expression import ExpressionError
from sim.journey.flow import ancestors
from sim.journey.inputs import listed
from sim.journey.node import suggest
from sim.journey.site import step_sites, workflow_sites
from sim.journey.value import split_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sim.journey.expression import Expression
    from sim.journey.model import Step, Workflow
    from sim.journey.node import Node
    from sim.journey.site import Site


class ScopeCheck:
    """Checks the expressions of one workflow.

    Parameters
    ----------
    root : Node
        The document.
    workflows : mapping
        All workflows of the journey, by id.
    workflow : Workflow
        The one that is checked; its steps in execution order.
    """

    def __init__(self, root: Node, workflows: Mapping[str, Workflow], workflow: Workflow) -> None:
        self.root = root
        self.workflows = workflows
        self.workflow = workflow
        self.steps = {step.step_id: step for step in workflow.steps}
        order = {step.step_id: step.depends_on for step in workflow.steps}
        self._before = ancestors(order)
        self._position = {pointer: index for index, pointer in enumerate(sorted_pointers(workflow))}

    def run(self) -> None:
        """Note the faults of every step and of the workflow's outputs."""
        for step in self.workflow.steps:
            for site in step_sites(step):
                self._check(site, step)
        for site in workflow_sites(self.workflow):
            self._check(site, None)

    def _check(self, site: Site, step: Step | None) -> None:
        place = self.root.at(site.pointer, None)
        try:
            found = site.lookups()
        except ExpressionError as error:
            place.fault(error.message, error.remedy)
            return
        rules: dict[str, Callable[[Node, Expression, Site, Step | None], None]] = {
            "inputs": self._input,
            "steps": self._step_output,
            "workflows": self._workflow_value,
            "outputs": self._output,
        }
        for lookup in found:
            expression = lookup.expression
            if expression.reads_call:
                self._exchange(place, expression, site, step)
            else:
                rules.get(expression.root, _refuse)(place, expression, site, step)

    def _input(self, place: Node, expression: Expression, _site: Site, _step: Step | None) -> None:
        known = listed(self.workflow.inputs)
        if known is not None and split_name(expression.name, known)[0] not in known:
            place.fault(
                f"the workflow has no input {expression.name!r}",
                suggest(expression.name, known, lambda name: f"$inputs.{name}", otherwise="declare it in the inputs"),
            )

    def _step_output(self, place: Node, expression: Expression, site: Site, step: Step | None) -> None:
        other = self.steps.get(expression.owner)
        if other is None:
            place.fault(
                f"there is no step {expression.owner!r} in this workflow", suggest(expression.owner, self.steps)
            )
            return
        known = self._outputs_of(other)
        if known is not None and split_name(expression.name, known)[0] not in known:
            remedy = suggest(expression.name, known, otherwise=f"declare it in the outputs of {other.step_id!r}")
            place.fault(f"the step {other.step_id!r} has no output {expression.name!r}", remedy)
        if step is not None:
            self._check_order(place, other, site, step)

    def _check_order(self, place: Node, other: Step, site: Site, step: Step) -> None:
        if other is step:
            if site.moment == "call":
                place.fault("a step cannot use its own outputs before its call", "use an output of an earlier step")
            return
        later = self._position[other.pointer] > self._position[step.pointer]
        if later and not self.workflow.parallel and other.step_id not in self._before[step.step_id]:
            place.fault(
                f"the step {other.step_id!r} comes later and has no outputs yet",
                f"move {other.step_id!r} before {step.step_id!r}" + self._or_depend(other),
            )

    def _or_depend(self, other: Step) -> str:
        return f", or write `dependsOn: [{other.step_id}]` in the later one" if self.root.newer else ""

    def _outputs_of(self, step: Step) -> frozenset[str] | None:
        """Return the names of a step's outputs; None where the workflow it calls is not known."""
        if step.workflow_id is None:
            return frozenset(step.outputs)
        called = self.workflows.get(step.workflow_id)
        return frozenset({*step.outputs, *called.outputs}) if called else None

    def _workflow_value(self, place: Node, expression: Expression, _site: Site, _step: Step | None) -> None:
        other = self.workflows.get(expression.owner)
        if other is None:
            local = [name for name in self.workflows if not name.startswith("$")]
            place.fault(f"there is no workflow {expression.owner!r}", suggest(expression.owner, local))
            return
        known = frozenset(other.outputs) if expression.part == "outputs" else listed(other.inputs)
        if known is not None and split_name(expression.name, known)[0] not in known:
            what = expression.part.removesuffix("s")
            place.fault(
                f"the workflow {expression.owner!r} has no {what} {expression.name!r}", suggest(expression.name, known)
            )

    def _output(self, place: Node, expression: Expression, site: Site, step: Step | None) -> None:
        called = self.workflows.get(step.workflow_id) if step is not None and step.workflow_id else None
        if step is not None and step.workflow_id is None and step.operation is None:
            return
        if step is None or step.operation is not None or site.moment != "answer":
            place.fault(
                f"{expression.text!r} has no value here",
                "$outputs are those of the workflow that a step has called; else write $steps.<stepId>.outputs",
            )
        elif called is not None and split_name(expression.name, called.outputs)[0] not in called.outputs:
            place.fault(
                f"the workflow {called.workflow_id!r} has no output {expression.name!r}",
                suggest(expression.name, called.outputs),
            )

    def _exchange(self, place: Node, expression: Expression, site: Site, step: Step | None) -> None:
        """Check an expression that looks at the request or response of the step it stands in."""
        if expression.root == "message":
            place.fault("$message is for AsyncAPI, which is not supported", "use $response or $request")
        elif step is None:
            place.fault(
                f"{expression.text!r} has no value when a workflow ends", "write $steps.<stepId>.outputs.<name>"
            )
        elif site.moment == "call":
            place.fault(
                f"{expression.text!r} has no value before the call is made",
                "use $inputs, or an output of an earlier step",
            )
        elif step.workflow_id is not None:
            place.fault(
                f"the step {step.step_id!r} calls a workflow and has no request or response of its own",
                "use $outputs.<name> of that workflow",
            )
        elif expression.root == "request" and step.operation is not None:
            self._request_parameter(place, expression, step)

    def _request_parameter(self, place: Node, expression: Expression, step: Step) -> None:
        if expression.part == "body" or step.operation is None:
            return
        declared = [one.name for one in step.operation.parameters if one.location == expression.part]
        given = [one.name for one in step.parameters if one.location == expression.part]
        names = {_folded(name, expression.part) for name in (*declared, *given, *_always(expression.part))}
        if _folded(expression.name, expression.part) not in names:
            place.fault(
                f"the operation {step.operation.operation_id!r} has no {expression.part} parameter {expression.name!r}",
                suggest(expression.name, declared),
            )


def sorted_pointers(workflow: Workflow) -> Iterable[str]:
    """Return the pointers of the steps in document order, whatever order they run in."""
    return sorted((step.pointer for step in workflow.steps), key=lambda pointer: int(pointer.rpartition("/")[2]))


def _always(part: str) -> tuple[str, ...]:
    return ("Accept", "Content-Type", "Authorization") if part == "header" else ()


def _folded(name: str, part: str) -> str:
    return name.lower() if part == "header" else name


def _refuse(place: Node, expression: Expression, _site: Site, _step: Step | None) -> None:
    remedies = {
        "sourceDescriptions": "write the value itself; a source description is named in operationId and workflowId",
        "components": "write `reference:` before it",
        "self": "write the address itself",
    }
    place.fault(f"{expression.text!r} is not a value", remedies[expression.root])
