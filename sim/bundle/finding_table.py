"""The conformance table as columns and back: ``conformance``, ``findings``, ``endings`` and ``materials``."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, get_type_hints

import numpy as np

from sim.bundle.conformance import ConformanceRow, ConformanceTable, Ending, Finding, Handover

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.bundle.manifest import Replay
    from sim.bundle.table import Columns

_KINDS: Final[dict[str, type[ConformanceRow | Finding | Ending | Handover]]] = {
    "conformance": ConformanceRow,
    "findings": Finding,
    "endings": Ending,
    "materials": Handover,
}
FINDING_TABLES: Final = tuple(_KINDS)


def to_columns(table: ConformanceTable) -> dict[str, Columns]:
    """Return the four tables; a list of status keys becomes one text, separated by spaces."""
    rows = {
        "conformance": table.rows,
        "findings": table.findings,
        "endings": table.endings,
        "materials": table.materials,
    }
    return {name: _columns(kind, rows[name]) for name, kind in _KINDS.items()}


def from_columns(replay: Replay, tables: dict[str, Columns]) -> ConformanceTable:
    """Return the table that ``to_columns`` wrote.

    Raises
    ------
    KeyError
        A table or column is missing.
    """
    rows = {name: tuple(_values(kind, tables[name])) for name, kind in _KINDS.items()}
    return ConformanceTable(
        citizens=replay.citizens,
        seed=replay.seed,
        rows=rows["conformance"],
        findings=rows["findings"],
        endings=rows["endings"],
        mocked_by=replay.mocked_by,
        unfinished=replay.unfinished,
        materials=rows["materials"],
    )


def _columns(kind: type[Any], rows: Iterable[object]) -> Columns:
    hints, kept = get_type_hints(kind), list(rows)
    columns: Columns = {}
    for field in fields(kind):
        values = [getattr(row, field.name) for row in kept]
        if hints[field.name] is int:
            columns[field.name] = np.array(values, dtype=np.int64)
        else:
            words = [" ".join(value) if isinstance(value, tuple) else value for value in values]
            columns[field.name] = np.array(words, dtype=object)
    return columns


def _values(kind: type[Any], columns: Columns) -> list[Any]:
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    parts = [_restored(hints[name], columns[name].tolist()) for name in names]
    return [kind(**dict(zip(names, row, strict=True))) for row in zip(*parts, strict=True)]


def _restored(hint: object, values: list[Any]) -> list[Any]:
    if hint is int:
        return [int(value) for value in values]
    if hint == tuple[str, ...]:
        return [tuple(value.split()) for value in values]
    return values
