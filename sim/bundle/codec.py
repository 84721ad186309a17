"""Frozen dataclasses to JSON values and back, checked by their annotations.

Takes values built of dataclasses, tuples, literals, instants and scalars; gives plain JSON values and the same values
back; promises that what does not fit the annotations is refused with its place.
"""

from __future__ import annotations

import math
import types
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar, Union, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from sim.document import JsonValue

Value = TypeVar("Value")


def encode(value: object) -> JsonValue:
    """Return a value as JSON.

    Parameters
    ----------
    value : object
        Dataclasses, tuples, instants and JSON scalars, nested as one likes.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):  # a file's name need not be Unicode; what is stored is
        return value.encode("utf-8", "backslashreplace").decode()
    return cast("JsonValue", value)


def decode(kind: type[Value], value: JsonValue) -> Value:
    """Return the value of a type that ``encode`` wrote.

    Raises
    ------
    ValueError
        The JSON does not fit the annotations; the message names the place.
    """
    return cast("Value", _decode(kind, value, ""))


def _decode(kind: Any, value: JsonValue, place: str) -> object:
    origin = get_origin(kind)
    if origin is tuple:
        return _sequence(get_args(kind), value, place)
    if origin in (Union, types.UnionType):
        return None if value is None else _decode(_present(kind), value, place)
    if is_dataclass(kind):
        return _record(kind, value, place)
    return _scalar(kind, value, place)


def _scalar(kind: Any, value: JsonValue, place: str) -> object:
    if get_origin(kind) is Literal and value in get_args(kind):
        return value
    if kind is datetime and isinstance(value, str):
        return _instant(value, place)
    if kind is float and type(value) in (int, float):
        number = float(cast("float", value))
        return number if math.isfinite(number) else _refuse("a finite number", value, place)
    if type(value) is not kind or (isinstance(value, str) and not is_unicode(value)):
        _refuse(kind, value, place)
    return value


def _instant(text: str, place: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        _refuse("an instant", text, place)
    return instant if instant.tzinfo is not None else _refuse("an instant with time zone", text, place)


def is_unicode(text: str) -> bool:
    """Return whether a text can be stored as UTF-8: the name of a file need not."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _present(kind: Any) -> Any:
    """Return the one member of an optional that is not None."""
    (member,) = (member for member in get_args(kind) if member is not type(None))
    return member


def _sequence(members: tuple[Any, ...], value: JsonValue, place: str) -> tuple[object, ...]:
    if not isinstance(value, list):
        _refuse("a list", value, place)
    kinds = members[:1] * len(value) if members[1:] == (Ellipsis,) else members
    if len(kinds) != len(value):
        _refuse(f"{len(kinds)} items", value, place)
    return tuple(_decode(kind, item, f"{place}/{i}") for i, (kind, item) in enumerate(zip(kinds, value, strict=True)))


def _record(kind: Any, value: JsonValue, place: str) -> object:
    hints = _hints(kind)
    if not isinstance(value, dict) or set(value) != set(hints):
        _refuse(f"an object with {', '.join(hints)}", value, place)
    return kind(**{name: _decode(hint, value[name], f"{place}/{name}") for name, hint in hints.items()})


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _refuse(expected: object, value: JsonValue, place: str) -> NoReturn:
    message = f"{place or '/'}: {str(value)[:60]!r} is not {getattr(expected, '__name__', expected)}"
    raise ValueError(message)
