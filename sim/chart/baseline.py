"""Services before and after: a dumbbell for each figure of each service, hollow before and filled after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from matplotlib.lines import Line2D

from sim.chart.axis import number, percent, time_unit
from sim.chart.layout import Row, lay_out
from sim.chart.letter import shorten, width
from sim.chart.model import Drawing, Table, shown
from sim.chart.registry import chart
from sim.chart.style import BLUE, FAINT, INK, MUTED, ORANGE, VERMILLION
from sim.chart.text import join, listed, say
from sim.metric import LEVEL, Scope
from sim.scenario.model import Text
from sim.units import SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from sim.bundle import Difference
    from sim.chart.model import Medium, View
    from sim.scenario.model import Statement

FIGURES: Final = ("materials_submitted", "visits_in_person", "waiting_in_person", "processing_time")
STATISTIC: Final = "mean"
PITCH: Final = 0.235  # inches from service to service
LETTERS: Final = 8.0  # points: names of services
WORSE: Final = (0, (2.5, 1.2))
COLUMNS: Final = (
    *("metric", "statistic", "unit", "line", "station", "journey", "operation"),
    *("before", "after", "difference", "half_width", "ratio", "ratio_half_width", "level", "pairs"),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure of a service before and after; half the width of the difference's interval, where there is one."""

    before: float
    after: float
    half_width: float | None = None

    @property
    def is_worse(self) -> bool:
        """Whether there is more of it than before."""
        return self.after > self.before


def tabulate(view: View) -> Table:
    """Return every difference between the run and its baseline, in base units."""
    comparison = view.bundle.manifest.comparison
    rows = tuple(
        (
            *(one.metric, one.statistic, one.unit),
            *(part or "" for part in (one.line, one.station, one.journey, one.operation)),
            *(one.before, one.after, one.value, one.half_width, one.ratio, one.ratio_half_width, one.level, one.n),
        )
        for one in (comparison.differences if comparison else ())
    )
    return Table(COLUMNS, rows)


@chart("baseline", unit="materials, visits and times per journey", tabulate=tabulate)
def baseline(view: View, medium: Medium) -> Drawing:
    """Materials, visits, waiting and time of each service before and after, beside published statements."""
    found, whole = _lines(view), _whole(view)
    message = _message(view, found, whole)
    if not whole or not found:
        return Drawing(lay_out(medium, [], view.say("baseline.title"), view.pick(message))[0], message)
    most = shown(len(found), 2 * medium.rows if medium.columns > 1 else medium.rows)
    names = _busiest(view, found)[:most]
    if len(found) > most:
        message = join(message, say("note.more", shown=most, all=len(found)))
    is_row = medium.columns > 1
    longest = 34 if medium.columns > 2 else 27
    titles = [view.pick(view.title("line", name)) for name in names]
    labels = [view.say("baseline.all"), *(shorten(title, longest) for title in titles)]
    left, height = max(width(label, LETTERS) for label in labels) + 0.2, PITCH * len(labels)
    layout = [Row((1.0,), height, left=left, above=0.5)] * len(FIGURES)
    if is_row:
        layout = [Row((1.0,) * len(FIGURES), height, left=left, inner=0.16, above=0.5)]
    title = view.say("baseline.title")
    figure, axes = lay_out(medium, layout, title, view.pick(message), _key(view, found, whole))
    panels = [panel for row in axes for panel in row]
    for place, (panel, metric) in enumerate(zip(panels, FIGURES, strict=True)):
        pairs = [whole.get(metric), *(found[name].get(metric) for name in names)]
        _panel(panel, view, metric, pairs)
        panel.set_yticks(range(len(labels)), labels, color=INK)
        panel.tick_params(labelleft=not is_row or place == 0)
    return Drawing(figure, message)


def _whole(view: View) -> dict[str, Pair]:
    """Return the figures over all journeys."""
    return {one.metric: _pair(one) for one in _differences(view) if one.is_whole}


def _lines(view: View) -> dict[str, dict[str, Pair]]:
    """Return the figures of each service that differs in any: one that does not differ stands once."""
    found: dict[str, dict[str, Pair]] = {}
    for one in _differences(view):
        if one.line is not None:
            found.setdefault(one.line, {})[one.metric] = _pair(one)
    journeys = {group.line: group.journey for group in view.bundle.layout.groups}
    for line, pairs in found.items():
        for metric in FIGURES:
            same = view.summary.get(metric, STATISTIC, Scope(journey=journeys.get(line, "")))
            if metric not in pairs and same is not None and same.value is not None:
                pairs[metric] = Pair(same.value, same.value)
    return found


def _differences(view: View) -> Sequence[Difference]:
    comparison = view.bundle.manifest.comparison
    if comparison is None or comparison.kind != "scenario":
        return ()
    return [one for one in comparison.differences if (one.metric in FIGURES and one.statistic == STATISTIC)]


def _pair(one: Difference) -> Pair:
    return Pair(one.before, one.after, one.half_width)


def _busiest(view: View, found: dict[str, dict[str, Pair]]) -> list[str]:
    """Return the services by how many journeys begin, the most first."""
    groups = view.bundle.layout.groups
    begun = dict.fromkeys(found, 0)
    for record in view.bundle.records:
        for row, group in enumerate(groups):
            if group.line in begun:
                begun[group.line] += int(record.group_counts[row, 1:-1, 0].sum())
    return sorted(found, key=lambda name: (-begun[name], name))


def _unit(metric: str, longest: float) -> tuple[float, str]:
    """Return by what a figure is multiplied on its axis, and the unit there."""
    if metric not in {"waiting_in_person", "processing_time"}:
        return 1.0, ""
    unit = time_unit(longest)
    return 1.0 / SECONDS[unit], unit


def _panel(axes: Axes, view: View, metric: str, pairs: Sequence[Pair | None]) -> None:
    longest = max((max(one.before, one.after) for one in pairs if one is not None), default=0.0) or 1.0
    factor, unit = _unit(metric, longest)
    for place, one in enumerate(pairs):
        if one is not None:
            _dumbbell(axes, place, one, factor)
    published = _published(view, metric)
    if published is not None and pairs[0] is not None:
        at = pairs[0].before * (1.0 + published.value) if published.kind == "change" else published.value
        axes.plot([at * factor], [-0.42], _sign(published), color=ORANGE, mec=INK, mew=0.6, ms=5.0, zorder=6)
    axes.axhspan(-0.5, 0.5, color="#f1f4f7", linewidth=0.0, zorder=0)
    axes.set_xlim(-0.04 * longest * factor, 1.08 * longest * factor)
    axes.set_ylim(len(pairs) - 0.5, -0.72)
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x", color=FAINT)
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter(lambda value, _: number(value) if value else "0")
    axes.set_xlabel(view.say("baseline.axis.unit", unit=unit) if unit else view.say("baseline.axis"))
    axes.set_title(view.say(f"baseline.{metric}"), pad=17.0)
    if pairs[0] is not None:
        before, after = _told(metric, pairs[0])
        text = view.say("baseline.both", before=before, after=after)
        axes.annotate(text, (0.0, 1.0), (0.0, 4.0), "axes fraction", "offset points", size=7.5, color=MUTED)


def _dumbbell(axes: Axes, place: int, one: Pair, factor: float) -> None:
    before, after = one.before * factor, one.after * factor
    colour, dashes = (VERMILLION, WORSE) if one.is_worse else ("#9aa3ad", "solid")
    axes.plot([before, after], [place, place], color=colour, linestyle=dashes, linewidth=1.5, zorder=2)
    if one.half_width:
        error = [[min(one.half_width * factor, after)], [one.half_width * factor]]
        axes.errorbar([after], [place], xerr=error, fmt="none", ecolor=INK, elinewidth=0.8, capsize=1.8, zorder=3)
    axes.plot([before], [place], "o", color="white", mec=INK, mew=1.1, ms=5.2, zorder=4)
    axes.plot([after], [place], "o", color=BLUE, mec=BLUE, ms=4.6, zorder=5)


def _published(view: View, metric: str) -> Statement | None:
    """Return what was published of a figure of all journeys; None for none."""
    return next((one for one in view.bundle.manifest.statements if one.metric == metric), None)


def _sign(statement: Statement) -> str:
    """Return a diamond for about a value, and an arrowhead that points beyond it."""
    if statement.bound == "about":
        return "D"
    return "<" if statement.value < 0.0 else ">"


def _told(metric: str, pair: Pair) -> tuple[str, str]:
    """Return both figures in the same unit, which stands behind the second."""
    factor, unit = _unit(metric, max(pair.before, pair.after))
    return number(pair.before * factor), f"{number(pair.after * factor)} {unit}".rstrip()


def _key(view: View, found: dict[str, dict[str, Pair]], whole: dict[str, Pair]) -> list[Artist]:
    key: list[Artist] = [
        _mark("o", "white", INK, view.say("baseline.key.before")),
        _mark("o", BLUE, BLUE, view.say("baseline.key.after")),
    ]
    if any(one.is_worse for pairs in (whole, *found.values()) for one in pairs.values()):
        label = view.say("baseline.key.worse")
        key.append(Line2D([], [], color=VERMILLION, linestyle=WORSE, linewidth=1.5, label=label))
    stated = [one for metric in FIGURES if metric in whole and (one := _published(view, metric)) is not None]
    key += [
        _mark(sign, ORANGE, INK, view.say(f"baseline.key.{name}"))
        for sign, name in (("D", "published"), ("<", "below"), (">", "above"))
        if sign in {_sign(one) for one in stated}
    ]
    return [*key, _interval(view)]


def _mark(sign: str, colour: str, edge: str, label: str) -> Artist:
    return Line2D([], [], marker=sign, linestyle="none", color=colour, mec=edge, mew=0.9, ms=5.2, label=label)


def _interval(view: View) -> Artist:
    pairs = max((one.n for one in _differences(view)), default=0)
    if pairs < 2:
        return Line2D([], [], linestyle="none", label=view.say("key.no_interval"))
    text = view.say("baseline.key.interval", level=percent(LEVEL).replace(".0", ""), n=pairs)
    return Line2D([], [], color=INK, linewidth=0.8, marker="|", label=text)


def _message(view: View, found: dict[str, dict[str, Pair]], whole: dict[str, Pair]) -> Text:
    if not whole or not found:
        return say("baseline.none")
    told = {metric: _told(metric, whole[metric]) for metric in FIGURES if metric in whole}
    changes = listed(
        say("baseline.change", figure=say(f"baseline.in.{metric}"), before=before, after=after)
        for metric, (before, after) in told.items()
    )
    worse = [name for name, pairs in found.items() if "processing_time" in pairs and pairs["processing_time"].is_worse]
    text = say("baseline.message", changes=Text(changes.en, changes.zh.replace("、", "，")))  # noqa: RUF001 - a Chinese comma
    if not worse:
        return text
    return join(text, say("baseline.worse", services=listed(view.title("line", name) for name in sorted(worse))))
