"""Utilisation: a map of stations and time of day, and bars over the whole window with their intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib import colormaps
from matplotlib.patches import Patch

from sim.chart.axis import clock, draw_time_axis, percent
from sim.chart.curve import draw_value, key_interval, peak
from sim.chart.layout import Row, lay_out
from sim.chart.letter import width
from sim.chart.model import Drawing, Table, shown
from sim.chart.panel import stations
from sim.chart.registry import chart
from sim.chart.style import BLUE, FAINT, INK
from sim.chart.table import tabulate_series
from sim.chart.text import join, say
from sim.metric import LEVEL

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from sim.chart.model import Medium, View
    from sim.metric import Estimate, Scope, Series
    from sim.scenario.model import Text

LETTERS: Final = 8.0  # points: names of stations
COLOURS: Final = colormaps["Blues"]  # even steps of lightness: dark is busy, in grey print too
OFF: Final = "#eef0f2"


def tabulate(view: View) -> Table:
    """Return the utilisation of each station in each bin, and over the whole window in a row of its width."""
    ranked = _ranked(view)
    bins = tabulate_series(view, "utilisation", [_line(view, scope) for scope, _ in ranked])
    layout = view.bundle.layout
    window = layout.window_end - layout.window_start
    start = bins.rows[0][0] if bins.rows else ""
    whole = tuple(
        (start, window, "utilisation", "mean", scope.station or "", "", "", "", *_figures(estimate), LEVEL, estimate.n)
        for scope, estimate in ranked
    )
    return Table(bins.columns, whole + bins.rows)


@chart("utilisation", unit="% of scheduled server time", tabulate=tabulate)
def utilisation(view: View, medium: Medium) -> Drawing:
    """Share of the servers on duty that are busy, by station and time of day and over the whole window."""
    ranked = _ranked(view)
    most = shown(len(ranked), medium.rows)
    message = _message(view, ranked, most)
    chosen = ranked[:most]
    if not chosen:
        return Drawing(lay_out(medium, [], view.say("utilisation.title"), view.pick(message))[0], message)
    height = 0.29 * len(chosen)
    is_wide = medium.columns > 1
    scopes = [scope for scope, _ in chosen]
    names = [view.pick(view.station(scope)) for scope in scopes]
    left = max(width(name, LETTERS) for name in names) + 0.2
    rows = [Row((1.0,), height, left=left)] * 2
    if is_wide:
        rows = [Row((0.72, 0.28), height, left=left, inner=0.42)]
    figure, axes = lay_out(medium, rows, view.say("utilisation.title"), view.pick(message), _key(view, scopes))
    panels = [panel for row in axes for panel in row]
    _draw_map(panels[0], view, scopes, names, most=9 if is_wide else 4)
    _draw_bars(panels[1], view, [estimate for _, estimate in chosen], names)
    panels[1].tick_params(labelleft=not is_wide)
    return Drawing(figure, message)


def _line(view: View, scope: Scope) -> Series:
    return view.series("utilisation", "mean", scope)


def _ranked(view: View) -> list[tuple[Scope, Estimate]]:
    found = ((scope, view.summary.get("utilisation", "mean", scope)) for scope in stations(view))
    known = [(scope, estimate) for scope, estimate in found if estimate is not None and estimate.value is not None]
    return sorted(known, key=lambda pair: -(pair[1].value or 0.0))


def _figures(estimate: Estimate) -> tuple[float | None, float | None]:
    return estimate.value, estimate.half_width


def _key(view: View, scopes: list[Scope]) -> list[Artist]:
    steps: list[Artist] = [
        Patch(facecolor=COLOURS(step / 4.0), edgecolor=FAINT, linewidth=0.6, label=f"{25 * step} %")
        for step in range(5)
    ]
    if any(np.isnan(_line(view, scope).value).any() for scope in scopes):
        label = view.say("utilisation.off")
        steps.append(Patch(facecolor=OFF, edgecolor="#9aa3ad", hatch="////", linewidth=0.3, label=label))
    return [*steps, key_interval(view, is_bar=True)]


def _draw_map(axes: Axes, view: View, scopes: list[Scope], names: list[str], *, most: int) -> None:
    lines = [_line(view, scope) for scope in scopes]
    values = np.vstack([line.value for line in lines])
    first, last = float(lines[0].starts[0]), float(lines[0].starts[-1] + lines[0].width)
    axes.set_facecolor(OFF)
    axes.axhspan(-0.5, len(names) - 0.5, facecolor="none", edgecolor="#c3c9d0", hatch="////", linewidth=0.0, zorder=0)
    axes.imshow(
        np.ma.masked_invalid(values),
        cmap=COLOURS,
        vmin=0.0,
        vmax=1.0,
        aspect="auto",
        interpolation="none",
        extent=(first, last, len(names) - 0.5, -0.5),
        zorder=1,
    )
    for row in range(1, len(names)):
        axes.axhline(row - 0.5, color="white", linewidth=1.5, zorder=2)
    axes.grid(visible=False)
    axes.set_yticks(range(len(names)), names, color=INK)
    axes.set_title(view.say("utilisation.by_time"))
    axes.spines["left"].set_visible(False)
    draw_time_axis(axes, view.bundle.manifest.start, lines[0], most=most, title=view.say("axis.time_of_day"))


def _draw_bars(axes: Axes, view: View, estimates: list[Estimate], names: list[str]) -> None:
    values = [100.0 * (estimate.value or 0.0) for estimate in estimates]
    errors = [100.0 * (estimate.half_width or 0.0) for estimate in estimates]
    places = range(len(names))
    axes.barh(places, values, height=0.62, color=BLUE, zorder=2)
    if any(estimate.half_width for estimate in estimates):
        axes.errorbar(values, places, xerr=errors, fmt="none", ecolor=INK, elinewidth=1.0, capsize=2.0, zorder=3)
    top = max(100.0, *values)
    for place, value, error in zip(places, values, errors, strict=True):
        draw_value(axes, value + error, place, f"{value:.1f}")
    axes.set_xlim(0.0, 1.22 * top)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(places, names, color=INK)
    axes.set_xticks([0, 50, 100])
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x", color=FAINT)
    axes.set_title(view.say("utilisation.whole"))
    axes.set_xlabel(view.say("utilisation.axis"))


def _message(view: View, ranked: list[tuple[Scope, Estimate]], most: int) -> Text:
    if not ranked:
        return say("utilisation.none")
    scope, estimate = ranked[0]
    line = _line(view, scope)
    value, start = peak(line)
    text = say(
        "utilisation.message",
        station=view.station(scope),
        value=percent(estimate.value or 0.0),
        peak=clock(view.bundle.manifest.start, start, span=line.width * len(line.starts)),
        peak_value=percent(value if math.isfinite(value) else 0.0),
    )
    return join(text, say("note.more", shown=most, all=len(ranked))) if len(ranked) > most else text
