"""From an Arazzo document to its parts, shape by shape.

Takes nodes of a document that passed the gate, gives parameters, criteria, actions and request bodies of the model,
promises that each fault of shape is noted where it stands and that what could be read is returned.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sim.document import escape_pointer
from sim.journey.expression import ExpressionError, parse_expression, parse_pointer
from sim.journey.model import Action, Criterion, Parameter, Replacement, RequestBody
from sim.journey.node import (
    CRITERION,
    EXPRESSION_TYPE,
    FAILURE_ACTION,
    PARAMETER,
    REPLACEMENT,
    REQUEST_BODY,
    REUSABLE,
    SUCCESS_ACTION,
    Node,
    kind_of,
    suggest,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.document import JsonValue

LOCATIONS: Final = ("path", "query", "header", "cookie", "querystring")
JSONPATH_VERSIONS: Final = ("rfc9535", "draft-goessner-dispatch-jsonpath-00")

_ID = re.compile(r"[A-Za-z0-9_-]+")
_KEY = re.compile(r"[A-Za-z0-9._-]+")


def read_id(node: Node, key: str) -> str | None:
    """Return the id of a workflow, step or source description.

    The specification recommends ``[A-Za-z0-9_-]+``; we insist, since step paths and expressions name them.
    """
    text = node.text(key)
    if text is None or _ID.fullmatch(text):
        return text
    node.child(key).fault(f"{text!r} is not an id that expressions can name", "use letters, digits, - and _")
    return None


def resolve_reusable(root: Node, node: Node, kind: str) -> tuple[Node, Node | None]:
    """Return what a Reusable Object refers to and the value it sets; any other node as it is.

    Parameters
    ----------
    kind : str
        ``parameters``, ``successActions`` or ``failureActions``.
    """
    if not node.has("reference"):
        return node, None
    node.check(REUSABLE)
    text, place = node.text("reference"), node.child("reference")
    value = node.child("value") if node.has("value") else None
    nothing = node.at(node.pointer, None), value
    if text is None:
        return nothing
    if value is not None and kind != "parameters":
        value.fault("only the reference of a parameter can set a value", "remove the value", of_key=True)
    try:
        expression = parse_expression(text)
    except ExpressionError as error:
        place.fault(error.message, error.remedy)
        return nothing
    if expression.root != "components" or expression.part != kind:
        place.fault(f"{text!r} does not name one of the {kind} of the components", f"write $components.{kind}.<name>")
        return nothing
    components = root.child("components").child(kind)
    if not components.has(expression.name):
        known = components.value if isinstance(components.value, dict) else {}
        place.fault(f"there is no {text!r}", suggest(expression.name, known, lambda name: f"$components.{kind}.{name}"))
        return nothing
    return components.child(expression.name), value


def read_parameters(root: Node, node: Node, key: str) -> tuple[Parameter, ...]:
    """Return the parameters of a workflow, step or action."""
    read = [(read_parameter(*resolve_reusable(root, item, "parameters")), item) for item in node.items(key)]
    node.unique(((f"{one.location or 'input'} {one.name}" if one else None, item) for one, item in read), "parameter")
    return tuple(one for one, _ in read if one is not None)


def read_parameter(node: Node, override: Node | None) -> Parameter | None:
    """Return a Parameter Object with its value, or the value that its reference sets."""
    if node.value is None or not node.check(PARAMETER):
        return None
    name, location = node.text("name"), node.text("in")
    value = override or node.child("value")
    refuse_selectors(value)
    if location is not None and location not in LOCATIONS:
        node.child("in").fault(f"{location!r} is not a place of a parameter", f"known: {', '.join(LOCATIONS)}")
        return None
    if location == "querystring" and not node.newer:
        node.child("in").fault("'querystring' came with Arazzo 1.1", "write `arazzo: 1.1.0` or use query")
    if name is None or (node.has("in") and location is None):
        return None
    # A Reusable Object that sets the value has it under the same key, so `pointer + "/value"` is its place either way.
    pointer = value.pointer.removesuffix("/value")
    return Parameter(name, location, value.value, pointer)  # type: ignore[arg-type]  # checked against LOCATIONS


def read_criteria(node: Node, key: str) -> tuple[Criterion, ...]:
    """Return the criteria of a step or action; an empty list is a fault (Arazzo 1.1.0, section 5.8.5.1)."""
    read = [read_criterion(item) for item in node.items(key)]
    if not read and isinstance(node.child(key).value, list):
        node.child(key).fault("must hold at least one criterion", "remove the empty list")
    return tuple(one for one in read if one is not None)


def read_criterion(node: Node) -> Criterion | None:
    """Return a Criterion Object."""
    if not node.check(CRITERION):
        return None
    condition, context, kind = node.text("condition"), node.text("context"), _criterion_kind(node)
    if condition is None or kind is None:
        return None
    if kind == "simple" and context is not None:
        node.child("context").fault("a simple condition has no context", "name the type, or remove the context")
        return None
    if kind != "simple" and context is None:
        if not node.has("context"):
            node.fault(f"a {kind} criterion lacks its context", "write `context: $response.body` or the like")
        return None
    return Criterion(condition, context, kind, node.pointer)  # type: ignore[arg-type]  # one of the three kinds


def _criterion_kind(node: Node) -> str | None:
    place = node.child("type")
    if not node.has("type"):
        return "simple"
    if not isinstance(place.value, dict):
        return _known_kind(place, node.text("type"), ("simple", "regex", "jsonpath"))
    if not place.check(EXPRESSION_TYPE):
        return None
    kind, version = _known_kind(place.child("type"), place.text("type"), ("jsonpath",)), place.text("version")
    if kind is None or version is None:
        return None
    if version not in JSONPATH_VERSIONS:
        place.child("version").fault(
            f"there is no version {version!r} of jsonpath", f"known: {', '.join(JSONPATH_VERSIONS)}"
        )
        return None
    if version == "rfc9535" and not node.newer:
        place.child("version").fault("'rfc9535' came with Arazzo 1.1", "write `type: jsonpath`, which means the same")
    return kind


def _known_kind(node: Node, kind: str | None, known: tuple[str, ...]) -> str | None:
    if kind == "xpath":
        node.fault("xpath is not supported", "use jsonpath; no contract here answers XML")
    elif kind is not None and kind not in known:
        node.fault(f"there is no criterion type {kind!r}", f"known: {', '.join(known)}")
    return kind if kind in known else None


def read_actions(root: Node, node: Node, key: str, *, failure: bool) -> tuple[Action, ...]:
    """Return the success or failure actions of a workflow or step."""
    kind = "failureActions" if failure else "successActions"
    read = [
        (read_action(root, resolve_reusable(root, item, kind)[0], failure=failure), item) for item in node.items(key)
    ]
    node.unique(((one.name if one else None, item) for one, item in read), "action")
    return tuple(one for one, _ in read if one is not None)


def read_action(root: Node, node: Node, *, failure: bool) -> Action | None:
    """Return a Success or Failure Action Object."""
    if node.value is None or not node.check(FAILURE_ACTION if failure else SUCCESS_ACTION):
        return None
    name, kind = node.text("name"), node.text("type")
    step_id, workflow_id = node.text("stepId"), node.text("workflowId")
    known = ("end", "goto", "retry") if failure else ("end", "goto")
    if kind is not None and kind not in known:
        node.child("type").fault(f"there is no action type {kind!r} here", f"known: {', '.join(known)}")
    after, limit = node.number("retryAfter", whole=False), node.number("retryLimit", whole=True)
    criteria = read_criteria(node, "criteria")
    parameters = read_parameters(root, node, "parameters")
    if name is None or kind is None or kind not in known:
        return None
    _check_action(node, kind)
    return Action(
        name=name,
        kind=kind,  # type: ignore[arg-type]  # one of the known kinds
        criteria=criteria,
        pointer=node.pointer,
        step_id=None if kind == "end" else step_id,
        workflow_id=None if kind == "end" else workflow_id,
        retry_after=None if after is None else float(after),
        retry_limit=1 if limit is None else int(limit),
        parameters=parameters,
    )


def _check_action(node: Node, kind: str) -> None:
    """Note fields that have no effect, and targets that contradict or lack each other."""
    idle = {"end": ("stepId", "workflowId", "retryAfter", "retryLimit"), "goto": ("retryAfter", "retryLimit")}
    for key in idle.get(kind, ()):
        if node.has(key):
            node.child(key).fault(f"{key!r} has no effect in an action of type {kind}", "remove it", of_key=True)
    if kind != "end" and node.has("stepId") and node.has("workflowId"):
        node.fault("an action has a stepId or a workflowId, not both", "remove one of them")
    if kind == "goto" and not node.has("stepId") and not node.has("workflowId"):
        node.fault("a goto lacks its target", "name a stepId or a workflowId")
    if node.has("parameters") and not node.has("workflowId"):
        node.child("parameters").fault("parameters are for a workflow that is entered", "remove them", of_key=True)


def read_request_body(node: Node) -> RequestBody:
    """Return a Request Body Object; an empty one where something else stands."""
    if not node.check(REQUEST_BODY):
        return RequestBody(None, None, (), node.pointer)
    payload = node.child("payload")
    refuse_selectors(payload)
    replacements = [_replacement(item) for item in node.items("replacements")]
    read = tuple(one for one in replacements if one is not None)
    if node.has("replacements") and not node.has("payload"):
        node.child("replacements").fault("there is no payload to replace in", "write the payload", of_key=True)
    return RequestBody(node.text("contentType"), payload.value, read, node.pointer)


def _replacement(node: Node) -> Replacement | None:
    if not node.check(REPLACEMENT):
        return None
    refuse_selectors(node.child("value"))
    target, kind = node.child("target").value, node.child("targetSelectorType").value
    if isinstance(kind, dict):
        kind = kind.get("type")
    if kind not in (None, "jsonpointer"):
        node.child("targetSelectorType").fault(f"the selector type {kind!r} is not supported", "use a JSON pointer")
        return None
    if not isinstance(target, str) or parse_pointer(target) is None:
        node.child("target").fault("must be a JSON pointer", "write /name or /list/0")
        return None
    return Replacement(target, node.child("value").value)


def read_outputs(node: Node) -> dict[str, str]:
    """Return the outputs of a workflow or step: runtime expressions by name."""
    outputs: dict[str, str] = {}
    for name, item in node.members("outputs"):
        if not _KEY.fullmatch(name):
            item.fault(f"{name!r} is not a name of an output", "use letters, digits, . - and _", of_key=True)
        elif isinstance(item.value, str) and item.value:
            outputs[name] = item.value
        elif not refuse_selectors(item):
            item.fault(f"must be a runtime expression, not {kind_of(item.value)}", "write $response.body#/<pointer>")
    return outputs


def read_names(node: Node, key: str) -> list[tuple[str, Node]]:
    """Return the texts of a list with their places; each may stand once."""
    read: list[tuple[str, Node]] = []
    for item in node.items(key):
        if isinstance(item.value, str) and item.value:
            read.append((item.value, item))
        else:
            item.fault(f"must be text, not {kind_of(item.value)}", "write an id")
    node.unique(((name, item) for name, item in read), "entry")
    return read


def refuse_selectors(node: Node) -> bool:
    """Note every Selector Object of 1.1 inside a value; return whether there was one."""
    found = False
    for pointer, value in walk(node.value, node.pointer) if node.newer else ():
        if isinstance(value, dict) and {"context", "selector", "type"} == value.keys():
            found = True
            node.at(pointer, value).fault(
                "Selector Objects are not supported", "write <expression>#/<pointer>, or an output of an earlier step"
            )
    return found


def walk(value: JsonValue, pointer: str) -> Iterable[tuple[str, JsonValue]]:
    """Yield a value and everything below it with their pointers."""
    waiting: list[tuple[str, JsonValue]] = [(pointer, value)]
    while waiting:
        at, item = waiting.pop()
        yield at, item
        if isinstance(item, dict):
            waiting += [(f"{at}/{escape_pointer(key)}", child) for key, child in item.items()]
        elif isinstance(item, list):
            waiting += [(f"{at}/{index}", child) for index, child in enumerate(item)]
