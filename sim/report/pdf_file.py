"""The report as PDF: A4 sheets with a cover, a sheet for each chart, and every table; drawn without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib import rc_context

from sim.chart import CHARTS, PRINT
from sim.chart.letter import drawable, use_fonts
from sim.chart.style import MUTED, STYLE, VERMILLION
from sim.report.page import make_page
from sim.report.registry import report_format
from sim.report.sheet import BODY, HEADING, MARGIN, ROOM, SMALL, Book, Type
from sim.report.sheet_table import COLOURS, SIGNS, write_table
from sim.report.text import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.chart import View
    from sim.report.model import Page, Section, Tile

TITLE: Final = Type(22.0, is_bold=True)
HEADLINE: Final = Type(12.0)
FIGURE: Final = Type(14.5, is_bold=True)
ASSUMED: Final = Type(9.0, "#7a5200", is_bold=True)
ACROSS: Final = 3  # objectives side by side
FIGURES_ACROSS: Final = 4  # so that the cover is one sheet
GAP: Final = 0.13  # inches between tiles
PAD: Final = 0.1  # inches inside them


@report_format("pdf", file="report.pdf", is_shown=False)
def render_pdf(view: View) -> bytes:
    """Give a printable report on A4: cover with key figures and objectives, charts, tables, how to reproduce."""
    page = make_page(view, has_charts=False)
    words = Words(view.language)
    manifest = view.bundle.manifest
    book = Book(f"tongban {page.product} · {manifest.name} · {manifest.digest[:8]} · {words('report')}")
    use_fonts()
    with rc_context(STYLE):
        _cover(book, page, words)
        for section in page.sections:
            for name in section.charts:
                chart = CHARTS.get(name)
                drawing = chart.draw(view, PRINT)
                book.show(drawing.figure, view.pick(chart.title), view.pick(drawing.message))
            _section(book, section, page)
        return book.bind(page.title)


def _cover(book: Book, page: Page, words: Words) -> None:
    book.turn()
    book.paragraph(words("report"), SMALL, after=0.02)
    book.paragraph(page.title, TITLE, after=0.05)
    book.paragraph(" · ".join(page.subtitle), Type(9.0, MUTED), after=0.12)
    for warning in page.warnings:
        book.paragraph(warning, Type(9.0, VERMILLION, is_bold=True))
    book.paragraph(page.headline, HEADLINE, after=0.12)
    if page.assumed:
        book.paragraph(f"{page.assumed} · {words('chart.assumed')}", ASSUMED, after=0.12)
    book.paragraph(page.interval_note, SMALL, after=0.12)  # before the figures: behind them it may begin a sheet
    book.paragraph(words("objectives"), HEADING)
    if not page.objectives:
        book.paragraph(words("objectives.none"))
    _tiles(book, page.objectives + page.further, ACROSS)
    book.need(1.6)
    book.paragraph(words("key_figures"), HEADING)
    _tiles(book, page.figures, FIGURES_ACROSS)


def _tiles(book: Book, tiles: Sequence[Tile], across: int) -> None:
    wide = (ROOM - GAP * (across - 1)) / across
    for first in range(0, len(tiles), across):
        row = [_lines(tile, wide - 2 * PAD) for tile in tiles[first : first + across]]
        high = max(sum(style.line for _, style in lines) for lines in row) + 2 * PAD
        book.need(high + GAP)
        for place, (tile, lines) in enumerate(zip(tiles[first:], row, strict=False)):
            left, y = MARGIN + place * (wide + GAP), book.y + PAD
            book.sheet.box(left, book.y, wide, high, facecolor="white", edgecolor="#b9c1ca", linewidth=0.7)
            if tile.mark:
                book.sheet.box(left, book.y, 0.05, high, facecolor=COLOURS[tile.mark], linewidth=0.0)
            for text, style in lines:
                book.sheet.write(left + PAD + 0.02, y, text, style)
                y += style.line
        book.y += high + GAP
    book.y += 0.1


def _lines(tile: Tile, room: float) -> list[tuple[str, Type]]:
    """Return the lines of a tile with their types."""
    verdict = Type(8.5, COLOURS.get(tile.mark, MUTED), is_bold=True)
    parts = (
        (tile.title, Type(8.0, MUTED, is_bold=True)),
        (f"{tile.value} {tile.unit}".strip(), FIGURE),
        (tile.interval, SMALL),
        (tile.objective, BODY),
        (f"{SIGNS.get(tile.mark, '')}{tile.verdict}" if tile.verdict else "", verdict),
        (tile.remark, SMALL),
        (tile.note, SMALL),
    )
    return [(line, style) for text, style in parts if text for line in style.wrap(drawable(text), room)]


def _section(book: Book, section: Section, page: Page) -> None:
    is_continued = bool(section.charts)
    if not (section.lead or section.grids):
        return
    book.need(HEADING.line + 1.2)
    if not is_continued:
        book.paragraph(section.title, HEADING)
    for paragraph in section.lead:
        book.paragraph(paragraph)
    if section.name == "reproduce":
        book.paragraph(page.command, Type(9.0, is_bold=True), after=0.12)
    for grid in section.grids:
        write_table(book, grid)
