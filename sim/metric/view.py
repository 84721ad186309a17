"""One replication seen through a few rows and bins: what a metric's formula reads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.bundle.bucket import middle
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


@dataclass(frozen=True, eq=False)
class Places:
    """Where the rows of a record stand in its tables: found once for all views of that record."""

    layout: Layout
    record: Record

    @cached_property
    def operations(self) -> dict[tuple[str, str], list[int]]:
        """Rows of the operations that a journey executes by a channel."""
        found: dict[tuple[str, str], list[int]] = {}
        for row, key in enumerate(self.layout.operations):
            found.setdefault((key.journey, key.channel), []).append(row)
        return found

    @cached_property
    def waiting(self) -> NDArray[np.int64]:
        """First line of each station and bin, in this order, and the end; shape (n_stations * (n_bins + 2) + 1,)."""
        return _starts(self.record.waiting, len(self.layout.stations), self.layout.n_bins + 2)

    @cached_property
    def sojourn(self) -> NDArray[np.int64]:
        """First line of each group and outcome, in this order, and the end; shape (n_groups * n_outcomes + 1,)."""
        return _starts(self.record.sojourn, len(self.layout.groups), len(self.layout.outcomes))


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
    places : Places, optional
        Of the same record, where several views of it are made: each would find its own.
    """

    layout: Layout
    record: Record
    rows: tuple[int, ...]
    first: int
    last: int
    replayed: Replayed = NOTHING
    places: Places | None = None

    @property
    def span(self) -> float:
        """Length of these bins, seconds."""
        window = self.layout.window_end - self.layout.window_start
        return window * (self.last - self.first + 1) / self.layout.n_bins

    def narrowed(self, rows: tuple[int, ...]) -> View:
        """Return the same view of other rows."""
        return View(self.layout, self.record, rows, self.first, self.last, self.replayed, self.places)

    def staffed(self) -> View:
        """Return the same view of the stations that have servers on duty at any time of the window."""
        area = self.record.station_sums[list(self.rows), 1:-1, STATION_SUMS.index("server_area")].sum(axis=1)
        return self.narrowed(tuple(row for row, staffed in zip(self.rows, area.tolist(), strict=True) if staffed > 0.0))

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
        known = self._places().operations
        return self.narrowed(tuple(sorted(row for key in groups for row in known.get(key, ()))))

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
        starts = self._places().waiting
        rows = np.array(self.rows, dtype=np.int64) * (self.layout.n_bins + 2)
        return _quantile(self.record.waiting, starts[rows + self.first], starts[rows + self.last + 1], level)

    def sojourn_quantile(self, level: float, *, but: str | None = None) -> float | None:
        """Return a quantile of the sojourn times of these rows, of all outcomes but one; None when there is none."""
        starts = self._places().sojourn
        rows = np.array(self.rows, dtype=np.int64)[:, None] * len(self.layout.outcomes)
        chosen = (rows + np.array(self._outcomes(None, but), dtype=np.int64)).ravel()
        return _quantile(self.record.sojourn, starts[chosen], starts[chosen + 1], level)

    def _places(self) -> Places:
        return self.places or Places(self.layout, self.record)


def _starts(table: NDArray[np.int64], n_rows: int, n_parts: int) -> NDArray[np.int64]:
    """Return the first line of each row and part of a sorted table, and its end."""
    lines = np.bincount(table[:, 0] * n_parts + table[:, 1], minlength=n_rows * n_parts)
    return np.concatenate(([0], np.cumsum(lines)))


def _quantile(
    table: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64], level: float
) -> float | None:
    """Return the middle of the first bucket at which the cumulative count of some lines reaches ``level`` of all.

    The inverse of the empirical distribution function: Hyndman and Fan (1996), Sample quantiles in statistical
    packages, definition 1. Within 0.8 % of the sample's own quantile (``sim.bundle.bucket``).
    """
    parts = [table[start:end, 2:] for start, end in zip(starts.tolist(), ends.tolist(), strict=True) if start < end]
    if not parts:
        return None
    lines = np.concatenate(parts) if len(parts) > 1 else parts[0]
    counts = np.bincount(lines[:, 0], weights=lines[:, 1])  # whole numbers below 2**53: exact in float64
    cumulative = np.cumsum(counts)
    total = int(cumulative[-1])
    if total == 0:
        return None
    rank = max(1, math.ceil(level * total - 1e-9))
    return middle(int(np.searchsorted(cumulative, rank)))
