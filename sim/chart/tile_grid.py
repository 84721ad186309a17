"""Where the tile of a division stands and what it is called: schematic, not a map.

The tiles keep, as far as a grid can, who lies beside, above and below whom. Codes are those of GB/T 2260, short names
those of ISO 3166-2:CN and, in Chinese, the one-letter names of the divisions; the Xinjiang Production and Construction
Corps (660000), a platform of its own, has none there and is called BT here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.scenario.model import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS: Final = 8


@dataclass(frozen=True, slots=True)
class Tile:
    """Place and name of a division.

    Parameters
    ----------
    column, row : int
        From the upper left corner, >= 0.
    name : Text
        At most two letters.
    """

    column: int
    row: int
    name: Text


_PLACES: Final = {
    "230000": (7, 0, "HL", "黑"),
    "660000": (0, 1, "BT", "兵"),
    "150000": (4, 1, "NM", "蒙"),
    "110000": (5, 1, "BJ", "京"),
    "210000": (6, 1, "LN", "辽"),
    "220000": (7, 1, "JL", "吉"),
    "650000": (0, 2, "XJ", "新"),
    "620000": (2, 2, "GS", "甘"),
    "640000": (3, 2, "NX", "宁"),
    "140000": (4, 2, "SX", "晋"),
    "130000": (5, 2, "HE", "冀"),
    "120000": (6, 2, "TJ", "津"),
    "540000": (0, 3, "XZ", "藏"),
    "630000": (1, 3, "QH", "青"),
    "610000": (3, 3, "SN", "陕"),
    "410000": (4, 3, "HA", "豫"),
    "370000": (5, 3, "SD", "鲁"),
    "320000": (6, 3, "JS", "苏"),
    "510000": (2, 4, "SC", "川"),
    "500000": (3, 4, "CQ", "渝"),
    "420000": (4, 4, "HB", "鄂"),
    "340000": (5, 4, "AH", "皖"),
    "330000": (6, 4, "ZJ", "浙"),
    "310000": (7, 4, "SH", "沪"),
    "530000": (2, 5, "YN", "滇"),
    "520000": (3, 5, "GZ", "黔"),
    "430000": (4, 5, "HN", "湘"),
    "360000": (5, 5, "JX", "赣"),
    "350000": (6, 5, "FJ", "闽"),
    "450000": (3, 6, "GX", "桂"),
    "440000": (4, 6, "GD", "粤"),
    "460000": (4, 7, "HI", "琼"),
}


def place(codes: Iterable[str]) -> dict[str, Tile]:
    """Return a tile for each division; those that the grid does not know follow below it, called by their first digits.

    Parameters
    ----------
    codes : iterable of str
        Division codes, each once.
    """
    wanted = list(codes)
    tiles = {
        code: Tile(column, row, Text(english, chinese))
        for code, (column, row, english, chinese) in _PLACES.items()
        if code in wanted
    }
    below = max((tile.row + 1 for tile in tiles.values()), default=0)
    unknown = sorted(code for code in wanted if code not in tiles)
    for index, code in enumerate(unknown):
        name = Text(code[:4], code[:4])
        tiles[code] = Tile(index % COLUMNS, below + index // COLUMNS, name)
    return tiles
