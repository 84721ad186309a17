"""Waiting-time quantiles over the day, one panel a station, with the objective drawn in."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.chart.axis import clock, draw_long_times, draw_time_axis, number, time_unit
from sim.chart.curve import FIRST, OBJECTIVE, SECOND, ceiling, draw_curve, key_interval, key_line, peak
from sim.chart.layout import lay_out, panels
from sim.chart.model import Drawing
from sim.chart.panel import choose, name_or_count, stations
from sim.chart.registry import chart
from sim.chart.style import OBJECTIVE_INK
from sim.chart.table import tabulate_series
from sim.chart.text import join, say
from sim.units import SECONDS, format_duration

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.chart.model import Medium, Table, View
    from sim.chart.panel import Choice
    from sim.metric import Scope, Series, Verdict
    from sim.scenario.model import Text

SHORT: Final = 0.001  # seconds: waits below it are none that anybody notices
QUANTILES: Final = ("p50", "p95")


def tabulate(view: View) -> Table:
    """Return p50 and p95 of the waiting time of each station and bin."""
    lines = [_line(view, scope, quantile) for scope in stations(view) for quantile in QUANTILES]
    return tabulate_series(view, "waiting_time", lines)


@chart("waiting", unit="s", tabulate=tabulate)
def waiting(view: View, medium: Medium) -> Drawing:
    """Waiting-time quantiles p50 and p95 over the day by station, over visits that were served."""
    choice = choose(view, lambda scope: _line(view, scope, "p95"), above=SHORT, most=medium.panels)
    message = _message(view, choice)
    has_objective = any(_objectives(view, scope) for scope in choice.shown)
    key = [key_line(FIRST, "p95"), key_line(SECOND, "p50"), key_interval(view)] if choice.shown else []
    key += [key_line(OBJECTIVE, view.say("key.objective"))] if has_objective else []
    rows = panels(len(choice.shown), medium, 1.3, above=0.46 if has_objective else 0.32)
    figure, axes = lay_out(medium, rows, view.say("waiting.title"), view.pick(message), key)
    places = [panel for row in axes for panel in row]
    for panel, scope in zip(places, choice.shown, strict=False):
        _panel(panel, view, scope, pad=15.0 if has_objective else None)
    for panel in places[len(choice.shown) :]:
        panel.remove()
    return Drawing(figure, message)


def _line(view: View, scope: Scope, quantile: str) -> Series:
    return view.series("waiting_time", quantile, scope)


def _objectives(view: View, scope: Scope) -> tuple[Verdict, ...]:
    return tuple(
        verdict
        for verdict in view.summary.verdicts
        if verdict.estimate.metric == "waiting_time"
        and verdict.estimate.scope == scope
        and math.isfinite(verdict.objective.value)
    )


def _panel(axes: Axes, view: View, scope: Scope, *, pad: float | None) -> None:
    median, high = (_line(view, scope, quantile) for quantile in QUANTILES)
    top = ceiling(median, high)
    is_wide = _is_wide(high, top)
    unit = "s" if is_wide else time_unit(top)
    factor = 1.0 / SECONDS[unit]
    draw_curve(axes, high, FIRST, factor=factor)
    draw_curve(axes, median, SECOND, factor=factor)
    for verdict in _objectives(view, scope)[:1]:
        top = _draw_objective(axes, view, verdict, top=top, factor=factor)
    if is_wide:
        draw_long_times(axes, top)
        axes.set_ylabel(view.say("waiting.axis.wide"))
    else:
        axes.set_ylim(0.0, 1.12 * top * factor)
        axes.locator_params(axis="y", nbins=4)
        axes.yaxis.set_major_formatter(lambda value, _: number(value))
        axes.set_ylabel(view.say("waiting.axis", unit=unit))
    axes.set_title(view.pick(view.station(scope)), pad=pad)
    draw_time_axis(axes, view.bundle.manifest.start, median, most=5, title=view.say("axis.time_of_day"))


def _is_wide(line: Series, top: float) -> bool:
    """Whether waits of hours stand beside waits of minutes: who comes after closing waits until the next opening."""
    noticed = line.value[line.value > SHORT]
    return top >= 2 * SECONDS["h"] and noticed.size > 0 and float(noticed.min()) < top / 50.0


def _draw_objective(axes: Axes, view: View, verdict: Verdict, *, top: float, factor: float) -> float:
    """Draw an objective where it does not crush the curves; say it in words either way. Return the new top."""
    objective, estimate = verdict.objective, verdict.estimate
    is_near = objective.value <= 2.5 * top
    if is_near:
        height = objective.value * factor
        axes.axhline(height, color=OBJECTIVE.colour, linestyle=OBJECTIVE.dashes, linewidth=OBJECTIVE.width)
    text = view.say(
        "waiting.objective" if objective.bound == "at_most" else "waiting.least",
        statistic=estimate.statistic,
        value=format_duration(objective.value),
        outcome=say(f"waiting.{verdict.outcome}", value=format_duration(estimate.value or 0.0)),
    )
    axes.text(0.0, 1.035, text, transform=axes.transAxes, va="bottom", size=7.5, color=OBJECTIVE_INK)
    return max(top, objective.value) if is_near else top


def _message(view: View, choice: Choice) -> Text:
    texts = []
    if choice.shown:
        longest = _line(view, choice.shown[0], "p95")
        value, start = peak(longest)
        span = longest.width * len(longest.starts)
        instant = clock(view.bundle.manifest.start, start, span=span)
        station = view.station(choice.shown[0])
        texts.append(say("waiting.message", station=station, peak=instant, value=format_duration(value)))
    else:
        texts.append(say("waiting.none", value=format_duration(SHORT)))
    for key, scopes in (("waiting.quiet", choice.quiet if choice.shown else ()), ("waiting.idle", choice.idle)):
        if scopes:
            texts.append(name_or_count(view, key, scopes, value=format_duration(SHORT)))
    if choice.hidden:
        texts.append(say("note.more", shown=len(choice.shown), all=len(choice.shown) + choice.hidden))
    return join(*texts)
