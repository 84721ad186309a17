"""Requirements of a catalog: ``contracts/requirements.csv`` and ``contracts/requirement-checks.csv``.

Takes a catalog, gives its requirements with the checks that decide them; promises that every fault of both files is
told with its line, that each requirement is decided by something or says why not, and that none is part of itself.
"""

from __future__ import annotations

import re
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from typing import TYPE_CHECKING, Final

from sim.conformance.check import CHECKS
from sim.conformance.requirement import CheckTrace, Requirement
from sim.contract import load_contract
from sim.errors import DocumentError, Fault
from sim.table_file import MAX_FAULTS, Form, Row, find_table_file, read_table_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
MAX_ROWS: Final = 20_000
MAX_PARTS: Final = 1000
_NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.()/-]{0,99}")
_RANGE: Final = re.compile(r"(?P<first>[0-9]{1,6})-(?P<last>[0-9]{1,6})")


def load_requirements(catalog: Catalog) -> tuple[Requirement, ...]:
    """Read a catalog's requirements, in the order of the file.

    Returns
    -------
    tuple of Requirement
        Empty where the catalog has no ``contracts/requirements.csv``.

    Raises
    ------
    DocumentError
        One of the two files is a link that leaves the catalog, cannot be read, or has faults; the first 200 are told.
    """
    faults: list[Fault] = []
    rows = _read(catalog, FILE, COLUMNS, faults)
    traced = _read(catalog, TRACES, TRACE_COLUMNS, faults)
    places = _places(rows, faults)
    traces = _traces(catalog, traced, set(places), faults)
    found = [_requirement(row, name, places, tuple(traces.get(name, ())), faults) for name, row in places.items()]
    _check_parts(found, places, faults)
    if faults:
        raise DocumentError(faults[:MAX_FAULTS])
    return tuple(found)


def _read(catalog: Catalog, name: str, columns: tuple[str, ...], faults: list[Fault]) -> tuple[Row, ...]:
    path = find_table_file(catalog, name, faults)
    form = Form(columns, is_open=False, max_rows=MAX_ROWS)
    return () if path is None else read_table_file(path, form, faults)[0]


def _places(rows: tuple[Row, ...], faults: list[Fault]) -> dict[str, Row]:
    """Return the rows by the names of their requirements."""
    places: dict[str, Row] = {}
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


def _traces(
    catalog: Catalog, rows: tuple[Row, ...], known: set[str], faults: list[Fault]
) -> dict[str, list[CheckTrace]]:
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
    row: Row, name: str, places: Mapping[str, Row], traces: tuple[CheckTrace, ...], faults: list[Fault]
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


def _parts(row: Row, known: Mapping[str, Row], faults: list[Fault]) -> tuple[str, ...]:
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


def _named(row: Row) -> Iterator[str]:
    of_set = row["Req Set"]
    for entry in (piece.strip() for piece in row["Sub-Requirement(s)"].split(",")):
        head, at, text = entry.rpartition("@")
        of_set = head if at else of_set
        ends = _RANGE.fullmatch(text)
        if ends is not None:
            yield from (f"{of_set}@{number}" for number in range(int(ends["first"]), int(ends["last"]) + 1))
        elif text:
            yield f"{of_set}@{text}"


def _check_parts(found: list[Requirement], places: Mapping[str, Row], faults: list[Fault]) -> None:
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
