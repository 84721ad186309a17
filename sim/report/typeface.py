"""The Chinese letters of a page as a font inside it: no reader sees a box, and nothing is fetched.

It stands first among the fonts of the page: behind others, Chromium keeps boxes that it drew before the font was there.
"""

from __future__ import annotations

import base64
import io
from typing import Final

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped] # it ships no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # it ships no types

from sim.chart.letter import CHINESE, CHINESE_FILE

FIRST: Final = 0x2E80  # the first block of Chinese letters and marks (Unicode: CJK Radicals Supplement)


def face(text: str) -> str:
    """Return the CSS of a font with the Chinese letters of a text, as WOFF 1.0; empty when it has none."""
    wanted = {ord(letter) for letter in set(text) if ord(letter) >= FIRST}
    if not wanted:
        return ""
    content = base64.b64encode(_subset(wanted)).decode("ascii")
    source = f'url("data:font/woff;base64,{content}") format("woff")'
    rest = f"font-display: block; unicode-range: U+{FIRST:X}-FFFF"
    return f'@font-face {{ font-family: "{CHINESE}"; src: {source}; {rest}; }}\n'


def _subset(wanted: set[int]) -> bytes:
    options = Options()
    options.name_IDs = ["*"]  # copyright and licence stay with every part of the font
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    content = io.BytesIO()
    with TTFont(CHINESE_FILE, lazy=True, recalcTimestamp=False) as font:
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(content)
    return content.getvalue()
