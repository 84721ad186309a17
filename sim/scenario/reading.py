"""A merged document as it is read: values with their places, faults as they are found.

Takes a ``Source`` and what its shape left unreadable, gives nodes that know where they stand, promises that a value of
the wrong shape is passed over, as its fault has been told.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from sim.document import JsonValue, display_name, escape_pointer
from sim.errors import DocumentError, Fault, UsageError
from sim.scenario.table import read_table
from sim.units import parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sim.catalog import Catalog
    from sim.scenario.source import Source
    from sim.table_file import Row

MAX_SPAN = 100 * 366 * 86400.0


class Reading:
    """One reading of one scenario.

    Parameters
    ----------
    broken : set of str
        Pointers of values whose shape is wrong.
    """

    def __init__(self, catalog: Catalog, source: Source, broken: set[str]) -> None:
        self.catalog = catalog
        self.source = source
        self.faults: list[Fault] = []
        self.files: dict[str, str] = dict(source.files)
        self._broken = broken
        self._tables: dict[tuple[Path, tuple[str, ...]], tuple[Row, ...] | None] = {}

    @property
    def top(self) -> Node:
        """The whole document."""
        return Node(self, "", self.source.document.value)

    def is_readable(self, pointer: str) -> bool:
        """Whether the value itself has the right shape; parts of it may not."""
        return pointer not in self._broken

    def is_sound(self, pointer: str) -> bool:
        """Whether nothing at or below a pointer has the wrong shape."""
        return not any(place == pointer or place.startswith(f"{pointer}/") for place in self._broken)

    def names(self, section: str) -> tuple[str, ...]:
        """Return the names of all entries of a section, those that cannot be read included."""
        top = self.source.document.value
        entries = top.get(section) if isinstance(top, dict) else None
        return tuple(entries) if isinstance(entries, dict) else ()

    def table(self, node: Node, columns: tuple[str, ...]) -> tuple[Row, ...] | None:
        """Return the rows of the CSV file that a node names, None where it cannot be read; each file is read once."""
        base = self.source.bases.get(node.pointer, self.source.document.path)
        try:
            path = self.catalog.resolve(node.text, base=base.resolve())
        except UsageError as error:
            node.fault(error.message, error.remedy)
            return None
        if (path, columns) not in self._tables:
            self._tables[path, columns] = self._read_table(path, columns)
        return self._tables[path, columns]

    def _read_table(self, path: Path, columns: tuple[str, ...]) -> tuple[Row, ...] | None:
        try:
            rows, digest = read_table(path, columns)
        except DocumentError as error:
            self.faults += error.faults
            return None
        self.files[display_name(path)] = digest
        return rows


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands."""

    reading: Reading
    pointer: str
    value: JsonValue

    def fault(self, message: str, remedy: str = "", *, of_key: bool = False) -> None:
        """Note a fault at this value."""
        document = self.reading.source.document
        self.reading.faults.append(document.fault(self.pointer, message, remedy, of_key=of_key))

    def unknown(self, kind: str, known: Iterable[str]) -> None:
        """Note that this text names nothing of a kind, and what it might have meant."""
        names = sorted(set(known))
        near = get_close_matches(self.text, names, n=3)
        if near:
            remedy = f"did you mean {' or '.join(near)}"
        else:
            remedy = f"known: {', '.join(names[:20])}" if names else f"there is no {kind} at all yet; write one"
        self.fault(f"there is no {kind} {self.text!r}", remedy)

    @property
    def is_sound(self) -> bool:
        """Whether it and all its parts have the right shape."""
        return self.reading.is_sound(self.pointer)

    @property
    def is_readable(self) -> bool:
        """Whether it has the right shape; parts of it may not."""
        return self.reading.is_readable(self.pointer)

    def has(self, key: str) -> bool:
        """Whether a key is there, be its value readable or not."""
        return isinstance(self.value, dict) and key in self.value

    def child(self, token: str | int, value: JsonValue) -> Node:
        """Return a part of it."""
        return Node(self.reading, f"{self.pointer}/{escape_pointer(str(token))}", value)

    def get(self, key: str) -> Node | None:
        """Return the value of a key, None where it is missing or cannot be read."""
        if not isinstance(self.value, dict) or key not in self.value:
            return None
        node = self.child(key, self.value[key])
        return node if node.is_readable else None

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Yield the readable entries of a mapping by key."""
        for key, value in self.value.items() if isinstance(self.value, dict) else ():
            node = self.child(key, value)
            if node.is_readable:
                yield key, node

    def elements(self) -> Iterator[Node]:
        """Yield the readable elements of a list."""
        for index, value in enumerate(self.value) if isinstance(self.value, list) else ():
            node = self.child(index, value)
            if node.is_readable:
                yield node

    def section(self, key: str) -> Iterator[tuple[str, Node]]:
        """Yield the readable entries of the mapping under a key."""
        if isinstance(self.value, dict) and key in self.value:
            yield from self.child(key, self.value[key]).entries()

    def listing(self, key: str) -> Iterator[Node]:
        """Yield the readable elements of the list under a key."""
        if isinstance(self.value, dict) and key in self.value:
            yield from self.child(key, self.value[key]).elements()

    @property
    def text(self) -> str:
        """The value, which is a text."""
        return str(self.value)

    @property
    def number(self) -> float:
        """The value, which is a number."""
        return float(self.value) if isinstance(self.value, (int, float)) else 0.0

    @property
    def span(self) -> float:
        """The value, which is a span of time, in seconds."""
        seconds = parse_duration(self.text)
        if seconds > MAX_SPAN:
            self.fault(f"{self.text!r} is more than a hundred years", "write a shorter time")
            return MAX_SPAN
        return seconds

    def text_of(self, key: str, default: str) -> str:
        """Return the text under a key."""
        node = self.get(key)
        return default if node is None else node.text

    def number_of(self, key: str, default: float) -> float:
        """Return the number under a key."""
        node = self.get(key)
        return default if node is None else node.number

    def count_of(self, key: str, default: int) -> int:
        """Return the whole number under a key."""
        node = self.get(key)
        return default if node is None else _whole(node.value)

    def span_of(self, key: str, default: float) -> float:
        """Return the span of time under a key, in seconds."""
        node = self.get(key)
        return default if node is None else node.span


def _whole(value: JsonValue) -> int:
    """Return a whole number as an int: JSON Schema counts 5.0 among the integers."""
    return int(value) if isinstance(value, (int, float)) else 0
