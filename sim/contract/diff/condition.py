"""Rules that hold under a condition: ``if``, ``dependentRequired``, ``dependentSchemas``, ``not``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.contract.diff.rule import rule, schema_family
from sim.contract.diff.schema import compare_schemas
from sim.contract.diff.word import named

if TYPE_CHECKING:
    from sim.contract.diff.flat import Flat
    from sim.contract.diff.site import Site
    from sim.contract.source import Node

_ADDED = rule(
    "condition-added",
    "a rule is added that holds under a condition",
    "let senders of the older edition keep the rule before it is enforced",
    ("breaking", "harmless"),
)
_REMOVED = rule(
    "condition-removed",
    "a rule that held under a condition is given up",
    "let receivers of the older edition take values without it",
    ("harmless", "risky"),
)
_NEED_ADDED = rule(
    "dependency-added",
    "a member needs another one beside it",
    "let senders of the older edition give both",
    ("breaking", "harmless"),
)
_NEED_REMOVED = rule(
    "dependency-removed",
    "a member no longer needs another one beside it",
    "go on giving both until no receiver needs it",
    ("harmless", "risky"),
)
_NOT_ADDED = rule(
    "exclusion-added",
    "values are excluded by `not`",
    "let senders of the older edition avoid them first",
    ("breaking", "harmless"),
)
_NOT_REMOVED = rule(
    "exclusion-removed",
    "values that `not` excluded are allowed",
    "let receivers of the older edition expect them",
    ("harmless", "risky"),
)


@dataclass(frozen=True, slots=True, eq=False)
class _Condition:
    """One ``if`` with what follows from it; an absent branch asks for nothing."""

    place: Node
    test: Flat
    then: Flat
    otherwise: Flat


@schema_family("conditions", "if", "then", "else", "dependentRequired", "dependentSchemas", "not")
def compare_conditions(site: Site, old: Flat, new: Flat) -> None:
    """Note rules under a condition that came, went or changed."""
    _compare_ifs(site, _conditions(old), _conditions(new), (old.owner, new.owner))
    _compare_needs(site, old, new)
    _compare_dependent(site, old, new)
    _compare_exclusions(site, old, new)


def _conditions(flat: Flat) -> list[_Condition]:
    found: list[_Condition] = []
    for part in flat.parts:
        place, then, otherwise = part.child("if"), part.child("then"), part.child("else")
        if place is not None and (then or otherwise):
            branches = [flat.inner(node, node) if node else flat.inner(place) for node in (then, otherwise)]
            found.append(_Condition(place, flat.inner(place, place), *branches))
    return found


def _compare_ifs(site: Site, old: list[_Condition], new: list[_Condition], owners: tuple[Node, Node]) -> None:
    left = list(new)
    gone: list[_Condition] = []
    for one in old:
        same = next((other for other in left if is_same(site, one.test, other.test)), None)
        if same is None:
            gone.append(one)
            continue
        left.remove(same)
        _compare_branches(site, one, same)
    if len(gone) == len(left) == 1:
        site.not_compared(gone[0].place, left[0].place, "a rule holds under another condition than before")
        return
    for one in gone:
        site.report(_REMOVED, one.place, owners[1], f"a rule held {_words(one)} and no longer does")
    for one in left:
        site.report(_ADDED, owners[0], one.place, f"a rule holds {_words(one)} and did not before")


def _compare_branches(site: Site, old: _Condition, new: _Condition) -> None:
    for one, other in ((old.then, new.then), (old.otherwise, new.otherwise)):
        if one.is_absent != other.is_absent:
            what = _ADDED if one.is_absent else _REMOVED
            message = "what follows from a condition was not said and is" if one.is_absent else "what followed is gone"
            site.report(what, one.owner, other.owner, message)
        elif not one.is_absent:
            compare_schemas(site, one, other)


def _words(one: _Condition) -> str:
    names = [*one.test.maps("properties"), *one.test.required()]
    return f"under a condition on {named(dict.fromkeys(names))}" if names else "under a condition"


def is_same(site: Site, old: Flat, new: Flat) -> bool:
    """Tell whether a comparison of two schemas finds nothing."""
    trial = site.trial()
    compare_schemas(trial, old, new)
    return not trial.book.changes


def _compare_needs(site: Site, old: Flat, new: Flat) -> None:
    before, after = _needs(old), _needs(new)
    for pair, place in after.items():
        if pair not in before:
            owner = old.first("dependentRequired")
            site.under(pair[0]).report(_NEED_ADDED, owner, place, f"{pair[0]!r} needs {pair[1]!r} and did not")
    for pair, place in before.items():
        if pair not in after:
            owner = new.first("dependentRequired")
            site.under(pair[0]).report(_NEED_REMOVED, place, owner, f"{pair[0]!r} needed {pair[1]!r} and does not")


def _needs(flat: Flat) -> dict[tuple[str, str], Node]:
    return {
        (trigger, str(needed.value)): needed
        for trigger, lists in flat.maps("dependentRequired").items()
        for listed in lists
        for needed in listed.elements()
    }


def _compare_dependent(site: Site, old: Flat, new: Flat) -> None:
    before, after = old.maps("dependentSchemas"), new.maps("dependentSchemas")
    for name in dict.fromkeys([*before, *after]):
        one, other = before.get(name, []), after.get(name, [])
        if one and other:
            compare_schemas(site, old.inner(one[0], *one), new.inner(other[0], *other))
        elif one:
            site.report(_REMOVED, one[0], new.first("dependentSchemas"), f"a rule held beside {name!r} and does not")
        else:
            site.report(_ADDED, old.first("dependentSchemas"), other[0], f"a rule holds beside {name!r} and did not")


def _compare_exclusions(site: Site, old: Flat, new: Flat) -> None:
    before, after = old.all("not"), new.all("not")
    left = list(after)
    gone: list[Node] = []
    for one in before:
        same = next((two for two in left if is_same(site, old.inner(one, one), new.inner(two, two))), None)
        if same is None:
            gone.append(one)
        else:
            left.remove(same)
    if gone and left:
        site.not_compared(gone[0], left[0], "other values are excluded by `not` than before")
        return
    for one in gone:
        site.report(_NOT_REMOVED, one, new.owner, "values were excluded by `not` and no longer are")
    for one in left:
        site.report(_NOT_ADDED, old.owner, one, "values are excluded by `not` that were not before")
