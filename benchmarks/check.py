"""Equality of the program in C with the engines: its written record against theirs, bit for bit."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

import numpy as np

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

COLUMNS: Final = {
    "station_counts": STATION_COUNTS,
    "station_sums": STATION_SUMS,
    "group_counts": GROUP_COUNTS,
    "group_sums": GROUP_SUMS,
    "operation_counts": OPERATION_COUNTS,
    "operation_sums": OPERATION_SUMS,
}


def read_record(text: str, plan: Plan) -> Record:
    """Return the record that ``benchmarks/peers/network.c`` wrote for a Plan.

    It names its columns; those that it does not have are 0.

    Raises
    ------
    ValueError
        The text does not have the Plan's shape.
    """
    parts = _parts(text)
    size = plan.n_bins + 2

    def table(name: str, *shape: int) -> NDArray[np.float64]:
        return _placed(*parts[name], COLUMNS[name]).reshape(*shape, len(COLUMNS[name]))

    def whole(name: str, columns: int) -> NDArray[np.int64]:
        return np.array(parts[name][1], np.int64).reshape(-1, columns)

    return Record(
        replication=0,
        station_counts=table("station_counts", len(plan.stations), size).astype(np.int64),
        station_sums=table("station_sums", len(plan.stations), size),
        waiting=whole("waiting", 4),
        group_counts=table("group_counts", plan.n_groups, size).astype(np.int64),
        group_outcomes=whole("group_outcomes", plan.n_outcomes),
        group_sums=table("group_sums", plan.n_groups, plan.n_outcomes),
        sojourn=whole("sojourn", 4),
        operation_counts=table("operation_counts", plan.n_operations).astype(np.int64),
        operation_sums=table("operation_sums", plan.n_operations),
        end_time=float.fromhex(parts["end_time"][1][0]),
        events=int(parts["events"][1][0]),
        drained=True,
    )


def differences(one: Record, other: Record) -> tuple[str, ...]:
    """Return the names of the fields in which two records differ, be it by one bit."""
    return tuple(field.name for field in fields(Record) if _bits(one, field.name) != _bits(other, field.name))


def _bits(record: Record, name: str) -> tuple[tuple[int, ...], bytes]:
    value = np.asarray(getattr(record, name))
    return value.shape, value.tobytes()


def _parts(text: str) -> dict[str, tuple[list[str], list[str]]]:
    """Return the columns and the words of each part."""
    parts: dict[str, tuple[list[str], list[str]]] = {}
    words: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            name, *columns = line.strip("[]").split()
            words = []
            parts[name] = columns, words
        else:
            words += line.split()
    return parts


def _placed(columns: Sequence[str], words: Sequence[str], all_columns: Sequence[str]) -> NDArray[np.float64]:
    """Return the numbers under the product's columns; counts of these workloads are exact in a float."""
    numbers = [float.fromhex(word) if "x" in word else float(word) for word in words]
    known = np.array(numbers, np.float64).reshape(-1, len(columns))
    placed = np.zeros((len(known), len(all_columns)))
    placed[:, [all_columns.index(name) for name in columns]] = known
    return placed
