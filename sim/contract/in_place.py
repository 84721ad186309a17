"""How often schemas apply to one and the same value.

Takes the schemas of a contract as a graph, gives those that cannot be evaluated in bounded time, promises to use time
linear in the graph and no recursion.

A schema that applies two schemas of which each applies two others, and so on, is evaluated 2^n times; one that applies
itself to the same value has no meaning (JSON Schema 2020-12 core, section 9.4.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Key = TypeVar("Key")

MAX_APPLIED: Final = 100_000
# Keywords whose schemas apply to the value itself, not to a part of it.
IN_PLACE: Final = frozenset(("allOf", "anyOf", "dependentSchemas", "else", "if", "not", "oneOf", "then"))


def endless(graph: Mapping[Key, Sequence[Key]]) -> tuple[set[Key], set[Key]]:
    """Return the schemas that apply themselves, and the first ones that apply more than ``MAX_APPLIED`` schemas.

    Parameters
    ----------
    graph : mapping
        Schema to the schemas it applies to the same value.
    """
    applied: dict[Key, int] = {}
    circles: set[Key] = set()
    heavy: set[Key] = set()
    for start in graph:
        stack, path = [start], set[Key]()
        while stack:
            key = stack[-1]
            if key in applied:
                stack.pop()
                continue
            waiting = [below for below in graph.get(key, ()) if below not in applied and below not in path]
            if key not in path:
                path.add(key)
                circles.update(below for below in graph.get(key, ()) if below in path)
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            path.discard(key)
            applied[key] = 1 + sum(applied.get(below, 0) for below in graph.get(key, ()))
            if applied[key] > MAX_APPLIED:
                heavy.add(key)
                applied[key] = 1
    return circles, heavy
