"""Documents rewritten for the validators.

Takes the schemas of a contract, gives for each document a copy in which they speak JSON Schema 2020-12, promises that
every reference in the copies is absolute in the catalog's own scheme and that the originals stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.contract.dialect import ONE_SCHEMA, SCHEMA_LIST, SCHEMA_MAP, upgrade_object
from sim.contract.validator import INTEGER_WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.contract.source import Node, Sources
    from sim.document import JsonValue

# Places are resolved by the loader; left in, these would change what a reference means to the validator.
_DROPPED: Final = frozenset(("$anchor", "$id", "$schema"))


class Converter:
    """Rewrites the schemas of a contract.

    Parameters
    ----------
    sources : Sources
        The documents.
    is_30 : bool
        Whether the schemas are those of OpenAPI 3.0.
    """

    def __init__(self, sources: Sources, *, is_30: bool) -> None:
        self._sources = sources
        self._is_30 = is_30
        self._optional: str | None = None

    def resources(self, roots: Iterable[Node], optional: str | None) -> dict[str, JsonValue]:
        """Return every document that holds a schema, rewritten, by its identifier.

        Parameters
        ----------
        roots : iterable of Node
            The schemas that something uses by their place.
        optional : {'readOnly', 'writeOnly'} or None
            Properties that carry this flag are not required.
        """
        self._optional = optional
        copies: dict[str, JsonValue] = {}
        for node in sorted(roots, key=lambda root: len(root.pointer)):
            uri = self._sources.uri(node.document)
            copies[uri] = _with(copies.get(uri, {}), node.pointer, self._schema(node, frozenset()))
        return copies

    def _schema(self, node: Node, inherited: frozenset[str]) -> JsonValue:
        """Return a schema rewritten; ``inherited`` are optional properties that a schema around it declares."""
        if not isinstance(node.value, dict):
            return node.value
        value = upgrade_object(node.value) if self._is_30 else node.value
        optional = inherited | self._optional_properties(node, set()) if self._optional else inherited
        rewritten = {key: child for key, child in value.items() if key not in _DROPPED}
        for key, place in node.items():
            if key in rewritten:
                self._rewrite(rewritten, key, place, optional)
        if "$ref" in rewritten:
            self._refer(rewritten, node)
        if value.get("additionalProperties") is False:
            rewritten.setdefault("properties", {})  # else the validator tells one of the members, without its name
        if value.get("format") in ("int32", "int64"):
            rewritten[INTEGER_WIDTH] = value["format"]
        return rewritten

    def _rewrite(self, rewritten: dict[str, JsonValue], key: str, place: Node, optional: frozenset[str]) -> None:
        if key == "required" and isinstance(place.value, list):
            rewritten[key] = [name for name in place.value if not (isinstance(name, str) and name in optional)]
        elif key in ONE_SCHEMA:
            rewritten[key] = self._schema(place, frozenset())
        elif key in SCHEMA_LIST:
            beside = optional if key == "allOf" else frozenset()
            rewritten[key] = [self._schema(part, beside) for part in place.elements()]
        elif key in SCHEMA_MAP:
            rewritten[key] = {name: self._schema(part, frozenset()) for name, part in place.items()}

    def _refer(self, rewritten: dict[str, JsonValue], node: Node) -> None:
        """Make a reference absolute; one that leads nowhere is a fault already and must not stop the others."""
        target = self._sources.step(node)
        if target is not None:
            rewritten["$ref"] = self._sources.address(target)
        else:
            del rewritten["$ref"]

    def _optional_properties(self, node: Node, seen: set[tuple[str, str]]) -> frozenset[str]:
        """Return the properties that carry the flag, declared by this schema or one that applies beside it."""
        key = (self._sources.name(node.document), node.pointer)
        if key in seen or not isinstance(node.value, dict):
            return frozenset()
        seen.add(key)
        names: set[str] = set()
        properties, parts = node.child("properties"), node.child("allOf")
        for name, child in properties.items() if properties else ():
            if self._is_flagged(child):
                names.add(name)
        for part in parts.elements() if parts else ():
            names |= self._optional_properties(part, seen)
        if "$ref" in node.value and (target := self._sources.step(node)):
            names |= self._optional_properties(target, seen)
        return frozenset(names)

    def _is_flagged(self, node: Node) -> bool:
        seen: set[str] = set()
        current: Node | None = node
        while current is not None and current.pointer not in seen and isinstance(current.value, dict):
            seen.add(current.pointer)
            if current.value.get(self._optional or "") is True:
                return True
            current = self._sources.step(current) if "$ref" in current.value else None
        return False


def _with(value: JsonValue, pointer: str, schema: JsonValue) -> JsonValue:
    """Return a value with a schema at a pointer; what is missing on the way becomes mappings, indices being keys.

    Nothing but rewritten schemas may stand in a copy: the validators' registry follows every reference it sees.
    """
    if not pointer:
        return schema
    *above, last = (token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])
    parent = value
    for key in above:
        if isinstance(parent, dict):
            parent = parent.setdefault(key, {})
        elif isinstance(parent, list):
            parent = parent[int(key)]
    if isinstance(parent, dict):
        parent[last] = schema
    elif isinstance(parent, list):
        parent[int(last)] = schema
    return value
