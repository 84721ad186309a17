"""Whether a step gives what it calls: parameters and body of an operation, inputs of a workflow.

Takes the steps of a workflow that was read, gives faults where something is missing or not declared, promises that a
journey which passes can build every request of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.contract.media_type import covering, is_json
from sim.journey.inputs import listed, required
from sim.journey.node import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.contract.model import Contract, Operation
    from sim.journey.model import Parameter, RequestBody, Step, Workflow
    from sim.journey.node import Node

STYLES: Final = {
    "path": ("simple",),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}


def check_calls(root: Node, workflows: Mapping[str, Workflow], workflow: Workflow) -> None:
    """Note what the steps and actions of a workflow give wrongly, and what its ``dependsOn`` cannot give."""
    for step in workflow.steps:
        if step.operation is not None and step.contract is not None:
            _check_operation(root, step, step.contract, step.operation)
        elif step.workflow_id is not None and step.workflow_id in workflows:
            _check_inputs(root, f"{step.pointer}/workflowId", step.parameters, workflows[step.workflow_id])
        for action in (*step.on_success, *step.on_failure):
            if action.workflow_id is not None and action.workflow_id in workflows:
                place = f"{action.pointer}/workflowId"
                _check_inputs(root, place, action.parameters, workflows[action.workflow_id])
                _check_places(root, action.parameters)
    for index, name in enumerate(workflow.depends_on):
        missing = required(workflows[name].inputs) if name in workflows else ()
        if missing:
            root.at(f"{workflow.pointer}/dependsOn/{index}", name).fault(
                f"the workflow {name!r} needs the inputs {', '.join(missing)}, which dependsOn cannot give",
                "give them defaults, or call the workflow in a step",
            )


def _check_inputs(root: Node, place: str, given: tuple[Parameter, ...], called: Workflow) -> None:
    known, names = listed(called.inputs), {one.name for one in given}
    for one in given:
        if known is not None and one.name not in known:
            root.at(one.pointer, None).fault(
                f"the workflow {called.workflow_id!r} has no input {one.name!r}", suggest(one.name, known)
            )
    missing = [name for name in required(called.inputs) if name not in names]
    if missing:
        root.at(place, None).fault(
            f"the workflow {called.workflow_id!r} needs the input {', '.join(repr(name) for name in missing)}",
            "add it to the parameters",
        )


def _check_places(root: Node, parameters: tuple[Parameter, ...]) -> None:
    for one in parameters:
        if one.location is not None:
            root.at(f"{one.pointer}/in", one.location).fault("an input of a workflow has no place", "remove `in`")


def _check_operation(root: Node, step: Step, contract: Contract, operation: Operation) -> None:
    declared = {(_folded(one.name, one.location), one.location): one for one in operation.parameters}
    given: set[tuple[str, str]] = set()
    for one in step.parameters:
        place = root.at(one.pointer, None)
        if one.location is None:
            place.fault(f"the parameter {one.name!r} lacks its place", "write `in: path`, query, header or cookie")
            continue
        key = (_folded(one.name, one.location), one.location)
        given.add(key)
        if key not in declared and key not in _of_security(contract, operation):
            names = [name.name for name in operation.parameters]
            place.fault(
                f"the operation {operation.operation_id!r} has no {one.location} parameter {one.name!r}",
                suggest(one.name, names, lambda name: _where(operation, name), otherwise="remove it"),
            )
        elif key in declared and declared[key].style not in STYLES[declared[key].location]:
            place.fault(f"the style {declared[key].style!r} of {one.name!r} is not supported", "use simple or form")
    for key, wanted in declared.items():
        if wanted.required and key not in given:
            root.at(step.pointer, None).fault(
                f"{operation.operation_id!r} requires the {wanted.location} parameter {wanted.name!r}",
                "add it to the parameters",
            )
    _check_body(root, step, operation)


def _check_body(root: Node, step: Step, operation: Operation) -> None:
    body, declared = step.request_body, operation.request_body
    if declared is None:
        if body is not None:
            root.at(body.pointer, None).fault(
                f"the operation {operation.operation_id!r} takes no body", "remove it", of_key=True
            )
        return
    if body is None:
        if declared.required:
            root.at(step.pointer, None).fault(
                f"the step lacks the requestBody that {operation.operation_id!r} requires", "add it"
            )
        return
    known = ", ".join(declared.content)
    content_type = media_type_of(step)
    if content_type is None:
        root.at(body.pointer, None).fault("the body can be of several types", f"write contentType, one of {known}")
    elif covering(declared.content, content_type) is None:
        root.at(f"{body.pointer}/contentType", None).fault(
            f"the operation {operation.operation_id!r} takes no {content_type!r}", f"known: {known}"
        )
    elif body.replacements and not is_json(content_type):
        root.at(f"{body.pointer}/replacements", None).fault("only a JSON payload has replacements", "remove them")


def media_type_of(step: Step) -> str | None:
    """Return the media type of a step's body: as written, else JSON or the only one declared; None where unclear."""
    body: RequestBody | None = step.request_body
    if body is None or body.content_type is not None:
        return body.content_type if body else None
    content = step.operation.request_body.content if step.operation and step.operation.request_body else {}
    names: Iterable[str] = [name for name in content if is_json(name)] or content
    found = [name for name in names if "*" not in name]
    return found[0] if len(found) == 1 else None


def _of_security(contract: Contract, operation: Operation) -> set[tuple[str, str]]:
    """Return the parameters that the operation's security schemes bring; the OpenAPI text never lists those."""
    found = {("accept", "header"), ("content-type", "header")}
    for name in {name for needs in operation.security for name in needs}:
        scheme = contract.security_schemes.get(name)
        if isinstance(scheme, dict) and scheme.get("type") == "apiKey":
            location = str(scheme.get("in"))
            found.add((_folded(str(scheme.get("name")), location), location))
        else:
            found.add(("authorization", "header"))
    return found


def _folded(name: str, location: str) -> str:
    return name.lower() if location == "header" else name


def _where(operation: Operation, name: str) -> str:
    places = [one.location for one in operation.parameters if one.name == name]
    return f"{name} (in {' and '.join(places)})"
