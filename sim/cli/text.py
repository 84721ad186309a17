"""Figures as text: rounded by their interval, in a unit people read."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from sim.units import SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.metric import Estimate

NOTHING: Final = "-"
MAX_LINE: Final = 200


def figure(estimate: Estimate | None) -> str:
    """Return an estimate with its interval: ``4.02 ± 0.31 s``, ``80.1 ± 0.9 %``, ``-`` when nothing was observed."""
    if estimate is None or estimate.value is None:
        return NOTHING
    return amount(estimate.value, estimate.unit, estimate.half_width, is_share=is_share(estimate))


def is_share(estimate: Estimate) -> bool:
    """Return whether a figure is a part of a whole, told as per cent."""
    return estimate.metric == "utilisation" or estimate.statistic in ("share", "share_of_all", "censored")


def amount(value: float, unit: str, half_width: float | None = None, *, is_share: bool = False) -> str:
    """Return a number with its unit, three significant digits, and half-width with as many decimals.

    Parameters
    ----------
    unit : str
        ``s`` is told in the largest unit that leaves at least 2.
    is_share : bool
        Told as per cent.
    """
    factor, name = _scale(value, unit, is_share=is_share)
    scaled = value / factor
    decimals = max(0, 2 - _exponent(scaled))
    words = f"{scaled:.{min(decimals, 6)}f}" if scaled else "0"
    if half_width is not None and (value or half_width):
        words += f" ± {half_width / factor:.{min(decimals, 6)}f}"
    return f"{words} {name}".rstrip()


def _scale(value: float, unit: str, *, is_share: bool) -> tuple[float, str]:
    if unit == "s":
        for name in ("d", "h", "min", "s", "ms"):
            if abs(value) >= SECONDS[name] * (1.0 if name in ("s", "ms") else 2.0):
                return SECONDS[name], name
        return (1.0, "s") if value == 0.0 else (SECONDS["us"], "us")
    if is_share:
        return 0.01, "%"
    return 1.0, "/h" if unit == "1/h" else ""


def _exponent(value: float) -> int:
    return int(f"{value:.2e}".partition("e")[2]) if value else 0


def one_line(text: str) -> str:
    """Return a text of a document on one line of at most 200 characters, for a place that has no more room."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_LINE else f"{line[: MAX_LINE - 3]}..."


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows under a header: the first column to the left, the others to the right, two spaces between."""
    cells = [header, *rows]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(header))]
    return "\n".join(_row(row, widths) for row in cells)


def _row(row: Sequence[str], widths: Sequence[int]) -> str:
    parts = [row[0] + " " * (widths[0] - _width(row[0]))]
    parts += [" " * (width - _width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True)]
    return "  ".join(parts).rstrip()


def _width(text: str) -> int:
    """Return how many columns a text takes: wide characters take two (Unicode Standard Annex 11)."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
