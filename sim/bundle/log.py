"""The full log of one replication, on request: a row for every journey and for every visit of a station.

An engine hands the rows over in chunks, in the order in which journeys end and visits are over; nothing of it is kept
in memory longer than a chunk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHUNK: Final = 65_536
"""Rows of a chunk, at most."""

JOURNEYS: Final = np.dtype(
    [
        ("stream", np.int32),  # row of ``Plan.streams``
        ("k", np.int64),  # the k-th arrival of the stream, from 0
        ("group", np.int32),  # row of ``Layout.groups``
        ("outcome", np.int32),  # row of ``Layout.outcomes``
        ("arrived", np.float64),  # seconds of simulation time
        ("ended", np.float64),
        ("waited", np.float64),  # in queues, all branches together, seconds
    ]
)
VISITS: Final = np.dtype(
    [
        ("stream", np.int32),
        ("k", np.int64),
        ("path", np.int32),  # the branch: 0 the trunk, 1 to 2047 as forked, above what goes on after a time-out
        ("place", np.int32),  # row of ``Plan.ops``
        ("station", np.int32),  # row of ``Layout.stations``
        ("visit", np.int32),  # which execution of the step in this journey, from 0
        ("how", np.int32),  # column of ``STATION_COUNTS``: completed, reneged, abandoned or failed
        ("arrived", np.float64),  # seconds of simulation time
        ("started", np.float64),  # the first begin of its service; NaN when it left unserved
        ("left", np.float64),
    ]
)


class Log(Protocol):
    """Takes the chunks of one replication."""

    def journeys(self, rows: NDArray[Any]) -> None:
        """Take rows of ``JOURNEYS``; the array may be used again afterwards."""

    def visits(self, rows: NDArray[Any]) -> None:
        """Take rows of ``VISITS``; the array may be used again afterwards."""
