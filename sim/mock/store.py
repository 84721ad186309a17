"""What mocked systems remember: named tables of records.

Takes records of domain values, gives them back by key in the order they came, promises that a record changes only by
being put again. Mocks know ``Store`` and ``Table`` alone, so a database can take the place of the memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.mock.value import Record


class Table(Protocol):
    """Records of one kind, by key."""

    def get(self, key: str) -> Record | None:
        """Return the record of a key, or None."""

    def put(self, key: str, record: Record) -> None:
        """Store a record; it takes the place of the one with the same key."""

    def remove(self, key: str) -> None:
        """Forget the record of a key; one that is not there is no fault."""

    def items(self) -> Iterator[tuple[str, Record]]:
        """Return all records with their keys, in the order in which the keys first came."""

    def __len__(self) -> int:
        """Return the number of records."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that a store holds.

    Parameters
    ----------
    tables : mapping
        Records by key, by system and table.
    counters : mapping
        Last numbers, by system and counter.
    """

    tables: Mapping[tuple[str, str], Mapping[str, Record]]
    counters: Mapping[tuple[str, str], int]


class Store(Protocol):
    """Tables and counters of every system of a world."""

    def table(self, system: str, name: str) -> Table:
        """Return a table of a system; it is made at its first use."""

    def count(self, system: str, name: str) -> int:
        """Return the next number of a counter: 1, 2, 3, ..."""

    def snapshot(self) -> Snapshot:
        """Return everything that is stored."""

    def restore(self, snapshot: Snapshot) -> None:
        """Forget everything and take what was stored in another store."""

    def commit(self) -> None:
        """Make what was stored last, where that is not done at once."""


class MemoryTable:
    """A table in memory."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}

    def get(self, key: str) -> Record | None:
        """Return the record of a key, or None."""
        return self._records.get(key)

    def put(self, key: str, record: Record) -> None:
        """Store a copy of a record."""
        self._records[key] = dict(record)

    def remove(self, key: str) -> None:
        """Forget the record of a key."""
        self._records.pop(key, None)

    def items(self) -> Iterator[tuple[str, Record]]:
        """Return all records with their keys."""
        return iter(tuple(self._records.items()))

    def __len__(self) -> int:
        return len(self._records)


class MemoryStore:
    """A store in memory; it ends with its world."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str], MemoryTable] = {}
        self._counters: dict[tuple[str, str], int] = {}

    def table(self, system: str, name: str) -> MemoryTable:
        """Return a table of a system; it is made at its first use."""
        found = self._tables.get((system, name))
        if found is None:
            found = self._tables[system, name] = MemoryTable()
        return found

    def count(self, system: str, name: str) -> int:
        """Return the next number of a counter: 1, 2, 3, ..."""
        number = self._counters.get((system, name), 0) + 1
        self._counters[system, name] = number
        return number

    def snapshot(self) -> Snapshot:
        """Return everything that is stored."""
        tables = {place: dict(table.items()) for place, table in self._tables.items() if len(table)}
        return Snapshot(tables, dict(self._counters))

    def restore(self, snapshot: Snapshot) -> None:
        """Forget everything and take a snapshot."""
        self.clear()
        for (system, name), records in snapshot.tables.items():
            table: Table = self.table(system, name)
            for key, record in records.items():
                table.put(key, record)
        self._counters.update(snapshot.counters)

    def clear(self) -> None:
        """Forget everything."""
        self._tables.clear()
        self._counters.clear()

    def commit(self) -> None:
        """Do nothing: memory does not last."""
