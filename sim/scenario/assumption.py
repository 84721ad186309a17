"""Which figures nobody measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.model import Assumption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.document import JsonValue
    from sim.scenario.reading import Node


def read_assumptions(top: Node) -> tuple[Assumption, ...]:
    """Return every assumption, in document order; entries of lists are called by their name."""
    return tuple(_below(top, ""))


def _below(node: Node, where: str) -> Iterator[Assumption]:
    if isinstance(node.value, dict):
        mark = node.get("assumed")
        if mark is not None:
            yield from _read_mark(node, mark, where)
        for key, child in node.entries():
            if key != "assumed":
                yield from _below(child, f"{where}.{key}" if where else key)
    else:
        for index, child in enumerate(node.elements()):
            yield from _below(child, f"{where}.{_name(child.value, index)}")


def _name(value: JsonValue, index: int) -> str:
    name = value.get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) else str(index)


def _read_mark(node: Node, mark: Node, where: str) -> Iterator[Assumption]:
    if mark.value is True:
        yield Assumption(where or "the whole scenario", "")
        return
    marked = mark.entries() if isinstance(mark.value, dict) else ((each.text, each) for each in mark.elements())
    for key, note in marked:
        if not isinstance(node.value, dict) or key not in node.value:
            note.fault(f"{key!r} is not a key beside it", "name a key of the same mapping")
        else:
            place = f"{where}.{key}" if where else key
            yield Assumption(place, note.text if isinstance(mark.value, dict) else "")
