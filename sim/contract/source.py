"""The documents a contract is made of, and references between them.

Takes a catalog and a first document, gives nodes (a value at its place) and what references lead to, promises that
nothing outside the catalog is read and that a reference that leads nowhere becomes a fault at its own place.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from sim.document import escape_pointer, read_document
from sim.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim.catalog import Catalog
    from sim.document import Document, JsonValue
    from sim.errors import Fault

SCHEME = "catalog:/"
# RFC 3986, section 3.5: what may stand in a fragment unescaped; the percent sign is always escaped.
_FRAGMENT = "/~!$&'()*+,;=:@?"


def address(uri: str, pointer: str) -> str:
    """Return the absolute identifier of a place in a document."""
    return f"{uri}#{quote(pointer, safe=_FRAGMENT)}"


def value_at(value: JsonValue, pointer: str) -> JsonValue:
    """Return the value that a JSON pointer names (RFC 6901).

    Raises
    ------
    LookupError
        It names nothing.
    """
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and key.isascii():
            value = value[int(key[:9])]
        else:
            raise LookupError(pointer)
    return value


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value at its place in a document."""

    document: Document
    pointer: str
    value: JsonValue

    def items(self) -> Iterator[tuple[str, Node]]:
        """Yield the members of a mapping, nothing for any other value."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield key, Node(self.document, f"{self.pointer}/{escape_pointer(key)}", value)

    def elements(self) -> Iterator[Node]:
        """Yield the elements of a list, nothing for any other value."""
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield Node(self.document, f"{self.pointer}/{index}", value)

    def child(self, key: str) -> Node | None:
        """Return a member of a mapping, or None."""
        if not isinstance(self.value, dict) or key not in self.value:
            return None
        return Node(self.document, f"{self.pointer}/{escape_pointer(key)}", self.value[key])

    def text(self, key: str, default: str = "") -> str:
        """Return a text member, or the default where it is missing or no text."""
        value = self.value.get(key, default) if isinstance(self.value, dict) else default
        return value if isinstance(value, str) else default

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return a boolean member, or the default where it is missing or no boolean."""
        value = self.value.get(key, default) if isinstance(self.value, dict) else default
        return value if isinstance(value, bool) else default

    def fault(self, message: str, remedy: str = "", *, of_key: bool = False) -> Fault:
        """Return a fault at this place."""
        return self.document.fault(self.pointer, message, remedy, of_key=of_key)


class Sources:
    """All documents that a contract reaches.

    Parameters
    ----------
    catalog : Catalog
        Nothing outside it is read.
    document : Document
        The first document; it lies in the catalog.
    """

    def __init__(self, catalog: Catalog, document: Document) -> None:
        self.root = Node(document, "", document.value)
        self.faults: list[Fault] = []
        self._catalog = catalog
        self._documents: dict[Path, Document | None] = {document.path.resolve(): document}
        self._names: dict[int, str] = {}
        self._anchors: dict[int, dict[str, str]] = {}
        self._found: dict[tuple[int, str], Node] = {}

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every document read so far, the first one first."""
        return tuple(document for document in self._documents.values() if document is not None)

    @property
    def digest(self) -> str:
        """SHA-256 over names and contents of all documents."""
        lines = sorted(f"{self.name(document)} {document.digest}" for document in self.documents)
        return hashlib.sha256("\n".join(lines).encode(errors="surrogateescape")).hexdigest()

    def name(self, document: Document) -> str:
        """Return a document's path below the catalog, with slashes."""
        known = self._names.get(id(document))
        if known is None:
            known = document.path.resolve().relative_to(self._catalog.root).as_posix()
            self._names[id(document)] = known
        return known

    def uri(self, document: Document) -> str:
        """Return a document's identifier in the catalog's own scheme: ``catalog:/contracts/a.openapi.yaml``."""
        return SCHEME + quote(self.name(document), errors="surrogateescape")  # a file's name is bytes

    def address(self, node: Node) -> str:
        """Return the absolute identifier of a node."""
        return address(self.uri(node.document), node.pointer)

    def step(self, node: Node) -> Node | None:
        """Return what the ``$ref`` of a node names, or None after noting a fault."""
        place = node.child("$ref")
        if place is None or not isinstance(place.value, str):
            self.faults.append((place or node).fault("a $ref must be text", "write a path, a '#' and a JSON pointer"))
            return None
        return self.find(place.value, place)

    def find(self, reference: str, place: Node) -> Node | None:
        """Return what a reference that stands at a place names, or None after noting a fault."""
        key = (id(place.document), reference)
        if key not in self._found:
            path, _, fragment = reference.partition("#")
            document = self._document(unquote(path), place) if path else place.document
            target = self._within(document, unquote(fragment), place) if document is not None else None
            if target is None:
                return None
            self._found[key] = target
        return self._found[key]

    def follow(self, node: Node) -> Node | None:
        """Return a node that is no Reference Object: itself, or what its references lead to.

        Returns
        -------
        Node or None
            None after noting a fault: a reference leads nowhere or in a circle.
        """
        seen: set[tuple[str, str]] = set()
        current: Node | None = node
        while current is not None and isinstance(current.value, dict) and "$ref" in current.value:
            key = (self.name(current.document), current.pointer)
            if key in seen:
                place = current.child("$ref") or current
                self.faults.append(place.fault("the reference leads in a circle", "let one of them hold the content"))
                return None
            seen.add(key)
            current = self.step(current)
        return current

    def _document(self, reference: str, place: Node) -> Document | None:
        try:
            path = self._catalog.resolve(reference, base=place.document.path)
            if path not in self._documents:
                self._documents[path] = None
                self._documents[path] = read_document(path)
        except UsageError as error:
            self.faults.append(place.fault(error.message, error.remedy))
            return None
        except DocumentError as error:
            self.faults.extend(error.faults)
            return None
        return self._documents[path]

    def _within(self, document: Document, fragment: str, place: Node) -> Node | None:
        if fragment and not fragment.startswith("/"):
            anchors = self._anchors.setdefault(id(document), {}) or dict(_anchors(document.value))
            self._anchors[id(document)] = anchors
            if fragment not in anchors:
                self._dangling(f"names no anchor {fragment!r} of {document.file}", place)
                return None
            fragment = anchors[fragment]
        try:
            return Node(document, fragment, value_at(document.value, fragment))
        except LookupError:
            self._dangling(f"names nothing: {document.file} has no {fragment}", place)
            return None

    def _dangling(self, message: str, place: Node) -> None:
        self.faults.append(place.fault(f"the reference {message}", "correct the part after '#'"))


def _anchors(value: JsonValue, pointer: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        anchor = value.get("$anchor")
        if isinstance(anchor, str):
            yield anchor, pointer
        for key, child in value.items():
            yield from _anchors(child, f"{pointer}/{escape_pointer(key)}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _anchors(child, f"{pointer}/{index}")
