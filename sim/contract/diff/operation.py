"""Operations: which there are, where they are found, and what is said of them as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.contract.diff.note import note_deprecation
from sim.contract.diff.rule import OPERATION_FAMILIES, operation_family, rule
from sim.contract.diff.word import named, shown
from sim.contract.shape import METHODS
from sim.contract.template import parse_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.diff.side import Side
    from sim.contract.diff.site import Site
    from sim.contract.source import Node

_REMOVED = rule(
    "operation-removed",
    "an operation is no longer there",
    "keep it, marked deprecated, until nobody calls it",
    ("breaking", "harmless"),
    "call",
)
_ADDED = rule(
    "operation-added",
    "an operation is added",
    "call it only where the provider has moved",
    ("harmless", "risky"),
    "call",
)
_MOVED = rule(
    "operation-moved",
    "an operation stands under another path or method",
    "serve the old address too until nobody calls it",
    ("breaking", "breaking"),
    "call",
    is_certain=True,
)
_RENAMED = rule(
    "operation-renamed",
    "an operation has another operationId",
    "correct it in journeys and generated code; the messages are the same",
    ("risky", "harmless"),
    "call",
)
_PATH_NAME = rule(
    "path-parameter-renamed",
    "a path parameter has another name",
    "correct it in journeys and generated code; the address is the same",
    ("risky", "harmless"),
    "call",
)
_SERVERS = rule(
    "server-removed",
    "a server's address is no longer listed",
    "keep the old address until nobody calls it",
    ("risky", "harmless"),
    "call",
)
_SERVER_ADDED = rule(
    "server-added",
    "a server's address is added",
    "nothing need be done",
    ("harmless", "harmless"),
    "call",
)
_ACTOR = rule(
    "actor-changed",
    "other people or machines do the work",
    "look at who is to act",
    ("risky", "risky"),
    "call",
)


@dataclass(frozen=True, slots=True, eq=False)
class OperationView:
    """An operation of one edition.

    Parameters
    ----------
    node : Node
        The Operation Object.
    item : Node
        The Path Item Object around it, references followed.
    path : str
        The path template, or the expression of a callback.
    """

    side: Side
    node: Node
    item: Node
    path: str
    method: str

    @property
    def name(self) -> str:
        """The operationId, or method and path where it has none."""
        return self.node.text("operationId") or self.address

    @property
    def address(self) -> str:
        """Method and path as written."""
        return f"{self.method.upper()} {self.path}"

    @property
    def form(self) -> str:
        """Method and path without the names of path parameters."""
        return f"{self.method} {_form(self.path)}"


def views(side: Side, items: Mapping[str, Node]) -> list[OperationView]:
    """Return the operations of path items, references followed."""
    return [
        OperationView(side, node, item, path, method)
        for path, item in items.items()
        for method in METHODS
        if (node := item.child(method)) is not None
    ]


def _form(path: str) -> str:
    return parse_template(path).form if path.startswith("/") else path


def compare_sets(site: Site, old: list[OperationView], new: list[OperationView], owners: tuple[Node, Node]) -> None:
    """Match operations by operationId, then by address, and compare those that match."""
    by_name = {view.name: view for view in new}
    by_form = {view.form: view for view in new}
    known = {view.name for view in old}
    matched: set[int] = set()
    for view in old:
        other = by_name.get(view.name) or by_form.get(view.form)
        if other is None or (other.name != view.name and other.name in known):
            here = replace(site, operation=view.name)
            here.report(_REMOVED, view.node, owners[1], f"{view.name} ({view.address}) is no longer there")
            continue
        matched.add(id(other))
        compare_operations(replace(site, operation=view.name), view, other)
    for view in new:
        if id(view) not in matched:
            here = replace(site, operation=view.name)
            here.report(_ADDED, owners[0], view.node, f"{view.name} ({view.address}) was not there")


def compare_operations(site: Site, old: OperationView, new: OperationView) -> None:
    """Note everything that changed in one operation."""
    for _, compare in OPERATION_FAMILIES:
        compare(site, old, new)


@operation_family("operation")
def compare_itself(site: Site, old: OperationView, new: OperationView) -> None:
    """Note another address, name, actor or mark of deprecation."""
    places = (old.node, new.node)
    if old.form != new.form:
        site.report(_MOVED, *places, f"it was {old.address} and is {new.address}")
    elif old.path != new.path:
        site.report(_PATH_NAME, *places, f"the path was {old.path} and is {new.path}: the same addresses")
    if old.name != new.name and old.form == new.form:
        site.report(_RENAMED, *places, f"the operationId was {old.name} and is {new.name}")
    actors = [view.node.text("x-tongban-actor") for view in (old, new)]
    if actors[0] != actors[1]:
        was, becomes = (shown(actor or None) for actor in actors)
        site.report(_ACTOR, *places, f"who acts was {was} and is {becomes}")
    flags = [view.node.flag("deprecated") for view in (old, new)]
    note_deprecation(site, *places, was=flags[0], becomes=flags[1])


@operation_family("servers")
def compare_servers(site: Site, old: OperationView, new: OperationView) -> None:
    """Note servers of the operation or its path that came or went."""
    for one, other in ((old.item, new.item), (old.node, new.node)):
        note_servers(site, one, other)


def note_servers(site: Site, old: Node, new: Node) -> None:
    """Note addresses that an object lists or no longer lists."""
    before, after = _addresses(old), _addresses(new)
    gone = [url for url in before if url not in after]
    come = [url for url in after if url not in before]
    if gone:
        place = before[gone[0]]
        site.report(_SERVERS, place, new, f"the servers were {named(before)} and are {named(after)}")
    elif come:
        site.report(_SERVER_ADDED, old, after[come[0]], f"the servers were {named(before)} and are {named(after)}")


def _addresses(owner: Node) -> dict[str, Node]:
    listed = owner.child("servers")
    return {node.text("url"): node for node in listed.elements()} if listed else {}
