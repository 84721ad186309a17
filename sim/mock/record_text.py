"""Records as text and back: what a file or a control endpoint holds of a store.

Takes domain values, gives plain JSON values in which each that JSON lacks is an object with one key ``$kind``; promises
that reading gives back what was written.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sim.mock.value import Code

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.document import JsonValue

_WRITERS: Final[tuple[tuple[type, str, Callable[[Any], JsonValue]], ...]] = (
    (datetime, "$datetime", lambda value: value.isoformat()),
    (date, "$date", lambda value: value.isoformat()),
    (Decimal, "$decimal", str),
    (Code, "$code", lambda value: [value.code_list, value.label]),
    (bytes, "$bytes", lambda value: base64.b64encode(value).decode("ascii")),
)
_READERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$decimal": Decimal,
    "$code": lambda value: Code(str(value[0]), str(value[1])),
    "$bytes": lambda value: base64.b64decode(value, validate=True),
    "$object": lambda value: {name: plain_value(member) for name, member in value.items()},
}


def plain_text(value: object) -> JsonValue:
    """Return a domain value as plain JSON.

    Raises
    ------
    TypeError
        It is none.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    for kind, name, write in _WRITERS:
        if isinstance(value, kind):
            return {name: write(value)}
    if isinstance(value, Mapping):
        members = {str(name): plain_text(member) for name, member in value.items()}
        return {"$object": members} if len(members) == 1 and next(iter(members)).startswith("$") else members
    if isinstance(value, Sequence):
        return [plain_text(member) for member in value]
    message = f"a record holds {type(value).__name__}, which is no domain value"
    raise TypeError(message)


def plain_value(value: JsonValue) -> Any:  # a domain value
    """Return the domain value that plain JSON says.

    Raises
    ------
    ValueError
        A value has not the form of its kind.
    """
    if isinstance(value, list):
        return [plain_value(member) for member in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and (kind := next(iter(value))) in _READERS:
        try:
            return _READERS[kind](value[kind])
        except (TypeError, IndexError, ArithmeticError, AttributeError) as error:
            message = f"{kind} has another form"
            raise ValueError(message) from error
    return {name: plain_value(member) for name, member in value.items()}


def dump(value: object) -> str:
    """Return a domain value as one line of JSON."""
    return json.dumps(plain_text(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def load(text: str) -> Any:  # a domain value
    """Return the domain value that ``dump`` wrote."""
    return plain_value(json.loads(text))
