"""A store in an SQLite file: what mocked systems remember from one start to the next.

Takes the same records as ``MemoryStore``, which it is while the process runs; promises that what was committed is found
at the next start, in the same order, and that no second process uses the file at the same time.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from sim.errors import UsageError
from sim.mock.record_text import dump, load
from sim.mock.store import MemoryStore, MemoryTable

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from sim.mock.store import Snapshot
    from sim.mock.value import Record

FORMAT: Final = 1
APPLICATION: Final = 0x746F6E67
"""Marks the file as ours (SQLite's ``application_id``)."""

_SCHEMA: Final = """
CREATE TABLE records (
  number INTEGER PRIMARY KEY, system TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, record TEXT NOT NULL,
  UNIQUE (system, name, key));
CREATE TABLE counters (system TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (system, name));
"""
_PUT: Final = """
INSERT INTO records (system, name, key, record) VALUES (?, ?, ?, ?)
ON CONFLICT (system, name, key) DO UPDATE SET record = excluded.record
"""


class SqliteTable(MemoryTable):
    """A table in memory whose changes go to a file too."""

    def __init__(self, connection: sqlite3.Connection, system: str, name: str) -> None:
        super().__init__()
        self._connection = connection
        self._place = (system, name)

    def put(self, key: str, record: Record) -> None:
        """Store a copy of a record."""
        super().put(key, record)
        self._connection.execute(_PUT, (*self._place, key, dump(record)))

    def remove(self, key: str) -> None:
        """Forget the record of a key."""
        super().remove(key)
        self._connection.execute("DELETE FROM records WHERE system = ? AND name = ? AND key = ?", (*self._place, key))

    def restore(self, key: str, record: Record) -> None:
        """Take a record that stands in the file already."""
        super().put(key, record)


class SqliteStore(MemoryStore):
    """A store in a file.

    Parameters
    ----------
    connection : sqlite3.Connection
        As ``open`` makes it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__()
        self._connection = connection
        for system, name, key, text in connection.execute(
            "SELECT system, name, key, record FROM records ORDER BY number"
        ):
            self.table(system, name).restore(key, load(text))
        self._counters.update(
            {
                (system, name): value
                for system, name, value in connection.execute("SELECT system, name, value FROM counters")
            }
        )

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file, or make one.

        Raises
        ------
        UsageError
            It is not ours, of another format, used by another process, or cannot be read or written.
        """
        try:
            # one thread at a time: that which opens it, then that of the server
            connection = sqlite3.connect(path, timeout=0.0, isolation_level="IMMEDIATE", check_same_thread=False)
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA synchronous = NORMAL")
            _prepare(connection, path)
            store = cls(connection)
            connection.execute("BEGIN IMMEDIATE")  # takes the lock, which then is kept
            connection.commit()
        except (sqlite3.Error, ValueError) as error:
            remedy = "end the mock that uses it, or name another file by --state"
            raise UsageError(f"the state file {str(path)[:200]} cannot be used: {error}", remedy) from error
        return store

    def table(self, system: str, name: str) -> SqliteTable:
        """Return a table of a system; it is made at its first use."""
        found = self._tables.get((system, name))
        if not isinstance(found, SqliteTable):
            found = self._tables[system, name] = SqliteTable(self._connection, system, name)
        return found

    def count(self, system: str, name: str) -> int:
        """Return the next number of a counter: 1, 2, 3, ..."""
        number = super().count(system, name)
        self._connection.execute("REPLACE INTO counters (system, name, value) VALUES (?, ?, ?)", (system, name, number))
        return number

    def restore(self, snapshot: Snapshot) -> None:
        """Forget everything and take a snapshot."""
        super().restore(snapshot)
        rows = [(system, name, value) for (system, name), value in snapshot.counters.items()]
        self._connection.executemany("REPLACE INTO counters (system, name, value) VALUES (?, ?, ?)", rows)

    def clear(self) -> None:
        """Forget everything."""
        super().clear()
        self._connection.executescript("DELETE FROM records; DELETE FROM counters;")

    def commit(self) -> None:
        """Make what was stored last."""
        self._connection.commit()

    def close(self) -> None:
        """Commit and let go of the file."""
        self._connection.commit()
        self._connection.close()


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new file; refuse one that is not ours."""
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (count,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not count:
        connection.executescript(f"{_SCHEMA} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT};")
    elif (mark, version) != (APPLICATION, FORMAT):
        message = "it holds something else" if mark != APPLICATION else f"its format is {version}, not {FORMAT}"
        raise UsageError(f"the state file {str(path)[:200]} cannot be used: {message}", "name another file by --state")
