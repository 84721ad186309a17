"""Message bodies in JSON.

Takes bytes, gives plain values, promises that size and depth were bounded before anything was built and that what RFC
8259 leaves open (NaN, numbers beyond float64, keys that stand twice, lone surrogates) is refused.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias

if TYPE_CHECKING:
    from sim.document import JsonValue

    Pairs: TypeAlias = list[tuple[str, JsonValue]]

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_DEPTH: Final = 256

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL)


class JsonTextError(ValueError):
    """A text that is not JSON."""


class JsonBoundError(ValueError):
    """A text that may be JSON but is larger or deeper than is evaluated."""


def parse_json(text: bytes) -> JsonValue:
    """Return the value of a JSON text in UTF-8.

    Raises
    ------
    JsonTextError
        The text is not JSON, or holds what JSON leaves open.
    JsonBoundError
        It is larger than ``MAX_BYTES`` or nested deeper than ``MAX_DEPTH``.
    """
    if len(text) > MAX_BYTES:
        message = f"is larger than {MAX_BYTES} bytes"
        raise JsonBoundError(message)
    if text.count(b"[") + text.count(b"{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        message = f"is nested deeper than {MAX_DEPTH} levels"
        raise JsonBoundError(message)
    try:
        decoded = text.decode()
        value: JsonValue
        value, end = _DECODER.raw_decode(decoded) if decoded[:1] == "{" and decoded[-1] == "}" else (None, 0)
        if end != len(decoded) or not end:  # white space around it, or no object
            value = _DECODER.decode(decoded)
        if b"\\u" in text and _SURROGATE.search(decoded):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError as error:
        message = "is not UTF-8 text"
        raise JsonTextError(message) from error
    except json.JSONDecodeError as error:
        message = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise JsonTextError(message) from error
    except JsonTextError:
        raise
    except ValueError as error:
        message = "holds a number of too many digits"
        raise JsonTextError(message) from error
    return value


def is_deeper(value: JsonValue, limit: int = MAX_DEPTH) -> bool:
    """Tell whether mappings and lists lie inside each other more than ``limit`` times, without recursion."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(limit):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return bool(level)


def _depth(text: bytes) -> int:
    """Return the depth of a text, or one above ``MAX_DEPTH`` as soon as it is deeper."""
    depth = deepest = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        token = match.group()
        if token in b"[{":
            depth += 1
            deepest = max(deepest, depth)
            if depth > MAX_DEPTH:
                break
        elif token in b"]}":
            depth -= 1
    return deepest


def _object(pairs: Pairs) -> dict[str, JsonValue]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                message = f"the key {name!r} stands twice"
                raise JsonTextError(message)
            seen.add(name)
    return value


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        message = f"the number {text[:40]} is too large"
        raise JsonTextError(message)
    return number


def _not_finite(text: str) -> NoReturn:
    message = f"{text} is not a number that JSON knows"
    raise JsonTextError(message)


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_not_finite, parse_float=_number)
