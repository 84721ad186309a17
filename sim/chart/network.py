"""The network as a picture: channels and errands at the left, stations and systems at the right.

Boxes are filled as far as their servers are busy, lines are as thick as their traffic, what fails is dashed and marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.path import Path

from sim.chart import traffic
from sim.chart.axis import number, percent
from sim.chart.curve import key_interval
from sim.chart.layout import Row, lay_out
from sim.chart.letter import width
from sim.chart.model import Drawing, Table, shown
from sim.chart.registry import chart
from sim.chart.style import BLUE_BAND, INK, MUTED, VERMILLION
from sim.chart.text import join, say
from sim.metric import LEVEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.chart.model import Medium, View
    from sim.chart.traffic import Node
    from sim.scenario.model import Text

PITCH: Final = 0.29  # inches from box to box
TALL: Final = 0.21  # inches: a box
SIZE: Final = 7.5  # points: letters in boxes
THICK: Final = 9.0  # points: the line with the largest volume
DASHES: Final = (0, (3.0, 2.0))
NOTICED: Final = 0.0005  # a share that fails below it is not marked


@dataclass(frozen=True, slots=True)
class _Box:
    """A box in a panel, in inches from its upper left corner: ends and middle."""

    left: float
    right: float
    y: float


def tabulate(view: View) -> Table:
    """Return every node with its volume and failures, and every edge from a channel to a demand line."""
    columns = ("kind", "from", "to", "volume", "half_width", "utilisation", "failed", "failed_share", "level")
    found = (*traffic.channels(view), *traffic.lines(view), *traffic.stations(view), *traffic.systems(view))
    nodes = tuple(
        (one.kind, "", one.name, one.volume, one.half_width, one.utilisation, one.failed, one.share, LEVEL)
        for one in found
    )
    edges = tuple(
        ("channel to line", edge.channel, edge.line, edge.volume, None, None, None, None, LEVEL)
        for edge in traffic.edges(view)
    )
    return Table((*columns, "replications"), tuple((*row, len(view.bundle.records)) for row in (*nodes, *edges)))


@chart("network", unit="journeys, visits and calls", tabulate=tabulate)
def network(view: View, medium: Medium) -> Drawing:
    """Channels, errands, stations and systems with their traffic: load, losses and failures."""
    found = (traffic.channels(view), traffic.lines(view), traffic.stations(view), traffic.systems(view))
    channels, lines, stations, systems = (nodes[: shown(len(nodes), medium.rows)] for nodes in found)
    message = _message(view, medium.rows)
    rows = [PITCH * max(len(channels), len(lines)), PITCH * _right_rows(stations, systems)]
    layout = [Row((1.0,), height, left=0.12, above=0.34, below=0.08) for height in rows]
    if medium.columns > 2:
        layout = [Row((0.5, 0.5), max(rows), left=0.12, inner=0.3, above=0.34, below=0.08)]
    figure, axes = lay_out(medium, layout, view.say("network.title"), view.pick(message), _key(view))
    left, right = (panel for row in axes for panel in row)
    needed = [max(rows)] * 2 if medium.columns > 2 else rows
    for panel, key, height in zip((left, right), ("journeys", "calls"), needed, strict=True):
        _prepare(figure, panel, view.say(f"network.{key}"), height)
    _draw_left(left, view, channels, lines)
    _draw_right(right, view, stations, systems)
    return Drawing(figure, message)


def _right_rows(stations: Sequence[Node], systems: Sequence[Node]) -> int:
    return len(stations) + (len(systems) + 2 if systems else 0) + 1


def _prepare(figure: Figure, axes: Axes, title: str, height: float) -> None:
    """Give a panel inches for units, from its upper left corner; one that is flatter than needed squeezes its boxes."""
    axes.set_xlim(0.0, axes.get_position().width * figure.get_size_inches()[0])
    axes.set_ylim(height, 0.0)
    axes.set_title(title)
    axes.axis("off")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)


def _draw_left(axes: Axes, view: View, channels: Sequence[Node], lines: Sequence[Node]) -> None:
    wide = axes.get_xlim()[1]
    high = axes.get_ylim()[0]
    starts = {
        one.name: _Box(0.0, 0.35 * wide, _spread(place, len(channels), high)) for place, one in enumerate(channels)
    }
    ends = {
        one.name: _Box(0.5 * wide, wide - 0.02, _spread(place, len(lines), high)) for place, one in enumerate(lines)
    }
    edges = [edge for edge in traffic.edges(view) if edge.channel in starts and edge.line in ends and edge.volume]
    largest = max((edge.volume for edge in edges), default=1.0)
    for edge in edges:
        _draw_edge(axes, starts[edge.channel], ends[edge.line], edge.volume / largest)
    for one in channels:
        _draw_node(axes, starts[one.name], view.term("channel", one.name), one)
    for one in lines:
        _draw_node(axes, ends[one.name], view.pick(view.title("line", one.name)), one)


def _spread(place: int, count: int, high: float) -> float:
    """Return the middle of one of several boxes that share a height evenly, at most twice their pitch apart."""
    return min(high / count, 2.0 * PITCH) * (place + 0.5)


def _draw_right(axes: Axes, view: View, stations: Sequence[Node], systems: Sequence[Node]) -> None:
    wide, high = axes.get_xlim()[1], axes.get_ylim()[0]
    root = _Box(0.0, 0.21 * wide, high / 2.0)
    largest = max((one.volume for one in (*stations, *systems)), default=1.0) or 1.0
    y = 0.0
    for key, nodes in (("network.stations", stations), ("network.systems", systems)):
        if nodes:
            axes.text(0.32 * wide, y + PITCH / 2.0, view.say(key), size=SIZE, color=MUTED, va="center")
        for place, one in enumerate(nodes, 1):
            box = _Box(0.32 * wide, 0.77 * wide, y + PITCH * (place + 0.5))
            _draw_edge(axes, root, box, one.volume / largest, fails=one.share >= NOTICED)
            _draw_node(axes, box, view.pick(view.title("station", one.name)), one)  # a system by its station's title
        y += PITCH * (len(nodes) + 2)
    begun = sum(one.volume for one in traffic.channels(view))
    _draw_frame(axes, root, tall=2.0 * TALL)
    middle = root.right / 2.0
    axes.text(
        middle,
        root.y - 0.075,
        _fitted(view.say("network.all"), root.right - 0.06),
        size=SIZE,
        color=INK,
        ha="center",
        va="center",
    )
    axes.text(middle, root.y + 0.085, number(begun), size=SIZE, color=MUTED, ha="center", va="center")


def _draw_edge(axes: Axes, start: _Box, end: _Box, share: float, *, fails: bool = False) -> None:
    middle = (start.right + end.left) / 2.0
    points = [(start.right, start.y), (middle, start.y), (middle, end.y), (end.left, end.y)]
    path = Path(points, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
    axes.add_patch(PathPatch(path, fill=False, edgecolor="#b7c4d0", linewidth=max(THICK * share, 0.5), zorder=1))
    if fails:
        axes.add_patch(PathPatch(path, fill=False, edgecolor=VERMILLION, linewidth=1.1, linestyle=DASHES, zorder=2))


def _draw_frame(axes: Axes, box: _Box, *, tall: float = TALL, fails: bool = False) -> None:
    colour, line = (VERMILLION, 1.4) if fails else ("#8a96a3", 0.7)
    corner = (box.left, box.y - tall / 2.0)
    frame = Rectangle(corner, box.right - box.left, tall, facecolor="white", edgecolor=colour, linewidth=line, zorder=3)
    axes.add_patch(frame)


def _draw_node(axes: Axes, box: _Box, name: str, node: Node) -> None:
    """Draw a box with its name, its volume, its load and what fails; letters never leave it."""
    has_state = node.kind in {"station", "system"}
    fails = has_state and node.share >= NOTICED
    _draw_frame(axes, box, fails=fails)
    if node.utilisation is not None:
        corner, filled = (box.left, box.y - TALL / 2.0), min(node.utilisation, 1.0) * (box.right - box.left)
        axes.add_patch(Rectangle(corner, filled, TALL, facecolor=BLUE_BAND, linewidth=0.0, zorder=4))
    volume = number(node.volume)
    room = box.right - box.left - 0.2 - width(volume, SIZE)
    axes.text(box.left + 0.06, box.y, _fitted(name, room), size=SIZE, color=INK, va="center_baseline", zorder=5)
    axes.text(box.right - 0.06, box.y, volume, size=SIZE, color=INK, ha="right", va="center_baseline", zorder=5)
    if has_state:
        _draw_state(axes, box, node, fails=fails)


def _fitted(text: str, room: float) -> str:
    """Return a text that fits a width in inches; a longer one ends in an ellipsis."""
    while text and width(text, SIZE) > room:
        text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
    return text


def _draw_state(axes: Axes, box: _Box, node: Node, *, fails: bool) -> None:
    """Write behind a box how much of it is busy and what fails."""
    x = box.right + 0.06
    if node.utilisation is not None:
        busy = percent(node.utilisation)
        axes.text(x, box.y, busy, size=SIZE, color=MUTED, va="center_baseline")
        x += width(busy, SIZE) + 0.06
    if fails:
        lost = f"✕ {percent(node.share)}"
        axes.text(x, box.y, lost, size=SIZE, color=VERMILLION, va="center_baseline")


def _key(view: View) -> list[Artist]:
    count = len(view.bundle.records)
    mean = Patch(facecolor="none", edgecolor="none", label=view.say("network.key.mean", n=count))
    return [
        Patch(facecolor=BLUE_BAND, edgecolor="#8a96a3", linewidth=0.5, label=view.say("network.key.load")),
        Line2D([], [], color="#b7c4d0", linewidth=4.0, label=view.say("network.key.volume")),
        Line2D(
            [], [], color=VERMILLION, linewidth=1.1, linestyle=(0, (3.0, 2.0)), label=view.say("network.key.failed")
        ),
        mean if count > 1 else key_interval(view),
    ]


def _message(view: View, room: int) -> Text:
    stations = traffic.stations(view)
    visits = sum(one.volume for one in stations)
    if not visits:
        return say("network.none")
    most = max(stations, key=lambda one: one.volume)
    texts = [
        say(
            "network.message",
            visits=number(visits),
            station=view.title("station", most.name),
            share=percent(most.volume / visits),
        )
    ]
    worst = max((*stations, *traffic.systems(view)), key=lambda one: one.share)
    if worst.share >= NOTICED:
        name = view.title("station", worst.name)
        texts.append(say(f"network.worst.{worst.kind}", name=name, share=percent(worst.share)))
    else:
        texts.append(say("network.smooth"))
    texts.append(say("network.unknown"))
    every = max(len(stations), len(traffic.lines(view)))
    left_out = every > shown(every, room)
    return join(*texts, say("note.more", shown=room, all=every)) if left_out else join(*texts)
