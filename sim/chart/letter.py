"""Letters: the fonts of charts, what they can draw, how wide a text is and where it may break.

Takes the font that comes with matplotlib and the Chinese one that stands in ``sim/chart/font``; promises the same
letters on every machine and nothing written to the user's configuration.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from matplotlib.font_manager import FontEntry, FontProperties, findfont, fontManager, get_font

if TYPE_CHECKING:
    from collections.abc import Callable

LATIN: Final = "DejaVu Sans"  # comes with matplotlib
CHINESE: Final = "Tongban Sans SC"
CHINESE_FILE: Final = Path(__file__).parent / "font" / "TongbanSansSC.otf"
FONTS: Final = (LATIN, CHINESE)
LARGE: Final = 200.0  # points

# a word; or a wide letter with the marks that must not stand first or last on a line (GB/T 15834-2011, 5.1)
_OPENING, _CLOSING = "“‘（《〈「『【", "，。、；：？！）》〉」』】”’％…"  # noqa: RUF001 - Chinese marks
_WIDE = r"\u2e80-\u9fff\uff00-\uffef"
_PIECE = re.compile(
    rf"[{_OPENING}]*(?:(?:[^ \n\-{_OPENING}{_CLOSING}{_WIDE}]|-(?![a-z]))+(?:-(?=[a-z]))?|[{_WIDE}])[{_CLOSING}]*"
    rf"|[{_OPENING}{_CLOSING}]|-| +|\n"
)


@cache
def use_fonts() -> None:
    """Make the Chinese font known to matplotlib, in this process alone; one file serves every weight."""
    for weight in (400, 700):
        entry = FontEntry(fname=str(CHINESE_FILE), name=CHINESE, weight=weight, stretch="normal", size="scalable")
        fontManager.ttflist.append(entry)


@cache
def _letters() -> frozenset[int]:
    files = (findfont(LATIN), str(CHINESE_FILE))
    return frozenset(letter for file in files for letter in get_font(file).get_charmap())


def is_drawable(text: str) -> bool:
    """Return whether the fonts of the charts have every letter of a text."""
    return all(ord(letter) in _letters() for letter in text)


def drawable(text: str) -> str:
    """Return a text with ``?`` for each letter that the fonts of the charts lack."""
    return "".join(letter if ord(letter) in _letters() else "?" for letter in text)


def columns(text: str) -> int:
    """Return how wide a text is, in halves of a Chinese letter (Unicode Standard Annex 11)."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def label(title: str, name: str, *, longest: int = 40) -> str:
    """Return how something is called in a chart: its title, or its name when the fonts lack letters of the title.

    Parameters
    ----------
    longest : int
        Columns, >= 2; a longer text ends in an ellipsis.
    """
    return shorten(title if is_drawable(title) else drawable(name), longest)


def shorten(text: str, longest: int) -> str:
    """Return a text of at most so many columns, on one line; a longer one ends in an ellipsis."""
    line = " ".join(text.split())
    if columns(line) <= longest:
        return line
    while columns(line) > longest - 1:
        line = line[:-1]
    return line.rstrip() + "…"


@lru_cache(maxsize=8192)
def width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return how wide a text is drawn, in inches; ``size`` is in points."""
    use_fonts()
    weight = "bold" if is_bold else "normal"
    font = get_font((findfont(FontProperties(family=LATIN, weight=weight)), str(CHINESE_FILE)))
    font.set_size(LARGE, 72.0)  # at the size of small print, advances are rounded to whole points
    font.set_text(text, 0.0)
    return float(font.get_width_height()[0]) / 64.0 / 72.0 * size / LARGE


def wrap(text: str, widest: float, measure: Callable[[str], float] = columns) -> list[str]:
    """Return a text as lines: words stay whole where they fit, Chinese breaks anywhere but beside its marks.

    Parameters
    ----------
    widest : float
        Width of a line, as ``measure`` gives it.
    measure : callable
        By default ``columns``.
    """
    lines = [""]
    for piece in (part for found in pieces(text) for part in _parts(found, widest, measure)):
        if piece == "\n" or measure((lines[-1] + piece).rstrip(" ")) > widest:
            lines[-1] = lines[-1].rstrip(" ")
            lines.append("" if piece.isspace() and piece != "\N{NO-BREAK SPACE}" else piece)
        elif lines[-1] or piece.strip(" "):
            lines[-1] += piece
    return [line for line in lines if line] or [""]


def pieces(text: str) -> list[str]:
    """Return the parts of a text between which a line may break, spaces among them; together they are the text."""
    return _PIECE.findall(text)


def _parts(piece: str, widest: float, measure: Callable[[str], float]) -> list[str]:
    """Return a piece, cut where it alone is wider than a line."""
    if measure(piece) <= widest:
        return [piece]
    parts = [""]
    for letter in piece:
        if parts[-1] and measure(parts[-1] + letter) > widest:
            parts.append("")
        parts[-1] += letter
    return parts
