"""Characters that steer a terminal or a page instead of standing on it.

Takes text from outside, gives whether it may be shown as it is, or what to show instead; promises that what it passes
moves no cursor, changes no colour, hides nothing, turns no direction and holds no half of a character (Unicode
Technical Report 36, section 2.4; CWE-150).
"""

from __future__ import annotations

import re
from typing import Final

# Control characters but tab and line feed, those that turn the direction or end a line, and the halves of surrogate
# pairs by which Python shows bytes that are not UTF-8.
_STEERING: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def is_plain(text: str, *, one_line: bool = False) -> bool:
    """Whether a text holds nothing that steers; with ``one_line`` neither line feeds nor tabs."""
    return _STEERING.search(text) is None and not (one_line and ("\n" in text or "\t" in text))


def harmless(text: str) -> str:
    r"""Return a text with every character that steers written out: ``\x1b`` for escape."""
    return _STEERING.sub(lambda found: ascii(found[0])[1:-1], text)
