"""The network as figures: who begins what, what each station and system is asked, and how much of it fails.

A bundle says how often each station was visited and each operation called, not by which journey: those edges begin at
all journeys together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sim.bundle.record import OPERATION_COUNTS, STATION_COUNTS
from sim.metric import Scope, interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.bundle import Record
    from sim.chart.model import View

Kind = Literal["channel", "line", "station", "system"]

LOST: Final = tuple(STATION_COUNTS.index(name) for name in ("rejected", "refused", "reneged", "abandoned", "failed"))
BROKEN: Final = tuple(
    OPERATION_COUNTS.index(name) for name in ("timed_out", "rejected", "outage", "refused", "breached")
)


@dataclass(frozen=True, slots=True)
class Node:
    """A part of the network.

    Parameters
    ----------
    kind, name : str
        A channel, a demand line, a station (divisions together) or a system (by its contract).
    volume, half_width : float or None
        Journeys begun, visits or calls in the window: mean over the replications, and its interval.
    failed : float
        Of these, in the mean, those that failed: journeys that ended so, visits not served, calls without success.
    utilisation : float or None
        Of a station with a limited number of servers, 0 to 1.
    """

    kind: Kind
    name: str
    volume: float
    half_width: float | None
    failed: float
    utilisation: float | None = None

    @property
    def share(self) -> float:
        """Share that failed, 0 to 1."""
        return self.failed / self.volume if self.volume else 0.0


@dataclass(frozen=True, slots=True)
class Edge:
    """Journeys of a demand line that begin by a channel, in the mean of the replications."""

    channel: str
    line: str
    volume: float


def channels(view: View) -> list[Node]:
    """Return the channels, the busiest first."""
    names = dict.fromkeys(group.channel for group in view.bundle.layout.groups)
    return _ranked([_journeys(view, "channel", name) for name in names])


def lines(view: View) -> list[Node]:
    """Return the demand lines, the busiest first."""
    names = dict.fromkeys(group.line for group in view.bundle.layout.groups)
    return _ranked([_journeys(view, "line", name) for name in names])


def edges(view: View) -> list[Edge]:
    """Return what runs from channels to demand lines, the largest first."""
    groups = view.bundle.layout.groups
    keys = dict.fromkeys((group.channel, group.line) for group in groups)
    found = []
    for channel, line in keys:
        rows = [row for row, group in enumerate(groups) if (group.channel, group.line) == (channel, line)]
        volume, _ = _begun(view, rows)
        found.append(Edge(channel, line, volume))
    return sorted(found, key=lambda edge: (-edge.volume, edge.channel, edge.line))


def stations(view: View) -> list[Node]:
    """Return the stations, divisions together, the highest utilisation first, those without limit last."""
    layout = view.bundle.layout
    found = []
    for name in dict.fromkeys(key.name for key in layout.stations):
        rows = [row for row, key in enumerate(layout.stations) if key.name == name]
        used = view.summary.get("utilisation", "mean", Scope(station=name))
        volume, half_width = _visits(view, rows, (0,))
        lost, _ = _visits(view, rows, LOST)
        found.append(Node("station", name, volume, half_width, lost, used.value if used else None))
    return sorted(found, key=lambda one: -1.0 if one.utilisation is None else one.utilisation, reverse=True)


def systems(view: View) -> list[Node]:
    """Return the systems whose contracts the replay knows, the most called first; none for a run without contracts."""
    owner = {row.operation: row.contract for row in view.bundle.conformance.rows}
    operations = view.bundle.layout.operations
    found = []
    for name in dict.fromkeys(owner.values()):
        rows = [row for row, key in enumerate(operations) if owner.get(key.operation) == name]
        volume, half_width = _calls(view, rows, (0,))
        broken, _ = _calls(view, rows, BROKEN)
        if rows:
            found.append(Node("system", name, volume, half_width, broken))
    return _ranked(found)


def _journeys(view: View, kind: Literal["channel", "line"], name: str) -> Node:
    layout = view.bundle.layout
    rows = [row for row, group in enumerate(layout.groups) if getattr(group, kind) == name]
    volume, half_width = _begun(view, rows)
    failed = 0.0
    if "failed" in layout.outcomes:
        column = layout.outcomes.index("failed")
        failed, _ = _mean(view, lambda record: float(record.group_outcomes[rows, column].sum()))
    return Node(kind, name, volume, half_width, failed)


def _begun(view: View, rows: list[int]) -> tuple[float, float | None]:
    return _mean(view, lambda record: float(record.group_counts[rows, 1:-1, 0].sum()))


def _visits(view: View, rows: list[int], columns: tuple[int, ...]) -> tuple[float, float | None]:
    return _mean(view, lambda record: float(record.station_counts[rows, 1:-1][..., columns].sum()))


def _calls(view: View, rows: list[int], columns: tuple[int, ...]) -> tuple[float, float | None]:
    return _mean(view, lambda record: float(record.operation_counts[rows][:, columns].sum()))


def _mean(view: View, count: Callable[[Record], float]) -> tuple[float, float | None]:
    value, half_width, _ = interval([count(record) for record in view.bundle.records])
    return value or 0.0, half_width


def _ranked(nodes: list[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: (-node.volume, node.name))
