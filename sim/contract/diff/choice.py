"""Alternatives: ``oneOf``, ``anyOf`` and their ``discriminator``, compared by the branches that match best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.contract.diff.rule import rule, schema_family
from sim.contract.diff.schema import compare_schemas
from sim.contract.diff.value import values_of
from sim.contract.diff.word import canonical, named, shown

if TYPE_CHECKING:
    from sim.contract.diff.flat import Flat
    from sim.contract.diff.site import Site
    from sim.contract.source import Node
    from sim.document import JsonValue

_REMOVED = rule(
    "alternative-removed",
    "an alternative form is no longer allowed",
    "allow the form until every sender has moved",
    ("breaking", "harmless"),
)
_ADDED = rule(
    "alternative-added",
    "a further alternative form is allowed",
    "let receivers of the older edition expect forms that they do not know",
    ("harmless", "risky"),
)
_DISCRIMINATOR = rule(
    "discriminator-changed",
    "another member tells the alternatives apart",
    "give both members until both sides have moved",
    ("breaking", "breaking"),
    is_certain=True,
)

# Beyond this many pairs of branches the best match is not sought.
_MAX_PAIRS: Final = 400
# Two branches with more differences than this are two forms, not one that changed.
_FAR: Final = 8


@schema_family("alternatives", "oneOf", "anyOf", "discriminator")
def compare_alternatives(site: Site, old: Flat, new: Flat) -> None:
    """Note alternatives that came or went, and what changed inside those that stayed.

    A schema that holds alternatives and nothing else is also compared with one that has none, as if that were its one
    alternative.
    """
    before, after = list(old.choices()), list(new.choices())
    _compare_discriminators(site, old, new)
    if old.is_choice != new.is_choice:
        places = (before[0][1] if before else old.owner, after[0][1] if after else new.owner)
        _compare_branches(site, _branches(old), _branches(new), places)
        return
    if len(before) != len(after):
        places = (before[0][1] if before else old.owner, after[0][1] if after else new.owner)
        message = f"there were {len(before)} sets of alternatives and there are {len(after)}; this is not compared"
        site.not_compared(*places, message)
        return
    for (kind, place, ones), (new_kind, new_place, others) in zip(before, after, strict=True):
        if kind != new_kind:
            message = f"alternatives were {kind} and are {new_kind}: how many of them may hold at once differs"
            site.not_compared(place, new_place, message)
        flats = [old.inner(node, node) for node in ones], [new.inner(node, node) for node in others]
        _compare_branches(site, *flats, (place, new_place))


def _branches(flat: Flat) -> list[Flat]:
    return [flat.inner(node, node) for _, _, nodes in flat.choices() for node in nodes] if flat.is_choice else [flat]


def _compare_branches(site: Site, ones: list[Flat], others: list[Flat], places: tuple[Node, Node]) -> None:
    if len(ones) * len(others) > _MAX_PAIRS:
        site.not_compared(*places, f"{len(ones)} alternatives and {len(others)} are too many to compare")
        return
    pairs = _matched(site, ones, others)
    for one, other in pairs:
        compare_schemas(site, one, other)
    kept = [one for one, _ in pairs], [other for _, other in pairs]
    for one in ones:
        if one not in kept[0]:
            site.report(_REMOVED, one.owner, places[1], f"the form {_name(one)} was allowed and no longer is")
    for other in others:
        if other not in kept[1]:
            site.report(_ADDED, places[0], other.owner, f"the form {_name(other)} was not allowed and is")


def _matched(site: Site, ones: list[Flat], others: list[Flat]) -> list[tuple[Flat, Flat]]:
    """Return pairs of branches: nearest first, by what tells them apart before what differs."""
    distances = sorted(
        (_distance(site, one, other), first, second)
        for first, one in enumerate(ones)
        for second, other in enumerate(others)
    )
    taken: tuple[set[int], set[int]] = (set(), set())
    pairs: list[tuple[Flat, Flat]] = []
    for (distance, _), first, second in distances:
        is_last = len(ones) == len(others) == len(pairs) + 1
        if first in taken[0] or second in taken[1] or (distance > _FAR and not is_last):
            continue
        taken[0].add(first)
        taken[1].add(second)
        pairs.append((ones[first], others[second]))
    return pairs


def _distance(site: Site, one: Flat, other: Flat) -> tuple[int, int]:
    """Return how far two branches are apart; a mark that both carry decides before the number of differences."""
    trial = site.trial()
    compare_schemas(trial, one, other)
    changes = trial.book.changes
    if not changes:
        return 0, 0
    marks = _marks(one), _marks(other)
    shared = marks[0].keys() & marks[1].keys()
    if shared:
        is_same = all(marks[0][name] == marks[1][name] for name in shared)
        return (1 if is_same else _FAR + 1), len(changes)
    is_unlike = any(change.rule == "type-changed" and change.field == site.field for change in changes)
    return (_FAR + 1 if is_unlike else len(changes) + 1), len(changes)


def _marks(flat: Flat) -> dict[str, str]:
    """Return the members of a branch that hold one value, by which a reader tells it: ``kind: person``."""
    found: dict[str, str] = {}
    for name, nodes in flat.maps("properties").items():
        values = values_of(flat.inner(nodes[0], *nodes))
        if values is not None and len(values) == 1:
            found[name] = next(iter(values))
    own = values_of(flat)
    return {**found, "": canonical(sorted(own))} if own else found


def _name(flat: Flat) -> str:
    """Return a branch in words: its marks, its title, the last word of its reference, or its members."""
    marks = _marks(flat)
    titles = [str(node.value) for node in flat.all("title")]
    references = [str(node.value).rpartition("/")[2] for node in flat.all("$ref")]
    if references or titles:
        return repr((references or titles)[0])
    if marks:
        return " ".join(f"{name} {value}".strip() for name, value in marks.items())
    return f"with {named(flat.maps('properties'))}" if flat.maps("properties") else shown(flat.owner.value)


def _compare_discriminators(site: Site, old: Flat, new: Flat) -> None:
    before, after = old.all("discriminator"), new.all("discriminator")
    if not before or not after:
        if before or after:
            site.not_compared(
                old.first("discriminator"), new.first("discriminator"), "a discriminator was added or removed"
            )
        return
    names = before[0].text("propertyName"), after[0].text("propertyName")
    if names[0] != names[1]:
        message = f"alternatives were told apart by {names[0]!r} and are by {names[1]!r}"
        site.report(_DISCRIMINATOR, before[0], after[0], message)
    mappings = [place.child("mapping") for place in (before[0], after[0])]
    values: list[JsonValue] = [mapping.value if mapping else None for mapping in mappings]
    if canonical(values[0]) != canonical(values[1]):
        message = f"the discriminator's mapping was {shown(values[0])} and is {shown(values[1])}"
        site.not_compared(before[0], after[0], message)
