"""Records as tables and back: one row an observation, one column a measure.

Takes records and their layout, gives columns by table name and the same records back, promises that nothing is lost:
every integer and every bit of every float returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from sim.bundle.bucket import middle
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

    from sim.bundle.record import Layout

Columns: TypeAlias = "dict[str, NDArray[Any]]"

TABLES: Final = ("replications", "timeseries", "stations", "waiting", "arrivals", "journeys", "sojourn", "operations")


def to_tables(layout: Layout, records: Sequence[Record]) -> dict[str, Columns]:
    """Return the tables of ``TABLES``; rows in the order of replication and layout.

    ``stations`` is ``timeseries`` summed over the measured window, for those who read the tables by hand.
    """
    replication = np.array([record.replication for record in records], dtype=np.int64)
    n_stations, n_groups, n_bins = len(layout.stations), len(layout.groups), layout.n_bins + 2
    return {
        "replications": {
            "replication": replication,
            "end_time": np.array([record.end_time for record in records]),
            "events": np.array([record.events for record in records], dtype=np.int64),
            "drained": np.array([record.drained for record in records], dtype=np.bool_),
        },
        "timeseries": _keys(replication, (n_stations, n_bins))
        | _station_names(layout, np.tile(np.repeat(np.arange(n_stations), n_bins), len(records)))
        | _measures(STATION_COUNTS, [record.station_counts for record in records])
        | _measures(STATION_SUMS, [record.station_sums for record in records])
        | _bins(layout, n_stations * len(records)),
        "stations": _keys(replication, (n_stations,))
        | _station_names(layout, np.tile(np.arange(n_stations), len(records)))
        | _measures(STATION_COUNTS, [_window_total(record.station_counts) for record in records])
        | _measures(STATION_SUMS, [_window_total(record.station_sums) for record in records]),
        "waiting": _sparse(records, "waiting", layout),
        "arrivals": _keys(replication, (n_groups, n_bins))
        | _group_names(layout, np.tile(np.repeat(np.arange(n_groups), n_bins), len(records)))
        | _measures(GROUP_COUNTS, [record.group_counts for record in records])
        | _bins(layout, n_groups * len(records)),
        "journeys": _journeys(layout, records, replication),
        "sojourn": _sparse(records, "sojourn", layout),
        "operations": _keys(replication, (len(layout.operations),))
        | _operation_names(layout, np.tile(np.arange(len(layout.operations)), len(records)))
        | _measures(OPERATION_COUNTS, [record.operation_counts for record in records])
        | _measures(OPERATION_SUMS, [record.operation_sums for record in records]),
    }


def from_tables(layout: Layout, tables: dict[str, Columns]) -> tuple[Record, ...]:
    """Return the records that ``to_tables`` wrote.

    Raises
    ------
    ValueError
        A table has other rows or columns than the layout says.
    KeyError
        A table or column is missing.
    """
    runs = tables["replications"]
    n = len(runs["replication"])
    n_stations, n_groups, n_bins = len(layout.stations), len(layout.groups), layout.n_bins + 2
    ends = (n, n_groups, len(layout.outcomes))
    stations, journeys = tables["timeseries"], tables["journeys"]
    station_counts = _stack(stations, STATION_COUNTS, (n, n_stations, n_bins), np.int64)
    station_sums = _stack(stations, STATION_SUMS, (n, n_stations, n_bins), np.float64)
    group_counts = _stack(tables["arrivals"], GROUP_COUNTS, (n, n_groups, n_bins), np.int64)
    outcomes = _stack(journeys, ("count",), ends, np.int64)[..., 0]
    group_sums = _stack(journeys, GROUP_SUMS, ends, np.float64)
    operations = _stack(tables["operations"], OPERATION_COUNTS, (n, len(layout.operations)), np.int64)
    operation_sums = _stack(tables["operations"], OPERATION_SUMS, (n, len(layout.operations)), np.float64)
    return tuple(
        Record(
            replication=int(runs["replication"][i]),
            station_counts=station_counts[i],
            station_sums=station_sums[i],
            waiting=_dense(tables["waiting"], ("row", "bin", "bucket", "count"), int(runs["replication"][i])),
            group_counts=group_counts[i],
            group_outcomes=outcomes[i],
            group_sums=group_sums[i],
            sojourn=_dense(tables["sojourn"], ("row", "ending", "bucket", "count"), int(runs["replication"][i])),
            operation_counts=operations[i],
            operation_sums=operation_sums[i],
            end_time=float(runs["end_time"][i]),
            events=int(runs["events"][i]),
            drained=bool(runs["drained"][i]),
        )
        for i in range(n)
    )


def _keys(replication: NDArray[np.int64], shape: tuple[int, ...]) -> Columns:
    return {"replication": np.repeat(replication, int(np.prod(shape)))}


def _repeat(names: Sequence[str], index: NDArray[np.int64]) -> NDArray[Any]:
    return np.array(names, dtype=object)[index] if len(names) else np.empty(0, dtype=object)


def _station_names(layout: Layout, index: NDArray[np.int64]) -> Columns:
    return {
        "station": _repeat([key.name for key in layout.stations], index),
        "division": _repeat([key.division for key in layout.stations], index),
    }


def _group_names(layout: Layout, index: NDArray[np.int64]) -> Columns:
    return {
        name: _repeat([getattr(key, name) for key in layout.groups], index) for name in ("line", "journey", "channel")
    }


def _operation_names(layout: Layout, index: NDArray[np.int64]) -> Columns:
    return {
        name: _repeat([getattr(key, name) for key in layout.operations], index)
        for name in ("journey", "channel", "operation")
    }


def _bins(layout: Layout, times: int) -> Columns:
    """Return number and start (seconds from the scenario's start) of each bin; bin 0 starts with the simulation."""
    width = (layout.window_end - layout.window_start) / layout.n_bins
    starts = [-layout.origin]
    starts += [layout.window_start - layout.origin + width * i for i in range(layout.n_bins + 1)]
    return {"bin": np.tile(np.arange(layout.n_bins + 2), times), "start": np.tile(np.array(starts), times)}


def _window_total(values: NDArray[Any]) -> NDArray[Any]:
    """Return sums over the bins of the window, added in order: the same bits on every machine."""
    return np.cumsum(values[:, 1:-1], axis=1)[:, -1]


def _measures(names: Sequence[str], arrays: Sequence[NDArray[Any]]) -> Columns:
    whole = np.concatenate([array.reshape(-1, len(names)) for array in arrays])
    return {name: np.ascontiguousarray(whole[:, column]) for column, name in enumerate(names)}


def _journeys(layout: Layout, records: Sequence[Record], replication: NDArray[np.int64]) -> Columns:
    n_groups, n_outcomes = len(layout.groups), len(layout.outcomes)
    return (
        _keys(replication, (n_groups, n_outcomes))
        | _group_names(layout, np.tile(np.repeat(np.arange(n_groups), n_outcomes), len(records)))
        | {"outcome": _repeat(layout.outcomes, np.tile(np.arange(n_outcomes), n_groups * len(records)))}
        | _measures(("count",), [record.group_outcomes[..., None] for record in records])
        | _measures(GROUP_SUMS, [record.group_sums for record in records])
    )


def _sparse(records: Sequence[Record], name: str, layout: Layout) -> Columns:
    """Return one of the two bucket tables: row of the layout and its names, bin or outcome, bucket, its time, count."""
    parts: list[NDArray[np.int64]] = [getattr(record, name) for record in records]
    whole = np.concatenate(parts)
    replication = [record.replication for record in records]
    columns: Columns = {"replication": np.repeat(replication, [len(part) for part in parts]).astype(np.int64)}
    columns["row"] = whole[:, 0].copy()
    if name == "waiting":
        columns |= _station_names(layout, whole[:, 0]) | {"bin": whole[:, 1].copy()}
    else:
        columns |= _group_names(layout, whole[:, 0]) | {"ending": whole[:, 1].copy()}
        columns["outcome"] = _repeat(layout.outcomes, whole[:, 1])
    columns["bucket"] = whole[:, 2].copy()
    buckets, places = np.unique(whole[:, 2], return_inverse=True)
    columns["seconds"] = np.array([middle(number) for number in buckets.tolist()], dtype=np.float64)[places]
    columns["count"] = whole[:, 3].copy()
    return columns


def _stack(columns: Columns, names: Sequence[str], shape: tuple[int, ...], kind: type[Any]) -> NDArray[Any]:
    stacked = np.stack([np.asarray(columns[name], dtype=kind) for name in names], axis=-1)
    return stacked.reshape(*shape, len(names))


def _dense(columns: Columns, names: Sequence[str], replication: int) -> NDArray[np.int64]:
    chosen = columns["replication"] == replication
    return np.stack([np.asarray(columns[name], dtype=np.int64)[chosen] for name in names], axis=-1)
