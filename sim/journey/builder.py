"""From an Arazzo document and its sources to workflows.

Takes the root node and the ``Sources``, gives the workflows of the document and of its Arazzo sources, promises that
every target of a step or action exists in the result, or was noted as a fault.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.journey.inputs import resolve_schema
from sim.journey.model import Action, Parameter, Step, Workflow
from sim.journey.node import COMPONENTS, STEP, WORKFLOW, Node, kind_of, suggest
from sim.journey.reader import (
    read_actions,
    read_criteria,
    read_id,
    read_names,
    read_outputs,
    read_parameters,
    read_request_body,
)
from sim.journey.source import Sources, imported_id

if TYPE_CHECKING:
    from sim.catalog import Catalog
    from sim.contract.model import Contract, Operation
    from sim.document import Document

_TARGETS = ("operationId", "operationPath", "workflowId", "channelPath")
_ASYNC = ("channelPath", "correlationId", "action")


def read_workflow_ids(root: Node) -> frozenset[str]:
    """Return the ids of the document's workflows; one that stands twice is a fault."""
    found = [(read_id(node, "workflowId"), node.child("workflowId")) for node in root.items("workflows")]
    root.unique(found, "workflowId")
    return frozenset(name for name, _ in found if name is not None)


class Builder:
    """Builds the workflows of one document.

    Parameters
    ----------
    root : Node
        The document.
    sources : Sources
        What it refers to.
    """

    def __init__(self, catalog: Catalog, root: Node, sources: Sources) -> None:
        self.catalog = catalog
        self.root = root
        self.sources = sources
        self.documents: list[Document] = []

    def workflows(self) -> dict[str, Workflow]:
        """Return the workflows by id, the document's own first."""
        built: dict[str, Workflow] = {}
        components = self.root.child("components")
        if self.root.has("components"):
            components.check(COMPONENTS)
        for node in self.root.items("workflows"):
            workflow = self._workflow(node)
            if workflow is not None:
                built.setdefault(workflow.workflow_id, workflow)
        for source, journey in self.sources.journeys.items():
            for workflow in journey.workflows.values() if journey else ():
                moved = _imported(source, workflow)
                built[moved.workflow_id] = moved
        return built

    def _workflow(self, node: Node) -> Workflow | None:
        if not node.check(WORKFLOW):
            return None
        inputs = node.child("inputs")
        schema, others, faults = resolve_schema(
            self.catalog, node.document, inputs.pointer, inputs.value if node.has("inputs") else {}
        )
        self.documents += others
        node.faults.extend(faults)
        depends_on = [self.sources.workflow(place, name) for name, place in read_names(node, "dependsOn")]
        workflow = Workflow(
            workflow_id=node.text("workflowId") or "",
            summary=node.text("summary") or "",
            inputs=schema,
            steps=self._steps(node),
            outputs=read_outputs(node),
            depends_on=tuple(name for name in depends_on if name is not None),
            parallel=_flag(node, "x-tongban-parallel"),
            pointer=node.pointer,
        )
        return workflow if workflow.workflow_id in self.sources.workflow_ids else None

    def _steps(self, node: Node) -> tuple[Step, ...]:
        parameters = read_parameters(self.root, node, "parameters")
        actions = (
            self._targets(node, read_actions(self.root, node, "successActions", failure=False)),
            self._targets(node, read_actions(self.root, node, "failureActions", failure=True)),
        )
        nodes = [item for item in node.items("steps") if item.check(STEP)]
        ids = [(read_id(item, "stepId"), item.child("stepId")) for item in nodes]
        node.unique(ids, "stepId")
        known = frozenset(name for name, _ in ids if name is not None)
        if node.child("steps").value == []:
            node.child("steps").fault("must hold at least one step", "write the first call")
        built = [self._step(item, name, parameters, actions, known) for item, (name, _) in zip(nodes, ids, strict=True)]
        for action in (*actions[0], *actions[1]):
            _check_step_target(self.root, action, known)
        return tuple(step for step in built if step is not None)

    def _step(
        self,
        node: Node,
        step_id: str | None,
        shared: tuple[Parameter, ...],
        actions: tuple[tuple[Action, ...], tuple[Action, ...]],
        known: frozenset[str],
    ) -> Step | None:
        operation, workflow_id = self._target(node)
        own = (
            self._targets(node, read_actions(self.root, node, "onSuccess", failure=False)),
            self._targets(node, read_actions(self.root, node, "onFailure", failure=True)),
        )
        for action in (*own[0], *own[1]):
            _check_step_target(self.root, action, known)
        parameters = read_parameters(self.root, node, "parameters")
        body = read_request_body(node.child("requestBody")) if node.has("requestBody") else None
        if body is not None and workflow_id is not None:
            node.child("requestBody").fault("a workflow takes inputs, not a body", "write parameters", of_key=True)
        timeout = node.number("timeout", whole=True)
        step = Step(
            step_id=step_id or "",
            contract=operation[0] if operation else None,
            operation=operation[1] if operation else None,
            workflow_id=workflow_id,
            parameters=_merge_parameters(parameters, shared, of_workflow=node.has("workflowId")),
            request_body=body,
            success_criteria=read_criteria(node, "successCriteria"),
            on_success=_merge_actions(own[0], actions[0]),
            on_failure=_merge_actions(own[1], actions[1]),
            outputs=read_outputs(node),
            timeout=None if timeout is None else timeout / 1000.0,
            depends_on=_step_dependencies(node, known),
            division=_division(node),  # type: ignore[arg-type]  # one of the three, or a fault was noted
            pointer=node.pointer,
        )
        return step if step_id else None

    def _target(self, node: Node) -> tuple[tuple[Contract, Operation] | None, str | None]:
        """Return what a step calls: an operation or a workflow."""
        named = [key for key in _TARGETS if node.has(key)]
        if node.newer:
            for key in _ASYNC:
                if node.has(key):
                    node.child(key).fault(f"{key!r} is for AsyncAPI, which is not supported", "call HTTP operations")
        if not named:
            node.fault("a step lacks what it calls", "write operationId, operationPath or workflowId")
        if len(named) > 1:
            node.child(named[1]).fault(
                f"a step calls one thing, and has {named[0]!r} already", "remove one", of_key=True
            )
            return None, None
        readers = {"operationId": self.sources.operation, "operationPath": self.sources.operation_at}
        for key, read in readers.items():
            text = node.text(key)
            if text is not None:
                return read(node.child(key), text), None
        text = node.text("workflowId")
        return None, self.sources.workflow(node.child("workflowId"), text) if text is not None else None

    def _targets(self, node: Node, actions: tuple[Action, ...]) -> tuple[Action, ...]:
        """Return actions with the ids of their target workflows as ``Journey.workflows`` has them."""
        found: list[Action] = []
        for action in actions:
            if action.workflow_id is None:
                found.append(action)
                continue
            place = node.at(f"{action.pointer}/workflowId", action.workflow_id)
            workflow_id = self.sources.workflow(place, action.workflow_id)
            found.append(replace(action, workflow_id=workflow_id))
        return tuple(found)


def _check_step_target(root: Node, action: Action, known: frozenset[str]) -> None:
    if action.step_id is not None and action.step_id not in known:
        place = root.at(f"{action.pointer}/stepId", action.step_id)
        place.fault(f"there is no step {action.step_id!r} in this workflow", suggest(action.step_id, known))


def _step_dependencies(node: Node, known: frozenset[str]) -> tuple[str, ...]:
    found: list[str] = []
    for name, place in read_names(node, "dependsOn"):
        if name in known:
            found.append(name)
        elif name.startswith("$"):
            place.fault("a step can wait for steps of its own workflow alone", "use dependsOn of the workflow")
        else:
            place.fault(f"there is no step {name!r} in this workflow", suggest(name, known))
    return tuple(found)


def _division(node: Node) -> str:
    place = node.child("x-tongban-division")
    if not node.has("x-tongban-division"):
        return "office"
    if place.value not in ("home", "office", "none"):
        place.fault(f"{place.value!r} is not a division register", "write home, office or none")
        return "office"
    return str(place.value)


def _flag(node: Node, key: str) -> bool:
    place = node.child(key)
    if node.has(key) and not isinstance(place.value, bool):
        place.fault(f"must be true or false, not {kind_of(place.value)}", "write true")
    return place.value is True


def _merge_parameters(
    own: tuple[Parameter, ...], shared: tuple[Parameter, ...], *, of_workflow: bool
) -> tuple[Parameter, ...]:
    """Return a step's parameters and those of its workflow that it does not override.

    A shared parameter with a place is for steps that call an operation, one without for steps that call a workflow.
    """
    names = {(one.name, one.location) for one in own}
    fitting = (one for one in shared if (one.location is None) is of_workflow)
    return (*own, *(one for one in fitting if (one.name, one.location) not in names))


def _merge_actions(own: tuple[Action, ...], shared: tuple[Action, ...]) -> tuple[Action, ...]:
    names = {action.name for action in own}
    return (*own, *(action for action in shared if action.name not in names))


def _imported(source: str, workflow: Workflow) -> Workflow:
    """Return a workflow of an Arazzo source with every workflow id as the importing journey has it."""

    def move(workflow_id: str | None) -> str | None:
        return None if workflow_id is None else imported_id(source, workflow_id)

    def moved(actions: tuple[Action, ...]) -> tuple[Action, ...]:
        return tuple(replace(action, workflow_id=move(action.workflow_id)) for action in actions)

    steps = tuple(
        replace(
            step,
            workflow_id=move(step.workflow_id),
            on_success=moved(step.on_success),
            on_failure=moved(step.on_failure),
        )
        for step in workflow.steps
    )
    return replace(
        workflow,
        workflow_id=imported_id(source, workflow.workflow_id),
        steps=steps,
        depends_on=tuple(imported_id(source, name) for name in workflow.depends_on),
    )
