"""What a schema says of a value's written form, gathered over references and combinations."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from sim.document import escape_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.contract.validator import PlacedSchema
    from sim.document import JsonValue

MAX_DEPTH: Final = 32
"""References and combinations followed within one value."""
MONEY: Final = "/schemas/money.schema.json"
"""The shared schema of amounts; an amount in it is a Decimal."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The parts of a schema that decide how a value is written.

    Parameters
    ----------
    types : frozenset of str
        JSON types it allows; empty where it says nothing.
    properties : mapping
        Schemas of the known properties.
    required : frozenset of str
        Properties that must be there whatever branch of a combination holds.
    items : Schema or None
        Schema of the elements of an array.
    annotations : mapping
        ``x-format``, ``format``, ``x-code-list``, ``x-checksum``, ``maxLength``, ``enum``, ``multipleOf``: the first
        that is found.
    """

    types: frozenset[str] = frozenset()
    properties: Mapping[str, PlacedSchema] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: PlacedSchema | None = None
    annotations: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def allows_null(self) -> bool:
        """Whether null is among the types."""
        return "null" in self.types

    def text(self, annotation: str) -> str | None:
        """Return an annotation that is a text."""
        value = self.annotations.get(annotation)
        return value if isinstance(value, str) else None

    def number(self, annotation: str) -> int | None:
        """Return an annotation that is a whole number."""
        value = self.annotations.get(annotation)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


_ANNOTATIONS = ("x-format", "format", "x-code-list", "x-checksum", "maxLength", "enum", "multipleOf")


def shape_of(schema: PlacedSchema) -> Shape:
    """Gather the shape of a schema of a loaded contract."""
    types: set[str] = set()
    properties: dict[str, PlacedSchema] = {}
    required: set[str] = set()
    items: PlacedSchema | None = None
    annotations: dict[str, JsonValue] = {}
    for part, is_certain in _parts(schema):
        value = part.value
        if not isinstance(value, dict):
            continue
        types.update(_types(value))
        for name, child in _children(part, "properties"):
            properties.setdefault(name, child)
        needed = value.get("required")
        if is_certain and isinstance(needed, list):
            required.update(str(name) for name in needed)
        if items is None and "items" in value:
            items = _child(part, "/items", value["items"])
        for name in _ANNOTATIONS:
            if name in value:
                annotations.setdefault(name, value[name])
        if part.uri.endswith(MONEY):
            annotations.setdefault("x-format", "amount-text" if "string" in _types(value) else "amount")
    return Shape(frozenset(types), properties, frozenset(required), items, annotations)


def _parts(schema: PlacedSchema) -> Iterator[tuple[PlacedSchema, bool]]:
    """Every schema that applies to the same value: (schema, whether it always applies)."""
    waiting = deque([(schema, True, 0)])
    while waiting:
        part, is_certain, depth = waiting.popleft()
        yield part, is_certain
        if not isinstance(part.value, dict) or depth >= MAX_DEPTH:
            continue
        named = part.validators.target(part) if "$ref" in part.value else None
        if named is not None:
            waiting.append((named, is_certain, depth + 1))
        for keyword in ("allOf", "anyOf", "oneOf"):
            branches = part.value.get(keyword)
            for index, branch in enumerate(branches if isinstance(branches, list) else []):
                child = _child(part, f"/{keyword}/{index}", branch)
                waiting.append((child, is_certain and keyword == "allOf", depth + 1))


def _child(schema: PlacedSchema, step: str, value: JsonValue) -> PlacedSchema:
    return replace(schema, pointer=schema.pointer + step, value=value)


def _types(value: Mapping[str, JsonValue]) -> Iterator[str]:
    types = value.get("type")
    if isinstance(types, str):
        yield types
    elif isinstance(types, list):
        yield from (str(name) for name in types)
    if value.get("nullable") is True:  # OpenAPI 3.0
        yield "null"


def _children(schema: PlacedSchema, keyword: str) -> Iterator[tuple[str, PlacedSchema]]:
    held = schema.value.get(keyword) if isinstance(schema.value, dict) else None
    for name, child in held.items() if isinstance(held, dict) else ():
        yield name, _child(schema, f"/{keyword}/{escape_pointer(name)}", child)
