"""Journeys begun and finished, for all and by channel (by journey where there is one channel alone)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.chart.axis import clock, draw_time_axis, number
from sim.chart.curve import FIRST, SECOND, ceiling, draw_curve, key_interval, key_line, peak
from sim.chart.layout import Row, lay_out, panels, room_for
from sim.chart.model import Drawing, shown
from sim.chart.registry import chart
from sim.chart.table import tabulate_series
from sim.chart.text import join, say
from sim.metric import Scope

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.chart.model import Medium, Table, View
    from sim.metric import Series
    from sim.scenario.model import Text


def scopes(view: View) -> list[Scope]:
    """Return what the small panels show: channels, or journeys where there is one channel alone; in the run's order."""
    groups = view.bundle.layout.groups
    channels = list(dict.fromkeys(group.channel for group in groups))
    if len(channels) > 1:
        return [Scope(channel=name) for name in channels]
    journeys = list(dict.fromkeys(group.journey for group in groups))
    return [Scope(journey=name) for name in journeys] if len(journeys) > 1 else []


def tabulate(view: View) -> Table:
    """Return begun and finished journeys an hour: all, then each channel or journey."""
    lines = [series for scope in (Scope(), *scopes(view)) for series in _lines(view, scope)]
    return tabulate_series(view, "journeys", lines)


@chart("throughput", unit="journeys per hour", tabulate=tabulate)
def throughput(view: View, medium: Medium) -> Drawing:
    """Journeys begun and finished in an hour over the day, with the band of the interval."""
    parts = _busy(view)
    parts = parts[: shown(len(parts), medium.panels)]
    left = room_for(ceiling(*_lines(view, Scope())))
    rows = [Row((1.0,), 2.1, left), *panels(len(parts), medium, 0.95, left=left)]
    message = _message(view, len(parts))
    key = [
        key_line(FIRST, view.say("throughput.begun")),
        key_line(SECOND, view.say("throughput.finished")),
        key_interval(view),
    ]
    figure, axes = lay_out(medium, rows, view.say("throughput.title"), view.pick(message), key)
    _panel(axes[0][0], view, Scope(), most=13 if medium.columns > 1 else 5)
    small = [panel for row in axes[1:] for panel in row]
    for panel, scope in zip(small, parts, strict=False):
        _panel(panel, view, scope, most=5)
    for panel in small[len(parts) :]:
        panel.remove()
    return Drawing(figure, message)


def _lines(view: View, scope: Scope) -> tuple[Series, Series]:
    return view.series("demand", "per_hour", scope), view.series("throughput", "per_hour", scope)


def _busy(view: View) -> list[Scope]:
    """Return what has journeys, the most first: a panel of nothing says nothing."""
    return sorted((scope for scope in scopes(view) if _total(view, scope)), key=lambda scope: -_total(view, scope))


def _total(view: View, scope: Scope) -> float:
    return float(_lines(view, scope)[0].value.sum())


def _panel(axes: Axes, view: View, scope: Scope, *, most: int) -> None:
    begun, finished = _lines(view, scope)
    draw_curve(axes, finished, SECOND)
    draw_curve(axes, begun, FIRST)
    axes.set_ylim(0.0, 1.08 * ceiling(begun, finished) or 1.0)
    axes.locator_params(axis="y", nbins=4)
    axes.yaxis.set_major_formatter(lambda value, _: number(value))
    axes.set_title(_name(view, scope))
    axes.set_ylabel(view.say("throughput.axis" if scope == Scope() else "throughput.short_axis"))
    draw_time_axis(axes, view.bundle.manifest.start, begun, most=most, title=view.say("axis.time_of_day"))


def _name(view: View, scope: Scope) -> str:
    if scope.channel:
        return view.term("channel", scope.channel)
    return view.journey_name(scope.journey) if scope.journey else view.say("throughput.all")


def _message(view: View, most: int) -> Text:
    begun, finished = _lines(view, Scope())
    highest, start = peak(begun)
    if highest <= 0.0:
        return say("throughput.none")
    place = int((begun.starts == start).argmax())
    text = say(
        "throughput.message",
        peak=clock(view.bundle.manifest.start, start, span=begun.width * len(begun.starts)),
        begun=number(highest),
        finished=number(float(finished.value[place])),
        total=number(float(begun.value.sum()) * begun.width / 3600.0),
    )
    every = len(_busy(view))
    return join(text, say("note.more", shown=most, all=every)) if every > most else text
