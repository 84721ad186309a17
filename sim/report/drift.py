"""The cost of drift: the run beside the same run without its variants, the same citizens in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.chart.axis import percent
from sim.metric import Scope
from sim.report.figure import digits, scale_of
from sim.report.model import Cell, Column, Grid, Section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.bundle import Difference
    from sim.report.context import Context


def section(context: Context) -> tuple[Section, ...]:
    """Return the section; none for a run whose scenario has no variants."""
    drift, words = context.bundle.manifest.drift, context.words
    if drift is None:
        return ()
    whole = [one for one in drift.differences if _scope(one) == Scope()]
    parts = [one for one in drift.differences if _scope(one) != Scope()]
    level = percent(drift.differences[0].level).replace(".0 %", " %") if drift.differences else ""
    lead = [words("drift.lead", digest=drift.digest[:8])]
    lead += [words("drift.interval", level=level, n=drift.differences[0].n)] if drift.differences else []
    folded = (_grid(context, words("drift.parts"), parts, is_whole=False),) if parts else ()
    grids = (_grid(context, words("drift.whole"), whole, is_whole=True),) if whole else ()
    return (Section("drift", words("section.drift"), tuple(lead), grids=grids, folded=folded),)


def _scope(one: Difference) -> Scope:
    return Scope(station=one.station, journey=one.journey, operation=one.operation)


def _grid(context: Context, caption: str, differences: Iterable[Difference], *, is_whole: bool) -> Grid:
    words = context.words
    heads = [words("column.cost"), *([] if is_whole else [words("column.part")])]
    numbers = [words(f"column.{name}") for name in ("without", "with_variants", "difference")]
    columns = (*(Column(head) for head in heads), *(Column(head, is_number=True) for head in numbers))
    return Grid(caption, columns, tuple(_row(context, one, is_whole=is_whole) for one in differences))


def _row(context: Context, one: Difference, *, is_whole: bool) -> tuple[Cell, ...]:
    words = context.words
    factor, unit = scale_of(one.metric, one.unit, max(abs(one.without), abs(one.with_variants)), words)
    step, small = scale_of(one.metric, one.unit, one.value, words)
    value, half = digits(one.value * step, None if one.half_width is None else one.half_width * step)
    sign = "+" if one.value > 0.0 else ""
    return (
        Cell(words(f"drift.{one.metric}.{one.statistic}")),
        *([] if is_whole else [Cell(context.scope(_scope(one)))]),
        *(Cell(f"{digits(figure * factor, None)[0]} {unit}".rstrip()) for figure in (one.without, one.with_variants)),
        Cell(
            f"{sign}{value}" if half else f"{sign}{value} {small}".rstrip(),
            f"± {half} {small}".rstrip() if half else "",
        ),
    )
