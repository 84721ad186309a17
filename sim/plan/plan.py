"""The Plan: all that an engine needs, as arrays.

An engine is a pure function of (Plan, seed, replication). Rows of stations, groups, operations and outcomes are named
by the ``Layout`` that ``compile_plan`` returns beside it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

STREAM_HASH, STREAM_OFFICE, STREAM_CLASS, STREAM_GROUP, STREAM_CHANNELS, STREAM_CHANNEL_AT, STREAM_PROCESS = range(7)
STREAM_FROM, STREAM_UNTIL, STREAM_CROSS = range(3)
(
    STATION_SERVERS,
    STATION_SLOTS,
    STATION_QUEUE,
    STATION_BY_CLASS,
    STATION_NEWEST_FIRST,
    STATION_PREEMPTIVE,
    STATION_SHARES,
) = range(7)
EVENT_STATION, EVENT_KIND, EVENT_VALUE = range(3)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A compiled scenario.

    Parameters
    ----------
    ops : shape (n_ops, WIDTH)
        Programs; codes and operands of ``sim.plan.op``.
    op_floats : shape (n_ops, 3)
        SCOPE: seconds. RETRY: first wait in seconds, factor, jitter.
    branch_target, branch_path : shape (n_branches,)
        Where BRANCH, SWITCH and FORK lead; the identity of a forked branch in its journey, 1 to 2047.
    branch_cumulative : shape (n_branches,)
        Cumulative probabilities of BRANCH, each table ending with 1.
    law_kind, law_scalars, law_table : shapes (n_laws,), (n_laws, 3), (n_values,)
        Index into the sorted names of ``DISTRIBUTIONS`` and scalars of each law; observations of table laws, seconds.
    target_rows : shape (n_targets, n_divisions)
        Station row of a target at a division; -1 has no queue there: the service time alone.
    stations : shape (n_stations, 7)
        Servers at time 0, slots, waiting places, then the discipline as 0 or 1: whether classes count, the newest
        goes first, a better turn interrupts a service, the servers are shared. Sorted by name, then division.
    events, event_time : shapes (n_events, 3), (n_events,)
        Station, kind, value; seconds. Sorted by time, station, kind.
    streams : shape (n_streams, 7)
        Name hash, office, class, first group, number of channels, offset into the channel tables, arrival process
        (index into the sorted names of ``ARRIVALS``). Sorted by name.
    stream_floats : shape (n_streams, 3)
        First instant, end, probability that home is another division.
    stream_rates : shape (n_streams, 24)
        Arrivals per second in each hour of a day.
    channel_cumulative : shape (n_channel_rows, 24)
        Cumulative probability of a stream's channels in each hour; the last is 1.
    channel_entry : shape (n_channel_rows,)
        First instruction of the journey by that channel.
    division_cumulative : shape (n_divisions,)
        Cumulative population, people.
    edition_divisions : shape (n_editions, n_divisions)
        1 where the platform of a division speaks another edition of a contract.
    n_registers, n_counters, n_groups, n_outcomes, n_operations : int
        Sizes: visit counters and repeat counters of a journey, rows of the record.
    phase : float
        Time of day at simulation time 0, seconds.
    clock : float
        0, or the whole second to which services are rounded up and instants of arrival down.
    window_start, window_end : float
        Measured window, seconds.
    n_bins : int
        Bins of the window.
    limit : float
        The run ends here at the latest, seconds, >= window_end.
    """

    ops: Integers
    op_floats: Floats
    branch_target: Integers
    branch_path: Integers
    branch_cumulative: Floats
    law_kind: Integers
    law_scalars: Floats
    law_table: Floats
    target_rows: Integers
    stations: Integers
    events: Integers
    event_time: Floats
    streams: Integers
    stream_floats: Floats
    stream_rates: Floats
    channel_cumulative: Floats
    channel_entry: Integers
    division_cumulative: Floats
    edition_divisions: Integers
    n_registers: int
    n_counters: int
    n_groups: int
    n_outcomes: int
    n_operations: int
    phase: float
    clock: float
    window_start: float
    window_end: float
    n_bins: int
    limit: float

    @property
    def edges(self) -> tuple[float, ...]:
        """Edges of the bins, ``n_bins + 1`` of them, in seconds; the last is ``window_end``."""
        width = (self.window_end - self.window_start) / self.n_bins
        inner = (self.window_start + i * width for i in range(self.n_bins))
        return (*inner, self.window_end)

    @property
    def digest(self) -> str:
        """SHA-256 over every array and number, in the order of the fields."""
        total = hashlib.sha256()
        for field in fields(self):
            value = getattr(self, field.name)
            total.update(field.name.encode())
            if isinstance(value, np.ndarray):
                total.update(str(value.shape).encode())
                total.update(value.astype(value.dtype.newbyteorder("<")).tobytes())
            else:
                total.update(repr(value).encode())
        return total.hexdigest()
