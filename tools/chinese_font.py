"""Makes ``sim/chart/font/TongbanSansSC.otf``: the characters of GB/T 2312-1980 out of Noto Sans CJK SC.

    apt-get download fonts-noto-cjk && dpkg-deb -x fonts-noto-cjk_*.deb noto
    python tools/chinese_font.py noto/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

Takes the collection, gives the subset; promises the same bytes for the same collection and the same fontTools. The
font is renamed: its licence lets a changed font keep no reserved name, and a program that looks for Noto must not
find a part of it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped] # it ships no types
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped] # it ships no types

TARGET: Final = Path(__file__).resolve().parents[1] / "sim" / "chart" / "font" / "TongbanSansSC.otf"
SOURCE_FAMILY: Final = "Noto Sans CJK SC"
FAMILY: Final = "Tongban Sans SC"
ROWS: Final = (1, 2, 3, *range(16, 88))  # punctuation, numerals, full-width forms; ideographs of levels 1 and 2
COPYRIGHT, LICENCE, LICENCE_URL = 0, 13, 14
NAMES: Final = {
    1: FAMILY,
    2: "Regular",
    3: "Tongban Sans SC 1",
    4: FAMILY,
    5: "Version 1.0",
    6: "TongbanSansSC-Regular",
}


def characters() -> frozenset[int]:
    """Return the code points of the chosen rows of GB 2312 (a row and a cell are two bytes from 0xA1 on)."""
    found = set()
    for row in ROWS:
        for cell in range(1, 95):
            try:
                found.add(ord(bytes((0xA0 + row, 0xA0 + cell)).decode("gb2312")))
            except UnicodeDecodeError:
                continue  # a place that the standard leaves free
    return frozenset(found)


def subset(font: TTFont) -> TTFont:
    """Return a font with the chosen characters alone, without hints, layout rules or vertical metrics."""
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    options.name_IDs = [COPYRIGHT, LICENCE, LICENCE_URL]
    options.name_languages = [0x0409]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    rename(font)
    font.recalcTimestamp = False
    return font


def rename(font: TTFont) -> None:
    """Give a font our family name, wherever it says its name; copyright and licence stay."""
    for number, text in NAMES.items():
        font["name"].setName(text, number, 3, 1, 0x0409)
    compact = font["CFF "].cff
    compact.fontNames = [NAMES[6]]
    top = compact.topDictIndex[0]
    top.FullName, top.FamilyName = FAMILY, FAMILY
    for private in top.FDArray:
        private.FontName = f"{NAMES[6]}-{private.FontName.rpartition('-')[2]}"


def main() -> None:
    """Write the subset and tell its size."""
    collection = TTCollection(sys.argv[1], lazy=True)
    font = subset(next(one for one in collection.fonts if one["name"].getDebugName(1) == SOURCE_FAMILY))
    font.save(TARGET)
    sys.stdout.write(f"{TARGET}: {len(font.getBestCmap())} characters, {TARGET.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
