"""A cursor over a document that collects faults instead of stopping at the first.

Takes a ``Document``, gives typed children of its values, promises that every wrong type, unknown field and missing
field becomes a fault at its place and that reading goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from sim.document import escape_pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sim.document import Document, JsonValue
    from sim.errors import Fault


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of one kind of Arazzo object.

    Parameters
    ----------
    title : str
        Name of the object in the specification.
    required : tuple of str
        Fields that must stand.
    optional : frozenset of str
        Fields that may stand, in every version.
    newer : frozenset of str
        Fields that came with 1.1.
    extensions : frozenset of str
        Our own ``x-tongban-`` fields; any other extension is allowed and ignored.
    """

    title: str
    required: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    newer: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()


_SUCCESS: Final = frozenset({"workflowId", "stepId", "criteria"})
_STEP: Final = (
    "description operationId operationPath workflowId parameters requestBody successCriteria onSuccess onFailure"
)
_WORKFLOW: Final = "summary description inputs dependsOn successActions failureActions outputs parameters"

ROOT: Final = Shape(
    "document", ("arazzo", "info", "sourceDescriptions", "workflows"), frozenset({"components"}), frozenset({"$self"})
)
INFO: Final = Shape("Info Object", ("title", "version"), frozenset({"summary", "description"}))
SOURCE: Final = Shape("Source Description Object", ("name", "url"), frozenset({"type"}))
WORKFLOW: Final = Shape(
    "Workflow Object",
    ("workflowId", "steps"),
    frozenset(_WORKFLOW.split()),
    extensions=frozenset({"x-tongban-parallel"}),
)
STEP: Final = Shape(
    "Step Object",
    ("stepId",),
    frozenset([*_STEP.split(), "outputs"]),
    frozenset({"channelPath", "timeout", "correlationId", "action", "dependsOn"}),
    frozenset({"x-tongban-division"}),
)
PARAMETER: Final = Shape("Parameter Object", ("name", "value"), frozenset({"in"}))
SUCCESS_ACTION: Final = Shape("Success Action Object", ("name", "type"), _SUCCESS, frozenset({"parameters"}))
FAILURE_ACTION: Final = Shape(
    "Failure Action Object", ("name", "type"), _SUCCESS | {"retryAfter", "retryLimit"}, frozenset({"parameters"})
)
COMPONENTS: Final = Shape(
    "Components Object", (), frozenset({"inputs", "parameters", "successActions", "failureActions"})
)
REUSABLE: Final = Shape("Reusable Object", ("reference",), frozenset({"value"}))
CRITERION: Final = Shape("Criterion Object", ("condition",), frozenset({"context", "type"}))
EXPRESSION_TYPE: Final = Shape("Expression Type Object", ("type", "version"))
REQUEST_BODY: Final = Shape("Request Body Object", (), frozenset({"contentType", "payload", "replacements"}))
REPLACEMENT: Final = Shape("Payload Replacement Object", ("target", "value"), newer=frozenset({"targetSelectorType"}))


@dataclass(frozen=True, slots=True)
class Node:
    """A value at its place.

    Parameters
    ----------
    newer : bool
        Whether the document is of 1.1.
    faults : list of Fault
        Where faults of the whole reading gather.
    """

    document: Document
    pointer: str
    value: JsonValue
    newer: bool = False
    faults: list[Fault] = field(default_factory=list)

    def fault(self, message: str, remedy: str = "", *, of_key: bool = False) -> None:
        """Note a fault at this place."""
        self.faults.append(self.document.fault(self.pointer, message, remedy, of_key=of_key))

    def at(self, pointer: str, value: JsonValue) -> Node:
        """Return another place of the same document."""
        return Node(self.document, pointer, value, self.newer, self.faults)

    def child(self, key: str | int) -> Node:
        """Return a member or item; its value is None where there is none."""
        pointer = f"{self.pointer}/{escape_pointer(str(key))}"
        if isinstance(self.value, dict):
            return self.at(pointer, self.value.get(str(key)))
        found = isinstance(self.value, list) and isinstance(key, int) and key < len(self.value)
        return self.at(pointer, self.value[key] if found else None)  # type: ignore[index]  # found says so

    def has(self, key: str) -> bool:
        """Return whether this is an object with that member."""
        return isinstance(self.value, dict) and key in self.value

    def members(self, key: str) -> Iterator[tuple[str, Node]]:
        """Yield the members of a member that is an object; none where it is missing."""
        node = self.child(key)
        if not self.has(key):
            return
        if not isinstance(node.value, dict):
            node.fault(f"must be an object, not {kind_of(node.value)}", "write names and values")
            return
        for name in node.value:
            yield name, node.child(name)

    def items(self, key: str) -> Iterator[Node]:
        """Yield the items of a member that is an array; none where it is missing."""
        node = self.child(key)
        if not self.has(key):
            return
        if not isinstance(node.value, list):
            node.fault(f"must be an array, not {kind_of(node.value)}", "write a list")
            return
        for index in range(len(node.value)):
            yield node.child(index)

    def text(self, key: str) -> str | None:
        """Return a member that is text and not empty; None, with a fault, where it is something else."""
        if not self.has(key):
            return None
        node = self.child(key)
        if isinstance(node.value, str) and node.value:
            return node.value
        node.fault(f"must be text, not {kind_of(node.value)}", "write it in quotes" if node.value else "write a text")
        return None

    def number(self, key: str, *, whole: bool) -> float | None:
        """Return a member that is a number >= 0; None, with a fault, where it is something else."""
        if not self.has(key):
            return None
        node = self.child(key)
        wanted = (int,) if whole else (int, float)
        if isinstance(node.value, wanted) and not isinstance(node.value, bool) and node.value >= 0:
            return node.value
        node.fault(f"must be a{' whole' if whole else ''} number from 0", "correct the number")
        return None

    def check(self, shape: Shape) -> bool:
        """Note unknown and missing fields; return whether this is an object at all."""
        if not isinstance(self.value, dict):
            self.fault(f"must be a {shape.title}, not {kind_of(self.value)}", "write it as an object")
            return False
        for key in self.value:
            self._check_field(shape, key)
        for key in shape.required:
            if key not in self.value:
                self.fault(f"lacks the field {key!r}", f"a {shape.title} needs it")
        return True

    def _check_field(self, shape: Shape, key: str) -> None:
        known = {*shape.required, *shape.optional, *shape.extensions, *(shape.newer if self.newer else ())}
        if key in known or (key.startswith("x-") and not key.startswith("x-tongban-")):
            return
        child = self.child(key)
        if key in shape.newer:
            child.fault(f"the field {key!r} came with Arazzo 1.1", "write `arazzo: 1.1.0` or remove it", of_key=True)
        else:
            otherwise = f"a {shape.title} knows {', '.join(sorted(known))}"
            child.fault(f"there is no field {key!r}", suggest(key, known, otherwise=otherwise), of_key=True)

    def unique(self, nodes: Iterable[tuple[str | None, Node]], what: str) -> None:
        """Note every name that stands twice."""
        first: dict[str, Node] = {}
        for name, node in nodes:
            if name is None:
                continue
            if name in first:
                line = first[name].document.place(first[name].pointer).line
                node.fault(f"the {what} {name!r} stands twice, first on line {line}", "give it another name")
            first.setdefault(name, node)


def kind_of(value: JsonValue) -> str:
    """Return the JSON type of a value as messages name it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    names: dict[type, str] = {int: "a number", float: "a number", str: "text", list: "an array", dict: "an object"}
    return "empty text" if value == "" else names[type(value)]


def suggest(
    name: str,
    known: Iterable[str],
    show: Callable[[str], str] = str,
    *,
    otherwise: str = "define it or correct the name",
) -> str:
    """Return a remedy that lists near names, or all where they are few; another where neither helps."""
    names = sorted(known)
    near = get_close_matches(name, names, n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(show(one) for one in near)
    if 0 < len(names) <= 12:
        return "known: " + ", ".join(show(one) for one in names)
    return otherwise
