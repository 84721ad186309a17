"""Waits from division to division: a grid of tiles for each station that stands in several, the darker the longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from matplotlib.patches import Rectangle

from sim.chart.axis import number, time_unit
from sim.chart.layout import Row, lay_out
from sim.chart.letter import width, wrap
from sim.chart.model import Drawing, Table
from sim.chart.registry import chart
from sim.chart.style import FAINT, INK, MUTED, VERMILLION
from sim.chart.table import cell
from sim.chart.text import join, say
from sim.chart.tile_grid import COLUMNS, place
from sim.metric import LEVEL, Scope
from sim.units import SECONDS, format_duration

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.chart.model import Medium, View
    from sim.chart.tile_grid import Tile
    from sim.metric import Estimate
    from sim.scenario.model import Text

MOST: Final = 4  # stations
QUANTILE: Final = "p95"
NOTICED: Final = 1.0  # seconds: a station where nobody waits longer has no grid
SHADES: Final = (
    "#eef5fa",
    "#cde2f0",
    "#9cc7e2",
    "#5aa3cf",
    "#0072B2",
    "#00466e",
)  # one hue; grey print keeps the order
LETTERS: Final = 7.5  # points: the note under a grid
GAP: Final = 0.06  # of a tile


@dataclass(frozen=True, slots=True)
class Place:
    """A station with the waits of its divisions.

    Parameters
    ----------
    waits : tuple of Estimate
        One a division, longest first; those without visits last.
    """

    station: str
    waits: tuple[Estimate, ...]

    @property
    def seen(self) -> list[float]:
        """The waits there are, longest first, in seconds."""
        return [one.value for one in self.waits if one.value is not None]


def places(view: View) -> list[Place]:
    """Return the stations that stand in several divisions, those at which most time is lost first."""
    found: dict[str, list[Estimate]] = {}
    for one in view.summary.of("waiting_time"):
        if one.statistic == QUANTILE and one.division:
            found.setdefault(one.station or "", []).append(one)
    ranked = sorted(found, key=lambda name: (-_lost(view, name), name))
    return [Place(name, tuple(sorted(found[name], key=_order))) for name in ranked]


def _lost(view: View, station: str) -> float:
    found = view.summary.get("waiting_volume", "total", Scope(station=station))
    return found.value or 0.0 if found else 0.0


def _order(one: Estimate) -> tuple[bool, float, str]:
    return one.value is None, -(one.value or 0.0), one.division or ""


def tabulate(view: View) -> Table:
    """Return the p95 of the waiting time of each station and division."""
    columns = ("station", "division", "waiting_time_p95_s", "half_width_s", "level", "replications")
    rows = [
        (one.station or "", one.division or "", _cell(one.value), _cell(one.half_width), LEVEL, one.n)
        for place_ in places(view)
        for one in place_.waits
    ]
    return Table(columns, tuple(rows))


def _cell(value: float | None) -> float | None:
    return None if value is None else cell(value)


@chart("divisions", unit="s", tabulate=tabulate)
def divisions(view: View, medium: Medium) -> Drawing:
    """Waiting-time quantile p95 of every division as a grid of tiles, one grid a station; schematic, not a map."""
    known = places(view)
    noticed = [one for one in known if one.seen and one.seen[0] > NOTICED]
    shown = noticed[: min(MOST, medium.panels // 3)]
    message = _message(view, known, shown)
    if len(noticed) > len(shown):
        message = join(message, say("note.more", shown=len(shown), all=len(noticed)))
    if not shown:
        return Drawing(lay_out(medium, [], view.say("divisions.title"), view.pick(message))[0], message)
    columns = min(len(shown), 2 if medium.columns > 1 else 1)
    tiles = place(one.division or "" for one in shown[0].waits)
    depth = max(tile.row for tile in tiles.values()) + 1
    wide = (medium.width - 0.5) / columns - 0.3
    row = Row((1.0,) * columns, depth * min(wide / COLUMNS, 0.62), left=0.12, inner=0.3, above=0.3, below=0.46)
    figure, axes = lay_out(medium, [row] * -(-len(shown) // columns), view.say("divisions.title"), view.pick(message))
    panels = [panel for line in axes for panel in line]
    for panel, one in zip(panels, shown, strict=False):
        _panel(panel, view, one, depth, wide)
    for panel in panels[len(shown) :]:
        panel.remove()
    return Drawing(figure, message)


def _panel(axes: Axes, view: View, station: Place, depth: int, room: float) -> None:
    """Draw the grid of a station; the note under it keeps to a room in inches."""
    longest = station.seen[0]
    unit = time_unit(longest)
    limit = _objective(view, station.station)
    axes.set_xlim(0.0, COLUMNS)
    axes.set_ylim(depth, 0.0)
    axes.set_axis_off()
    axes.set_title(view.pick(view.station(Scope(station=station.station))))
    tiles = place(one.division or "" for one in station.waits)
    for one in station.waits:
        tile = tiles[one.division or ""]
        is_late = limit is not None and one.value is not None and one.value > limit
        text = "-" if one.value is None else number(one.value / SECONDS[unit])
        _draw(axes, tile, (view.pick(tile.name), text), _shade(one.value, longest), is_framed=is_late)
    note = view.say("divisions.axis", unit=unit, interval=_interval(view, station, unit))
    if limit is not None:
        note = view.say("divisions.limit", note=note, value=format_duration(limit))
    lines = wrap(note, room, lambda text: width(text, LETTERS))
    axes.text(0.0, depth + 0.12, "\n".join(lines), va="top", size=LETTERS, color=MUTED)


def _draw(axes: Axes, tile: Tile, texts: tuple[str, str], shade: int | None, *, is_framed: bool) -> None:
    corner, side = (tile.column + GAP, tile.row + GAP), 1.0 - 2.0 * GAP
    axes.add_patch(Rectangle(corner, side, side, facecolor=FAINT if shade is None else SHADES[shade], zorder=2))
    if is_framed:
        frame = Rectangle(corner, side, side, fill=False, edgecolor=VERMILLION, linewidth=1.8, zorder=3)
        axes.add_patch(frame)
    ink = "white" if shade is not None and shade >= len(SHADES) - 2 else INK
    for text, height, size in zip(texts, (0.34, 0.7), (8.0, 7.0), strict=True):
        axes.text(tile.column + 0.5, tile.row + height, text, ha="center", va="center", size=size, color=ink, zorder=4)


def _interval(view: View, station: Place, unit: str) -> str:
    """Return how far the intervals of a grid reach: a tile has no room for its own, the table of the chart has."""
    widths = [one.half_width for one in station.waits if one.half_width is not None]
    if not widths:
        return view.say("key.no_interval")
    return view.say("divisions.interval", value=number(max(widths) / SECONDS[unit]), level=f"{100 * LEVEL:.0f} %")


def _shade(value: float | None, longest: float) -> int | None:
    if value is None:
        return None
    return min(int(value / longest * len(SHADES)), len(SHADES) - 1)


def _objective(view: View, station: str) -> float | None:
    """Return the longest p95 that the scenario allows at a station, in seconds."""
    for verdict in view.summary.verdicts:
        asked = (verdict.estimate.metric, verdict.estimate.statistic, verdict.estimate.scope)
        if asked == ("waiting_time", QUANTILE, Scope(station=station)) and verdict.objective.bound == "at_most":
            return verdict.objective.value
    return None


def _message(view: View, known: list[Place], shown: list[Place]) -> Text:
    if not known:
        return say("divisions.none")
    if not shown:
        return say("divisions.even", value=format_duration(NOTICED))
    texts = []
    for one in shown[:1]:
        last = next(other for other in reversed(one.waits) if other.value is not None)
        texts.append(
            say(
                "divisions.message",
                station=view.title("station", one.station),
                worst=view.title("division", one.waits[0].division or ""),
                longest=format_duration(one.seen[0]),
                best=view.title("division", last.division or ""),
                shortest=format_duration(one.seen[-1]),
            )
        )
    return join(*texts, say("divisions.schematic"))
