"""One replication seen through a few rows and bins: what a metric's formula reads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.bundle.bucket import BUCKETS, middle
from sim.bundle.record import (
    GROUP_COUNTS,
    GROUP_SUMS,
    OPERATION_COUNTS,
    OPERATION_SUMS,
    STATION_COUNTS,
    STATION_SUMS,
)
from sim.metric.replayed import Replayed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.bundle.record import Layout, Record


NOTHING: Final = Replayed()


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Some rows of one record over some of its bins.

    Parameters
    ----------
    rows : tuple of int
        Rows of stations, groups or operations, by the subject of the metric.
    first, last : int
        First and last index on the bin axis; 1 and ``n_bins`` are the measured window.
    replayed : Replayed
        What the replay knows of the rows.
    """

    layout: Layout
    record: Record
    rows: tuple[int, ...]
    first: int
    last: int
    replayed: Replayed = NOTHING

    @property
    def span(self) -> float:
        """Length of these bins, seconds."""
        window = self.layout.window_end - self.layout.window_start
        return window * (self.last - self.first + 1) / self.layout.n_bins

    def narrowed(self, rows: tuple[int, ...]) -> View:
        """Return the same view of other rows."""
        return View(self.layout, self.record, rows, self.first, self.last, self.replayed)

    def staffed(self) -> View:
        """Return the same view of the stations that have servers on duty at any time of the window."""
        area = self.record.station_sums[:, 1:-1, STATION_SUMS.index("server_area")].sum(axis=1)
        return self.narrowed(tuple(row for row in self.rows if area[row] > 0.0))

    def station_count(self, name: str) -> int:
        """Return one of ``STATION_COUNTS`` over these rows and bins."""
        column = STATION_COUNTS.index(name)
        return int(self.record.station_counts[list(self.rows), self.first : self.last + 1, column].sum())

    def station_sum(self, name: str) -> float:
        """Return one of ``STATION_SUMS`` over these rows and bins."""
        values = self.record.station_sums[list(self.rows), self.first : self.last + 1, STATION_SUMS.index(name)]
        return math.fsum(values.ravel().tolist())

    def group_count(self, name: str) -> int:
        """Return one of ``GROUP_COUNTS`` over these rows and bins."""
        column = GROUP_COUNTS.index(name)
        return int(self.record.group_counts[list(self.rows), self.first : self.last + 1, column].sum())

    def group_sum(self, name: str, outcome: str | None = None, *, but: str | None = None) -> float:
        """Return one of ``GROUP_SUMS`` over these rows, with one outcome, all or all but one."""
        sums = self.record.group_sums[np.ix_(list(self.rows), self._outcomes(outcome, but))]
        return math.fsum(sums[:, :, GROUP_SUMS.index(name)].ravel().tolist())

    def ended(self, outcome: str | None = None, *, but: str | None = None) -> int:
        """Return how many counted journeys of these rows ended, with one outcome, any or any but one."""
        return int(self.record.group_outcomes[np.ix_(list(self.rows), self._outcomes(outcome, but))].sum())

    def _outcomes(self, outcome: str | None, but: str | None) -> list[int]:
        return [i for i, name in enumerate(self.layout.outcomes) if outcome in (None, name) and name != but]

    def contracted(self) -> View:
        """Return the same view of the groups whose journeys have contracts."""
        return self.narrowed(tuple(row for row in self.rows if row in self.replayed.groups))

    def operations(self) -> View:
        """Return the view of the operations that the journeys of these groups execute by their channels."""
        groups = {(key.journey, key.channel) for key in (self.layout.groups[row] for row in self.rows)}
        keys = enumerate(self.layout.operations)
        return self.narrowed(tuple(row for row, key in keys if (key.journey, key.channel) in groups))

    def marked(self, mark: str) -> View:
        """Return the same view of the operations for which a field of their ``OperationKey`` is true."""
        return self.narrowed(tuple(row for row in self.rows if getattr(self.layout.operations[row], mark)))

    def operation_count(self, name: str) -> int:
        """Return one of ``OPERATION_COUNTS`` over these rows."""
        return int(self.record.operation_counts[list(self.rows), OPERATION_COUNTS.index(name)].sum())

    def operation_sum(self, name: str) -> float:
        """Return one of ``OPERATION_SUMS`` over these rows."""
        return math.fsum(self.record.operation_sums[list(self.rows), OPERATION_SUMS.index(name)].tolist())

    def waiting_quantile(self, level: float) -> float | None:
        """Return a quantile of the waiting times of those started, seconds; None when there is none."""
        table = self.record.waiting
        width = self.layout.n_bins + 2
        places = table[:, 0] * width + table[:, 1]
        rows = np.array(self.rows, dtype=np.int64) * width
        starts = np.searchsorted(places, rows + self.first)
        ends = np.searchsorted(places, rows + self.last + 1)
        return _quantile([table[start:end, 2:] for start, end in zip(starts, ends, strict=True)], level)

    def sojourn_quantile(self, level: float, *, but: str | None = None) -> float | None:
        """Return a quantile of the sojourn times of these rows, of all outcomes but one; None when there is none."""
        table = self.record.sojourn
        chosen = np.isin(table[:, 0], self.rows) & np.isin(table[:, 1], self._outcomes(None, but))
        return _quantile([table[chosen, 2:]], level)


def _quantile(parts: list[NDArray[np.int64]], level: float) -> float | None:
    """Return the middle of the first bucket at which the cumulative count reaches ``level`` of all.

    The inverse of the empirical distribution function: Hyndman and Fan (1996), Sample quantiles in statistical
    packages, definition 1. Within 0.8 % of the sample's own quantile (``sim.bundle.bucket``).
    """
    counts = np.zeros(BUCKETS, dtype=np.int64)
    for part in parts:
        np.add.at(counts, part[:, 0], part[:, 1])
    cumulative = np.cumsum(counts)
    total = int(cumulative[-1])
    if total == 0:
        return None
    rank = max(1, math.ceil(level * total - 1e-9))
    return middle(int(np.searchsorted(cumulative, rank)))
