"""Keeps the log of a run in files: a part for each chunk while it runs, one file of each kind in the bundle.

What is in memory is a chunk; the parts lie in a folder of their own beside the bundle's place, so that what a stopped
replication left is not taken in.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.bundle.log import JOURNEYS, VISITS
from sim.bundle.log_table import JOURNEY_LOG, VISIT_LOG, LogNames, journey_columns, visit_columns
from sim.bundle.parquet import connect, write_joined, write_table
from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import duckdb
    from numpy.typing import NDArray

    from sim.bundle.log import Log
    from sim.bundle.table import Columns


@dataclass(frozen=True, slots=True)
class LogPlace:
    """Where the parts of a run's log go; workers are given it.

    Parameters
    ----------
    folder : Path
        An existing folder (``log_folder``).
    names : LogNames
        What the numbers stand for.
    """

    folder: Path
    names: LogNames

    @contextmanager
    def opened(self, replication: int) -> Iterator[Log]:
        """Give the log of a replication; one that was begun before is written anew.

        Raises
        ------
        UsageError
            A file cannot be written.
        """
        with connect() as connection:
            log = _Parts(self, replication, connection)
            yield log
            log.close()


class _Parts:
    """The log of one replication (``sim.bundle.Log``), a Parquet file a chunk."""

    __slots__ = ("_connection", "_count", "_place", "_replication")

    def __init__(self, place: LogPlace, replication: int, connection: duckdb.DuckDBPyConnection) -> None:
        self._place = place
        self._replication = replication
        self._connection = connection
        self._count = dict.fromkeys((JOURNEY_LOG, VISIT_LOG), 0)

    def journeys(self, rows: NDArray[Any]) -> None:
        self._write(JOURNEY_LOG, journey_columns, rows)

    def visits(self, rows: NDArray[Any]) -> None:
        self._write(VISIT_LOG, visit_columns, rows)

    def close(self) -> None:
        """Write a part without rows where there was none: a replication without visits is no missing one."""
        if not self._count[JOURNEY_LOG]:
            self.journeys(np.empty(0, JOURNEYS))
        if not self._count[VISIT_LOG]:
            self.visits(np.empty(0, VISITS))

    def _write(self, kind: str, columns: Callable[[LogNames, int, NDArray[Any]], Columns], rows: NDArray[Any]) -> None:
        path = _part(self._place.folder, kind, self._replication, self._count[kind])
        self._count[kind] += 1
        try:
            write_table(self._connection, path, columns(self._place.names, self._replication, rows))
        except OSError as error:
            message = f"the log cannot be written to {path.parent}: {error.strerror or error}"
            raise UsageError(message, "choose another folder with --out, or run without --log") from error


def join_log(folder: Path, replications: Iterable[int], target: Path) -> None:
    """Write the parts of finished replications to the two files of a bundle.

    Parameters
    ----------
    replications : iterable of int
        Those whose parts are taken, in this order.

    Raises
    ------
    OSError
        A file cannot be written.
    """
    finished = tuple(replications)
    for kind in (JOURNEY_LOG, VISIT_LOG):
        parts = [path for replication in finished for path in _parts(folder, kind, replication)]
        with connect() as connection:
            write_joined(connection, target / f"{kind}.parquet", parts)


def has_log(folder: Path) -> bool:
    """Return whether a bundle holds a log."""
    return all((folder / f"{kind}.parquet").is_file() for kind in (JOURNEY_LOG, VISIT_LOG))


def copy_log(source: Path, target: Path) -> None:
    """Take the log of a bundle over into another of the same values, if it has one.

    Raises
    ------
    OSError
        A file cannot be written.
    """
    if has_log(source):
        for kind in (JOURNEY_LOG, VISIT_LOG):
            shutil.copyfile(source / f"{kind}.parquet", target / f"{kind}.parquet")


def _part(folder: Path, kind: str, replication: int, number: int) -> Path:
    return folder / f"{kind}-{replication}-{number}.parquet"


def _parts(folder: Path, kind: str, replication: int) -> Iterator[Path]:
    number = 0
    while (path := _part(folder, kind, replication, number)).exists():
        yield path
        number += 1
