"""Media types and their ranges.

Takes Content-Type values, gives the entry of a contract's ``content`` that covers them, promises that the most specific
range wins (OpenAPI 3.1.1, section 4.8.13; RFC 9110, sections 8.3 and 12.5.1).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

Entry = TypeVar("Entry")

_WORD: Final = r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,127}"
_RANGE: Final = re.compile(rf"\s*({_WORD})/({_WORD})\s*(?:;.*)?", re.DOTALL)


def is_media_range(text: str) -> bool:
    """Tell whether a text is ``type/subtype``, ``type/*`` or ``*/*``, with or without parameters."""
    return _RANGE.fullmatch(text) is not None


def essence(content_type: str) -> str:
    """Return ``type/subtype`` in lower case, ``""`` for what is no media type."""
    match = _RANGE.fullmatch(content_type)
    return f"{match.group(1)}/{match.group(2)}".lower() if match else ""


def is_json(content_type: str) -> bool:
    """Tell whether a media type is JSON: ``application/json``, ``text/json`` or a ``+json`` (RFC 6839)."""
    name = essence(content_type)
    return name in ("application/json", "text/json") or name.endswith("+json")


def covering(content: Mapping[str, Entry], content_type: str) -> Entry | None:
    """Return the entry whose range covers a media type: as written, then by type/subtype, ``type/*``, ``*/*``."""
    if content_type in content:
        return content[content_type]
    name = essence(content_type)
    if not name:
        return None
    by_name = {essence(key): entry for key, entry in reversed(tuple(content.items()))}
    wanted = (name, f"{name.partition('/')[0]}/*", "*/*")
    return next((by_name[key] for key in wanted if key in by_name), None)
