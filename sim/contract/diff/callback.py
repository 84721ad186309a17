"""Callbacks and webhooks: calls in which the provider is the caller."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.contract.diff.operation import compare_operations, views
from sim.contract.diff.rule import operation_family, rule
from sim.contract.diff.word import named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.diff.operation import OperationView
    from sim.contract.diff.side import Side
    from sim.contract.diff.site import Site
    from sim.contract.source import Node

_REMOVED = rule(
    "callback-removed",
    "the provider no longer makes a call",
    "go on calling until no consumer waits for it",
    ("breaking", "harmless"),
    "call",
)
_ADDED = rule(
    "callback-added",
    "the provider makes a call that it did not make",
    "let consumers answer calls that they do not know",
    ("risky", "risky"),
    "call",
)
_MOVED = rule(
    "callback-moved",
    "the provider calls another address",
    "call both addresses until every consumer has moved",
    ("breaking", "breaking"),
    "call",
    is_certain=True,
)


@operation_family("callbacks")
def compare_callbacks(site: Site, old: OperationView, new: OperationView) -> None:
    """Note callbacks that came or went, and compare those that stayed, caller and called changed round."""
    before, after = (view.side.members(view.node, "callbacks") for view in (old, new))
    for name in dict.fromkeys([*before, *after]):
        here = replace(site, within=f"callback {name}")
        if name in before and name in after:
            items = [_items(view.side, one[name]) for view, one in ((old, before), (new, after))]
            _compare_items(here, (old, new), items, (before[name], after[name]))
        elif name in before:
            here.report(_REMOVED, before[name], new.node, f"the callback {name} is no longer there")
        else:
            here.report(_ADDED, old.node, after[name], f"the callback {name} was not there")


def _items(side: Side, callback: Node) -> dict[str, Node]:
    return {path: side.open(node) for path, node in callback.items() if not path.startswith("x-")}


def _compare_items(
    site: Site,
    owners: tuple[OperationView, OperationView],
    items: list[dict[str, Node]],
    places: tuple[Node, Node],
) -> None:
    if set(items[0]) != set(items[1]):
        site.report(_MOVED, *places, f"the address was {named(items[0])} and is {named(items[1])}")
    sides = (owners[0].side, owners[1].side)
    for path, other in _pairs(items[0], items[1]):
        compare_items(site, sides, (path, items[0][path]), (other, items[1][other]))


def _pairs(old: Mapping[str, Node], new: Mapping[str, Node]) -> list[tuple[str, str]]:
    """Return the addresses that belong together: the same ones; the two where each edition has one alone."""
    if len(old) == len(new) == 1:
        return [(next(iter(old)), next(iter(new)))]
    return [(path, path) for path in old if path in new]


def compare_items(site: Site, sides: tuple[Side, Side], old: tuple[str, Node], new: tuple[str, Node]) -> None:
    """Compare the calls that a provider makes to one address, by method."""
    before = {view.method: view for view in views(sides[0], {old[0]: old[1]})}
    after = {view.method: view for view in views(sides[1], {new[0]: new[1]})}
    for method in dict.fromkeys([*before, *after]):
        if method in before and method in after:
            one, other = before[method], after[method]
            # The address is told above; within the call it is the same.
            same = replace(other, path=one.path)
            compare_operations(replace(site, is_reversed=True), one, same)
        elif method in before:
            site.report(_REMOVED, before[method].node, new[1], f"the call by {method.upper()} is no longer made")
        else:
            site.report(_ADDED, old[1], after[method].node, f"a call by {method.upper()} is made that was not")


def compare_webhooks(site: Site, sides: tuple[Side, Side], roots: tuple[Node, Node]) -> None:
    """Note webhooks that came or went, and compare those that stayed."""
    before, after = (side.members(root, "webhooks") for side, root in zip(sides, roots, strict=True))
    for name in dict.fromkeys([*before, *after]):
        here = replace(site, within=f"webhook {name}")
        if name in before and name in after:
            compare_items(here, sides, (name, before[name]), (name, after[name]))
        elif name in before:
            here.report(_REMOVED, before[name], roots[1], f"the webhook {name} is no longer there")
        else:
            here.report(_ADDED, roots[0], after[name], f"the webhook {name} was not there")
