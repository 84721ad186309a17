"""A schema laid flat: every schema object that holds for the same value, whatever references lead there.

So a schema that moves behind a ``$ref`` or into an ``allOf`` is the same schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.contract.source import Node
from sim.document import escape_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.contract.diff.model import Direction
    from sim.contract.diff.side import Side
    from sim.document import JsonValue

# Keywords that say nothing about which values are valid, or are laid flat.
SILENT: Final = frozenset(
    ("$anchor", "$comment", "$defs", "$id", "$ref", "$schema", "allOf", "definitions", "description", "example",
     "examples", "externalDocs", "title", "xml")
)  # fmt: skip
_FLAGS: Final = {"request": "readOnly", "response": "writeOnly"}


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One schema object of a flat schema.

    Parameters
    ----------
    value : mapping
        In JSON Schema 2020-12.
    is_nullable : bool
        Whether a null stands beside it as an alternative: ``oneOf: [{...}, {type: "null"}]``.
    """

    node: Node
    value: Mapping[str, JsonValue]
    is_nullable: bool

    def child(self, key: str) -> Node | None:
        """Return a member at its place, or None."""
        if key not in self.value:
            return None
        return Node(self.node.document, f"{self.node.pointer}/{escape_pointer(key)}", self.value[key])

    @property
    def is_silent(self) -> bool:
        """Whether it holds no rule of its own: a bare reference, a description."""
        return SILENT.issuperset(self.value)


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """The schema objects that hold for one value.

    Parameters
    ----------
    owner : Node
        Where it stands.
    is_never : bool
        Whether one of them is ``false``, so that no value is valid.
    is_absent : bool
        Whether there is no schema at all.
    """

    side: Side
    owner: Node
    parts: tuple[Part, ...]
    is_never: bool
    is_absent: bool

    def all(self, key: str) -> list[Node]:
        """Return every occurrence of a keyword."""
        found = [part.child(key) for part in self.parts if key in part.value]
        return [node for node in found if node is not None]

    def first(self, key: str) -> Node:
        """Return the first occurrence of a keyword, or the schema where it says nothing of it."""
        return next(iter(self.all(key)), self.owner)

    def is_flagged(self, key: str) -> bool:
        """Tell whether a keyword is true anywhere."""
        return any(node.value is True for node in self.all(key))

    def inner(self, owner: Node, *nodes: Node) -> Flat:
        """Return schemas inside this one as a flat schema."""
        return self.side.flat(owner, nodes)

    def sub(self, key: str) -> Flat:
        """Return what a keyword that holds one schema says, laid flat."""
        found = self.all(key)
        return self.inner(found[0] if found else self.owner, *found)

    def maps(self, key: str) -> dict[str, list[Node]]:
        """Return the members of a keyword that holds schemas by name."""
        found: dict[str, list[Node]] = {}
        for place in self.all(key):
            for name, node in place.items():
                found.setdefault(name, []).append(node)
        return found

    def properties(self, direction: Direction) -> dict[str, Flat]:
        """Return the declared members of an object that a message of a direction carries.

        References
        ----------
        OpenAPI 3.0.4, section 4.7.24.2: ``readOnly`` members are not sent in requests, ``writeOnly`` not in responses.
        """
        found = {name: self.inner(nodes[0], *nodes) for name, nodes in self.maps("properties").items()}
        return {name: one for name, one in found.items() if not one.is_flagged(_FLAGS[direction])}

    def required(self) -> dict[str, Node]:
        """Return the names of required members with the place where each is listed."""
        found: dict[str, Node] = {}
        for listed in self.all("required"):
            for node in listed.elements():
                found.setdefault(str(node.value), node)
        return found

    @property
    def is_choice(self) -> bool:
        """Whether it holds one set of alternatives and no rule beside it."""
        beside = {key for part in self.parts for key in part.value if not key.startswith("x-")} - SILENT
        return len(list(self.choices())) == 1 and beside <= {"anyOf", "oneOf", "discriminator"}

    def choices(self) -> Iterator[tuple[str, Node, list[Node]]]:
        """Yield the alternatives: ``oneOf`` or ``anyOf``, its place, its branches without those of null alone."""
        for key in ("anyOf", "oneOf"):
            for place in self.all(key):
                branches = [
                    node
                    for node in place.elements()
                    if not (isinstance(node.value, dict) and node.value.get("type") == "null")
                ]
                if len(branches) > 1:
                    yield key, place, branches
