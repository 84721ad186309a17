"""What mocked systems remember: named tables of records.

Takes records of domain values, gives them back by key in the order they came, promises that a record changes only by
being put again. Mocks know ``Store`` and ``Table`` alone, so a database can take the place of the memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.mock.value import Record


class Table(Protocol):
    """Records of one kind, by key."""

    def get(self, key: str) -> Record | None:
        """Return the record of a key, or None."""

    def put(self, key: str, record: Record) -> None:
        """Store a record; it takes the place of the one with the same key."""

    def items(self) -> Iterator[tuple[str, Record]]:
        """Return all records with their keys, in the order in which the keys first came."""


class Store(Protocol):
    """Tables and counters of every system of a world."""

    def table(self, system: str, name: str) -> Table:
        """Return a table of a system; it is made at its first use."""

    def count(self, system: str, name: str) -> int:
        """Return the next number of a counter: 1, 2, 3, ..."""


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

    def items(self) -> Iterator[tuple[str, Record]]:
        """Return all records with their keys."""
        return iter(tuple(self._records.items()))


class MemoryStore:
    """A store in memory; it ends with its world."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str], MemoryTable] = {}
        self._counters: dict[tuple[str, str], int] = {}

    def table(self, system: str, name: str) -> MemoryTable:
        """Return a table of a system; it is made at its first use."""
        return self._tables.setdefault((system, name), MemoryTable())

    def count(self, system: str, name: str) -> int:
        """Return the next number of a counter: 1, 2, 3, ..."""
        number = self._counters.get((system, name), 0) + 1
        self._counters[system, name] = number
        return number
