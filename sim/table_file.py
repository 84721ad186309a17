"""The one gate through which every CSV file enters.

Takes a file (RFC 4180, UTF-8; its first line names the columns), gives its rows by column; promises that size, rows,
columns and the length of a cell were bounded, that each row has one cell a column, that no cell steers a terminal or a
page, and that all faults are told with file, line and column.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.document import decode_text, display_name, read_bytes
from sim.errors import DocumentError, Fault, UsageError
from sim.steering import is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sim.catalog import Catalog

MAX_ROWS: Final = 100_000
MAX_COLUMNS: Final = 1000
MAX_FAULTS: Final = 200
MAX_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a CSV file.

    Parameters
    ----------
    file : str
        The file as messages show it.
    line : int
        Where it begins, counted from 1; the names of the columns stand on line 1.
    cells : mapping of str to str
        By the column's name, as written; ``row[column]`` is without space around it.
    """

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column].strip()

    def fault(self, message: str, remedy: str = "") -> Fault:
        """Return a fault in this row."""
        return Fault(self.file, self.line, 1, "", message, remedy)


@dataclass(frozen=True, slots=True)
class Form:
    """What a file must look like.

    Parameters
    ----------
    columns : tuple of str
        Those that it must have.
    is_open : bool
        Whether it may have others.
    one_line : bool
        Whether its cells hold neither line ends nor tabs.
    max_rows : int
        How many rows it may have.
    """

    columns: tuple[str, ...]
    is_open: bool = True
    one_line: bool = False
    max_rows: int = MAX_ROWS


def find_table_file(catalog: Catalog, name: str, faults: list[Fault]) -> Path | None:
    """Return the file of that name in a catalog; None where there is none, or it leaves the catalog, which is noted."""
    path = catalog.root / name
    if not (path.exists() or path.is_symlink()):
        return None
    try:
        return catalog.resolve(path.name, base=path)
    except UsageError as error:
        faults.append(Fault(display_name(path), 0, 0, "", error.message, error.remedy))
        return None


def read_table_file(path: Path, form: Form, faults: list[Fault]) -> tuple[tuple[Row, ...], str]:
    """Read a CSV file.

    Parameters
    ----------
    faults : list of Fault
        What is wrong is noted here: the first 200 faults, and nothing of the file after them.

    Returns
    -------
    rows : tuple of Row
        Those that are as they should be, in the order of the file; rows of empty cells are passed over.
    digest : str
        SHA-256 of the bytes, hexadecimal; ``""`` where they cannot be read.
    """
    file = display_name(path)
    try:
        content = read_bytes(path, remedy="keep only the rows needed")
        text = decode_text(content, file)
    except DocumentError as error:
        faults += error.faults
        return (), ""
    found: list[Fault] = []
    records = _records(text, file, found)
    line, names = next(records, (1, []))
    header = [name.strip() for name in names]
    if not found:
        found += (Fault(file, line, 1, "", *wrong) for wrong in _wrong_header(header, form))
    rows = () if found else tuple(_rows(records, file, header, form, found))
    faults += found[:MAX_FAULTS]
    return rows, hashlib.sha256(content).hexdigest()


def _records(text: str, file: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line where it begins."""
    reader = csv.reader(io.StringIO(text, newline=None), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        remedy = "correct the quoting; a cell has at most 131,072 characters"
        faults.append(Fault(file, line, 1, "", f"is not CSV: {error}", remedy))


def _wrong_header(header: list[str], form: Form) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the names of the columns, and the remedies."""
    if len(header) > MAX_COLUMNS:
        yield f"has more than {MAX_COLUMNS} columns", "keep only the columns needed"
        return
    for name in form.columns:
        if name not in header:
            yield f"there is no column {name!r}", f"add it; columns: {', '.join(header)[:200]}"
    for name, many in Counter(header).items():
        if many > 1:
            yield f"the column {name[:MAX_SHOWN]!r} stands twice", "give each column its own name"
        if not form.is_open and name not in form.columns:
            yield f"the column {name[:MAX_SHOWN]!r} is unknown", f"its columns are {', '.join(form.columns)}"


def _rows(
    records: Iterator[tuple[int, list[str]]], file: str, header: list[str], form: Form, faults: list[Fault]
) -> Iterator[Row]:
    for count, (line, cells) in enumerate(records):
        row = Row(file, line, dict(zip(header, cells, strict=False)))
        if count == form.max_rows:
            faults.append(row.fault(f"has more than {form.max_rows} rows", "keep only the rows needed"))
            return
        steering = [name for name, cell in row.cells.items() if not is_plain(cell, one_line=form.one_line)]
        if len(cells) != len(header):
            remedy = "give each column one cell; quote a cell that holds a comma"
            faults.append(row.fault(f"has {len(cells)} cells, the header {len(header)}", remedy))
        elif steering:
            remedy = f"remove it from {', '.join(steering)[:MAX_SHOWN]}"
            faults.append(row.fault("holds a character that controls a terminal or a page", remedy))
        else:
            yield row
        if len(faults) >= MAX_FAULTS:
            return
