"""Types and null: ``type``, ``nullable`` of OpenAPI 3.0, and what ``enum``, ``const`` and alternatives imply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.contract.diff.rule import rule, schema_family

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.contract.diff.flat import Flat, Part
    from sim.contract.diff.site import Site
    from sim.document import JsonValue

_CHANGED = rule(
    "type-changed",
    "no type is left that both editions know",
    "give the value a new name, or keep the old type beside the new one",
    ("breaking", "breaking"),
    is_certain=True,
)
_NARROWED = rule(
    "type-narrowed",
    "a type is no longer allowed",
    "allow the type until every sender has moved",
    ("breaking", "harmless"),
)
_WIDENED = rule(
    "type-widened",
    "a further type is allowed",
    "send the old type until every receiver has moved",
    ("harmless", "breaking"),
)
_NULL_REMOVED = rule(
    "null-removed",
    "null is no longer allowed",
    "allow null until every sender has moved",
    ("breaking", "harmless"),
)
_NULL_ADDED = rule(
    "null-added",
    "null is allowed",
    "leave the member out, or send null only to receivers that have moved",
    ("harmless", "breaking"),
)

# ``number`` covers ``integer`` (JSON Schema 2020-12 validation, section 6.1.1), so it is told apart into two.
_KINDS: Final = {
    "null": ("null",),
    "boolean": ("boolean",),
    "integer": ("integer",),
    "number": ("integer", "fraction"),
    "string": ("string",),
    "array": ("array",),
    "object": ("object",),
}
# Alternatives inside alternatives whose types are looked at; deeper ones may be of any.
MAX_CHOICES: Final = 20
EVERY: Final = frozenset(kind for kinds in _KINDS.values() for kind in kinds)


@schema_family("type", "type", "nullable")
def _answered_first(_site: Site, _old: Flat, _new: Flat) -> None:
    """Types are compared before any family looks: schemas without a common type have nothing else to compare."""


def compare_kinds(site: Site, old: Flat, new: Flat) -> bool:
    """Note changed types; return whether a common type is left."""
    before, after = kinds_of(old), kinds_of(new)
    places = (old.first("type"), new.first("type"))
    # Where anything was or is allowed, null is told with the types or values that are limited.
    is_free = before != after and EVERY in (before, after) and before - {"null"} != after - {"null"}
    if ("null" in before) != ("null" in after) and not is_free:
        message = "null was allowed and no longer is" if "null" in before else "null was not allowed and is"
        site.report(_NULL_REMOVED if "null" in before else _NULL_ADDED, *places, message)
    before, after = before - {"null"}, after - {"null"}
    if before == after or not (old.all("type") or new.all("type") or any(old.choices()) or any(new.choices())):
        return True
    message = f"the type was {_words(before)} and is {_words(after)}"
    if not before & after:
        site.report(_CHANGED, *places, message)
        return False
    if before - after:
        site.report(_NARROWED, *places, message)
    if after - before:
        site.report(_WIDENED, *places, message)
    return True


def kinds_of(flat: Flat, depth: int = MAX_CHOICES) -> frozenset[str]:
    """Return the kinds of value that a schema allows: JSON types, ``fraction`` for numbers that are no integers."""
    known = flat.side.kinds
    if not depth:
        return EVERY
    if flat not in known:
        kinds = EVERY
        for part in flat.parts:
            kinds &= _kinds(part)
        for _, place, branches in flat.choices():
            null = frozenset(("null",)) if len(branches) < len(list(place.elements())) else frozenset[str]()
            kinds &= null.union(*(kinds_of(flat.inner(node, node), depth - 1) for node in branches))
        known[flat] = kinds
    return known[flat]


def _kinds(part: Part) -> frozenset[str]:
    kinds = EVERY
    declared = part.value.get("type")
    if declared is not None:
        names = declared if isinstance(declared, list) else [declared]
        kinds &= frozenset(kind for name in names for kind in _KINDS.get(str(name), ()))
    if "const" in part.value:
        kinds &= _of_values([part.value["const"]])
    enum = part.value.get("enum")
    if isinstance(enum, list):
        kinds &= _of_values(enum)
    return kinds | {"null"} if part.is_nullable else kinds


def _of_values(values: Iterable[JsonValue]) -> frozenset[str]:
    return frozenset(_of_value(value) for value in values)


def _of_value(value: JsonValue) -> str:
    if value is None:
        return "null"
    if isinstance(value, float) and value.is_integer():
        return "integer"
    names = {bool: "boolean", int: "integer", float: "fraction", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def _words(kinds: frozenset[str]) -> str:
    if kinds >= EVERY - {"null"}:
        return "any"
    names = [
        name
        for name, covered in _KINDS.items()
        if kinds.issuperset(covered) and not (name == "integer" and "fraction" in kinds)
    ]
    return " or ".join(names + ["fraction"] * ("fraction" in kinds and "integer" not in kinds)) or "none"
