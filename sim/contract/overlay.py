"""Overlays: how another edition of a contract differs from it.

Takes OpenAPI Overlay 1.0 documents and a contract, gives the contract of the other edition, promises that every action
changes something (a target that selects nothing is a fault), that all faults are told together with their places, and
that a changed value points to the overlay which wrote it.

References
----------
OpenAPI Initiative (2024), Overlay Specification v1.0.0.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sim.catalog import KINDS
from sim.contract.graft import Graft, GraftError
from sim.contract.loader import load_contract_document
from sim.contract.query import Meter, QueryError, compile_query, locations
from sim.contract.shape import check_shape
from sim.contract.source import Node
from sim.document import display_name
from sim.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from jsonpath.path import JSONPath

    from sim.catalog import Catalog
    from sim.contract.model import Contract
    from sim.contract.query import Location
    from sim.document import Document, JsonValue
    from sim.errors import Fault

_SUFFIX: Final = KINDS["overlay"][1]
_VERSION: Final = re.compile(r"1\.0\.\d{1,3}", re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """An Action Object.

    Parameters
    ----------
    target : str
        JSONPath query (RFC 9535) of the mappings and lists that it changes.
    query : JSONPath
        The same, compiled.
    update : JsonValue
        What is merged into mappings and appended to lists.
    remove : bool
        Whether what the target selects is removed; then ``update`` means nothing.
    pointer : str
        Where it stands in the overlay.
    """

    target: str
    query: JSONPath
    description: str
    update: JsonValue
    remove: bool
    pointer: str


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """An Overlay document.

    Parameters
    ----------
    name : str
        The file's name without ``.overlay.yaml``.
    extends : Path or None
        The one document it may be applied to, absolute; None when it does not say.
    actions : tuple of Action
        At least one, in the order in which they are applied.
    """

    name: str
    title: str
    version: str
    extends: Path | None
    actions: tuple[Action, ...]
    document: Document


def load_overlay(catalog: Catalog, name: str) -> Overlay:
    """Load an overlay of a catalog by its name.

    Parameters
    ----------
    catalog : Catalog
        Holds ``contracts/overlays/<name>.overlay.yaml``.
    name : str
        The file's name without ``.overlay.yaml``.

    Raises
    ------
    UsageError
        There is no overlay of that name.
    DocumentError
        It has faults; all of them are told together.
    """
    return load_overlay_file(catalog, catalog.path("overlay", name))


def load_overlay_file(catalog: Catalog, path: Path) -> Overlay:
    """Load an overlay from a file of a catalog.

    Raises
    ------
    UsageError
        The file lies outside the catalog.
    DocumentError
        It has faults; all of them are told together.
    """
    document = catalog.read_file(path)
    root = Node(document, "", document.value)
    faults: list[Fault] = []
    actions: tuple[Action, ...] = ()
    extends: Path | None = None
    if _is_overlay(root, faults):
        extends = _read_extends(catalog, root, faults)
        actions = _read_actions(root, faults)
    if faults:
        raise DocumentError(faults)
    info = root.child("info") or root
    return Overlay(
        name=path.name.removesuffix(_SUFFIX),
        title=info.text("title"),
        version=info.text("version"),
        extends=extends,
        actions=actions,
        document=document,
    )


def apply_overlay(catalog: Catalog, contract: str | Document, overlay: Overlay) -> Contract:
    """Return the edition of a contract that an overlay describes.

    Parameters
    ----------
    contract : str or Document
        Name of a contract of the catalog, or its document; it stays as it is. Documents that it refers to are as they
        are: to change a shared schema, an overlay removes the ``$ref`` and writes the schema in its place.

    Returns
    -------
    Contract
        Under the name of ``contract``; its places lead into either file.

    Raises
    ------
    UsageError
        There is no contract of that name.
    DocumentError
        The overlay is of another contract, an action cannot be applied, or the edition has faults of its own; all of
        one kind are told together.
    """
    base = catalog.read("contract", contract) if isinstance(contract, str) else contract
    changed = _overlaid(base, overlay)
    try:
        return load_contract_document(catalog, changed)
    except DocumentError as error:
        raise DocumentError(_told(fault, overlay) for fault in error.faults) from error


def _is_overlay(root: Node, faults: list[Fault]) -> bool:
    version = root.child("overlay")
    if version is None:
        faults.append(root.fault("is no overlay", "begin it with 'overlay: 1.0.0'"))
        return False
    if not isinstance(version.value, str) or not _VERSION.fullmatch(version.value):
        faults.append(version.fault(f"Overlay {version.value!r} is not read", "write 1.0.0"))
        return False
    check_shape(root, "overlay", faults)
    info = root.child("info")
    if info is not None:
        check_shape(info, "overlay info", faults)
    return True


def _read_extends(catalog: Catalog, root: Node, faults: list[Fault]) -> Path | None:
    place = root.child("extends")
    if place is None or not isinstance(place.value, str):
        return None
    try:
        return catalog.resolve(place.value, base=root.document.path.resolve())
    except UsageError as error:
        faults.append(place.fault(error.message, error.remedy))
        return None


def _read_actions(root: Node, faults: list[Fault]) -> tuple[Action, ...]:
    listed = root.child("actions")
    if listed is not None and listed.value == []:
        faults.append(listed.fault("holds no action", "write at least one"))
    read = [_read_action(node, faults) for node in (listed.elements() if listed else ())]
    return tuple(action for action in read if action is not None)


def _read_action(node: Node, faults: list[Fault]) -> Action | None:
    if not check_shape(node, "action", faults):
        return None
    remove = node.flag("remove")
    if not remove and node.child("update") is None:
        faults.append(node.fault("does nothing", "give it an update, or 'remove: true'"))
    target = node.child("target")
    if target is None or not isinstance(target.value, str):
        return None
    try:
        query = compile_query(target.value)
    except QueryError as error:
        faults.append(target.fault(f"{target.value[:100]!r} {error}", "follow RFC 9535, beginning with $"))
        return None
    update = node.child("update")
    value = update.value if update else None
    return Action(target.value, query, node.text("description"), value, remove, node.pointer)


def _overlaid(base: Document, overlay: Overlay) -> Document:
    """Return a document with the actions of an overlay applied, one after the other."""
    source = overlay.document
    if overlay.extends is not None and overlay.extends != base.path.resolve():
        message = f"is of {display_name(overlay.extends)} and cannot be applied to {base.file}"
        raise DocumentError([source.fault("/extends", message, "name the contract that it is applied to")])
    meter = Meter()
    try:
        graft = Graft(base, meter)
    except GraftError as error:
        raise DocumentError([base.fault("", str(error), "write an OpenAPI document")]) from error
    faults: list[Fault] = []
    for action in overlay.actions:
        _apply(graft, action, source, meter, faults)
    if faults:
        raise DocumentError(faults)
    digest = hashlib.sha256(f"{base.digest} {source.digest}".encode()).hexdigest()
    try:
        return graft.document(digest)
    except GraftError as error:
        raise DocumentError([source.fault("/actions", str(error), "make it smaller")]) from error


def _apply(graft: Graft, action: Action, source: Document, meter: Meter, faults: list[Fault]) -> None:
    """Apply an action; one that cannot be applied leaves a fault, and the others go on."""
    place = f"{action.pointer}/target"
    try:
        selected = locations(action.query, graft.root, meter)
    except QueryError as error:
        faults.append(source.fault(place, f"{action.target[:100]!r} {error}", "write a narrower query"))
        return
    if not selected:
        message = f"{action.target[:100]!r} selects nothing"
        remedy = "correct the path, or leave the action out: an edition that differs in nothing needs no overlay"
        faults.append(source.fault(place, message, remedy))
    try:
        for location in _innermost_first(selected) if action.remove else selected:
            if action.remove:
                graft.remove(location)
            else:
                graft.update(location, source, f"{action.pointer}/update", action.update)
    except GraftError as error:
        faults.append(source.fault(place, f"{action.target[:100]!r} {error}", "see Overlay 1.0.0, Action Object"))


def _innermost_first(selected: tuple[Location, ...]) -> list[Location]:
    """Return places so that removing one leaves the places after it as they are: the deepest and the last first."""
    return sorted(
        selected, key=lambda location: (len(location), [(isinstance(one, str), one) for one in location]), reverse=True
    )


def _told(fault: Fault, overlay: Overlay) -> Fault:
    """Return a fault of an edition; one in the contract's own file says that the overlay brought it about."""
    if fault.file == overlay.document.file:
        return fault
    return replace(fault, message=f"with {overlay.document.file} applied: {fault.message}")
