"""Code lists: which codes a coded field may hold, by set and edition.

Takes ``contracts/code-lists.csv`` of a catalog, gives the lists, promises that a code stands once in its list and that
a catalog without the file has no lists, never made-up ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.errors import DocumentError, Fault
from sim.table_file import MAX_FAULTS, MAX_SHOWN, Form, Row, find_table_file, read_table_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.catalog import Catalog


FILE: Final = "contracts/code-lists.csv"
UNLISTED: Final = "unlisted"
COLUMNS: Final = ("set", "edition", "code", "label_en", "label_zh", "source", "note")


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
        The file is a link that leaves the catalog, cannot be read, lacks a column, or a row is incomplete, stands
        twice, holds a line end or what steers a terminal; its first 200 faults are told.
    """
    faults: list[Fault] = []
    path = find_table_file(catalog, FILE, faults)
    rows = read_table_file(path, Form(COLUMNS, one_line=True), faults)[0] if path is not None else ()
    lists = _collect(rows, faults)
    if faults:
        raise DocumentError(faults[:MAX_FAULTS])
    return CodeLists(lists)


def _collect(rows: Sequence[Row], faults: list[Fault]) -> dict[tuple[str, str], tuple[Code, ...]]:
    lists: dict[tuple[str, str], dict[str, Code]] = {}
    for row in rows:
        name, edition, code, *rest = (row.cells[column] for column in COLUMNS)
        codes = lists.setdefault((name, edition), {})
        if not (name and edition and code):
            faults.append(row.fault("set, edition or code is empty", "complete the row"))
        elif code in codes:
            shown = f"{name[:MAX_SHOWN]}@{edition[:MAX_SHOWN]}"
            faults.append(row.fault(f"the code {code[:MAX_SHOWN]!r} stands twice in {shown}", "remove one of them"))
        else:
            codes[code] = Code(code, *rest)
    return {key: tuple(codes.values()) for key, codes in lists.items()}
