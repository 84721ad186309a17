"""Catalogs: the folders in which documents live.

Takes a folder with contracts/, mocks/ and scenarios/ (the repository root is one), gives documents by name or by a
reference from another document, promises that no reference leaves the catalog and none goes to the network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from sim.document import Document, display_name, read_document
from sim.errors import UsageError
from sim.steering import is_plain

KINDS: Final = {
    "contract": ("contracts", ".openapi.yaml"),
    "overlay": ("contracts/overlays", ".overlay.yaml"),
    "journey": ("scenarios/journeys", ".arazzo.yaml"),
    "scenario": ("scenarios", ".yaml"),
    "mock": ("mocks", ".py"),
}

_REMOTE = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:|^//")


@dataclass(frozen=True, slots=True)
class Catalog:
    """One folder of documents.

    Parameters
    ----------
    root : Path
        The folder, absolute and resolved.
    trusted : bool
        Whether its mocks, which are Python, may be loaded. The bundled catalog is trusted.
    """

    root: Path
    trusted: bool = False

    @classmethod
    def bundled(cls) -> Catalog:
        """Return the catalog that comes with the product: of a wheel or of a checkout."""
        package = Path(str(files("sim")))
        data = package / "data"
        return cls((data if data.is_dir() else package.parent).resolve(), trusted=True)

    @classmethod
    def around(cls, path: Path) -> Catalog:
        """Return the catalog that holds a file: the nearest folder above that looks like one, else its own folder."""
        resolved = path.resolve()
        bundled = cls.bundled()
        for folder in resolved.parents:
            if folder == bundled.root:
                return bundled
            if (folder / "scenarios").is_dir() or (folder / "contracts").is_dir():
                return cls(folder)
        return cls(resolved.parent)

    def names(self, kind: str) -> tuple[str, ...]:
        """Return the names of all documents of a kind of ``KINDS``, sorted.

        Raises
        ------
        UsageError
            A file's name is not one line of plain text in UTF-8.
        """
        folder, suffix = KINDS[kind]
        found = [path.name for path in sorted((self.root / folder).glob(f"*{suffix}")) if path.is_file()]
        for name in found:
            _check_name(f"{folder}/{name}")
        return tuple(name.removesuffix(suffix) for name in found)

    def path(self, kind: str, name: str) -> Path:
        """Return where a document of a kind and name stands.

        Raises
        ------
        UsageError
            There is none, and the message lists those there are; or it is a link that leaves the catalog.
        """
        folder, suffix = KINDS[kind]
        known = self.names(kind)
        if name not in known:
            listed = ", ".join(known) or f"none, as {folder}/ holds no *{suffix}"
            raise UsageError(f"there is no {kind} {name!r}", f"known: {listed}")
        path = self.root / folder / (name + suffix)
        if not path.resolve().is_relative_to(self.root):
            raise UsageError(f"the {kind} {name!r} is a link that leaves the catalog", "copy the document into it")
        return path

    def read(self, kind: str, name: str) -> Document:
        """Read a document by kind and name.

        Raises
        ------
        UsageError
            There is none of that name.
        DocumentError
            Its text is not accepted.
        """
        return read_document(self.path(kind, name))

    def read_file(self, path: Path) -> Document:
        """Read a document of the catalog by its file.

        Raises
        ------
        UsageError
            The file lies outside the catalog.
        DocumentError
            Its text is not accepted.
        """
        if not path.resolve().is_relative_to(self.root):
            raise UsageError(f"{display_name(path)} lies outside the catalog {self.root}", "move it into the catalog")
        return read_document(path)

    def resolve(self, reference: str, *, base: Path) -> Path:
        """Return the file that a reference in a document names.

        Parameters
        ----------
        reference : str
            A relative path, without fragment.
        base : Path
            The document that holds the reference.

        Raises
        ------
        UsageError
            The reference is an address, is absolute, leaves the catalog, names no file, or one whose name is not one
            line of plain text in UTF-8.
        """
        if _REMOTE.match(reference):
            raise UsageError(f"{reference!r} is an address; nothing is fetched", "copy the document into the catalog")
        if reference.startswith(("/", "\\")) or "\\" in reference or "\0" in reference:
            raise UsageError(f"{reference!r} is not a relative path", "use a path relative to this document")
        try:
            target = (base.parent / reference).resolve()
            is_file = target.is_file()
        except (OSError, RuntimeError) as error:  # a name too long, a loop of links
            raise UsageError(f"{reference[:100]!r} is not a path", "use a path relative to this document") from error
        if not target.is_relative_to(self.root):
            raise UsageError(f"{reference!r} leaves the catalog", "keep referenced documents inside the catalog")
        if not is_file:
            raise UsageError(f"{reference!r} names no file", "check the path, it is relative to this document")
        _check_name(target.relative_to(self.root).as_posix())
        return target


def find_scenario(name: str) -> tuple[Catalog, Path]:
    """Return the catalog and file of a scenario that the user named.

    Parameters
    ----------
    name : str
        A path to a file, or a name looked up in the current folder's catalog, then in the bundled one.

    Raises
    ------
    UsageError
        There is no such scenario.
    """
    if name.endswith((".yaml", ".yml", ".json")) or "/" in name:
        path = Path(name)
        if not _is_file(path):
            raise UsageError(f"there is no file {name!r}", "check the path, or give the name of a scenario")
        return Catalog.around(path), path.absolute()
    here, bundled = Catalog(Path.cwd().resolve()), Catalog.bundled()
    if here.root != bundled.root and name in here.names("scenario"):
        return here, here.path("scenario", name)
    if name in bundled.names("scenario"):
        return bundled, bundled.path("scenario", name)
    known = ", ".join(sorted({*here.names("scenario"), *bundled.names("scenario")}))
    raise UsageError(f"there is no scenario {name!r}", f"use a path to a file, or one of: {known}")


def _check_name(name: str) -> None:
    if not is_plain(name, one_line=True):
        remedy = "rename it: one line of UTF-8, without characters that control a terminal or a page"
        raise UsageError(f"{name!a} is no name of a document", remedy)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long
        return False
