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
    """Note alternatives that came or went, and what changed inside those that stayed."""
    before, after = list(old.choices()), list(new.choices())
    _compare_discriminators(site, old, new)
    if not before and not after:
        return
    if len(before) != 1 or len(after) != 1:
        _compare_unlike(site, old, new)
        return
    (kind, place, branches), (new_kind, new_place, new_branches) = before[0], after[0]
    if kind != new_kind:
        message = f"alternatives were {kind} and are {new_kind}: how many of them may hold at once differs"
        site.not_compared(place, new_place, message)
    ones = [old.inner(node, node) for node in branches]
    others = [new.inner(node, node) for node in new_branches]
    _compare_branches(site, ones, others, (place, new_place))


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


def _compare_unlike(site: Site, old: Flat, new: Flat) -> None:
    """Compare alternatives with what has none, or several sets of them."""
    before, after = list(old.choices()), list(new.choices())
    if len(before) == len(after):
        same = all(
            _is_same(site, [old.inner(node, node) for node in one], [new.inner(node, node) for node in other])
            for (_, _, one), (_, _, other) in zip(before, after, strict=True)
        )
        if same:
            return
    elif not before and len(after) == 1 and not _rest(old):
        return
    places = (before[0][1] if before else old.owner, after[0][1] if after else new.owner)
    known = {id(flat) for flat in (old, new)}
    if not before and len(after) == 1 and _holds(site, old, [new.inner(node, node) for node in after[0][2]]):
        site.report(_ADDED, *places, f"{len(after[0][2])} forms are allowed where there was one, which is among them")
    elif not after and len(before) == 1 and _holds_back(site, [old.inner(n, n) for n in before[0][2]], new):
        site.report(_REMOVED, *places, f"one form is allowed where there were {len(before[0][2])}")
    elif known:
        message = f"there were {len(before)} sets of alternatives and there are {len(after)}; this is not compared"
        site.not_compared(*places, message)
