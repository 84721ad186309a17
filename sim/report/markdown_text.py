"""The report as Markdown (GitHub's dialect): words and tables, no charts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sim.report.page import make_page
from sim.report.registry import report_format
from sim.report.text import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.chart import View
    from sim.report.model import Cell, Grid, Tile

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


@report_format("markdown", file="report.md")
def render_markdown(view: View) -> str:
    """Give the words and tables of the report as text, for tickets and repositories."""
    page = make_page(view, has_charts=False)
    words = Words(view.language)
    lines = [f"# {_plain(page.title)}", "", _plain(" · ".join(page.subtitle)), "", _plain(page.headline), ""]
    for warning in page.warnings:
        lines += [f"> {_plain(warning)}", ""]
    lines += _tiles(words("objectives"), page.objectives + page.further) or [_plain(words("objectives.none")), ""]
    lines += _tiles(words("key_figures"), page.figures)
    lines += [_plain(page.interval_note), ""]
    for section in page.sections:
        if section.lead or section.grids:
            lines += [f"## {_plain(section.title)}", ""]
        for paragraph in section.lead:
            lines += [_plain(paragraph), ""]
        for grid in section.grids:
            lines += _grid(grid)
        if section.name == "reproduce":
            lines += [f"    {' '.join(page.command.split())}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _tiles(title: str, tiles: tuple[Tile, ...]) -> list[str]:
    if not tiles:
        return []
    return [f"## {_plain(title)}", "", *(_tile(tile) for tile in tiles), ""]


def _tile(tile: Tile) -> str:
    verdict = "; ".join(part for part in (tile.objective, tile.verdict, tile.remark) if part)
    figure = f"{tile.value} {tile.unit}".rstrip()
    tail = f"; {_plain(verdict)}" if verdict else ""
    note = f" ({_plain(tile.note)})" if tile.note else ""
    return f"- {_plain(tile.title)}{note}: **{_plain(figure)}**, {_plain(tile.interval)}{tail}"


def _grid(grid: Grid) -> list[str]:
    lines = [f"### {_plain(grid.caption)}", ""] if grid.caption else []
    lines += list(_table(grid))
    return [*lines, "", *([_plain(grid.note), ""] if grid.note else [])]


def _table(grid: Grid) -> Iterator[str]:
    yield "| " + " | ".join(_plain(column.title) for column in grid.columns) + " |"
    yield "|" + "|".join("---:" if column.is_number else "---" for column in grid.columns) + "|"
    for row in grid.every_row:
        yield "| " + " | ".join(_cell(cell) for cell in row) + " |"


def _cell(cell: Cell) -> str:
    return _plain(f"{cell.text} {cell.half}".rstrip())


def _plain(text: str) -> str:
    """Return a text in which nothing is taken for Markdown or HTML, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
