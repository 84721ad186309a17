"""The schemas of a contract: checked where they stand, converted to one dialect, handed to the validators.

Takes schema nodes as the readers find them, follows their references through the catalog, promises that after ``check``
every rule of every schema reached is one that the validators enforce; what is not is a fault at its place.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import jsonschema_rs

from sim.contract.checksum import CHECKSUMS
from sim.contract.code_list import FILE, UNLISTED
from sim.contract.conversion import Converter
from sim.contract.dialect import (
    DIALECTS,
    KEYWORDS,
    KEYWORDS_30,
    ONE_SCHEMA,
    SCHEMA_LIST,
    SCHEMA_MAP,
    upgrade,
    upgrade_object,
)
from sim.contract.moment import MOMENTS
from sim.contract.shape import unknown_key
from sim.contract.source import Node
from sim.contract.validator import PlacedSchema, Validators, compile_schema
from sim.document import escape_pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.contract.code_list import CodeLists
    from sim.contract.source import Sources

_META: Final = compile_schema({"$ref": DIALECTS[0]})


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
        self.validators = Validators()
        self.examples: list[tuple[Node, PlacedSchema]] = []
        self._sources = sources
        self._lists = lists
        self._is_30 = is_30
        self._roots: dict[tuple[str, str], Node] = {}
        self._seen: set[tuple[str, str]] = set()
        self._waiting: list[Node] = []
        self._flags: set[str] = set()

    def place(self, node: Node) -> PlacedSchema:
        """Return a schema that can be held against values after ``publish``, and queue it for ``check``."""
        key = (self._sources.name(node.document), node.pointer)
        if key not in self._roots:
            self._roots[key] = node
            self._waiting.append(node)
        return PlacedSchema(self._sources.uri(node.document), node.pointer, node.value, self.validators)

    def check(self) -> None:
        """Note the faults of every schema queued and of every schema that these refer to."""
        while self._waiting:
            root = self._waiting.pop()
            self._check_against_meta_schema(root)
            pending = [root]
            while pending:
                node = pending.pop()
                key = (self._sources.name(node.document), node.pointer)
                if key not in self._seen:
                    self._seen.add(key)
                    pending.extend(self._visit(node))

    def publish(self) -> None:
        """Convert all schemas and hand them to the validators."""
        converter = Converter(self._sources, is_30=self._is_30)
        plain = converter.resources(self._roots.values(), None)
        request = converter.resources(self._roots.values(), "readOnly") if "readOnly" in self._flags else plain
        response = converter.resources(self._roots.values(), "writeOnly") if "writeOnly" in self._flags else plain
        self.validators.publish({"plain": plain, "request": request, "response": response})

    def _fault(self, node: Node, message: str, remedy: str, *, of_key: bool = False) -> None:
        self._sources.faults.append(node.fault(message, remedy, of_key=of_key))

    def _check_against_meta_schema(self, root: Node) -> None:
        value = upgrade(root.value) if self._is_30 else root.value
        for error in _META.iter_errors(value):
            pointer = root.pointer + "".join("/" + escape_pointer(str(token)) for token in error.instance_path)
            message = f"is not a schema: {error.message[:200]}"
            self._sources.faults.append(root.document.fault(pointer, message, "see JSON Schema 2020-12"))

    def _visit(self, node: Node) -> Iterator[Node]:
        """Check one schema object and yield the schemas in it."""
        if not isinstance(node.value, dict):
            if not isinstance(node.value, bool):
                self._fault(node, "must be a schema", "write a mapping, true or false")
            return
        value = upgrade_object(node.value) if self._is_30 else node.value
        if "$ref" in value:
            self._refer(node)
        for key, child in node.items():
            if self._is_30 and "$ref" in value and key != "$ref":
                continue
            self._check_keyword(key, child, node)
            if key in ONE_SCHEMA:
                yield child
            elif key in SCHEMA_LIST:
                yield from child.elements()
            elif key in SCHEMA_MAP:
                yield from (inner for _, inner in child.items())

    def _refer(self, node: Node) -> None:
        target = self._sources.step(node)
        if target is None:
            return
        self.place(target)
        if isinstance(target.value, dict) and set(target.value) == {"$ref"} == set(node.value or ()):  # type: ignore[call-overload]  # a mapping, see _visit
            self._sources.follow(node)

    def _check_keyword(self, key: str, child: Node, owner: Node) -> None:
        known = KEYWORDS_30 if self._is_30 else KEYWORDS
        if key in _CHECKS:
            _CHECKS[key](self, child, owner)
        elif key not in known and not key.startswith("x-"):
            self._sources.faults.append(unknown_key(child, key, "a schema", known))

    def _check_flag(self, child: Node, owner: Node) -> None:
        if child.value is True:
            self._flags.add("readOnly" if child.pointer.endswith("readOnly") else "writeOnly")

    def _check_pattern(self, child: Node, owner: Node) -> None:
        if isinstance(child.value, str) and (reason := unusable_pattern(child.value)):
            self._fault(child, f"the pattern cannot be evaluated: {reason}", "write an ECMA-262 regular expression")

    def _check_pattern_keys(self, child: Node, owner: Node) -> None:
        for key, inner in child.items():
            if reason := unusable_pattern(key):
                message = f"the pattern cannot be evaluated: {reason}"
                self._fault(inner, message, "write an ECMA-262 regular expression", of_key=True)

    def _check_checksum(self, child: Node, owner: Node) -> None:
        self._check_name(child, tuple(CHECKSUMS), "checksum")

    def _check_format(self, child: Node, owner: Node) -> None:
        self._check_name(child, tuple(MOMENTS), "x-format")

    def _check_name(self, child: Node, known: tuple[str, ...], what: str) -> None:
        if child.value not in known:
            self._fault(child, f"there is no {what} {child.value!r}", f"use one of {', '.join(known)}")

    def _check_code_list(self, child: Node, owner: Node) -> None:
        name, _, edition = str(child.value).partition("@")
        if not (isinstance(child.value, str) and name and edition):
            self._fault(child, f"{child.value!r} does not name a code list", "write <set>@<edition>")
        elif edition != UNLISTED:
            self._compare_codes(child, owner, name, edition)

    def _compare_codes(self, child: Node, owner: Node, name: str, edition: str) -> None:
        codes = self._lists.codes(name, edition)
        if codes is None:
            close = get_close_matches(f"{name}@{edition}", self._lists.names(), n=1)
            remedy = f"did you mean {close[0]}?" if close else f"add it to {FILE}, or write {name}@{UNLISTED}"
            self._fault(child, f"there is no code list {name}@{edition}", remedy)
            return
        enum = owner.child("enum")
        given = [code for code in enum.value if code is not None] if enum and isinstance(enum.value, list) else []
        missing = [code for code in codes if code not in given]
        extra = [code for code in given if code not in codes]
        if missing or extra:
            wrong = [f"lacks {_listed(missing)}"] * bool(missing) + [f"adds {_listed(extra)}"] * bool(extra)
            message = f"differs from the code list {name}@{edition}: it {' and '.join(wrong)}"
            self._fault(enum or child, message, "let enum hold exactly the list's codes")

    def _check_identifier(self, child: Node, owner: Node) -> None:
        if owner.pointer:
            self._fault(child, "an $id inside a document changes what references mean", "remove it", of_key=True)

    def _check_dialect(self, child: Node, owner: Node) -> None:
        self.check_dialect(child)

    def check_dialect(self, child: Node) -> None:
        """Note a fault unless a node names the one dialect that is evaluated."""
        if not isinstance(child.value, str) or child.value.rstrip("#") not in DIALECTS:
            self._fault(child, f"the dialect {child.value!r} is not evaluated", f"write schemas for {DIALECTS[0]}")

    def _check_discriminator(self, child: Node, owner: Node) -> None:
        mapping = child.child("mapping")
        for _, target in mapping.items() if mapping else ():
            if isinstance(target.value, str) and ("/" in target.value or "#" in target.value):
                self._sources.step(Node(target.document, target.pointer, {"$ref": target.value}))

    def _note_examples(self, child: Node, owner: Node) -> None:
        for example in child.elements():
            self._note_example(example, owner)

    def _note_example(self, child: Node, owner: Node) -> None:
        uri = self._sources.uri(owner.document)
        self.examples.append((child, PlacedSchema(uri, owner.pointer, owner.value, self.validators)))

    def _accept(self, child: Node, owner: Node) -> None:
        """Take a keyword that has no rule of its own here."""


_CHECKS: Final[dict[str, Callable[[SchemaSet, Node, Node], None]]] = {
    "$id": SchemaSet._check_identifier,
    "$schema": SchemaSet._check_dialect,
    "default": SchemaSet._note_example,
    "discriminator": SchemaSet._check_discriminator,
    "example": SchemaSet._note_example,
    "examples": SchemaSet._note_examples,
    "pattern": SchemaSet._check_pattern,
    "patternProperties": SchemaSet._check_pattern_keys,
    "readOnly": SchemaSet._check_flag,
    "writeOnly": SchemaSet._check_flag,
    "x-checksum": SchemaSet._check_checksum,
    "x-code-list": SchemaSet._check_code_list,
    "x-format": SchemaSet._check_format,
}


@lru_cache(maxsize=1024)
def unusable_pattern(pattern: str) -> str:
    """Return why a pattern cannot be evaluated, or ``""`` when it can."""
    try:
        compile_schema({"pattern": pattern})
    except jsonschema_rs.ValidationError:
        return f"{pattern[:100]!r} is wrong, too large, or uses what the engine lacks"
    return ""


def _listed(codes: list[object]) -> str:
    shown = ", ".join(repr(code) for code in codes[:10])
    return shown + (f" and {len(codes) - 10} more" if len(codes) > 10 else "")
