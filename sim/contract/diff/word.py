"""Values in words, and values as keys to compare them by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_SHOWN: Final = 80
MAX_LISTED: Final = 10


def canonical(value: object) -> str:
    """Return a text that two JSON values share when JSON Schema calls them equal: 1 and 1.0, members in any order."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_plain(child) for child in value]
    return value


def shown(value: object) -> str:
    """Return a value as messages show it: JSON, shortened; ``nothing`` for None."""
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."


def listed(values: Iterable[object]) -> str:
    """Return values in a row, the first ones and how many more."""
    given = list(values)
    more = f" and {len(given) - MAX_LISTED} more" if len(given) > MAX_LISTED else ""
    return ", ".join("null" if value is None else shown(value) for value in given[:MAX_LISTED]) + more


def named(names: Iterable[str]) -> str:
    """Return names in a row."""
    return ", ".join(names) or "none"
