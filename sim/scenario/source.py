"""One scenario document out of several: ``extends`` and ``--set``.

Takes the file the user named and the overrides, gives one merged ``Document`` in which every value keeps the place it
was written at, promises that nothing outside the catalog is read and that a loop of ``extends`` is told, not followed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sim.document import Document, JsonValue, Place, escape_pointer, read_document
from sim.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sim.catalog import Catalog

MAX_EXTENDS = 16  # documents above each other
MAX_VALUES = 200_000  # a scenario of the whole country has 1,500

Scalar: TypeAlias = "bool | int | float | str | None"


@dataclass(frozen=True, slots=True)
class Tree:
    """A value with the places of all its parts.

    Parameters
    ----------
    value : scalar, list of Tree or dict of Tree
        The content.
    place : Place
        Where the value stands.
    key : Place or None
        Where the key before it stands; None in a list or at the top.
    base : Path
        The document it was written in: references in it are relative to that.
    """

    value: Scalar | list[Tree] | dict[str, Tree]
    place: Place
    key: Place | None
    base: Path


@dataclass(frozen=True, slots=True)
class Source:
    """A merged scenario document.

    Parameters
    ----------
    document : Document
        The merged value; its ``path`` and ``file`` are those the user named.
    bases : mapping of str to Path
        JSON pointer of every text to the document it was written in.
    files : tuple of (str, str)
        Shown name and SHA-256 of every document read, the user's own first.
    """

    document: Document
    bases: Mapping[str, Path]
    files: tuple[tuple[str, str], ...]


def read_tree(catalog: Catalog, path: Path) -> tuple[Tree, tuple[Document, ...]]:
    """Read a scenario document and those it extends, merged, and the documents themselves.

    Raises
    ------
    DocumentError
        A text is not accepted, ``extends`` loops, leaves the catalog or names no file.
    """
    documents = _chain(catalog, path)
    merged: Tree | None = None
    for document in reversed(documents):
        tree = plant(document, document.value, "")
        merged = _stripped(tree) if merged is None else merge(merged, tree)
    assert merged is not None  # noqa: S101 - the chain holds the user's own document at least
    if isinstance(merged.value, dict):
        merged.value.pop("extends", None)
    return merged, documents


def _chain(catalog: Catalog, path: Path) -> tuple[Document, ...]:
    """Return the user's document, then those it extends, each before what it extends itself.

    A document that several extend stands once, behind all of them: what one of them changed, another does not undo.
    """
    chain = _Chain(catalog)
    chain.add(path, ())
    return tuple(reversed(chain.documents))


class _Chain:
    """Documents in the order in which they are merged."""

    def __init__(self, catalog: Catalog) -> None:
        self.documents: list[Document] = []
        self._catalog = catalog
        self._known: set[Path] = set()
        self._size = 0

    def add(self, path: Path, above: tuple[Path, ...]) -> None:
        """Add what a document extends, then the document itself."""
        document = read_document(path)
        self._known.add(path.resolve())
        self._size += len(document.values)
        if self._size > MAX_VALUES:
            message = f"brings the documents that extend each other to more than {MAX_VALUES:,} values"
            raise DocumentError([document.fault("", message, "write smaller documents")])
        if not isinstance(document.value, dict):
            message, remedy = "a scenario is a mapping of keys", "begin with `tongban: 1` and `name: ...`"
            raise DocumentError([document.fault("", message, remedy)])
        for pointer, reference in _references(document, document.value.get("extends")):
            self._extend(document, pointer, reference, (*above, path.resolve()))
        self.documents.append(document)

    def _extend(self, document: Document, pointer: str, reference: JsonValue, above: tuple[Path, ...]) -> None:
        path = _extended(self._catalog, document, pointer, reference)
        if path in above:
            message = f"{reference!r} leads back to a document that is being extended"
            raise DocumentError([document.fault(pointer, message, "end the loop")])
        if len(above) > MAX_EXTENDS:
            message = f"is the end of a chain of more than {MAX_EXTENDS} documents"
            raise DocumentError([document.fault(pointer, message, "extend fewer documents")])
        if path not in self._known:
            self.add(path, above)


def _references(document: Document, value: JsonValue) -> list[tuple[str, JsonValue]]:
    """Return what ``extends`` names, a path or a list of paths, each with its place."""
    if value is None:
        return []
    if not isinstance(value, list):
        return [("/extends", value)]
    if not value:
        message = "names no document"
        raise DocumentError([document.fault("/extends", message, "name a document, or remove the key")])
    return [(f"/extends/{index}", reference) for index, reference in enumerate(value)]


def _extended(catalog: Catalog, document: Document, pointer: str, reference: JsonValue) -> Path:
    if not isinstance(reference, str) or not reference:
        message = "expected the path of a scenario document"
        raise DocumentError([document.fault(pointer, message, "write a path relative to this document")])
    try:
        return catalog.resolve(reference, base=document.path.resolve())
    except UsageError as error:
        raise DocumentError([document.fault(pointer, error.message, error.remedy)]) from error


def plant(document: Document, value: JsonValue, pointer: str) -> Tree:
    """Return a value of a document as a tree."""
    place, key = document.place(pointer), document.keys.get(pointer)
    if isinstance(value, dict):
        entries = {name: plant(document, child, f"{pointer}/{escape_pointer(name)}") for name, child in value.items()}
        return Tree(entries, place, key, document.path)
    if isinstance(value, list):
        elements = [plant(document, child, f"{pointer}/{index}") for index, child in enumerate(value)]
        return Tree(elements, place, key, document.path)
    return Tree(value, place, key, document.path)


def merge(base: Tree, over: Tree) -> Tree:
    """Return ``base`` changed by ``over``.

    Mappings merge key by key and null removes a key; lists whose entries all have a ``name`` merge by it; anything else
    is replaced, by an empty list too, and so is a law by a law of another name, whose parameters would not fit.
    """
    if isinstance(base.value, dict) and isinstance(over.value, dict) and not _is_other_law(base.value, over.value):
        return Tree(_merged_entries(base.value, over.value), over.place, over.key, over.base)
    if isinstance(base.value, list) and isinstance(over.value, list):
        known, changes = _by_name(base.value), _by_name(over.value)
        if known is not None and changes:
            return Tree(_merged_elements(base.value, over.value), over.place, over.key, over.base)
    return _stripped(over)


def _merged_entries(base: Mapping[str, Tree], over: Mapping[str, Tree]) -> dict[str, Tree]:
    entries = dict(base)
    for name, child in over.items():
        if child.value is None:
            entries.pop(name, None)
        else:
            entries[name] = merge(entries[name], child) if name in entries else _stripped(child)
    return entries


def _merged_elements(base: list[Tree], over: list[Tree]) -> list[Tree]:
    elements = list(base)
    free = {name: index for index, name in reversed(list(enumerate(_by_name(base) or ())))}
    for child, name in zip(over, _by_name(over) or (), strict=True):
        if name in free:
            index = free.pop(name)  # a second entry of that name stays apart, to be told as a duplicate
            elements[index] = merge(elements[index], child)
        else:
            elements.append(_stripped(child))
    return elements


def _by_name(elements: list[Tree]) -> list[str] | None:
    """Return the names of all entries, None where one has none."""
    names = []
    for element in elements:
        name = element.value.get("name") if isinstance(element.value, dict) else None
        if name is None or not isinstance(name.value, str):
            return None
        names.append(name.value)
    return names


def _is_other_law(base: Mapping[str, Tree], over: Mapping[str, Tree]) -> bool:
    return "law" in base and "law" in over and base["law"].value != over["law"].value


def _stripped(tree: Tree) -> Tree:
    """Return a tree without the keys whose value is null."""
    if isinstance(tree.value, dict):
        kept = {name: _stripped(child) for name, child in tree.value.items() if child.value is not None}
        return Tree(kept, tree.place, tree.key, tree.base)
    if isinstance(tree.value, list):
        return Tree([_stripped(child) for child in tree.value], tree.place, tree.key, tree.base)
    return tree


def merged_source(tree: Tree, documents: tuple[Document, ...]) -> Source:
    """Return a tree as one document, places kept."""
    values: dict[str, Place] = {}
    keys: dict[str, Place] = {}
    bases: dict[str, Path] = {}

    def flatten(node: Tree, pointer: str) -> JsonValue:
        values[pointer] = node.place
        if node.key is not None:
            keys[pointer] = node.key
        if isinstance(node.value, dict):
            return {name: flatten(child, f"{pointer}/{escape_pointer(name)}") for name, child in node.value.items()}
        if isinstance(node.value, list):
            return [flatten(child, f"{pointer}/{index}") for index, child in enumerate(node.value)]
        if isinstance(node.value, str):
            bases[pointer] = node.base
        return node.value

    own, value = documents[0], flatten(tree, "")
    digest = hashlib.sha256("".join(document.digest for document in documents).encode()).hexdigest()
    document = Document(own.path, own.file, value, values, keys, digest)
    return Source(document, bases, tuple((part.file, part.digest) for part in documents))
