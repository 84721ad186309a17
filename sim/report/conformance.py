"""The conformance section: what the replay judged, what it found, and what it never exercised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.chart.axis import number, percent
from sim.report.matrix import MARKS, SEVERITY, matrices, systems
from sim.report.model import Cell, Column, Grid, Section

if TYPE_CHECKING:
    from sim.bundle import ConformanceRow, ConformanceTable, Ending, Finding
    from sim.report.context import Context
    from sim.report.text import Words

MOST: Final = 30  # kinds of finding on a page
ENDINGS: Final = 250  # actions on a page
NAMED: Final = 12  # mocks
LONGEST: Final = 120  # letters of an expected or received value


def section(context: Context) -> Section:
    """Return the conformance section."""
    words, table = context.words, context.bundle.conformance
    title = words("section.conformance")
    if not table.rows:
        return Section("conformance", title, (words("conformance.none"),))
    grids = (*systems(words, table), *matrices(words, table))
    grids += (_findings(words, table),) if table.findings else ()
    folded = (_rows(words, table), _unseen(words, table), *([_endings(words, table)] if table.endings else []))
    return Section("conformance", title, _lead(words, table), grids=grids, folded=folded)


def _lead(words: Words, table: ConformanceTable) -> tuple[str, ...]:
    exercised = [row for row in table.rows if row.calls]
    lead = words(
        "conformance.lead",
        citizens=table.citizens,
        all=len(table.rows),
        exercised=len(exercised),
        failed=sum(row.verdict == "fail" for row in exercised),
        omitted=len(table.rows) - len(exercised),
    )
    answered = _answered(words, table)
    more = [words("conformance.mocked", systems=words.listed(answered))] if answered else []
    more += [words("conformance.trust")] if any(how == "untrusted" for _, how in table.mocked_by) else []
    more += [words("conformance.unfinished", n=table.unfinished)] if table.unfinished else []
    return (lead, *more)


def _answered(words: Words, table: ConformanceTable) -> list[str]:
    """Return who answered in the replay; many mocks are counted."""
    mocks = sum(how == "mock" for _, how in table.mocked_by)
    counted = [words("conformance.mocks", n=mocks)] if mocks > NAMED else []
    named = [(system, how) for system, how in table.mocked_by if how != "mock" or not counted]
    return [*counted, *(words(f"conformance.{how}", system=system) for system, how in named)]


def _rows(words: Words, table: ConformanceTable) -> Grid:
    ranked = sorted(table.rows, key=lambda row: (SEVERITY.index(row.verdict), row))
    names = ("calls", "conforming", "refused", "breached", "warned")
    columns = (
        *(Column(words(f"column.{name}")) for name in ("operation", "verdict", "contract", "edition")),
        *(Column(words(f"column.{name}"), is_number=True) for name in names),
        Column(words("column.statuses")),
    )
    rows = tuple(_row(words, row) for row in ranked)
    return Grid(words("conformance.table"), columns, rows, words("conformance.note"))


def _row(words: Words, row: ConformanceRow) -> tuple[Cell, ...]:
    seen, every = ", ".join(row.exercised), len(row.declared)
    known = len(set(row.exercised) & set(row.declared))
    statuses = words("statuses", seen=seen, n=known, all=every) if seen else words("statuses.none", all=every)
    counted = (row.refused, row.breached, row.warned)
    figures = [Cell(number(count)) if row.calls else Cell("-", mark="quiet") for count in counted]
    share = percent((row.calls - row.refused - row.breached) / row.calls) if row.calls else "-"
    return (
        Cell(row.operation, is_code=True),
        Cell(words(f"verdict.{row.verdict}"), mark=MARKS[row.verdict]),
        Cell(row.contract),
        Cell(row.variant or words("edition.national")),
        Cell(number(row.calls)),
        Cell(share, mark="" if row.calls else "quiet"),
        *figures,
        Cell(statuses),
    )


def _unseen(words: Words, table: ConformanceTable) -> Grid:
    columns = tuple(Column(words(f"column.{name}")) for name in ("contract", "operation", "edition", "unseen"))
    rows = tuple(
        (
            Cell(row.contract),
            Cell(row.operation, is_code=True),
            Cell(row.variant or words("edition.national")),
            Cell(", ".join(status for status in row.declared if status not in row.exercised) or "-"),
        )
        for row in sorted(table.rows)
    )
    return Grid(words("unseen"), columns, rows, words("unseen.lead"))


def _findings(words: Words, table: ConformanceTable) -> Grid:
    ranked = sorted(table.findings, key=lambda finding: (SEVERITY.index(finding.verdict), -finding.count, finding))
    names = ("operation", "edition", "verdict", "where", "rule", "pointer", "expected", "received")
    columns = (*(Column(words(f"column.{name}")) for name in names), Column(words("column.count"), is_number=True))
    rows = tuple(_finding(words, finding) for finding in ranked[:MOST])
    note = words("findings.more", shown=MOST, all=len(ranked)) if len(ranked) > MOST else ""
    return Grid(words("findings"), columns, rows, note)


def _finding(words: Words, finding: Finding) -> tuple[Cell, ...]:
    return (
        Cell(finding.operation, is_code=True),
        Cell(finding.variant or words("edition.national")),
        Cell(words(f"verdict.{finding.verdict}"), mark=MARKS[finding.verdict]),
        Cell(f"{words(f'direction.{finding.direction}')} {finding.part}"),
        Cell(finding.rule),
        Cell(finding.pointer or "/", is_code=True),
        Cell(_short(finding.expected), is_code=True),
        Cell(_short(finding.received), is_code=True),
        Cell(number(finding.count)),
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _endings(words: Words, table: ConformanceTable) -> Grid:
    taken = sum(ending.count > 0 for ending in table.endings)
    names = ("journey_name", "channel", "step", "action")
    columns = (*(Column(words(f"column.{name}")) for name in names), Column(words("column.taken"), is_number=True))
    rows = tuple(
        (
            Cell(ending.journey),
            Cell(words.term("channel", ending.channel)),
            Cell(ending.step),
            Cell(ending.action),
            Cell(number(ending.count)) if ending.count else Cell(words("verdict.omit"), mark="open"),
        )
        for ending in _shown_endings(table)
    )
    every = len(table.endings)
    note = words("endings.lead", taken=taken, all=every, omitted=every - taken)
    more = f" {words('endings.more', shown=ENDINGS)}" if every > ENDINGS else ""
    return Grid(words("endings"), columns, rows, note + more)


def _shown_endings(table: ConformanceTable) -> list[Ending]:
    """Return the actions that a page has room for: where they are too many, those never taken first."""
    if len(table.endings) <= ENDINGS:
        return sorted(table.endings)
    return sorted(table.endings, key=lambda one: (one.count > 0, one))[:ENDINGS]
