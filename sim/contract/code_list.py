"""Code lists: which codes a coded field may hold, by set and edition.

Takes ``contracts/code-lists.csv`` of a catalog, gives the lists, promises that a code stands once in its list and that
a catalog without the file has no lists, never made-up ones.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from sim.document import display_name, read_start
from sim.errors import DocumentError, Fault, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sim.catalog import Catalog

    class _Reader(Protocol):
        """What ``csv.reader`` gives; the class itself has no public name."""

        @property
        def line_num(self) -> int: ...

        def __iter__(self) -> Iterator[list[str]]: ...


FILE: Final = "contracts/code-lists.csv"
UNLISTED: Final = "unlisted"
COLUMNS: Final = ("set", "edition", "code", "label_en", "label_zh", "source", "note")
MAX_BYTES: Final = 8 * 1024 * 1024
MAX_FAULTS: Final = 200
MAX_SHOWN: Final = 80

# Line ends too: a label stands on one line wherever it is shown.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


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
        The file is a link that leaves the catalog, cannot be read, lacks a column, or a row is incomplete, stands twice
        or holds what steers a terminal; its first 200 faults are told.
    """
    path = catalog.root / FILE
    if not (path.exists() or path.is_symlink()):
        return CodeLists({})
    shown = display_name(path)
    reader = csv.reader(io.StringIO(_text(catalog, path, shown), newline=""), strict=True)
    try:
        header = tuple(next(reader, ()))
        _check_header(header, shown)
        return CodeLists(_collect(reader, header, shown))
    except csv.Error as error:
        line = max(reader.line_num, 1)
        remedy = "correct the quoting; a field has at most 131,072 characters"
        raise DocumentError([Fault(shown, line, 1, "", f"is not CSV: {error}", remedy)]) from error


def _text(catalog: Catalog, path: Path, shown: str) -> str:
    try:
        data = read_start(catalog.resolve(path.name, base=path), MAX_BYTES + 1)
    except UsageError as error:
        raise DocumentError([Fault(shown, 0, 0, "", error.message, error.remedy)]) from error
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


def _check_header(header: tuple[str, ...], shown: str) -> None:
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        message = f"lacks the column {', '.join(missing)}"
        raise DocumentError([Fault(shown, 1, 1, "", message, f"its columns are {', '.join(COLUMNS)}")])
    if len(set(header)) != len(header):
        raise DocumentError([Fault(shown, 1, 1, "", "a column stands twice", "give each column its own name")])


def _collect(reader: _Reader, header: tuple[str, ...], shown: str) -> dict[tuple[str, str], tuple[Code, ...]]:
    faults: list[Fault] = []
    lists: dict[tuple[str, str], dict[str, Code]] = {}
    line = reader.line_num + 1
    for row in reader:
        begin, line = line, reader.line_num + 1
        if not row:
            continue
        entry = dict(zip(header, row, strict=False))
        codes = lists.setdefault((entry.get("set", ""), entry.get("edition", "")), {})
        wrong = _wrong(row, header, entry, codes)
        if wrong is None:
            codes[entry["code"]] = Code(*(entry[column] for column in COLUMNS[2:]))
            continue
        faults.append(Fault(shown, begin, 1, "", *wrong))
        if len(faults) == MAX_FAULTS:
            break
    if faults:
        raise DocumentError(faults)
    return {key: tuple(codes.values()) for key, codes in lists.items()}


def _wrong(
    row: Sequence[str], header: tuple[str, ...], entry: Mapping[str, str], codes: Mapping[str, Code]
) -> tuple[str, str] | None:
    """Return what is wrong with a row and its remedy, None when nothing is."""
    if len(row) != len(header) or not (entry["set"] and entry["edition"] and entry["code"]):
        message = f"a row needs {len(header)} fields, of which set, edition and code are not empty"
        return message, "complete the row; quote fields that hold a comma"
    if any(_CONTROL.search(cell) for cell in row):
        return "holds a character that controls a terminal or a page", "remove it"
    if entry["code"] in codes:
        name = f"{entry['set'][:MAX_SHOWN]}@{entry['edition'][:MAX_SHOWN]}"
        return f"the code {entry['code'][:MAX_SHOWN]!r} stands twice in {name}", "remove one of them"
    return None
