"""What one replication leaves behind: counts and sums in fixed memory.

An engine gives one ``Record`` a replication, the writer stores them, metrics read them. Rows and columns are named by
``Layout``; no array grows with the number of journeys.

Time is cut into ``n_bins`` equal bins of the measured window. On the bin axis, index 0 is everything before the window
(carry-over, warm-up), 1 to ``n_bins`` the bins, ``n_bins + 1`` everything after it (the drain).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STATION_COUNTS: Final = (
    "arrivals",  # visits that asked to join, at their arrival
    "rejected",  # of these refused because the queue was full
    "refused",  # of these refused because the station had failed
    "joined",  # of these admitted, to the queue or at once to a server
    "started",  # services begun for the first time, in the bin of the arrival
    "waited",  # of these after a wait > 0
    "reneged",  # left the queue because patience ran out, in the bin of the arrival
    "abandoned",  # withdrawn by a deadline or a cancelled branch, in the bin of the arrival
    "failed",  # thrown out by an outage, in the bin of the arrival
    "suspended",  # services interrupted by an outage, at the interruption
    "preempted",  # services interrupted by a better turn, at the interruption
    "completed",  # own services finished, at the finish
)
STATION_SUMS: Final = (
    "queue_area",  # integral of the number waiting, job seconds
    "busy_area",  # integral of the number of servers in use, server seconds
    "server_area",  # integral of the number of servers on duty, server seconds
    "waiting_started",  # waiting time of those started, seconds, in the bin of the arrival
    "waiting_left",  # waiting time of those that left the queue unserved, seconds, in the bin of the arrival
)
GROUP_COUNTS: Final = (
    "arrivals",  # journeys begun, at their arrival
    "finished",  # journeys ended, at their end
)
GROUP_SUMS: Final = (
    "sojourn",  # time from arrival to end, seconds, counted journeys only
    "waiting",  # of this in queues, seconds
)
OPERATION_COUNTS: Final = (
    "attempts",  # executions begun by counted journeys, retries included
    "succeeded",
    "timed_out",  # no answer within the time-out or the patience
    "rejected",  # full queue: 429
    "outage",  # station down, or a nested call failed: 503
    "refused",  # the provider's contract edition refuses the request: 400
    "breached",  # the answer breaks the consumer's contract edition
    "retries",  # repeats begun
    "visitors",  # journeys whose first visit in person began so
)
OPERATION_SUMS: Final = (
    "waiting",  # time in queues, that of nested calls included, seconds, counted journeys only
)


@dataclass(frozen=True, slots=True)
class StationKey:
    """A station row; ``division`` is a code, or ``""`` for a station that all share."""

    name: str
    division: str


@dataclass(frozen=True, slots=True)
class GroupKey:
    """A group of journeys: those of one demand line by one channel."""

    line: str
    journey: str
    channel: str


@dataclass(frozen=True, slots=True)
class OperationKey:
    """An operation as one journey executes it by one channel.

    Parameters
    ----------
    operation : str
        operationId; of a step of an inline journey ``journey.step``.
    is_visit : bool
        Whether the citizen comes in person with it, and one visit begins (``x-tongban-visit``).
    is_in_person : bool
        Whether the citizen is there: it is a visit, or is served at a station at which a visit of the same journey and
        channel is served.
    has_materials : bool
        Whether its requests can hand materials in (``x-tongban-materials``).
    """

    journey: str
    channel: str
    operation: str
    is_visit: bool = False
    is_in_person: bool = False
    has_materials: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Names of the rows of a ``Record`` and the measured window.

    Parameters
    ----------
    stations, groups, operations, outcomes : tuple
        Row names, in order. Outcomes are how a journey can end: ``completed``, ``failed`` and the names of its own
        ends.
    origin : float
        Seconds from the simulation's zero to the scenario's start (> 0 with carry-over).
    window_start, window_end : float
        The measured window in seconds of simulation time.
    n_bins : int
        Bins of the window, >= 1.
    """

    stations: tuple[StationKey, ...]
    groups: tuple[GroupKey, ...]
    operations: tuple[OperationKey, ...]
    outcomes: tuple[str, ...]
    origin: float
    window_start: float
    window_end: float
    n_bins: int

    @property
    def operation_names(self) -> tuple[str, ...]:
        """Every operation once, sorted."""
        return tuple(sorted({key.operation for key in self.operations}))


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Results of one replication.

    Parameters
    ----------
    replication : int
        From 0.
    station_counts : ndarray of int64, shape (n_stations, n_bins + 2, len(STATION_COUNTS))
    station_sums : ndarray of float64, shape (n_stations, n_bins + 2, len(STATION_SUMS))
    waiting : ndarray of int64, shape (n, 4)
        Waiting times of started services: station, bin of the arrival, bucket (``sim.bundle.bucket``), count; sorted.
    group_counts : ndarray of int64, shape (n_groups, n_bins + 2, len(GROUP_COUNTS))
    group_outcomes : ndarray of int64, shape (n_groups, n_outcomes)
        Counted journeys (arrived inside the window) that ended so.
    group_sums : ndarray of float64, shape (n_groups, n_outcomes, len(GROUP_SUMS))
        Of the same journeys.
    sojourn : ndarray of int64, shape (n, 4)
        Sojourn times of the same journeys: group, outcome, bucket, count; sorted.
    operation_counts : ndarray of int64, shape (n_operations, len(OPERATION_COUNTS))
        Executions by counted journeys.
    operation_sums : ndarray of float64, shape (n_operations, len(OPERATION_SUMS))
        Of the same executions. Waiting is in the row of the operation that the journey's own step calls, with that of
        all calls nested in it; served or not, but not what a deadline left behind. Over all rows it is
        ``group_sums``' waiting of all journeys, those under way included.
    end_time : float
        Simulation time of the last journey's end, or of the stop, in seconds.
    events : int
        Journeys begun plus services begun: the size of the run, equal in every engine.
    drained : bool
        Whether every journey ended.
    """

    replication: int
    station_counts: NDArray[np.int64]
    station_sums: NDArray[np.float64]
    waiting: NDArray[np.int64]
    group_counts: NDArray[np.int64]
    group_outcomes: NDArray[np.int64]
    group_sums: NDArray[np.float64]
    sojourn: NDArray[np.int64]
    operation_counts: NDArray[np.int64]
    operation_sums: NDArray[np.float64]
    end_time: float
    events: int
    drained: bool
