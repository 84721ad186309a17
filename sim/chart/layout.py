"""Pages of panels, laid out in inches: the same picture on every machine, whatever the letters measure.

::

    title and message      only where the medium wants them
    key                    what lines and bands mean, once
    row of panels          title above, time below, axis at the left
    row of panels
    origin                 in files: which run, and that it rests on assumed figures
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from matplotlib.figure import Figure

from sim.chart.axis import number
from sim.chart.letter import columns, drawable, wrap
from sim.chart.style import INK, MUTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from sim.chart.model import Medium

TITLE: Final = 0.34  # inches: one line of title
LINE: Final = 0.19  # one line of message
KEY: Final = 0.19  # one line of key
RIGHT: Final = 0.27
BOTTOM: Final = 0.06
FOOT: Final = 0.24  # one line of origin, in a file
AXIS: Final = 0.66  # title of an axis at the left with numbers of six characters
CHARACTER: Final = 0.075  # each further one


@dataclass(frozen=True, slots=True)
class Row:
    """Panels side by side.

    Parameters
    ----------
    widths : tuple of float
        Shares of the width, one a panel; None of them needs to be drawn.
    height : float
        Of the plotting area, in inches.
    left, inner : float
        Room for the axis labels of the first panel and of those after it, in inches.
    above, below : float
        Room for the panel title and for the tick labels, in inches.
    """

    widths: tuple[float, ...]
    height: float
    left: float = AXIS
    inner: float = AXIS
    above: float = 0.32
    below: float = 0.46

    @property
    def total(self) -> float:
        """Height with its margins, in inches."""
        return self.above + self.height + self.below


def room_for(highest: float) -> float:
    """Return the room for the labels of an axis at the left that goes up to a number, in inches."""
    return AXIS + CHARACTER * max(0, len(number(highest)) - 6)


def panels(count: int, medium: Medium, height: float, *, above: float = 0.32, left: float = AXIS) -> list[Row]:
    """Return rows for ``count`` equal panels: as many side by side as the medium takes, without an almost empty row."""
    columns = min(medium.columns, count) if count != 4 else min(medium.columns, 2)
    return [Row((1.0,) * columns, height, left, left, above) for _ in range(-(-count // columns))] if count else []


def lay_out(
    medium: Medium, rows: Sequence[Row], title: str, message: str, key: Sequence[Artist] = ()
) -> tuple[Figure, list[list[Axes]]]:
    """Return an empty figure and its axes, row by row.

    Parameters
    ----------
    title, message : str
        Shown where the medium wants them.
    key : sequence of Artist
        Labelled lines and patches, explained above the panels.
    """
    lines = wrap(drawable(message), 128) if medium.is_titled else []
    head = (TITLE + LINE * len(lines) + 0.08) if medium.is_titled else 0.0
    key_lines = _key_lines(key, medium)
    top = head + (KEY * len(key_lines) + 0.1 if key else 0.0)
    bottom = FOOT if medium.is_titled else BOTTOM
    rows = _flattened(rows, medium.tallest - top - bottom)
    height = top + sum(row.total for row in rows) + bottom
    figure = Figure(figsize=(medium.width, height), facecolor="white")
    if medium.is_titled:
        figure.text(0.12 / medium.width, 1 - 0.1 / height, drawable(title), size=13, weight="bold", va="top")
        text = "\n".join(lines)
        figure.text(0.12 / medium.width, 1 - (TITLE + 0.06) / height, text, size=9, color=MUTED, va="top")
    for place, line in enumerate(key_lines):
        _draw_key(figure, line, 0.06 / medium.width, 1 - (head + KEY * place) / height)
    axes = []
    for row in rows:
        axes.append(_row(figure, row, medium.width, height, top))
        top += row.total
    return figure, axes


def _flattened(rows: Sequence[Row], room: float) -> Sequence[Row]:
    """Return rows whose plotting areas are so flat that all fit into a height, in inches."""
    plots = sum(row.height for row in rows)
    excess = sum(row.total for row in rows) - room
    if excess <= 0.0:
        return rows
    factor = max(1.0 - excess / plots, 0.2)
    return [replace(row, height=factor * row.height) for row in rows]


def sign(figure: Figure, origin: str) -> None:
    """Write the origin of the data at the foot of a figure for a file."""
    width, height = figure.get_size_inches()
    figure.text(0.12 / width, 0.09 / height, drawable(origin), size=7.5, color=MUTED, va="bottom")


def _row(figure: Figure, row: Row, width: float, height: float, top: float) -> list[Axes]:
    free = width - RIGHT - row.left - row.inner * (len(row.widths) - 1)
    bottom = 1 - (top + row.above + row.height) / height
    left, axes = 0.0, []
    for place, share in enumerate(row.widths):
        size = free * share / sum(row.widths)
        left += row.inner if place else row.left
        axes.append(figure.add_axes((left / width, bottom, size / width, row.height / height)))
        left += size
    return axes


def _key_lines(key: Sequence[Artist], medium: Medium) -> list[list[Artist]]:
    """Return the entries of a key, broken into lines that fit the medium by an estimate of their width."""
    lines: list[list[Artist]] = []
    used = medium.width
    for artist in key:
        needed = 0.68 + 0.072 * columns(str(artist.get_label()))
        if used + needed > medium.width:
            lines.append([])
            used = 0.0
        lines[-1].append(artist)
        used += needed
    return lines


def _draw_key(figure: Figure, line: list[Artist], left: float, top: float) -> None:
    legend = figure.legend(
        handles=line,
        loc="upper left",
        bbox_to_anchor=(left, top),
        ncols=len(line),
        frameon=False,
        fontsize=8.5,
        handlelength=2.2,
        columnspacing=1.8,
        borderaxespad=0.0,
        borderpad=0.3,
    )
    for text in legend.get_texts():
        text.set_color(INK)
