"""Enumerated values, in both directions: ``enum`` and ``const``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.contract.diff.rule import rule, schema_family
from sim.contract.diff.word import canonical, listed

if TYPE_CHECKING:
    from sim.contract.diff.flat import Flat
    from sim.contract.diff.site import Site
    from sim.contract.source import Node
    from sim.document import JsonValue

_REMOVED = rule(
    "enum-value-removed",
    "a value is no longer allowed",
    "accept the value until every sender has moved",
    ("breaking", "harmless"),
)
_ADDED = rule(
    "enum-value-added",
    "a further value is allowed",
    "let receivers of the older edition expect values that they do not know",
    ("harmless", "risky"),
)
_INTRODUCED = rule(
    "enum-introduced",
    "free values are limited to a list",
    "list every value that senders use",
    ("breaking", "harmless"),
)
_DROPPED = rule(
    "enum-dropped",
    "a list of values is given up",
    "let receivers of the older edition expect values that they do not know",
    ("harmless", "risky"),
)


@schema_family("values", "enum", "const")
def compare_values(site: Site, old: Flat, new: Flat) -> None:
    """Note values that came, went, or are listed for the first or last time; null is a matter of types."""
    before, after = values_of(old), values_of(new)
    places = (_place(old), _place(new))
    if before is None and after is None:
        return
    if before is None:
        site.report(_INTRODUCED, *places, f"any value was allowed; now only {listed((after or {}).values())}")
    elif after is None:
        site.report(_DROPPED, *places, f"only {listed(before.values())} was allowed; now any value")
    else:
        removed = [value for key, value in before.items() if key not in after]
        added = [value for key, value in after.items() if key not in before]
        if removed:
            message = f"{listed(removed)} is no longer among the values, which are {listed(after.values())}"
            site.report(_REMOVED, *places, message)
        if added:
            site.report(
                _ADDED, *places, f"{listed(added)} is added to the values, which were {listed(before.values())}"
            )


def values_of(flat: Flat) -> dict[str, JsonValue] | None:
    """Return the values that a schema lists, without null, by their canonical text; None where it lists none."""
    found: dict[str, JsonValue] | None = None
    lists: list[list[JsonValue]] = [node.value for node in flat.all("enum") if isinstance(node.value, list)]
    lists += [[node.value] for node in flat.all("const")]
    for values in lists:
        one: dict[str, JsonValue] = {canonical(value): value for value in values if value is not None}
        found = one if found is None else {key: value for key, value in found.items() if key in one}
    return found


def _place(flat: Flat) -> Node:
    return next(iter([*flat.all("enum"), *flat.all("const")]), flat.owner)
