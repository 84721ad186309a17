"""Curves over the day: a line, the band of its interval, what the key says of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.chart.axis import percent
from sim.chart.style import BLUE, BLUE_BAND, GREEN, GREEN_BAND, INK, VERMILLION
from sim.metric import LEVEL

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from sim.chart.model import View
    from sim.metric import Series


@dataclass(frozen=True, slots=True)
class Look:
    """Colour, band, dashes and width of a kind of line: two lines always differ by their dashes too."""

    colour: str
    band: str
    dashes: Literal["solid"] | tuple[float, tuple[float, ...]] = "solid"
    width: float = 1.6


FIRST: Final = Look(BLUE, BLUE_BAND)
SECOND: Final = Look(GREEN, GREEN_BAND, (0, (3.0, 1.4)), 1.4)
OBJECTIVE: Final = Look(VERMILLION, VERMILLION, (0, (7.0, 3.0)), 1.1)


def draw_curve(axes: Axes, series: Series, look: Look, *, factor: float = 1.0) -> None:
    """Draw a series at the middles of its bins, with the band of its interval.

    Parameters
    ----------
    factor : float
        Units of the axis in one base unit.
    """
    middles = series.starts + series.width / 2.0
    values = series.value * factor
    low = np.maximum((series.value - series.half_width) * factor, 0.0)
    high = (series.value + series.half_width) * factor
    axes.fill_between(middles, low, high, color=look.band, linewidth=0.0, zorder=1.5)
    axes.plot(middles, values, color=look.colour, linestyle=look.dashes, linewidth=look.width, zorder=3)
    alone = _alone(values)
    if alone.any():  # a value without neighbours has no line: it gets a dot
        axes.plot(middles[alone], values[alone], "o", color=look.colour, markersize=3.5, zorder=3)


def _alone(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    known = np.isfinite(values)
    before = np.concatenate(([False], known[:-1]))
    after = np.concatenate((known[1:], [False]))
    return known & ~before & ~after


def peak(series: Series) -> tuple[float, float]:
    """Return the largest value of a series and the start of its bin; (0, start of the first) when it has none."""
    if not np.isfinite(series.value).any():
        return 0.0, float(series.starts[0])
    place = int(np.nanargmax(series.value))
    return float(series.value[place]), float(series.starts[place])


def ceiling(*lines: Series) -> float:
    """Return the top of the tallest line, its interval included up to twice as high."""
    tops = [0.0]
    for series in lines:
        tallest = peak(series)[0]
        upper = series.value + np.nan_to_num(series.half_width)
        tops.append(min(float(np.nanmax(upper)), 2.0 * tallest) if np.isfinite(upper).any() else tallest)
    return max(tops)


def draw_value(axes: Axes, end: float, place: float, text: str) -> None:
    """Write a value behind the end of a bar."""
    axes.annotate(text, (end, place), (4.0, 0.0), textcoords="offset points", va="center", size=8, color=INK)


def key_line(look: Look, text: str) -> Artist:
    """Return an entry of the key for a line."""
    return Line2D([], [], color=look.colour, linestyle=look.dashes, linewidth=look.width, label=text)


def key_interval(view: View, *, is_bar: bool = False) -> Artist:
    """Return the entry of the key for intervals: level and number of replications, or that there are none.

    Parameters
    ----------
    is_bar : bool
        Whether they are drawn as bars instead of bands.
    """
    count = len(view.bundle.records)
    if count < 2:
        return Patch(facecolor="none", edgecolor="none", label=view.say("key.no_interval"))
    text = view.say("key.interval", level=percent(LEVEL).replace(".0", ""), n=count)
    if is_bar:
        return Line2D([], [], color=INK, linewidth=1.0, marker="|", markevery=1, label=text)
    return Patch(facecolor="#d5dbe1", edgecolor="none", label=text)
