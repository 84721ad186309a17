"""Estimates as text: one unit, and as many digits as the interval leaves standing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.chart.axis import percent, time_unit
from sim.report.model import Cell
from sim.units import SECONDS

if TYPE_CHECKING:
    from sim.metric import Estimate
    from sim.report.text import Words

NUMBERS: Final = frozenset(
    {"queue_length", "number_in_station", "visits_in_person", "materials_submitted", "inequality"}
)
"""Metrics of unit 1 that are no shares."""
NOTHING: Final = "-"
MOST: Final = 3  # decimals


def scale_of(metric: str, unit: str, value: float, words: Words) -> tuple[float, str]:
    """Return by what a figure is multiplied and in which unit it is shown.

    Parameters
    ----------
    metric, unit : str
        As in ``sim.metric.Estimate``.
    value : float
        The figure: a time is shown in the unit in which it reads best.
    """
    if unit == "s":
        shown = time_unit(abs(value))
        return 1.0 / SECONDS[shown], shown
    if unit == "1/h":
        return 1.0, words("per_hour")
    return (100.0, "%") if unit == "1" and metric not in NUMBERS else (1.0, "")


def digits(value: float, half_width: float | None) -> tuple[str, str]:
    """Return a figure and its half-width with the same number of decimals, at most three.

    The half-width has two significant digits; without one, or with one of 0, the figure has three. What would round
    to 0 without being 0 is given as less than its last decimal.
    """
    decimals = 0 if value == round(value) else 2 - _size(value)
    if half_width:
        decimals = 1 - _size(half_width)
    decimals = min(max(decimals, 0), MOST)
    half = "" if half_width is None else _fixed(half_width, decimals) if half_width else "0"
    return _fixed(value, decimals), half


def _size(value: float) -> int:
    return math.floor(math.log10(abs(value))) if value else 0


def _fixed(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return text if value == 0.0 or float(text.replace(",", "")) != 0.0 else f"< {10.0**-decimals:.{decimals}f}"


def parts(estimate: Estimate, words: Words) -> tuple[str, str, str]:
    """Return value, half-width and unit of an estimate as text; the half-width is empty where there is none."""
    if estimate.value is None:
        return words("no_data"), "", ""
    factor, unit = scale_of(estimate.metric, estimate.unit, estimate.value, words)
    half_width = None if estimate.half_width is None else estimate.half_width * factor
    value, half = digits(estimate.value * factor, half_width)
    return value, half, unit


def figure_text(estimate: Estimate, words: Words) -> str:
    """Return an estimate on one line: value, half-width where there is one, unit."""
    value, half, unit = parts(estimate, words)
    return f"{value} ± {half} {unit}".rstrip() if half else f"{value} {unit}".rstrip()


def cell(estimate: Estimate | None, words: Words) -> Cell:
    """Return an estimate as a cell of a grid."""
    if estimate is None or estimate.value is None:
        return Cell(NOTHING, mark="quiet")
    value, half, unit = parts(estimate, words)
    if not half:
        return Cell(f"{value} {unit}".rstrip())
    return Cell(value, f"± {half} {unit}".rstrip())


def interval_text(estimate: Estimate, words: Words) -> str:
    """Return the interval of an estimate in words: half-width, level and n, or that and why there is none."""
    if estimate.value is None:
        return words("no_data")
    _, half, unit = parts(estimate, words)
    if not half:
        return words("no_interval" if estimate.n < 2 else "no_interval_value")
    level = percent(estimate.level).replace(".0 %", " %")
    return words("interval", half=f"{half} {unit}".rstrip(), level=level, n=estimate.n)


def plain(metric: str, unit: str, value: float, words: Words) -> str:
    """Return a figure without interval, such as a set value, with its unit."""
    factor, shown = scale_of(metric, unit, value, words)
    return f"{value * factor:,.6g} {shown}".rstrip() if math.isfinite(value) else words("no_data")
