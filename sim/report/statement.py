"""What others have published, beside the figures of this run: nothing is tuned to agree, and what differs is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sim.metric import METRICS
from sim.report.figure import digits, scale_of
from sim.report.model import Cell, Column, Grid, Section

if TYPE_CHECKING:
    from sim.report.context import Context
    from sim.report.model import Mark
    from sim.scenario.model import Statement

NEAR: Final = 0.05
"""How far from a published figure a run's may lie and still be about the same."""

Answer = Literal["reproduced", "not_reproduced", "undecided", "no_figure"]
MARKS: Final[dict[Answer, Mark]] = {
    "reproduced": "good",
    "not_reproduced": "bad",
    "undecided": "open",
    "no_figure": "open",
}


@dataclass(frozen=True, slots=True)
class Own:
    """The run's figure for a statement, and half the width of its interval where there is one."""

    value: float
    half_width: float | None


def section(context: Context) -> tuple[Section, ...]:
    """Return the section; none for a scenario without statements."""
    statements, words = context.bundle.manifest.statements, context.words
    if not statements:
        return ()
    columns = (
        Column(words("column.statement")),
        Column(words("column.published"), is_number=True),
        Column(words("column.own"), is_number=True),
        Column(words("column.answer")),
        Column(words("column.source")),
    )
    grid = Grid("", columns, tuple(_row(context, one) for one in statements), is_stacked=True)
    return (Section("statements", words("section.statements"), (words("statements.lead"),), grids=(grid,)),)


def answer(statement: Statement, own: Own | None) -> Answer:
    """Return whether a run's figure agrees with what was published.

    Parameters
    ----------
    statement : Statement
        ``about``: the two lie within ``NEAR`` of each other; ``beyond``: the run's lies farther from 0 on that side.
    own : Own or None
        The run's figure. Where its interval reaches both answers, the answer is undecided.
    """
    if own is None:
        return "no_figure"
    half = own.half_width or 0.0
    ends = {_agrees(statement, own.value + side * half) for side in (-1.0, 0.0, 1.0)}
    if len(ends) > 1:
        return "undecided"
    return "reproduced" if ends == {True} else "not_reproduced"


def _agrees(statement: Statement, value: float) -> bool:
    if statement.bound == "about":
        return abs(value - statement.value) <= NEAR
    return value < statement.value if statement.value < 0.0 else value > statement.value


def own_figure(context: Context, statement: Statement) -> Own | None:
    """Return the run's figure over all journeys, None where there is none."""
    statistic = next(iter(METRICS.get(statement.metric).statistics))
    if statement.kind == "level":
        found = context.get(statement.metric, statistic)
        return None if found is None or found.value is None else Own(found.value, found.half_width)
    comparison = context.bundle.manifest.comparison
    for one in comparison.differences if comparison is not None else ():
        if one.is_whole and (one.metric, one.statistic) == (statement.metric, statistic) and one.ratio is not None:
            return Own(one.ratio - 1.0, one.ratio_half_width)
    return None


def _row(context: Context, statement: Statement) -> tuple[Cell, ...]:
    words, own = context.words, own_figure(context, statement)
    given = answer(statement, own)
    return (
        Cell(words.pick(statement.title)),
        Cell(words(f"statements.{statement.bound}", value=_shown(context, statement, Own(statement.value, None)).text)),
        Cell("-", mark="quiet") if own is None else _shown(context, statement, own),
        Cell(words(f"statements.{given}"), mark=MARKS[given]),
        Cell(": ".join(text for text in (statement.source, statement.note and words.pick(statement.note)) if text)),
    )


def _shown(context: Context, statement: Statement, own: Own) -> Cell:
    unit = METRICS.get(statement.metric).unit(next(iter(METRICS.get(statement.metric).statistics)))
    factor, shown = (100.0, "%")
    if statement.kind == "level":
        factor, shown = scale_of(statement.metric, unit, own.value, context.words)
    value, half = digits(own.value * factor, None if own.half_width is None else own.half_width * factor)
    sign = "+" if statement.kind == "change" and own.value > 0.0 else ""
    text = f"{sign}{value} {shown}".rstrip()
    return Cell(f"{sign}{value}", f"± {half} {shown}".rstrip()) if half else Cell(text)
