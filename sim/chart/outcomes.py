"""How journeys end: channels down the side, one panel an outcome, so that small shares can be read too."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.chart.axis import number, percent
from sim.chart.curve import draw_value, key_interval
from sim.chart.layout import Row, lay_out
from sim.chart.model import Drawing, Table, shown
from sim.chart.registry import chart
from sim.chart.style import BLUE, FAINT, INK, MUTED
from sim.chart.text import join, say, term
from sim.metric import LEVEL, interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from sim.bundle import Record
    from sim.chart.model import Medium, View
    from sim.scenario.model import Text

IN_FLIGHT: Final = "in flight"
MOST: Final = 6
NOTICED: Final = 0.0005  # a share that is not shown as 0.0 %
ALL: Final = ""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a channel's journeys end so.

    Parameters
    ----------
    channel : str
        ``""`` for all channels together.
    outcome : str
        Of the run's layout, or ``in flight``: begun in the window and not ended.
    count, count_half_width : float or None
        Mean journeys a replication and its interval.
    share, share_half_width : float or None
        Of those begun, 0 to 1; None when none began.
    n : int
        Replications with a value.
    """

    channel: str
    outcome: str
    count: float | None
    count_half_width: float | None
    share: float | None
    share_half_width: float | None
    n: int


def shares(view: View) -> list[Share]:
    """Return every outcome of all journeys and of each channel."""
    return list(_shares(view))


def _shares(view: View) -> Iterator[Share]:
    layout = view.bundle.layout
    channels = list(dict.fromkeys(group.channel for group in layout.groups))
    for channel in (ALL, *channels):
        rows = [row for row, group in enumerate(layout.groups) if channel in (ALL, group.channel)]
        counts = [_counts(record, rows) for record in view.bundle.records]
        for column, outcome in enumerate((*layout.outcomes, IN_FLIGHT)):
            ended = [float(replication[column]) for replication in counts]
            parts = [one[column] / sum(one) if sum(one) else None for one in counts]
            count, half_width, n = interval(ended)
            share, share_half_width, _ = interval(parts)
            yield Share(channel, outcome, count, half_width, share, share_half_width, n)


def _counts(record: Record, rows: list[int]) -> list[int]:
    """Return counted journeys of some groups by outcome, those in flight last."""
    ended = record.group_outcomes[rows].sum(axis=0)
    begun = int(record.group_counts[rows, 1:-1, 0].sum())
    return [*(int(count) for count in ended), max(begun - int(ended.sum()), 0)]


def tabulate(view: View) -> Table:
    """Return counts and shares of each outcome by channel; the empty channel is all."""
    columns = ("channel", "outcome", "journeys", "half_width", "share", "share_half_width", "level", "replications")
    return Table(
        columns,
        tuple(
            (one.channel, one.outcome, one.count, one.count_half_width, one.share, one.share_half_width, LEVEL, one.n)
            for one in shares(view)
        ),
    )


@chart("outcomes", unit="% of journeys", tabulate=tabulate)
def outcomes(view: View, medium: Medium) -> Drawing:
    """Shares of journeys that end in each way, by channel, with their intervals."""
    found = shares(view)
    total = {one.outcome: one.count or 0.0 for one in found if one.channel == ALL}
    known = [name for name in total if total[name] > 0.0]
    names = _ranked(known, total)[: min(MOST, shown(len(known), medium.panels))]
    message = _message(found)
    if len(known) > len(names):
        message = join(message, say("note.more", shown=len(names), all=len(known)))
    channels = list(dict.fromkeys(one.channel for one in found))
    if len(channels) == 2:
        channels = [ALL]
    if not names:
        return Drawing(lay_out(medium, [], view.say("outcomes.title"), view.pick(message))[0], message)
    height = max(0.25 * len(channels), 0.5)
    columns = len(names) if medium.columns > 2 else medium.columns
    rows = [Row((1.0,) * columns, height, left=1.3, inner=0.25) for _ in range(-(-len(names) // columns))]
    figure, axes = lay_out(
        medium, rows, view.say("outcomes.title"), view.pick(message), [key_interval(view, is_bar=True)]
    )
    places = [panel for row in axes for panel in row]
    for place, (panel, name) in enumerate(zip(places, names, strict=False)):
        _panel(panel, view, [one for one in found if one.outcome == name and one.channel in channels])
        panel.tick_params(labelleft=place % columns == 0)
    for panel in places[len(names) :]:
        panel.remove()
    return Drawing(figure, message)


def _ranked(names: list[str], total: dict[str, float]) -> list[str]:
    """Return what completes, what fails and what is under way first, then the other ends, the most frequent first.

    What happens to fewer than ``NOTICED`` of all is not put first.
    """
    least = NOTICED * math.fsum(total.values())
    first = [name for name in names if name in {"completed", "failed", IN_FLIGHT} and total[name] >= least]
    return first + sorted((name for name in names if name not in first), key=lambda name: -total[name])


def _panel(axes: Axes, view: View, found: list[Share]) -> None:
    values = [100.0 * (one.share or 0.0) for one in found]
    errors = [100.0 * (one.share_half_width or 0.0) for one in found]
    places = range(len(found))
    colours = [MUTED if one.channel == ALL else BLUE for one in found]
    axes.barh(places, values, height=0.62, color=colours, zorder=2)
    if any(error > 0.0 for error in errors):
        axes.errorbar(values, places, xerr=errors, fmt="none", ecolor=INK, elinewidth=1.0, capsize=2.0, zorder=3)
    top = max(*(value + error for value, error in zip(values, errors, strict=True)), 1e-9)
    for place, value, error, one in zip(places, values, errors, found, strict=True):
        text = f"{value:.1f} %" if one.share is not None else view.say("outcomes.no_journey")
        draw_value(axes, value + error, place, text)
    axes.set_xlim(0.0, 1.65 * top)
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_yticks(places, [_channel(view, one) for one in found], color=INK)
    axes.locator_params(axis="x", nbins=3)
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x", color=FAINT)
    axes.set_title(view.term("outcome", found[0].outcome))
    axes.set_xlabel("%")


def _channel(view: View, share: Share) -> str:
    return view.term("channel", share.channel) if share.channel else view.say("outcomes.all")


def _message(found: list[Share]) -> Text:
    whole = [one for one in found if one.channel == ALL]
    total = math.fsum(one.count or 0.0 for one in whole)
    if total <= 0.0:
        return say("outcomes.none")
    most = max(whole, key=lambda one: one.count or 0.0)
    text = say(
        "outcomes.message", total=number(total), share=percent(most.share or 0.0), outcome=term("outcome", most.outcome)
    )
    failed = [one for one in found if one.channel != ALL and one.outcome == "failed" and one.share]
    if len(failed) < 2:
        return text
    worst = max(failed, key=lambda one: one.share or 0.0)
    return join(text, say("outcomes.worst", channel=term("channel", worst.channel), share=percent(worst.share or 0.0)))
