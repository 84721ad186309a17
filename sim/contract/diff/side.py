"""One edition of a contract, ready to be walked: objects with their references followed.

Takes a loaded contract, gives nodes that know their place, promises to read nothing but what the contract itself
reaches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.catalog import Catalog
from sim.contract.code_list import load_code_lists
from sim.contract.dialect import upgrade_object
from sim.contract.diff.flat import Flat, Part
from sim.contract.exchange import LoadedContract
from sim.contract.source import Node, Sources
from sim.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from sim.contract.code_list import CodeLists
    from sim.contract.model import Contract


class Side:
    """An edition.

    Parameters
    ----------
    contract : Contract
        Loaded, so that it has no fault.
    """

    def __init__(self, contract: Contract) -> None:
        catalog = Catalog(_root(contract))
        self.contract = contract
        self.sources = Sources(catalog, contract.document)
        self.root = self.sources.root
        self.is_30 = contract.openapi.startswith("3.0.")
        self.code_lists: CodeLists = load_code_lists(catalog)
        self.kinds: dict[Flat, frozenset[str]] = {}
        self._flats: dict[tuple[tuple[str, str], ...], Flat] = {}

    def key(self, node: Node) -> tuple[str, str]:
        """Return what tells a node from every other node of the edition."""
        return self.sources.name(node.document), node.pointer

    def open(self, node: Node) -> Node:
        """Return an object with its references followed.

        Raises
        ------
        DocumentError
            A file that the contract refers to is no longer what it was when the contract was loaded.
        """
        found = self.sources.follow(node)
        if found is None:
            raise DocumentError(self.sources.faults)
        return found

    def members(self, owner: Node | None, key: str) -> Mapping[str, Node]:
        """Return the members of a member, references followed, extensions left out."""
        listed = owner.child(key) if owner is not None else None
        if listed is None:
            return {}
        return {name: self.open(node) for name, node in listed.items() if not name.startswith("x-")}

    def flat(self, owner: Node, nodes: Iterable[Node]) -> Flat:
        """Return all schema objects that hold for one value as one: the schemas, what they refer to, their ``allOf``.

        Parameters
        ----------
        owner : Node
            Where a difference is told when the schemas do not say it.
        """
        listed = tuple(nodes)
        key = (self.key(owner), *(self.key(node) for node in listed))
        if key not in self._flats:
            parts: list[Part] = []
            is_never = self._collect(listed, parts)
            self._flats[key] = Flat(self, owner, tuple(parts), is_never=is_never, is_absent=not listed)
        return self._flats[key]

    def _collect(self, nodes: Iterable[Node], parts: list[Part]) -> bool:
        """Add the parts of schemas, in order and without recursion; return whether one allows nothing at all."""
        is_never = False
        waiting = [(node, False) for node in nodes][::-1]
        while waiting:
            node, is_nullable = waiting.pop()
            if not isinstance(node.value, dict):
                is_never |= node.value is False
                continue
            part = Part(node, upgrade_object(node.value) if self.is_30 else node.value, is_nullable)
            parts.append(part)
            waiting += [(inner, is_nullable or is_beside_null) for inner, is_beside_null in self._inner(part)][::-1]
        return is_never

    def _inner(self, part: Part) -> Iterator[tuple[Node, bool]]:
        """Yield the schemas that hold for the same value, each with whether null is an alternative to it."""
        if "$ref" in part.value:
            target = self.sources.step(part.node)
            if target is None:
                raise DocumentError(self.sources.faults)
            yield target, False
        for branch in _elements(part, "allOf"):
            yield branch, False
        for key in ("anyOf", "oneOf"):
            branches = _elements(part, key)
            others = [branch for branch in branches if not _is_null(branch)]
            if len(others) == 1:
                yield others[0], len(branches) > 1


def _root(contract: Contract) -> Path:
    path = contract.document.path.resolve()
    if not isinstance(contract, LoadedContract):
        return Catalog.around(path).root
    return path.parents[contract.file.count("/")]


def _elements(part: Part, key: str) -> list[Node]:
    listed = part.child(key)
    return list(listed.elements()) if listed else []


def _is_null(node: Node) -> bool:
    return isinstance(node.value, dict) and node.value.get("type") == "null"
