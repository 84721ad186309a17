"""Reading a journey: one Arazzo document with everything it refers to.

Takes a catalog and a name or file, gives a ``Journey``, promises that a journey which loads refers to nothing that is
missing, and that all faults of all its documents come in one ``DocumentError``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

from sim.contract import load_contract_file
from sim.document import read_document
from sim.errors import DocumentError, UsageError
from sim.journey.builder import Builder, read_workflow_ids
from sim.journey.check import check_workflows
from sim.journey.model import Journey
from sim.journey.node import INFO, ROOT, SOURCE, Node
from sim.journey.reader import read_id
from sim.journey.source import Sources

if TYPE_CHECKING:
    from pathlib import Path

    from sim.catalog import Catalog
    from sim.contract.model import Contract
    from sim.document import Document
    from sim.errors import Fault

VERSIONS: Final = ("1.0.0", "1.0.1", "1.1.0")
MAX_CHAIN: Final = 32


class ContractLoader(Protocol):
    """What loads a contract: ``sim.contract.load_contract_file``, or a stand-in of a test."""

    def __call__(self, catalog: Catalog, path: Path, /) -> Contract:
        """Return the contract of a file, or raise ``DocumentError``."""


def load_journey(catalog: Catalog, name: str, *, load: ContractLoader = load_contract_file) -> Journey:
    """Return a journey of a catalog by its name.

    Parameters
    ----------
    catalog : Catalog
    name : str
        The file's name in ``scenarios/journeys`` without ``.arazzo.yaml``.
    load : callable
        Loads a contract.

    Raises
    ------
    UsageError
        There is no such journey.
    DocumentError
        It, or a document it refers to, has faults.
    """
    return load_journey_file(catalog, catalog.path("journey", name), load=load)


def load_journey_file(catalog: Catalog, path: Path, *, load: ContractLoader = load_contract_file) -> Journey:
    """Return the journey of a file; parameters and exceptions as for ``load_journey``."""
    session = _Session(catalog, load)
    journey = session.read(path.resolve())
    if session.faults or journey is None:
        raise DocumentError(session.faults)
    return journey


@dataclass(slots=True)
class _Session:
    """One reading of a document and all that it refers to; each file is read once."""

    catalog: Catalog
    load: ContractLoader
    faults: list[Fault] = field(default_factory=list)
    contracts: dict[Path, Contract | None] = field(default_factory=dict)
    journeys: dict[Path, Journey | None] = field(default_factory=dict)
    open: list[Path] = field(default_factory=list)

    def read(self, path: Path) -> Journey | None:
        """Return a journey, None where it has faults."""
        if path in self.journeys:
            return self.journeys[path]
        before = len(self.faults)
        self.open.append(path)
        try:
            journey = self._build(read_document(path))
        except DocumentError as error:
            self.faults += error.faults
            journey = None
        self.open.pop()
        self.journeys[path] = journey if len(self.faults) == before else None
        return self.journeys[path]

    def _build(self, document: Document) -> Journey | None:
        version = _version(document)
        root = Node(document, "", document.value, version.startswith("1.1"), self.faults)
        if not root.check(ROOT):
            return None
        if isinstance(root.child("info").value, dict):
            root.child("info").check(INFO)
        sources = replace(self._sources(root), workflow_ids=read_workflow_ids(root))
        builder = Builder(self.catalog, root, sources)
        workflows = check_workflows(root, builder.workflows())
        if root.child("workflows").value == []:
            root.child("workflows").fault("must hold at least one workflow", "write the first workflow")
        others = [journey.digest for journey in sources.journeys.values() if journey]
        digests = [document.digest, *sorted({*others, *(one.digest for one in builder.documents)})]
        journey = Journey(
            name=document.path.name.removesuffix(".arazzo.yaml"),
            version=version,
            document=document,
            contracts={name: contract for name, contract in sources.contracts.items() if contract},
            workflows=workflows,
            digest=hashlib.sha256("\n".join(digests).encode()).hexdigest(),
        )
        return journey if workflows else None

    def _sources(self, root: Node) -> Sources:
        found = Sources()
        nodes = [node for node in root.items("sourceDescriptions") if node.check(SOURCE)]
        names = [(read_id(node, "name"), node.child("name")) for node in nodes]
        root.unique(names, "source description")
        if root.child("sourceDescriptions").value == []:
            root.child("sourceDescriptions").fault("must hold at least one entry", "name a contract")
        base = _base(root)
        for node, (name, _) in zip(nodes, names, strict=True):
            if name is None:
                continue
            kind = self._kind(node)
            path = self._path(node, base)
            if kind == "openapi":
                found.contracts.setdefault(name, self._contract(path) if path else None)
            elif kind == "arazzo":
                found.journeys.setdefault(name, self._journey(node, path) if path else None)
        return found

    def _kind(self, node: Node) -> str | None:
        """Return the type of a source; one that says nothing is a contract unless its file is named as a journey."""
        if not node.has("type"):
            return "arazzo" if (node.text("url") or "").endswith((".arazzo.yaml", ".arazzo.json")) else "openapi"
        kind, place = node.text("type"), node.child("type")
        if kind == "asyncapi":
            place.fault("AsyncAPI sources are not supported", "name a source of type openapi or arazzo")
        elif kind is not None and kind not in ("openapi", "arazzo"):
            place.fault(f"there is no source type {kind!r}", "known: openapi, arazzo")
        return kind

    def _path(self, node: Node, base: Path) -> Path | None:
        url = node.text("url")
        if url is None:
            return None
        try:
            return self.catalog.resolve(url.partition("#")[0], base=base)
        except UsageError as error:
            node.child("url").fault(error.message, error.remedy)
            return None

    def _contract(self, path: Path) -> Contract | None:
        if path not in self.contracts:
            try:
                self.contracts[path] = self.load(self.catalog, path)
            except DocumentError as error:
                self.faults += error.faults
                self.contracts[path] = None
        return self.contracts[path]

    def _journey(self, node: Node, path: Path) -> Journey | None:
        if path in self.open:
            node.child("url").fault(
                "the Arazzo documents refer to each other in a circle", "move what both need to one"
            )
            return None
        if len(self.open) >= MAX_CHAIN:
            node.child("url").fault(
                f"more than {MAX_CHAIN} Arazzo documents refer on to each other", "join some of them"
            )
            return None
        return self.read(path)


def _version(document: Document) -> str:
    value = document.value.get("arazzo") if isinstance(document.value, dict) else None
    if value is None:
        message = "is not an Arazzo document: the field 'arazzo' is missing"
        raise DocumentError([document.fault("", message, f"write `arazzo: {VERSIONS[-1]}` first")])
    if value not in VERSIONS:
        message = f"Arazzo {value} is not supported"
        raise DocumentError([document.fault("/arazzo", message, f"known versions: {', '.join(VERSIONS)}")])
    return str(value)


def _base(root: Node) -> Path:
    """Return what relative addresses start from: ``$self`` where it is a relative reference, else the file itself.

    An absolute ``$self`` names the document without moving it: what it refers to is sought beside the file.
    """
    text = root.text("$self") if root.newer else None
    if text is None or ":" in text.partition("/")[0] or text.startswith("/"):
        return root.document.path
    if "#" in text:
        root.child("$self").fault("$self holds a fragment", "remove it from # on")
    return root.document.path.parent / text
