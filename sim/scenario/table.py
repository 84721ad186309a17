"""CSV files that a scenario names.

Takes a file in the catalog, gives its rows by column, promises that size and row count are bounded, that the columns
asked for are there, and that every row says its source.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sim.document import MAX_BYTES, display_name, read_start
from sim.errors import DocumentError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MAX_ROWS = 100_000
MAX_FAULTS = 200


class _Reader(Protocol):
    """What ``csv.reader`` gives; the class itself has no public name."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...


_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a CSV file.

    Parameters
    ----------
    file : str
        The file as messages show it.
    line : int
        Counted from 1; the header is line 1.
    cells : mapping of str to str
        By the column's name.
    """

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def fault(self, message: str, remedy: str) -> Fault:
        """Return a fault in this row."""
        return Fault(self.file, self.line, 0, "", message, remedy)

    def number(self, column: str, faults: list[Fault]) -> float:
        """Return a cell as a number of at least 0; 0 where it is none, which is noted."""
        text = self.cells[column].strip()
        if _NUMBER.fullmatch(text):
            return float(text)
        faults.append(self.fault(f"{text[:40]!r} in column {column} is not a number of at least 0", "write a number"))
        return 0.0


def read_table(path: Path, columns: tuple[str, ...]) -> tuple[tuple[Row, ...], str]:
    """Read a CSV file (RFC 4180, UTF-8, first line the names of the columns).

    Parameters
    ----------
    columns : tuple of str
        Columns that must be there; ``source`` must be there always, and be filled in every row.

    Returns
    -------
    rows : tuple of Row
    digest : str
        SHA-256 of the bytes, hexadecimal.

    Raises
    ------
    DocumentError
        The text is not accepted; all faults of its rows are told together.
    OSError
        The file cannot be read.
    """
    file = display_name(path)
    content = _content(path, file)
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        faults = _header_faults(file, header, (*columns, "source"))
        rows = [] if faults else list(_rows(reader, file, header, faults))
    except csv.Error as error:
        message = f"is not CSV: {error}"
        raise DocumentError([Fault(file, reader.line_num, 0, "", message, "correct the quoting")]) from error
    if faults:
        raise DocumentError(faults)
    return tuple(rows), hashlib.sha256(content).hexdigest()


def _content(path: Path, file: str) -> bytes:
    content = read_start(path, MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise DocumentError([Fault(file, 0, 0, "", f"is larger than {MAX_BYTES} bytes", "keep only the rows needed")])
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError([Fault(file, line, 0, "", "is not UTF-8 text", "save the file as UTF-8")]) from error
    return content


def _header_faults(file: str, header: list[str], columns: tuple[str, ...]) -> list[Fault]:
    faults = [
        Fault(file, 1, 0, "", f"there is no column {column!r}", f"add it; columns: {', '.join(header)[:200]}")
        for column in columns
        if column not in header
    ]
    if len(set(header)) != len(header):
        faults.append(Fault(file, 1, 0, "", "a column stands twice", "give each column its own name"))
    return faults


def _rows(reader: _Reader, file: str, header: list[str], faults: list[Fault]) -> list[Row]:
    rows: list[Row] = []
    for cells in reader:
        if not cells:
            continue
        if len(rows) == MAX_ROWS:
            faults.append(Fault(file, reader.line_num, 0, "", f"has more than {MAX_ROWS} rows", "keep fewer rows"))
        if len(rows) == MAX_ROWS or len(faults) >= MAX_FAULTS:
            break
        row = Row(file, reader.line_num, dict(zip(header, cells, strict=False)))
        if len(cells) != len(header):
            faults.append(row.fault(f"has {len(cells)} cells, the header {len(header)}", "give each column one cell"))
        elif not row["source"].strip():
            faults.append(row.fault("says no source", "fill the column source, be it with `assumed`"))
        elif any(_CONTROL.search(cell) for cell in cells):
            faults.append(row.fault("holds a character that controls a terminal or a page", "remove it"))
        rows.append(row)
    return rows
