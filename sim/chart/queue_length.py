"""Queue length over the day, one panel a station."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.chart.axis import clock, draw_time_axis, number
from sim.chart.curve import FIRST, ceiling, draw_curve, key_interval, key_line, peak
from sim.chart.layout import lay_out, panels, room_for
from sim.chart.model import Drawing
from sim.chart.panel import choose, name_or_count, stations
from sim.chart.registry import chart
from sim.chart.table import tabulate_series
from sim.chart.text import join, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.chart.model import Medium, Table, View
    from sim.chart.panel import Choice
    from sim.metric import Scope, Series
    from sim.scenario.model import Text

SHORT: Final = 0.05  # jobs: a mean queue below it is none that anybody sees


def tabulate(view: View) -> Table:
    """Return the mean number waiting at each station in each bin."""
    return tabulate_series(view, "queue_length", [_line(view, scope) for scope in stations(view)])


@chart("queue_length", unit="jobs", tabulate=tabulate)
def queue_length(view: View, medium: Medium) -> Drawing:
    """Mean number waiting over the day by station, with the band of the interval."""
    choice = choose(view, lambda scope: _line(view, scope), above=SHORT, most=medium.panels)
    message = _message(view, choice)
    key = [key_line(FIRST, view.say("queue_length.axis")), key_interval(view)] if choice.shown else []
    left = room_for(max((ceiling(_line(view, scope)) for scope in choice.shown), default=0.0))
    rows = panels(len(choice.shown), medium, 1.1, left=left)
    figure, axes = lay_out(medium, rows, view.say("queue_length.title"), view.pick(message), key)
    places = [panel for row in axes for panel in row]
    for panel, scope in zip(places, choice.shown, strict=False):
        _panel(panel, view, scope)
    for panel in places[len(choice.shown) :]:
        panel.remove()
    return Drawing(figure, message)


def _line(view: View, scope: Scope) -> Series:
    return view.series("queue_length", "mean", scope)


def _panel(axes: Axes, view: View, scope: Scope) -> None:
    line = _line(view, scope)
    draw_curve(axes, line, FIRST)
    axes.set_ylim(0.0, 1.12 * ceiling(line))
    axes.locator_params(axis="y", nbins=4)
    axes.yaxis.set_major_formatter(lambda value, _: number(value))
    axes.set_title(view.pick(view.station(scope)))
    axes.set_ylabel(view.say("queue_length.unit"))
    draw_time_axis(axes, view.bundle.manifest.start, line, most=5, title=view.say("axis.time_of_day"))


def _message(view: View, choice: Choice) -> Text:
    texts = [say("queue_length.none")]
    if choice.shown:
        longest = _line(view, choice.shown[0])
        value, start = peak(longest)
        instant = clock(view.bundle.manifest.start, start, span=longest.width * len(longest.starts))
        station = view.station(choice.shown[0])
        texts = [say("queue_length.message", station=station, peak=instant, value=number(value))]
    if choice.shown and choice.quiet:
        texts.append(name_or_count(view, "queue_length.quiet", choice.quiet, value=number(SHORT)))
    if choice.hidden:
        texts.append(say("note.more", shown=len(choice.shown), all=len(choice.shown) + choice.hidden))
    return join(*texts)
