"""Media types and their ranges.

Takes Content-Type values, gives the entry of a contract's ``content`` that covers them, promises that the most specific
range wins (OpenAPI 3.1.1, section 4.8.13; RFC 9110, sections 8.3 and 12.5.1).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

Entry = TypeVar("Entry")

# Character sets in which text is read; no other codec of Python is ever chosen by a message.
CHARSETS: Final = frozenset(("gb18030", "gb2312", "gbk", "iso-8859-1", "us-ascii", "utf-8"))

_WORD: Final = r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,127}"
_RANGE: Final = re.compile(rf"\s*({_WORD})/({_WORD})\s*(?:;.*)?", re.DOTALL)
_CHARSET: Final = re.compile(rf";\s{{0,20}}charset=\"?({_WORD})", re.IGNORECASE)


def is_media_range(text: str) -> bool:
    """Tell whether a text is ``type/subtype``, ``type/*`` or ``*/*``, with or without parameters."""
    return _RANGE.fullmatch(text) is not None


def essence(content_type: str) -> str:
    """Return ``type/subtype`` in lower case, ``""`` for what is no media type."""
    match = _RANGE.fullmatch(content_type)
    return f"{match.group(1)}/{match.group(2)}".lower() if match else ""


def is_json(content_type: str) -> bool:
    """Tell whether a media type is JSON: ``application/json``, ``text/json`` or a ``+json`` (RFC 6839)."""
    return reading(content_type) == "json"


def reading(content_type: str) -> Literal["json", "text", "form", "none"]:
    """Return how a body of a media type is read; ``none``: its schema speaks of what is not evaluated (XML, parts)."""
    name = essence(content_type)
    if name in ("application/json", "text/json") or name.endswith("+json"):
        return "json"
    if name == "application/x-www-form-urlencoded":
        return "form"
    is_text = name.startswith("text/") and name != "text/xml" and not name.endswith("+xml")
    return "text" if is_text and charset(content_type) in CHARSETS else "none"


def charset(content_type: str) -> str:
    """Return the charset of a media type in lower case, ``utf-8`` where it names none."""
    match = _CHARSET.search(content_type)
    return match.group(1).lower() if match else "utf-8"


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
