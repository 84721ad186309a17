"""Fairness: the same station from platform to platform, as tiles, as a league table, as inequality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.chart.divisions import places
from sim.metric import Scope
from sim.report.fold import fold
from sim.report.model import Cell, Column, Grid, Section

if TYPE_CHECKING:
    from sim.chart.divisions import Place
    from sim.report.context import Context


def section(context: Context) -> tuple[Section, ...]:
    """Return the section; none for a run in which no station stands in several divisions."""
    found = [one for one in places(context.view) if one.seen]
    if not found:
        return ()
    words = context.words
    grids = (_inequality(context, found), _open(context, found[0]))
    folded = tuple(_league(context, one) for one in found[1:])
    title = words("section.divisions")
    return (Section("divisions", title, (words("divisions.lead"),), ("divisions",), grids=grids, folded=folded),)


def _inequality(context: Context, found: list[Place]) -> Grid:
    words = context.words
    statistics = ("gini", "p95_range", "p95_ratio")
    rows = tuple(
        (
            Cell(context.station(scope)),
            *(context.cell("inequality", statistic, scope) for statistic in statistics),
        )
        for scope in (Scope(station=one.station) for one in found)
    )
    columns = (
        Column(words("column.station")),
        *(Column(words(f"column.{name}"), is_number=True) for name in statistics),
    )
    return fold(words, Grid(words("divisions.inequality"), columns, rows, words("divisions.inequality.note")))


def _league(context: Context, place: Place) -> Grid:
    words = context.words
    rows = tuple(
        (
            Cell(f"{rank}. {words.pick(context.bundle.manifest.label('division', scope.division or ''))}"),
            context.cell("waiting_time", "p95", scope),
            context.cell("waiting_time", "mean", scope),
            context.cell("utilisation", "mean", scope),
            context.cell("services", "total", scope),
        )
        for rank, scope in enumerate((one.scope for one in place.waits), 1)
    )
    heads = ("p95", words("column.mean"), words("column.utilisation"), words("column.services"))
    numbers = (Column(head, is_number=True) for head in heads)
    columns = (Column(words("column.platform")), *numbers)
    station = context.station(Scope(station=place.station))
    return Grid(words("divisions.league", station=station), columns, rows)


def _open(context: Context, place: Place) -> Grid:
    """Return a league table that stands open: its first platforms do."""
    grid = _league(context, place)
    return fold(context.words, grid, ["platforms"] * len(grid.rows), worst=1)
