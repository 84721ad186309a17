"""Lists: their elements by place, all of them, or some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.contract.diff.rule import rule, schema_family
from sim.contract.diff.schema import compare_schemas
from sim.contract.diff.word import canonical, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.contract.diff.flat import Flat
    from sim.contract.diff.site import Site
    from sim.contract.source import Node

_CONTAINS_ADDED = rule(
    "contains-narrowed",
    "a list must hold certain elements",
    "let senders of the older edition put them in first",
    ("breaking", "harmless"),
)
_CONTAINS_REMOVED = rule(
    "contains-widened",
    "a list need not hold certain elements",
    "let receivers of the older edition do without them",
    ("harmless", "risky"),
)

ANY_ELEMENT = "*"


@schema_family("lists", "items", "prefixItems", "contains", "minContains", "maxContains", "unevaluatedItems")
def compare_lists(site: Site, old: Flat, new: Flat) -> None:
    """Note what changed for elements."""
    firsts = max((len(_firsts(flat)) for flat in (old, new)), default=0)
    for index in range(firsts):
        compare_schemas(site.under(str(index)), _element(old, index), _element(new, index))
    if old.all("items") or new.all("items"):
        compare_schemas(site.under(ANY_ELEMENT), old.sub("items"), new.sub("items"))
    if old.all("unevaluatedItems") or new.all("unevaluatedItems"):
        compare_schemas(site.under(ANY_ELEMENT), old.sub("unevaluatedItems"), new.sub("unevaluatedItems"))
    _compare_contained(site, old, new)


def _firsts(flat: Flat) -> list[Node]:
    return max((list(node.elements()) for node in flat.all("prefixItems")), key=len, default=[])


def _element(flat: Flat, index: int) -> Flat:
    """Return what holds for the element at a place: its own schema, or that of all elements after the first."""
    nodes = [one for place in flat.all("prefixItems") for one in list(place.elements())[index : index + 1]]
    return flat.inner(nodes[0], *nodes) if nodes else flat.sub("items")


def _compare_contained(site: Site, old: Flat, new: Flat) -> None:
    places = (old.first("contains"), new.first("contains"))
    had, has = bool(old.all("contains")), bool(new.all("contains"))
    if had and has:
        compare_schemas(site.under(ANY_ELEMENT), old.sub("contains"), new.sub("contains"))
    elif had != has:
        message = "certain elements were not asked for and are" if has else "certain elements were asked for; not now"
        site.report(_CONTAINS_ADDED if has else _CONTAINS_REMOVED, *places, message)
        return
    for key, is_lower in (("minContains", True), ("maxContains", False)):
        before, after = ([node.value for node in flat.all(key)] for flat in (old, new))
        if not (had and has) or canonical(before) == canonical(after):
            continue
        narrowed = is_lower == (_number(after, is_lower=is_lower) > _number(before, is_lower=is_lower))
        message = f"{key} was {shown(before or None)} and is {shown(after or None)}"
        site.report(_CONTAINS_ADDED if narrowed else _CONTAINS_REMOVED, old.first(key), new.first(key), message)


def _number(values: Sequence[object], *, is_lower: bool) -> float:
    numbers = [float(value) for value in values if isinstance(value, (int, float))]
    if is_lower:
        return max(numbers, default=1.0)
    return min(numbers, default=float("inf"))
