"""The PDF: pages of A4, every chart and table, the same bytes for the same run, in both languages."""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text as MplText

from sim.chart import CHARTS, PRINT, Language, View
from sim.chart.style import STYLE
from sim.metric import summarise
from sim.report import FORMATS
from sim.report.model import Cell, Column, Grid
from sim.report.sheet import HEIGHT, LOWEST, MARGIN, ROOM, WIDTH, Book
from sim.report.sheet_table import write_table
from tests.synthetic_day import synthetic_bundle


@pytest.fixture(autouse=True)
def _style() -> Iterator[None]:
    with rc_context(STYLE):
        yield


@cache
def pdf(language: Language) -> bytes:
    bundle = synthetic_bundle(replications=2, bins=8)
    content = FORMATS.get("pdf").render(View(bundle, summarise(bundle), language))
    assert isinstance(content, bytes)
    return content


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_is_a4_and_the_fonts_are_inside(language: Language) -> None:
    content = pdf(language)
    pages = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", content)

    assert content.startswith(b"%PDF")
    assert len(pages) >= 1 + len(CHARTS.names())
    assert {(round(float(wide)), round(float(high))) for wide, high in pages} == {(595, 842)}
    assert (b"TongbanSansSC" in content) == (language == "zh")
    assert len(content) < 1_000_000


def test_the_same_sheets_give_the_same_bytes_without_a_date() -> None:
    bundle = synthetic_bundle(replications=2, bins=4)
    view = View(bundle, summarise(bundle), "zh")

    def bound() -> bytes:
        book = Book("foot")
        book.paragraph("A paragraph. 一段文字。")
        book.show(CHARTS.get("network").draw(view, PRINT).figure, "Title", "message")
        return book.bind("title")

    first = bound()
    assert bound() == first
    assert b"CreationDate" not in first


def texts(book: Book) -> list[list[tuple[str, float, float, float, float]]]:
    """Return the texts of each sheet with their boxes in inches from its upper left corner."""
    found = []
    for sheet in book.sheets:
        canvas = FigureCanvasAgg(sheet.figure)
        canvas.draw()  # type: ignore[no-untyped-call] # matplotlib has no types here
        boxes = []
        for text in sheet.figure.findobj(MplText):
            box, dpi = text.get_window_extent(), sheet.figure.dpi
            boxes.append((text.get_text(), box.x0 / dpi, HEIGHT - box.y1 / dpi, box.x1 / dpi, HEIGHT - box.y0 / dpi))
        found.append(boxes)
    return found


def test_a_long_table_goes_on_over_sheets_with_its_head_on_each() -> None:
    words = "a text that is much too long for its column and breaks " * 3
    rows = tuple((Cell(f"row{number}"), Cell(words), Cell("1,234 ± 5.6 min")) for number in range(60))
    grid = Grid("Caption", (Column("Name"), Column("Words"), Column("Figure", is_number=True)), rows, "A note.")
    book = Book("foot")

    write_table(book, grid)

    sheets = texts(book)
    assert len(sheets) > 1
    assert all("Figure" in [text for text, *_ in sheet] for sheet in sheets)
    assert [text for sheet in sheets for text, *_ in sheet if text.startswith("row")] == [f"row{n}" for n in range(60)]
    for text, left, top, right, bottom in [box for sheet in sheets for box in sheet]:
        assert left >= MARGIN - 0.05, text
        assert right <= WIDTH - MARGIN + 0.05, text
        assert top >= MARGIN - 0.05, text
        assert bottom <= LOWEST + 0.05, text


def test_a_figure_in_a_table_is_never_broken() -> None:
    columns = tuple(Column(f"a heading {number}", is_number=True) for number in range(7))
    grid = Grid("", columns, ((Cell("1,234", "± 567 min"),) * 7,))
    book = Book("foot")

    write_table(book, grid)

    assert [text for sheet in texts(book) for text, *_ in sheet].count("1,234 ± 567 min") == 7


def test_a_paragraph_keeps_to_the_width_of_the_sheet() -> None:
    book = Book("foot")

    book.paragraph("等候最长的是审核民警，排班时间的大部分被占用。" * 20)  # noqa: RUF001 - Chinese marks

    (sheet,) = texts(book)
    assert len(sheet) > 3
    assert max(right - left for _, left, _, right, _ in sheet) <= 1.05 * ROOM  # a screen rounds the widths of letters
