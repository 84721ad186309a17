"""The tables of a log: rows of numbers with the names that they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.bundle.record import STATION_COUNTS, Layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sim.bundle.table import Columns

JOURNEY_LOG: Final = "journey-log"
VISIT_LOG: Final = "visits"


@dataclass(frozen=True, slots=True)
class LogNames:
    """What the numbers of a log stand for.

    Parameters
    ----------
    layout : Layout
        Of the run.
    streams : tuple of (str, str, str)
        Published name, demand line and division code of each row of ``Plan.streams``.
    operations : tuple of str
        For each row of ``Plan.ops`` that is a visit the operation that makes it, ``""`` for the others.
    """

    layout: Layout
    streams: tuple[tuple[str, str, str], ...]
    operations: tuple[str, ...]


def journey_columns(names: LogNames, replication: int, rows: NDArray[Any]) -> Columns:
    """Return rows of ``sim.bundle.log.JOURNEYS`` as columns; times in seconds from the scenario's start."""
    groups = names.layout.groups
    return {
        "replication": np.full(len(rows), replication, np.int64),
        **_stream(names, rows),
        "line": _named([key.line for key in groups], rows["group"]),
        "journey": _named([key.journey for key in groups], rows["group"]),
        "channel": _named([key.channel for key in groups], rows["group"]),
        "division": _named([division for _, _, division in names.streams], rows["stream"]),
        "outcome": _named(names.layout.outcomes, rows["outcome"]),
        **_times(names, rows, ("arrived", "ended")),
        "waited": rows["waited"].copy(),
    }


def visit_columns(names: LogNames, replication: int, rows: NDArray[Any]) -> Columns:
    """Return rows of ``sim.bundle.log.VISITS`` as columns; times in seconds from the scenario's start."""
    stations = names.layout.stations
    return {
        "replication": np.full(len(rows), replication, np.int64),
        **_stream(names, rows),
        "path": rows["path"].astype(np.int64),
        "line": _named([line for _, line, _ in names.streams], rows["stream"]),
        "station": _named([key.name for key in stations], rows["station"]),
        "division": _named([key.division for key in stations], rows["station"]),
        "operation": _named(names.operations, rows["place"]),
        "visit": rows["visit"].astype(np.int64),
        "how": _named(STATION_COUNTS, rows["how"]),
        **_times(names, rows, ("arrived", "started", "left")),
    }


def _stream(names: LogNames, rows: NDArray[Any]) -> Columns:
    return {"stream": _named([name for name, _, _ in names.streams], rows["stream"]), "k": rows["k"].copy()}


def _times(names: LogNames, rows: NDArray[Any], columns: Sequence[str]) -> Columns:
    return {name: rows[name] - names.layout.origin for name in columns}


def _named(names: Sequence[str], index: NDArray[Any]) -> NDArray[Any]:
    # of a column of no objects the file would have no type
    return np.array(names, dtype=object)[index] if len(index) else np.empty(0, dtype="U1")
