"""The schemas of a contract: checked where they stand, converted to one dialect, handed to the validators.

Takes schema nodes as the readers find them, follows their references through the catalog, promises that after ``check``
every rule of every schema reached is one that the validators enforce; what is not is a fault at its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import jsonschema_rs

from sim.contract.conversion import Converter
from sim.contract.dialect import (
    DIALECTS,
    KEYWORDS,
    KEYWORDS_30,
    ONE_SCHEMA,
    SCHEMA_LIST,
    SCHEMA_MAP,
    upgrade,
)
from sim.contract.in_place import IN_PLACE, MAX_APPLIED, endless
from sim.contract.schema_rule import RuleBook
from sim.contract.shape import unknown_key
from sim.contract.validator import PlacedSchema, Validators
from sim.document import escape_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract.code_list import CodeLists
    from sim.contract.source import Node, Sources

# Without formats: patterns have a rule of their own that says what is wrong with them.
_META: Final = jsonschema_rs.Draft202012Validator({"$ref": DIALECTS[0]}, validate_formats=False, offline=True)


class SchemaSet:
    """All schemas that a contract reaches.

    Parameters
    ----------
    sources : Sources
        The documents; faults are noted there.
    lists : CodeLists
        The catalog's code lists.
    is_30 : bool
        Whether the schemas are those of OpenAPI 3.0.
    """

    def __init__(self, sources: Sources, lists: CodeLists, *, is_30: bool) -> None:
        self.rules = RuleBook(sources, lists)
        self.is_bounded = True  # False: some value would take for ever to be held against some schema
        self._validators = Validators()
        self._sources = sources
        self._is_30 = is_30
        self._roots: dict[tuple[str, str], Node] = {}
        self._waiting: list[Node] = []
        self._nodes: dict[tuple[str, str], Node] = {}
        self._in_place: dict[tuple[str, str], list[tuple[str, str]]] = {}

    def place(self, node: Node) -> PlacedSchema:
        """Return a schema that can be held against values after ``publish``, and queue it for ``check``."""
        key = self._key(node)
        if key not in self._roots:
            self._roots[key] = node
            self._waiting.append(node)
        return PlacedSchema(self._sources.uri(node.document), node.pointer, node.value, self._validators)

    def examples(self) -> Iterator[tuple[Node, PlacedSchema]]:
        """Yield the examples and defaults that stand in schemas, each with its schema."""
        for place, owner in self.rules.examples:
            uri = self._sources.uri(owner.document)
            yield place, PlacedSchema(uri, owner.pointer, owner.value, self._validators)

    def check(self) -> None:
        """Note the faults of every schema queued and of every schema that these refer to."""
        while self._waiting:
            root = self._waiting.pop()
            self._check_against_meta_schema(root)
            pending = [root]
            while pending:
                node = pending.pop()
                if self._key(node) not in self._nodes:
                    self._nodes[self._key(node)] = node
                    pending.extend(self._visit(node))
        self._check_bounds()

    def publish(self) -> None:
        """Convert all schemas and hand them to the validators."""
        converter = Converter(self._sources, is_30=self._is_30)
        roots = self._roots.values()
        plain = converter.resources(roots, None)
        request = converter.resources(roots, "readOnly") if "readOnly" in self.rules.flags else plain
        response = converter.resources(roots, "writeOnly") if "writeOnly" in self.rules.flags else plain
        originals = {self._sources.uri(document): document.value for document in self._sources.documents}
        self._validators.publish({"plain": plain, "request": request, "response": response}, originals)
        if self._sources.faults:
            return
        try:
            self._validators.prepare()
        except ValueError as error:
            message = f"the schemas do not fit together: {str(error)[:200]}"
            self._sources.faults.append(self._sources.root.fault(message, "let every $ref name a schema"))

    def _key(self, node: Node) -> tuple[str, str]:
        return self._sources.name(node.document), node.pointer

    def _check_bounds(self) -> None:
        circles, heavy = endless(self._in_place)
        for key in circles:
            message = "the schema applies itself to the same value"
            self._sources.faults.append(self._nodes[key].fault(message, "let it go into a part of the value"))
        self.is_bounded = not heavy
        for key in heavy:
            message = f"the schema applies more than {MAX_APPLIED} schemas to one value"
            self._sources.faults.append(self._nodes[key].fault(message, "let fewer schemas refer to each other"))

    def _check_against_meta_schema(self, root: Node) -> None:
        value = upgrade(root.value) if self._is_30 else root.value
        for error in _META.iter_errors(value):
            pointer = root.pointer + "".join("/" + escape_pointer(str(token)) for token in error.instance_path)
            message = f"is not a schema: {error.message[:200]}"
            self._sources.faults.append(root.document.fault(pointer, message, "see JSON Schema 2020-12"))

    def _visit(self, node: Node) -> Iterator[Node]:
        """Check one schema object and yield the schemas in it."""
        is_reference = isinstance(node.value, dict) and "$ref" in node.value
        if is_reference:
            self._refer(node)
        known = KEYWORDS_30 if self._is_30 else KEYWORDS
        for key, child in node.items():
            if self._is_30 and is_reference and key != "$ref":
                continue
            if key not in known and not key.startswith("x-"):
                self._sources.faults.append(unknown_key(child, key, "a schema", known))
                continue
            self.rules.check(key, child, node)
            inner = _inner(key, child)
            if key in IN_PLACE:
                self._in_place.setdefault(self._key(node), []).extend(self._key(part) for part in inner)
            yield from inner

    def _refer(self, node: Node) -> None:
        target = self._sources.step(node)
        if target is not None:
            self.place(target)
            self._in_place.setdefault(self._key(node), []).append(self._key(target))


def _inner(key: str, child: Node) -> list[Node]:
    """Return the schemas that a keyword holds."""
    if key in ONE_SCHEMA:
        return [child]
    if key in SCHEMA_LIST:
        return list(child.elements())
    if key in SCHEMA_MAP:
        return [part for _, part in child.items()]
    return []
