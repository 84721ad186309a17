"""The run beside its baseline, the same citizens in both: the cost of drift, or what a change of services brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.chart.axis import percent
from sim.metric import Scope
from sim.report.figure import digits, scale_of
from sim.report.fold import fold
from sim.report.model import Cell, Column, Grid, Section

if TYPE_CHECKING:
    from sim.bundle import Difference
    from sim.report.context import Context

TIME: Final = ("processing_time", "mean")


def section(context: Context) -> tuple[Section, ...]:
    """Return the section; none for a run without a baseline."""
    comparison, words = context.bundle.manifest.comparison, context.words
    if comparison is None:
        return ()
    name = "drift" if comparison.kind == "variants" else "baseline"
    first = comparison.differences[:1]
    level = "".join(percent(one.level).replace(".0 %", " %") for one in first)
    lead = [words(f"{name}.lead", digest=comparison.digest[:8], title=words.pick(comparison.title))]
    lead += [words("drift.interval", level=level, n=one.n) for one in first]
    whole = [one for one in comparison.differences if one.is_whole]
    lines = [one for one in comparison.differences if one.line is not None]
    parts = [one for one in comparison.differences if not one.is_whole and one.line is None]
    grids = (*_grids(context, words("drift.whole"), whole, name), *_services(context, lines))
    folded = (
        *_grids(context, words("baseline.lines"), lines, name),
        *_grids(context, words("drift.parts"), parts, name),
    )
    charts = ("baseline",) if name == "baseline" and lines else ()
    return (Section(name, words(f"section.{name}"), tuple(lead), charts, grids=grids, folded=folded),)


def _services(context: Context, lines: list[Difference]) -> tuple[Grid, ...]:
    """Return each demand line with all its figures before and after on one row; none where no line differs."""
    if not lines:
        return ()
    words = context.words
    figures = list(dict.fromkeys((one.metric, one.statistic) for one in lines))
    table = {(one.line, one.metric, one.statistic): one for one in lines}
    names = sorted({one.line or "" for one in lines}, key=lambda line: (-_growth(table, line), line))
    rows = tuple(
        (Cell(words.pick(context.bundle.manifest.label("line", line))), *cells)
        for line in names
        for cells in [tuple(_both(context, table.get((line, *figure))) for figure in figures)]
    )
    heads = (Column(words(f"short.{metric}"), is_number=True) for metric, _ in figures)
    columns = (Column(words("column.service")), *heads)
    grid = Grid(words("baseline.services"), columns, rows, words("baseline.services.note"))
    return (fold(words, grid, ["services"] * len(rows)),)


def _growth(table: dict[tuple[str | None, str, str], Difference], line: str) -> float:
    """Return how much longer a service takes than before, as a ratio: what got worse stands first."""
    found = table.get((line, *TIME))
    return 1.0 if found is None or found.ratio is None else found.ratio


def _both(context: Context, one: Difference | None) -> Cell:
    """Return a figure before and after, with half the width of the difference's interval."""
    if one is None:
        return Cell("=", mark="quiet")
    factor, unit = scale_of(one.metric, one.unit, max(abs(one.before), abs(one.after)), context.words)
    half_width = None if one.half_width is None else one.half_width * factor
    before, half = digits(one.before * factor, half_width)
    after, _ = digits(one.after * factor, half_width)
    return Cell(f"{before} → {after} {unit}".rstrip(), f"± {half}" if half else "")


def _grids(context: Context, caption: str, differences: list[Difference], name: str) -> tuple[Grid, ...]:
    """Return a table of differences, none for none; ``name`` is that of the section."""
    if not differences:
        return ()
    words, has_parts = context.words, any(not one.is_whole for one in differences)
    heads = [words("column.cost"), *([words("column.part")] if has_parts else [])]
    sides = ("without", "with_variants") if name == "drift" else ("before", "after")
    numbers = [words(f"column.{one}") for one in (*sides, "difference", *(("ratio",) if name != "drift" else ()))]
    columns = (*(Column(head) for head in heads), *(Column(head, is_number=True) for head in numbers))
    rows = tuple(_row(context, one, has_parts=has_parts, has_ratio=name != "drift") for one in differences)
    return (Grid(caption, columns, rows),)


def _row(context: Context, one: Difference, *, has_parts: bool, has_ratio: bool) -> tuple[Cell, ...]:
    words = context.words
    factor, unit = scale_of(one.metric, one.unit, max(abs(one.before), abs(one.after)), words)
    step, small = scale_of(one.metric, one.unit, one.value, words)
    value, half = digits(one.value * step, None if one.half_width is None else one.half_width * step)
    sign = "+" if one.value > 0.0 else ""
    return (
        Cell(words(f"drift.{one.metric}.{one.statistic}")),
        *([Cell(_part(context, one))] if has_parts else []),
        *(Cell(f"{digits(figure * factor, None)[0]} {unit}".rstrip()) for figure in (one.before, one.after)),
        Cell(
            f"{sign}{value}" if half else f"{sign}{value} {small}".rstrip(),
            f"± {half} {small}".rstrip() if half else "",
        ),
        *([_ratio(one)] if has_ratio else []),
    )


def _part(context: Context, one: Difference) -> str:
    if one.line is not None:
        return context.words.pick(context.bundle.manifest.label("line", one.line))
    return context.scope(Scope(station=one.station, journey=one.journey, operation=one.operation))


def _ratio(one: Difference) -> Cell:
    if one.ratio is None:
        return Cell("")
    value, half = digits(one.ratio, one.ratio_half_width)
    return Cell(value, f"± {half}" if half else "")
