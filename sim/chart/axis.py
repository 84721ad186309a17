"""Axes: time of day, units of time, numbers for people."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sim.units import SECONDS, format_duration

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.metric import Series

STEPS: Final = (
    *(1, 2, 5, 10, 15, 30),
    *(60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 10800, 14400, 21600, 43200),
    *(86400, 172800, 604800, 1209600, 2592000, 7776000, 31536000),
)


def clock(start: datetime, seconds: float, *, span: float) -> str:
    """Return an instant for people.

    Parameters
    ----------
    start : datetime
        The scenario's start.
    seconds : float
        Since the start.
    span : float
        Length of the axis it stands on, in seconds: ``HH:MM``, with seconds up to one hour, with the date beyond two
        days.
    """
    instant = start + timedelta(seconds=seconds)
    if span > 2 * SECONDS["d"]:
        return f"{instant:%m-%d %H:%M}"
    return f"{instant:%H:%M}" if span > SECONDS["h"] else f"{instant:%H:%M:%S}"


def number(value: float) -> str:
    """Return a number for people: three significant digits, thousands set apart."""
    if not math.isfinite(value):
        return "?"
    if abs(value) >= 100.0:
        return f"{value:,.0f}"
    rounded = f"{value:.3g}"
    return rounded if "e" not in rounded else f"{value:.1e}"


def percent(share: float) -> str:
    """Return a share for people, in per cent with one decimal."""
    return f"{100.0 * share:.1f} %"


LADDER: Final = (0.0, 10.0, 60.0, 600.0, 3600.0, 36000.0, 345600.0, 2592000.0)


def draw_long_times(axes: Axes, longest: float) -> None:
    """Give axes in seconds a scale that shows seconds and days: linear up to 10 s, logarithmic above.

    Parameters
    ----------
    longest : float
        Top of the axis, in seconds, >= 60.
    """
    axes.set_yscale("symlog", linthresh=LADDER[1], linscale=0.5)
    axes.set_ylim(0.0, 2.0 * longest)
    steps = [step for step in LADDER if step <= 1.5 * longest]
    axes.set_yticks(steps, ["0", *(format_duration(step) for step in steps[1:])])
    axes.minorticks_off()


def time_unit(longest: float) -> str:
    """Return the unit of ``sim.units`` in which times up to ``longest`` seconds read best."""
    for unit, least in (("d", 2 * 86400.0), ("h", 2 * 3600.0), ("min", 100.0), ("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if longest >= least:
            return unit
    return "us" if longest > 0.0 else "s"


def ticks(start: datetime, first: float, last: float, most: int) -> list[tuple[float, str]]:
    """Return places (seconds since the start) and labels of a time axis, at round instants of the local clock.

    Parameters
    ----------
    first, last : float
        Ends of the axis, in seconds since the start, ``first < last``.
    most : int
        Largest number of ticks, >= 2.
    """
    step = next((step for step in STEPS if (last - first) / step < most), STEPS[-1])
    midnight = (start - start.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
    lowest = math.ceil((first + midnight) / step - 1e-9)
    highest = math.floor((last + midnight) / step + 1e-9)
    places = [index * step - midnight for index in range(lowest, highest + 1)]
    return [(place, _tick_label(start, place, step=step, is_last=place >= last - 1e-6)) for place in places]


def _tick_label(start: datetime, place: float, *, step: int, is_last: bool) -> str:
    instant = start + timedelta(seconds=place)
    if step >= 86400:
        return f"{instant:%Y-%m-%d}" if step > 2592000 else f"{instant:%m-%d}"
    if is_last and instant.hour == instant.minute == instant.second == 0:
        return "24:00"
    return f"{instant:%H:%M:%S}" if step < 60 else f"{instant:%H:%M}"


def draw_time_axis(axes: Axes, start: datetime, series: Series, *, most: int, title: str) -> None:
    """Give axes the time of day of a series' bins."""
    first, last = float(series.starts[0]), float(series.starts[-1] + series.width)
    places = ticks(start, first, last, most)
    axes.set_xlim(first, last)
    axes.set_xticks([place for place, _ in places], [text for _, text in places])
    axes.set_xlabel(title)
