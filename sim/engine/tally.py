"""Counts and sums of one replication, in fixed memory, in the order of events."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.bundle.bucket import bucket
from sim.bundle.record import (
    GROUP_COUNTS,
    GROUP_SUMS,
    OPERATION_COUNTS,
    OPERATION_SUMS,
    STATION_COUNTS,
    STATION_SUMS,
    Record,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sim.plan import Plan

ARRIVALS: Final = STATION_COUNTS.index("arrivals")
REJECTED: Final = STATION_COUNTS.index("rejected")
REFUSED: Final = STATION_COUNTS.index("refused")
JOINED: Final = STATION_COUNTS.index("joined")
STARTED: Final = STATION_COUNTS.index("started")
WAITED: Final = STATION_COUNTS.index("waited")
RENEGED: Final = STATION_COUNTS.index("reneged")
ABANDONED: Final = STATION_COUNTS.index("abandoned")
FAILED: Final = STATION_COUNTS.index("failed")
SUSPENDED: Final = STATION_COUNTS.index("suspended")
PREEMPTED: Final = STATION_COUNTS.index("preempted")
COMPLETED: Final = STATION_COUNTS.index("completed")

QUEUE_AREA: Final = STATION_SUMS.index("queue_area")
BUSY_AREA: Final = STATION_SUMS.index("busy_area")
SERVER_AREA: Final = STATION_SUMS.index("server_area")
WAITING_STARTED: Final = STATION_SUMS.index("waiting_started")
WAITING_LEFT: Final = STATION_SUMS.index("waiting_left")

CALL_WAITING: Final = OPERATION_SUMS.index("waiting")

NEVER: Final = float("inf")


class Bins:
    """Follows the clock through the bins of the measured window; 0 is before it."""

    __slots__ = ("_edges", "bin", "edge")

    def __init__(self, edges: Sequence[float]) -> None:
        self._edges = (*edges, NEVER)
        self.bin = 0
        self.edge = self._edges[0]

    def step(self) -> None:
        """Go on to the next bin."""
        self.bin += 1
        self.edge = self._edges[self.bin]


class StationTally:
    """Statistics of one station row."""

    __slots__ = ("_bins", "_last", "counts", "now_counts", "now_sums", "sums", "waiting")

    def __init__(self, edges: Sequence[float]) -> None:
        size = len(edges) + 1
        self.counts = [[0] * len(STATION_COUNTS) for _ in range(size)]
        self.sums = [[0.0] * len(STATION_SUMS) for _ in range(size)]
        self.waiting: list[dict[int, int]] = [defaultdict(int) for _ in range(size)]
        self._bins = Bins(edges)
        self._last = 0.0
        self.now_counts = self.counts[0]
        self.now_sums = self.sums[0]

    @property
    def bin(self) -> int:
        """The bin of the instant noted last."""
        return self._bins.bin

    def note(self, now: float, queue_length: int, busy: int, on_duty: int) -> None:
        """Add the time since the last note, during which these numbers held."""
        if now >= self._bins.edge:
            self._cross(now, queue_length, busy, on_duty)
        span = now - self._last
        if span > 0.0:
            sums = self.now_sums
            sums[QUEUE_AREA] += queue_length * span
            sums[BUSY_AREA] += busy * span
            sums[SERVER_AREA] += on_duty * span
            self._last = now

    def _cross(self, now: float, queue_length: int, busy: int, on_duty: int) -> None:
        bins = self._bins
        while now >= bins.edge:
            span = bins.edge - self._last
            if span > 0.0:
                self.now_sums[QUEUE_AREA] += queue_length * span
                self.now_sums[BUSY_AREA] += busy * span
                self.now_sums[SERVER_AREA] += on_duty * span
                self._last = bins.edge
            bins.step()
            self.now_counts = self.counts[bins.bin]
            self.now_sums = self.sums[bins.bin]

    def started(self, bin_of_arrival: int, waited: float) -> None:
        """Count a service begun after a wait, in seconds."""
        counts = self.counts[bin_of_arrival]
        counts[STARTED] += 1
        if waited > 0.0:
            counts[WAITED] += 1
            self.sums[bin_of_arrival][WAITING_STARTED] += waited
        self.waiting[bin_of_arrival][bucket(waited)] += 1

    def left(self, bin_of_arrival: int, column: int, waited: float) -> None:
        """Count a job that left unserved after a wait, in seconds, by its reason."""
        self.counts[bin_of_arrival][column] += 1
        self.sums[bin_of_arrival][WAITING_LEFT] += waited


class RunTally:
    """Statistics of journeys and operations."""

    def __init__(self, plan: Plan) -> None:
        edges = plan.edges
        size = len(edges) + 1
        self._bins = Bins(edges)
        self.group_counts = [[[0] * len(GROUP_COUNTS) for _ in range(size)] for _ in range(plan.n_groups)]
        self.group_outcomes = [[0] * plan.n_outcomes for _ in range(plan.n_groups)]
        self.group_sums = [[[0.0] * len(GROUP_SUMS) for _ in range(plan.n_outcomes)] for _ in range(plan.n_groups)]
        self.sojourn: dict[tuple[int, int, int], int] = defaultdict(int)
        self.operations = [[0] * len(OPERATION_COUNTS) for _ in range(plan.n_operations)]
        self.operation_sums = [[0.0] * len(OPERATION_SUMS) for _ in range(plan.n_operations)]
        self.events = 0

    def bin_at(self, now: float) -> int:
        """Return the bin of an instant; instants never go back."""
        while now >= self._bins.edge:
            self._bins.step()
        return self._bins.bin

    def arrived(self, group: int, now: float) -> bool:
        """Count a journey's arrival; return whether the journey is counted: it arrived inside the window."""
        number = self.bin_at(now)
        self.group_counts[group][number][0] += 1
        self.events += 1
        return 0 < number < len(self.group_counts[group]) - 1

    def finished(self, group: int, outcome: int, now: float, *, counted: bool, sojourn: float, waiting: float) -> None:
        """Count a journey's end; times in seconds."""
        self.group_counts[group][self.bin_at(now)][1] += 1
        if counted:
            self.group_outcomes[group][outcome] += 1
            sums = self.group_sums[group][outcome]
            sums[0] += sojourn
            sums[1] += waiting
            self.sojourn[group, outcome, bucket(sojourn)] += 1


def record_of(
    replication: int, run: RunTally, stations: Sequence[StationTally], end_time: float, *, drained: bool, plan: Plan
) -> Record:
    """Return everything as arrays."""
    services = sum(counts[STARTED] for station in stations for counts in station.counts)
    waiting = [
        (number, bin_number, *item)
        for number, station in enumerate(stations)
        for bin_number, buckets in enumerate(station.waiting)
        for item in sorted(buckets.items())
    ]
    sojourn = [(*key, count) for key, count in sorted(run.sojourn.items())]
    size = plan.n_bins + 2
    return Record(
        replication=replication,
        station_counts=_integers([one.counts for one in stations], (-1, size, len(STATION_COUNTS))),
        station_sums=_floats([one.sums for one in stations], (-1, size, len(STATION_SUMS))),
        waiting=_integers(waiting, (-1, 4)),
        group_counts=_integers(run.group_counts, (-1, size, len(GROUP_COUNTS))),
        group_outcomes=_integers(run.group_outcomes, (-1, plan.n_outcomes)),
        group_sums=_floats(run.group_sums, (-1, plan.n_outcomes, len(GROUP_SUMS))),
        sojourn=_integers(sojourn, (-1, 4)),
        operation_counts=_integers(run.operations, (-1, len(OPERATION_COUNTS))),
        operation_sums=_floats(run.operation_sums, (-1, len(OPERATION_SUMS))),
        end_time=end_time,
        events=run.events + services,
        drained=drained,
    )


def _integers(rows: Sequence[object], shape: tuple[int, ...]) -> NDArray[np.int64]:
    return np.array(rows, np.int64).reshape(shape)


def _floats(rows: Sequence[object], shape: tuple[int, ...]) -> NDArray[np.float64]:
    return np.array(rows, np.float64).reshape(shape)
