"""Columns to Parquet files and back, through DuckDB."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from sim.errors import ResultError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from sim.bundle.table import Columns

_WILD: Final = re.compile(r"[*?\[]")
_LITERAL: Final = r"[\g<0>]"


def connect() -> duckdb.DuckDBPyConnection:
    """Return a connection in memory that keeps the order of rows and loads nothing from outside."""
    import duckdb  # noqa: PLC0415 - workers and engines import this storey and store nothing

    return duckdb.connect(
        config={
            "preserve_insertion_order": "true",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )


def write_table(connection: duckdb.DuckDBPyConnection, path: Path, columns: Columns) -> None:
    """Write columns of equal length to a Parquet file; the order of rows is kept.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    connection.register("columns_to_write", columns)
    target = str(path.absolute()).replace("'", "''")  # absolute, for DuckDB makes a home folder of a leading ~
    import duckdb  # noqa: PLC0415 - as above

    try:
        connection.execute(f"COPY (SELECT * FROM columns_to_write) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")  # noqa: S608 - the path is quoted; COPY takes no parameters
    except duckdb.IOException as error:
        raise _failure(path, error) from error
    connection.unregister("columns_to_write")


def write_joined(connection: duckdb.DuckDBPyConnection, path: Path, parts: Sequence[Path]) -> None:
    """Write the rows of some Parquet files of equal columns to one, part after part, a group of rows at a time.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    import duckdb  # noqa: PLC0415 - as above

    target, *sources = (str(one.absolute()).replace("'", "''") for one in (path, *parts))
    listed = ", ".join(f"'{_WILD.sub(_LITERAL, one)}'" for one in sources)
    try:
        # one thread: the order of rows costs memory for every further one
        connection.execute("SET threads TO 1")
        rows = f"SELECT * FROM read_parquet([{listed}], hive_partitioning = false)"  # noqa: S608 - the paths are quoted
        connection.execute(f"COPY ({rows}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    except duckdb.IOException as error:
        raise _failure(path, error) from error


def _failure(path: Path, error: Exception) -> OSError:
    """Return what the system said, which DuckDB tells in its own words."""
    number = re.search(r'"errno":"([0-9]+)"', str(error))
    if number is None:
        return OSError(str(error).partition("\n")[0][:200])
    return OSError(int(number[1]), os.strerror(int(number[1])), str(path))


def read_table(connection: duckdb.DuckDBPyConnection, path: Path) -> Columns:
    """Return the columns of a Parquet file, rows in the order of the file.

    Raises
    ------
    ResultError
        The file is missing or is not Parquet.
    """
    if not path.is_file():
        raise ResultError(f"{path}: the table is missing", "run the scenario again with --force")
    import duckdb  # noqa: PLC0415 - as above

    try:
        relation = connection.read_parquet(_only(path.absolute()), hive_partitioning=False)
        columns = relation.fetchnumpy()
    except duckdb.Error as error:
        raise ResultError(f"{path}: is not a Parquet file", "run the scenario again with --force") from error
    return {name: np.ma.getdata(values) for name, values in cast("Columns", columns).items()}


def _only(path: Path) -> str:
    """Return a path as the pattern that no other file meets."""
    return _WILD.sub(_LITERAL, str(path))
