"""JSON values as conditions and templates see them.

Takes plain values and paths into them, gives what stands there, promises to tell a value that is ``null`` from one that
is absent, and both from one that only a run can tell.
"""

from __future__ import annotations

import enum
import json
import re
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sim.document import JsonValue
    from sim.journey.expression import Expression


class Special(enum.Enum):
    """What may stand in place of a value."""

    UNKNOWN = enum.auto()
    ABSENT = enum.auto()


UNKNOWN: Final = Special.UNKNOWN
ABSENT: Final = Special.ABSENT
Value: TypeAlias = "JsonValue | Special"
Look: TypeAlias = "Callable[[Expression], Value]"

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def find(value: Value, path: Iterable[str | int]) -> Value:
    """Return the member or item of a value at a path, ``ABSENT`` where there is none.

    A token of digits alone is also an index into an array (RFC 6901, section 4); what is unknown stays so.
    """
    for token in path:
        if isinstance(value, Special):
            return value
        if isinstance(value, dict) and isinstance(token, str):
            value = value.get(token, ABSENT)
        elif isinstance(value, list) and _INDEX.fullmatch(str(token)):
            index = int(token)
            value = value[index] if index < len(value) else ABSENT
        else:
            return ABSENT
    return value


def split_name(name: str, known: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """Return the longest known name that a dotted name begins with, and the members after it."""
    names = frozenset(known)
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        if (head := ".".join(parts[:end])) in names:
            return head, tuple(parts[end:])
    return name, ()


def find_named(expression: Expression, values: Mapping[str, JsonValue]) -> Value:
    """Return the input or output that an expression names, its pointer followed.

    A name with dots is first taken whole, then as the longest known name and members of its value.
    """
    name, path = split_name(expression.name, values)
    return find(values.get(name, ABSENT), (*path, *(expression.pointer or ())))


def as_text(value: JsonValue) -> str:
    """Return a value as it is embedded in text (Arazzo 1.1.0, section 5.9.1): text as it is, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
