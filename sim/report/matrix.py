"""The conformance matrix: interfaces down the side, editions across; share of calls that conform, first violation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.chart.axis import number, percent
from sim.report.fold import SHOWN, SLACK, fold
from sim.report.model import Cell, Column, Grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.bundle import ConformanceRow, ConformanceTable, Finding
    from sim.report.model import Mark
    from sim.report.text import Words

ACROSS: Final = 5  # editions side by side: what a sheet of paper holds
SEVERITY: Final = ("fail", "error", "warning", "omit", "pass")
GROUPS: Final = {"fail": "broken", "error": "broken", "warning": "warned", "omit": "omitted", "pass": "kept"}
MARKS: Final[dict[str, Mark]] = {"pass": "good", "fail": "bad", "warning": "open", "error": "bad", "omit": "open"}


def matrices(words: Words, table: ConformanceTable) -> tuple[Grid, ...]:
    """Return the matrix of a replay, in as many grids as its editions need; the national edition stands first."""
    editions = sorted({row.variant for row in table.rows})
    parts = [editions[first : first + ACROSS] for first in range(0, len(editions), ACROSS)]
    return tuple(_matrix(words, table, part) for part in parts)


def _matrix(words: Words, table: ConformanceTable, editions: Sequence[str]) -> Grid:
    cells = {(row.contract, row.operation, row.variant): row for row in table.rows if row.variant in editions}
    keys = dict.fromkeys((contract, operation) for contract, operation, _ in cells)
    rows = {key: [cells.get((*key, edition)) for edition in editions] for key in keys}
    ranked = sorted(rows, key=lambda key: (min(SEVERITY.index(row.verdict) for row in rows[key] if row), key))
    has_first = any(finding.variant in editions for finding in table.findings)
    grid = Grid(
        words("matrix"),
        (
            Column(words("column.operation")),
            Column(words("column.contract")),
            *(Column(edition or words("edition.national"), is_number=True) for edition in editions),
            *([Column(words("column.first"))] if has_first else []),
        ),
        tuple(
            (
                Cell(key[1], is_code=True),
                Cell(key[0]),
                *(_share(words, row) for row in rows[key]),
                *([Cell(_first(words, table, key, editions))] if has_first else []),
            )
            for key in ranked
        ),
        words("matrix.note"),
    )
    groups = [GROUPS[min((row.verdict for row in rows[key] if row), key=SEVERITY.index)] for key in ranked]
    return fold(words, grid, groups, shown=min(groups.count("broken") + groups.count("warned"), SHOWN))


def systems(words: Words, table: ConformanceTable) -> tuple[Grid, ...]:
    """Return what the replay says of each system, the worst first; none where the operations fit a page one by one."""
    if len({(row.contract, row.operation) for row in table.rows}) <= SHOWN + SLACK:
        return ()
    found: dict[str, list[ConformanceRow]] = {}
    for row in table.rows:
        found.setdefault(row.contract, []).append(row)
    ranked = sorted(found, key=lambda name: (_severity(found[name]), -_omitted(found[name]), name))
    names = ("contract", "operations", "not_exercised", "calls", "conforming", "verdict")
    columns = tuple(Column(words(f"column.{name}"), is_number=0 < place < 5) for place, name in enumerate(names))
    grid = Grid(words("systems"), columns, tuple(_system(words, name, found[name]) for name in ranked))
    return (fold(words, grid, ["systems"] * len(ranked)),)


def _severity(rows: Sequence[ConformanceRow]) -> int:
    """Return how bad the worst of what was exercised is."""
    verdicts = [row.verdict for row in rows if row.calls] or ["omit"]
    return min(SEVERITY.index(verdict) for verdict in verdicts)


def _omitted(rows: Sequence[ConformanceRow]) -> int:
    return sum(not row.calls for row in rows)


def _system(words: Words, name: str, rows: Sequence[ConformanceRow]) -> tuple[Cell, ...]:
    calls = sum(row.calls for row in rows)
    broken = sum(row.refused + row.breached for row in rows)
    verdict = SEVERITY[_severity(rows)]
    return (
        Cell(name),
        Cell(str(len(rows))),
        Cell(str(_omitted(rows))),
        Cell(number(calls)),
        Cell(percent((calls - broken) / calls)) if calls else Cell("-", mark="quiet"),
        Cell(words(f"verdict.{verdict}"), mark=MARKS[verdict]),
    )


def _share(words: Words, row: ConformanceRow | None) -> Cell:
    """Return the share of calls that conform; what was not exercised has none."""
    if row is None:
        return Cell("")
    if not row.calls:
        return Cell("-", mark=MARKS["omit"])
    share = (row.calls - row.refused - row.breached) / row.calls
    return Cell(f"{percent(share)} {words('matrix.of', n=number(row.calls))}", mark=MARKS[row.verdict])


def _first(words: Words, table: ConformanceTable, key: tuple[str, str], editions: Sequence[str]) -> str:
    """Return for each edition the violation that most calls have, those that fail calls before others."""
    found = []
    for edition in editions:
        mine = [one for one in table.findings if (one.contract, one.operation, one.variant) == (*key, edition)]
        if mine:
            finding = min(mine, key=lambda one: (SEVERITY.index(one.verdict), -one.count, one))
            found.append(f"{edition or words('edition.national')}: {_told(words, finding)}")
    return "; ".join(found)


def _told(words: Words, finding: Finding) -> str:
    return f"{words(f'direction.{finding.direction}')} {finding.part} {finding.pointer or '/'} {finding.rule}"
