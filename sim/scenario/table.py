"""CSV files that a scenario names.

Takes a file in the catalog, gives its rows by column, promises that every row says its source.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sim.errors import DocumentError, Fault
from sim.table_file import MAX_FAULTS, Form, Row, read_table_file

if TYPE_CHECKING:
    from pathlib import Path

_NUMBER: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")


def read_table(path: Path, columns: tuple[str, ...]) -> tuple[tuple[Row, ...], str]:
    """Read a CSV file.

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
        The file cannot be read or has faults; the first 200 are told together.
    """
    faults: list[Fault] = []
    rows, digest = read_table_file(path, Form((*columns, "source")), faults)
    remedy = "fill the column source, be it with `assumed`"
    faults += (row.fault("says no source", remedy) for row in rows if not row["source"])
    if faults:
        raise DocumentError(faults[:MAX_FAULTS])
    return rows, digest


def read_number(row: Row, column: str, faults: list[Fault]) -> float:
    """Return a cell as a number of at least 0; 0 where it is none, which is noted."""
    text = row[column]
    if _NUMBER.fullmatch(text):
        return float(text)
    faults.append(row.fault(f"{text[:40]!r} in column {column} is not a number of at least 0", "write a number"))
    return 0.0
