"""Platforms that speak another edition of their contract."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from sim.scenario.demand import unique_elements
from sim.scenario.law import read_title
from sim.scenario.model import Variant

if TYPE_CHECKING:
    from sim.scenario.model import Division
    from sim.scenario.reading import Node

NOWHERE = ""
"""The division of a scenario that has none."""


def read_variants(top: Node, divisions: tuple[Division, ...]) -> tuple[Variant, ...]:
    """Return the variants in document order."""
    found = [(node, _read_variant(node, divisions)) for node in unique_elements(top, "variants")]
    for (_, earlier), (node, later) in combinations(found, 2):
        both = sorted({*earlier.divisions} & {*later.divisions})
        if later.contract and earlier.contract == later.contract and both:
            where = f" in {', '.join(both)}" if both != [NOWHERE] else ""
            message = f"speaks {later.contract}{where} as the variant {earlier.name} does"
            node.fault(message, "let a platform speak one other edition of a contract")
    return tuple(variant for _, variant in found)


def _read_variant(node: Node, divisions: tuple[Division, ...]) -> Variant:
    name, title = node.text_of("name", ""), node.get("title")
    return Variant(
        name=name,
        divisions=_read_divisions(node, divisions),
        share=node.number_of("share", 1.0),
        contract=_read_name(node, "contract"),
        overlay=_read_name(node, "overlay"),
        title=None if title is None else read_title(title, name),
    )


def _read_divisions(node: Node, divisions: tuple[Division, ...]) -> tuple[str, ...]:
    simulated = tuple(division.code for division in divisions if division.simulated)
    if not node.has("divisions"):
        return simulated or (NOWHERE,)
    listed = list(node.listing("divisions"))
    for place in listed:
        if place.text not in simulated and (divisions or not node.reading.names("divisions")):
            place.unknown("simulated division", simulated)
    return tuple(place.text for place in listed)


def _read_name(node: Node, kind: str) -> str:
    """Return the name of a document of the catalog under the key that is its kind."""
    place = node.get(kind)
    if place is None:
        return ""
    known = node.reading.catalog.names(kind)
    if place.text not in known:
        place.unknown(kind, known)
    return place.text
