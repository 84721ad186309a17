"""Tables on sheets: columns as wide as their words need, cells on several lines, the head again on each sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sim.chart.letter import drawable, pieces
from sim.chart.style import MUTED, VERMILLION
from sim.report.sheet import MARGIN, ROOM, SMALL, Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.report.model import Cell, Grid, Mark
    from sim.report.sheet import Book

LETTERS: Final = Type(6.7)
HEAD: Final = Type(6.7, MUTED, is_bold=True)
CAPTION: Final = Type(10.0, is_bold=True)
GAP: Final = 0.055  # inches on each side of a cell
AIR: Final = 0.035  # above and below
WHOLE: Final = 1.3  # inches: words up to this length are not broken
HEADED: Final = 0.5  # inches: room for a heading over cells that need less
SIGNS: Final[dict[Mark, str]] = {"good": "✓ ", "bad": "✕ ", "open": "○ "}
COLOURS: Final[dict[Mark, str]] = {"good": "#0b6b4d", "bad": VERMILLION, "open": MUTED, "quiet": MUTED}


@dataclass(frozen=True, slots=True)
class _Frame:
    """Left edges and widths of the columns, in inches, and which hold numbers."""

    lefts: tuple[float, ...]
    widths: tuple[float, ...]
    numbers: tuple[bool, ...]


def write_table(book: Book, grid: Grid) -> None:
    """Write a table where the book has come to."""
    frame = _frame(grid)
    heads = [column.title for column in grid.columns]
    first = [_text(cell) for row in grid.every_row[:1] for cell in row]
    book.need(CAPTION.line + _height(frame, heads, HEAD) + _height(frame, first, LETTERS) + 0.1)
    if grid.caption:
        book.paragraph(grid.caption, CAPTION, after=0.04)
    _head(book, frame, heads)
    for row in grid.every_row:
        texts = [_text(cell) for cell in row]
        height = _height(frame, texts, LETTERS)
        sheets = len(book.sheets)
        book.need(height)
        if len(book.sheets) > sheets:
            _head(book, frame, heads)
        _row(book, frame, texts, [_look(cell) for cell in row])
        book.sheet.box(MARGIN, book.y - 0.002, ROOM, 0.0, edgecolor="#d9dee4", linewidth=0.4)
    book.y += 0.06
    if grid.note:
        book.paragraph(grid.note, SMALL)
    book.y += 0.14


def _text(cell: Cell) -> str:
    return drawable(f"{SIGNS.get(cell.mark, '')}{cell.text} {cell.half}".strip())


def _look(cell: Cell) -> Type:
    return replace(LETTERS, colour=COLOURS.get(cell.mark, LETTERS.colour), is_bold=cell.mark in SIGNS)


def _frame(grid: Grid) -> _Frame:
    """Return columns that take what their cells want, or share what there is by how much each could give."""
    least, wanted = zip(*(_column(grid, place) for place in range(len(grid.columns))), strict=True)
    room = ROOM - 2 * GAP * len(wanted)
    widths = list(wanted)
    if sum(least) > room:
        widths = _capped(least, room)
    elif sum(wanted) > room:
        share = (sum(wanted) - room) / (sum(wanted) - sum(least))
        widths = [want - share * (want - low) for want, low in zip(wanted, least, strict=True)]
    lefts = [MARGIN + GAP + sum(widths[:place]) + 2 * GAP * place for place in range(len(widths))]
    return _Frame(tuple(lefts), tuple(widths), tuple(column.is_number for column in grid.columns))


def _column(grid: Grid, place: int) -> tuple[float, float]:
    """Return how wide a column must and would be, in inches: figures and marks stay whole, texts break at words."""
    column = grid.columns[place]
    words = [HEAD.width(word) for word in pieces(column.title)]
    least = wanted = max([*words, min(HEAD.width(column.title), HEADED)])
    for row in grid.every_row:
        style, text = _look(row[place]), _text(row[place])
        parts = [text] if column.is_number or style.is_bold else pieces(text)
        longest = max((style.width(part) for part in parts), default=0.0)
        least = max(least, longest if column.is_number or style.is_bold else min(longest, WHOLE))
        wanted = max(wanted, style.width(text))
    return least + 0.01, wanted + 0.01


def _capped(least: Sequence[float], room: float) -> list[float]:
    """Return widths that fit a room because the widest are cut to the same, and no other."""
    cap = max(least)
    while sum(min(width, cap) for width in least) > room:
        cap -= 0.01
    return [min(width, cap) for width in least]


def _height(frame: _Frame, texts: Sequence[str], style: Type) -> float:
    lines = [len(style.wrap(text, width)) for text, width in zip(texts, frame.widths, strict=False)]
    return max(lines, default=0) * style.line + 2 * AIR


def _head(book: Book, frame: _Frame, heads: list[str]) -> None:
    if any(heads):
        _row(book, frame, heads, [HEAD] * len(heads))
        book.sheet.box(MARGIN, book.y - 0.002, ROOM, 0.0, edgecolor=MUTED, linewidth=0.7)


def _row(book: Book, frame: _Frame, texts: Sequence[str], looks: Sequence[Type]) -> None:
    height = 0.0
    for place, (text, look) in enumerate(zip(texts, looks, strict=True)):
        is_number = frame.numbers[place]
        x = frame.lefts[place] + (frame.widths[place] if is_number else 0.0)
        lines = look.wrap(text, frame.widths[place])
        for number, line in enumerate(lines):
            book.sheet.write(x, book.y + AIR + number * look.line, line, look, side="right" if is_number else "left")
        height = max(height, len(lines) * look.line)
    book.y += height + 2 * AIR
