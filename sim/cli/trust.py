"""Whose mocks are loaded: they are Python, so only those of catalogs that the user trusts.

Takes a catalog, ``--trust-mocks`` and the user's configuration, gives the catalog with its mark of trust, promises that
nothing inside a catalog can make it trusted.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.catalog import Catalog
from sim.document import escape_pointer, read_document
from sim.errors import DocumentError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.document import Document, JsonValue

KEY: Final = "trusted-catalogs"


def trust_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--trust-mocks``."""
    return click.option(
        "--trust-mocks",
        is_flag=True,
        envvar="TONGBAN_TRUST_MOCKS",
        help="Load the mocks of the catalog, which are Python and run as you.",
    )(command)


def with_trust(catalog: Catalog, *, asked: bool) -> Catalog:
    """Return a catalog, trusted when the user asked for it or named it in the configuration.

    Raises
    ------
    DocumentError
        The configuration has faults.
    """
    if catalog.trusted or not catalog.names("mock"):
        return catalog
    return replace(catalog, trusted=asked or catalog.root in trusted_catalogs(configuration_file()))


def is_trusted_by_user(catalog: Catalog) -> bool:
    """Return whether a catalog is trusted because the user said so: elsewhere that has to be said again."""
    return catalog.trusted and catalog.root != Catalog.bundled().root


def configuration_file() -> Path | None:
    """Return where the user's configuration stands: below ``XDG_CONFIG_HOME``, else ``~/.config``; None without a home.

    References
    ----------
    XDG Base Directory Specification 0.8: a path in the variable that is not absolute is ignored.
    """
    shared = os.environ.get("XDG_CONFIG_HOME", "")
    try:
        folder = Path(shared) if Path(shared).is_absolute() else Path("~/.config").expanduser()
    except RuntimeError:
        return None
    return folder / "tongban" / "config.yaml"


def trusted_catalogs(path: Path | None) -> frozenset[Path]:
    """Return the folders that a configuration trusts, links resolved; none where there is no such file.

    Raises
    ------
    DocumentError
        Its faults, all together.
    """
    if path is None or not _is_there(path):
        return frozenset()
    document = read_document(path)
    value = document.value if document.value is not None else {}
    if not isinstance(value, dict):
        raise DocumentError([document.fault("", "is not a mapping", f"begin it with {KEY}:")])
    faults = [
        document.fault(f"/{escape_pointer(key)}", f"the key {key!r} is unknown", f"known: {KEY}", of_key=True)
        for key in value
        if key != KEY
    ]
    folders = _folders(document, value.get(KEY, []), faults)
    if faults:
        raise DocumentError(faults)
    return folders


def _folders(document: Document, listed: JsonValue, faults: list[Fault]) -> frozenset[Path]:
    if not isinstance(listed, list):
        faults.append(document.fault(f"/{KEY}", "is not a list", "list the folders of the catalogs that you trust"))
        return frozenset()
    found = set()
    for index, entry in enumerate(listed):
        folder = _folder(entry)
        if folder is None:
            message = f"{entry!r} is not the path of a folder"[:200]
            remedy = "write a path that begins with / or ~/"
            faults.append(document.fault(f"/{KEY}/{index}", message, remedy))
        else:
            found.add(folder)
    return frozenset(found)


def _folder(entry: JsonValue) -> Path | None:
    """Return the folder that an entry names; None when it is relative: that would be another wherever one stands."""
    if not isinstance(entry, str):
        return None
    try:
        folder = Path(entry).expanduser()
        return folder.resolve() if folder.is_absolute() else None
    except (OSError, RuntimeError, ValueError):  # too long, a loop of links, nobody's home, a null character
        return None


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder that may not be entered is not this user's
        return False
