"""Code lists: which codes a coded field may hold, by set and edition.

Takes ``contracts/code-lists.csv`` of a catalog, gives the lists, promises that a code stands once in its list and that
a catalog without the file has no lists, never made-up ones.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.document import display_name
from sim.errors import DocumentError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sim.catalog import Catalog

FILE: Final = "contracts/code-lists.csv"
UNLISTED: Final = "unlisted"
COLUMNS: Final = ("set", "edition", "code", "label_en", "label_zh", "source", "note")
MAX_BYTES: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Code:
    """One code with its labels and the document it stands in."""

    code: str
    label_en: str
    label_zh: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class CodeLists:
    """The code lists of a catalog.

    Parameters
    ----------
    lists : mapping of (str, str) to tuple of Code
        Set and edition to its codes, in the order of the file.
    """

    lists: Mapping[tuple[str, str], tuple[Code, ...]]

    def codes(self, name: str, edition: str) -> tuple[str, ...] | None:
        """Return the codes of a list, or None where the list is not known."""
        found = self.lists.get((name, edition))
        return None if found is None else tuple(entry.code for entry in found)

    def names(self) -> tuple[str, ...]:
        """Return all lists as ``set@edition``, sorted."""
        return tuple(sorted(f"{name}@{edition}" for name, edition in self.lists))


def load_code_lists(catalog: Catalog) -> CodeLists:
    """Read a catalog's code lists.

    Returns
    -------
    CodeLists
        Empty when the catalog has no ``contracts/code-lists.csv``.

    Raises
    ------
    DocumentError
        The file cannot be read, lacks a column, or a row is incomplete or stands twice.
    """
    path = catalog.root / FILE
    if not path.exists():
        return CodeLists({})
    shown = display_name(path)
    rows = list(csv.reader(_text(path, shown).splitlines()))
    header = tuple(rows[0]) if rows else ()
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        message = f"lacks the column {', '.join(missing)}"
        raise DocumentError([Fault(shown, 1, 1, "", message, f"its columns are {', '.join(COLUMNS)}")])
    return CodeLists(_collect(rows, header, shown))


def _text(path: Path, shown: str) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DocumentError([Fault(shown, 0, 0, "", f"cannot be read: {reason}", "check its permissions")]) from error
    if len(data) > MAX_BYTES:
        raise DocumentError([Fault(shown, 0, 0, "", f"is larger than {MAX_BYTES} bytes", "split the list")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DocumentError([Fault(shown, line, 1, "", "is not UTF-8 text", "save the file as UTF-8")]) from error


def _collect(
    rows: Sequence[Sequence[str]], header: Sequence[str], shown: str
) -> dict[tuple[str, str], tuple[Code, ...]]:
    faults: list[Fault] = []
    lists: dict[tuple[str, str], dict[str, Code]] = {}
    for line, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        entry = dict(zip(header, row, strict=False))
        if len(row) != len(header) or not (entry["set"] and entry["edition"] and entry["code"]):
            message = f"a row needs {len(header)} fields, of which set, edition and code are not empty"
            faults.append(Fault(shown, line, 1, "", message, "complete the row; quote fields that hold a comma"))
            continue
        codes = lists.setdefault((entry["set"], entry["edition"]), {})
        if entry["code"] in codes:
            message = f"the code {entry['code']!r} stands twice in {entry['set']}@{entry['edition']}"
            faults.append(Fault(shown, line, 1, "", message, "remove one of them"))
        codes[entry["code"]] = Code(*(entry[column] for column in COLUMNS[2:]))
    if faults:
        raise DocumentError(faults)
    return {key: tuple(codes.values()) for key, codes in lists.items()}
