"""A document that is changed: its values with the place of each, which move with them.

Takes a document of the gate, gives a tree that can be merged into, appended to and cut, and the changed document again;
promises that every value keeps the place where it was written, in whichever file, that what was read is never changed,
and that the changed document keeps the gate's own bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.document import MAX_DEPTH, MAX_NODES, MAX_POINTERS, Document, JsonValue, Place, escape_pointer

if TYPE_CHECKING:
    from _collections_abc import dict_items
    from collections.abc import Iterator

    from sim.contract.query import Location, Meter


class GraftError(ValueError):
    """A change that cannot be made; the message says why."""


class Mark(NamedTuple):
    """Where a value was written, and the key before it."""

    value: Place
    key: Place | None


class Branch(dict[str, JsonValue]):
    """A mapping; ``marks`` holds the place of each member. Walking it takes steps of a meter."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self.meter = meter
        self.marks: dict[str, Mark] = {}

    def items(self) -> dict_items[str, JsonValue]:
        """Return the members, and count them."""
        self.meter.spend(len(self) + 1)
        return super().items()


class Row(list[JsonValue]):
    """A list; ``marks`` holds the place of each element. Walking it takes steps of a meter."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self.meter = meter
        self.marks: list[Mark] = []

    def __iter__(self) -> Iterator[JsonValue]:
        """Return the elements, and count them."""
        self.meter.spend(len(self) + 1)
        return super().__iter__()


class Graft:
    """A document being changed.

    Parameters
    ----------
    document : Document
        A mapping; it stays as it is.
    meter : Meter
        Counts what queries look at.

    Raises
    ------
    GraftError
        The document is no mapping.
    """

    def __init__(self, document: Document, meter: Meter) -> None:
        self._document = document
        self._meter = meter
        self._nodes = 0
        root = self._plant(document, document.value, "", 0)
        if not isinstance(root, Branch):
            raise GraftError("is no mapping")
        self.root: Branch = root

    def at(self, location: Location) -> JsonValue:
        """Return the value at a place that a query has found."""
        value: JsonValue = self.root
        for token in location:
            value = value[token]  # type: ignore[index]  # a query found it: names in mappings, indices in lists
        return value

    def update(self, location: Location, source: Document, pointer: str, value: JsonValue) -> None:
        """Merge a value into a mapping, or append it to a list.

        Parameters
        ----------
        location : tuple
            Of the mapping or list.
        source, pointer : Document and str
            Where ``value`` was written.

        Raises
        ------
        GraftError
            The place holds neither, or the value does not fit it.
        """
        target = self.at(location)
        if isinstance(target, Branch):
            if not isinstance(value, dict):
                raise GraftError(f"selects a mapping, and the update is {_kind(value)}")
            planted = self._plant(source, value, pointer, len(location))
            assert isinstance(planted, Branch)  # noqa: S101 - planted from a dict
            self._merge(target, planted, "")
        elif isinstance(target, Row):
            target.append(self._plant(source, value, pointer, len(location) + 1))
            target.marks.append(_mark(source, pointer))
        else:
            raise GraftError(f"selects {_kind(target)}; an update needs a mapping or a list")

    def remove(self, location: Location) -> None:
        """Cut a value out of the mapping or list that holds it.

        Raises
        ------
        GraftError
            It is the whole document, or a single text, number or flag of a list.
        """
        if not location:
            raise GraftError("selects the whole document, which cannot be removed")
        holder, token = self.at(location[:-1]), location[-1]
        if isinstance(holder, Branch) and isinstance(token, str):
            del holder[token]
            del holder.marks[token]
        elif isinstance(holder, Row) and isinstance(token, int):
            if not isinstance(holder[token], (dict, list)):
                raise GraftError(f"selects {_kind(holder[token])} of a list; remove the list and write it anew")
            del holder[token]
            del holder.marks[token]

    def document(self, digest: str) -> Document:
        """Return the changed document under the name of the one it was made from.

        Raises
        ------
        GraftError
            Its keys have grown too long.
        """
        base = self._document
        values: dict[str, Place] = {"": base.place("")}
        keys: dict[str, Place] = {}
        value = _harvest(self.root, "", values, keys)
        if sum(map(len, values)) + sum(map(len, keys)) > MAX_POINTERS:
            raise GraftError("has keys too long for the number of values under them")
        return Document(base.path, base.file, value, values, keys, digest)

    def _plant(self, document: Document, value: JsonValue, pointer: str, depth: int) -> JsonValue:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise GraftError(f"makes the document grow beyond {MAX_NODES} values")
        if isinstance(value, (dict, list)) and depth >= MAX_DEPTH:
            raise GraftError(f"nests the document deeper than {MAX_DEPTH} levels")
        if isinstance(value, dict):
            branch = Branch(self._meter)
            for key, child in value.items():
                below = f"{pointer}/{escape_pointer(key)}"
                branch[key] = self._plant(document, child, below, depth + 1)
                branch.marks[key] = _mark(document, below)
            return branch
        if isinstance(value, list):
            row = Row(self._meter)
            for index, child in enumerate(value):
                below = f"{pointer}/{index}"
                row.append(self._plant(document, child, below, depth + 1))
                row.marks.append(_mark(document, below))
            return row
        return value

    def _merge(self, target: Branch, update: Branch, pointer: str) -> None:
        for key, new in dict.items(update):
            below = f"{pointer}/{escape_pointer(key)}"
            old = target.get(key)
            if isinstance(old, Branch) and isinstance(new, Branch):
                self._merge(old, new, below)
            elif isinstance(old, Row) and isinstance(new, Row):
                old.extend(list.__iter__(new))
                old.marks.extend(new.marks)
            elif isinstance(old, (dict, list)):
                raise GraftError(f"puts {_kind(new)} in the place of {_kind(old)} at {below}; remove that first")
            else:
                target[key] = new
                target.marks[key] = update.marks[key]


def _mark(document: Document, pointer: str) -> Mark:
    return Mark(document.place(pointer), document.keys.get(pointer))


def _kind(value: JsonValue) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else "a single value"


def _harvest(value: JsonValue, pointer: str, values: dict[str, Place], keys: dict[str, Place]) -> JsonValue:
    if isinstance(value, Branch):
        members: dict[str, JsonValue] = {}
        for key, child in dict.items(value):
            below, mark = f"{pointer}/{escape_pointer(key)}", value.marks[key]
            values[below] = mark.value
            if mark.key is not None:
                keys[below] = mark.key
            members[key] = _harvest(child, below, values, keys)
        return members
    if isinstance(value, Row):
        elements: list[JsonValue] = []
        for index, child in enumerate(list.__iter__(value)):
            below = f"{pointer}/{index}"
            values[below] = value.marks[index].value
            elements.append(_harvest(child, below, values, keys))
        return elements
    return value
