"""Requirements of a catalog: ``contracts/requirements.csv`` and ``contracts/requirement-checks.csv``.

Takes a catalog, gives its requirements with the checks that decide them; promises that every fault of both files is
told with its line, that each requirement is decided by something or says why not, and that none is part of itself.
"""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from typing import TYPE_CHECKING, Final

from sim.conformance.check import CHECKS
from sim.conformance.requirement import CheckTrace, Requirement
from sim.contract import load_contract
from sim.document import display_name, read_start
from sim.errors import DocumentError, Fault, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sim.catalog import Catalog

FILE: Final = "contracts/requirements.csv"
TRACES: Final = "contracts/requirement-checks.csv"
COLUMNS: Final = (
    "Req Set",
    "ID",
    "URL",
    "Requirement",
    "Conformance",
    "Actors",
    "Sub-Requirement(s)",
    "Conditionality",
    "Not Tested Reason",
    "Not Tested Details",
)
"""As Inferno's ``requirements`` commands write and read them."""
FILLED: Final = COLUMNS[:6]
TRACE_COLUMNS: Final = ("requirement", "check", "contract", "operation")
VERBS: Final = ("SHALL", "SHALL NOT", "SHOULD", "SHOULD NOT", "MAY", "DEPRECATED")
MAX_BYTES: Final = 8 * 1024 * 1024
MAX_ROWS: Final = 20_000
MAX_FAULTS: Final = 200
MAX_PARTS: Final = 1000
_NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.()/-]{0,99}")
_RANGE: Final = re.compile(r"(?P<first>[0-9]{1,6})-(?P<last>[0-9]{1,6})")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class _Row:
    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column].strip()

    def fault(self, message: str, remedy: str) -> Fault:
        return Fault(self.file, self.line, 1, "", message, remedy)


def load_requirements(catalog: Catalog) -> tuple[Requirement, ...]:
    """Read a catalog's requirements, in the order of the file.

    Returns
    -------
    tuple of Requirement
        Empty where the catalog has no ``contracts/requirements.csv``.

    Raises
    ------
    DocumentError
        One of the two files is a link that leaves the catalog, cannot be read, or has faults; all are told.
    """
    paths = (catalog.root / FILE, catalog.root / TRACES)
    if not any(path.exists() or path.is_symlink() for path in paths):
        return ()
    faults: list[Fault] = []
    rows = _read(catalog, paths[0], COLUMNS, faults)
    traced = _read(catalog, paths[1], TRACE_COLUMNS, faults) if paths[1].exists() or paths[1].is_symlink() else []
    places = _places(rows, faults)
    traces = _traces(catalog, traced, set(places), faults)
    found = [_requirement(row, name, places, tuple(traces.get(name, ())), faults) for name, row in places.items()]
    _check_parts(found, places, faults)
    if faults:
        raise DocumentError(faults[:MAX_FAULTS])
    return tuple(found)


def _read(catalog: Catalog, path: Path, columns: tuple[str, ...], faults: list[Fault]) -> list[_Row]:
    """Return the rows of a file that have all fields."""
    shown = display_name(path)
    try:
        data = read_start(catalog.resolve(path.name, base=path), MAX_BYTES + 1)
        if len(data) <= MAX_BYTES:
            reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
            lines = list(islice(((reader.line_num, cells) for cells in reader if cells), MAX_ROWS + 1))
            if len(lines) <= MAX_ROWS:
                return list(_rows(shown, lines, columns, faults))
        message = f"is larger than {MAX_BYTES} bytes or {MAX_ROWS} rows"
        faults.append(Fault(shown, 0, 0, "", message, "keep only the requirements needed"))
    except UsageError as error:
        faults.append(Fault(shown, 0, 0, "", error.message, error.remedy))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        faults.append(Fault(shown, 0, 0, "", f"cannot be read: {reason}", "check its permissions"))
    except (UnicodeDecodeError, csv.Error) as error:
        faults.append(Fault(shown, 0, 0, "", f"is no CSV in UTF-8: {error}", "save it as such"))
    return []


def _rows(
    file: str, lines: list[tuple[int, list[str]]], columns: tuple[str, ...], faults: list[Fault]
) -> Iterator[_Row]:
    head = [name.strip() for name in lines[0][1]] if lines else []
    if sorted(head) != sorted(columns):
        remedy = f"its columns are {', '.join(columns)}"
        faults.append(Fault(file, 1, 1, "", "the columns are not those of such a file, each once", remedy))
        return
    for line, cells in lines[1:]:
        row = _Row(file, line, dict(zip(head, cells, strict=False)))
        if len(cells) != len(head):
            remedy = "complete the row; quote fields that hold a comma"
            faults.append(row.fault(f"has {len(cells)} fields, the head has {len(head)}", remedy))
        elif any(_CONTROL.search(cell) for cell in cells):
            faults.append(row.fault("holds a character that controls a terminal or a page", "remove it"))
        else:
            yield row


def _places(rows: list[_Row], faults: list[Fault]) -> dict[str, _Row]:
    """Return the rows by the names of their requirements."""
    places: dict[str, _Row] = {}
    for row in rows:
        name = f"{row['Req Set']}@{row['ID']}"
        if not (_NAME.fullmatch(row["Req Set"]) and _NAME.fullmatch(row["ID"])):
            remedy = "use letters, digits and _.()/-; the two name the requirement as set@id"
            faults.append(row.fault("Req Set or ID is no name", remedy))
        elif name in places:
            faults.append(row.fault(f"{name} stands twice", f"it stands in line {places[name].line} already"))
        else:
            places[name] = row
    return places


def _traces(catalog: Catalog, rows: list[_Row], known: set[str], faults: list[Fault]) -> dict[str, list[CheckTrace]]:
    """Return the checks of each requirement."""
    traces: dict[str, list[CheckTrace]] = {}
    for row in rows:
        trace = CheckTrace(row["check"], row["contract"], row["operation"])
        if row["requirement"] not in known:
            faults.append(row.fault(f"there is no requirement {row['requirement'][:100]!r}", f"add it to {FILE}"))
        elif row["check"] not in CHECKS:
            faults.append(row.fault(f"there is no check {row['check'][:100]!r}", "tongban explain lists them"))
        elif (wrong := _misplaced(catalog, trace)) is not None:
            faults.append(row.fault(*wrong))
        elif trace in traces.get(row["requirement"], ()):
            faults.append(row.fault("stands twice", "remove one of them"))
        else:
            traces.setdefault(row["requirement"], []).append(trace)
    return traces


def _misplaced(catalog: Catalog, trace: CheckTrace) -> tuple[str, str] | None:
    """Return what is wrong with the place of a trace and its remedy, None when nothing is."""
    if trace.operation and not trace.contract:
        return "names an operation without its contract", "fill the column contract"
    if trace.contract and trace.contract not in catalog.names("contract"):
        return f"there is no contract {trace.contract[:100]!r}", "tongban contracts list names them"
    if trace.operation and trace.operation not in load_contract(catalog, trace.contract).operations:
        return f"{trace.contract} has no operation {trace.operation[:100]!r}", "correct its operationId"
    return None


def _requirement(
    row: _Row, name: str, places: Mapping[str, _Row], traces: tuple[CheckTrace, ...], faults: list[Fault]
) -> Requirement:
    empty = [column for column in FILLED if not row[column]]
    if empty:
        faults.append(row.fault(f"{', '.join(empty)} is empty", "fill it"))
    if row["Conformance"] and row["Conformance"] not in VERBS:
        faults.append(row.fault(f"{row['Conformance'][:40]!r} is no conformance", f"use one of {', '.join(VERBS)}"))
    conditional = row["Conditionality"].lower()
    if conditional not in ("", "true", "false"):
        faults.append(row.fault(f"the conditionality {conditional[:40]!r} is neither true nor false", "write one"))
    reason, details = row["Not Tested Reason"], row["Not Tested Details"]
    if details and not reason:
        faults.append(row.fault("has details of why it is not tested, but no reason", "fill Not Tested Reason"))
    parts = _parts(row, places, faults)
    if reason and (traces or parts):
        remedy = f"empty the reason, or take it out of {TRACES}"
        faults.append(row.fault(f"{name} says why it is not tested, and is traced to checks", remedy))
    if not (reason or traces or parts):
        faults.append(row.fault(f"nothing decides {name}", f"name a check in {TRACES}, or fill Not Tested Reason"))
    actors = tuple(one.strip() for one in row["Actors"].split(",") if one.strip())
    not_tested = f"{reason}: {details}" if details else reason
    return Requirement(
        name,
        row["URL"],
        row["Requirement"],
        row["Conformance"],
        actors,
        parts,
        conditional == "true",
        not_tested,
        traces,
    )


def _parts(row: _Row, known: Mapping[str, _Row], faults: list[Fault]) -> tuple[str, ...]:
    """Return the requirements that ``set@1,3,5-8`` names; an entry without a set is of the set before it."""
    found = list(islice(_named(row), MAX_PARTS + 1))
    if len(found) > MAX_PARTS:
        faults.append(row.fault(f"has more than {MAX_PARTS} parts", "give some of them a requirement of their own"))
        return ()
    faults += [
        row.fault(f"there is no requirement {name[:100]!r}", "correct Sub-Requirement(s)")
        for name in found
        if name not in known
    ]
    return tuple(dict.fromkeys(name for name in found if name in known))


def _named(row: _Row) -> Iterator[str]:
    of_set = row["Req Set"]
    for entry in (piece.strip() for piece in row["Sub-Requirement(s)"].split(",")):
        head, at, text = entry.rpartition("@")
        of_set = head if at else of_set
        ends = _RANGE.fullmatch(text)
        if ends is not None:
            yield from (f"{of_set}@{number}" for number in range(int(ends["first"]), int(ends["last"]) + 1))
        elif text:
            yield f"{of_set}@{text}"


def _check_parts(found: list[Requirement], places: Mapping[str, _Row], faults: list[Fault]) -> None:
    """Refuse a requirement that is part of itself: then none of the circle could be decided."""
    order = TopologicalSorter({one.name: one.parts for one in found})
    with suppress(CycleError):  # what is in no circle is given all the same
        order.prepare()
    free: set[str] = set()
    while ready := order.get_ready():
        free.update(ready)
        order.done(*ready)
    faults += [
        places[one.name].fault(f"{one.name} is part of itself, or has such a part", "break the circle")
        for one in found
        if one.name not in free
    ]
