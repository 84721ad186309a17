"""How charts look: colours that survive grey print and colour blindness, type sizes, letters that the font has.

Colours are those of Okabe and Ito (2008), "Color Universal Design"; every line also differs by its dashes.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from matplotlib.font_manager import findfont, get_font

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

    from sim.scenario.model import Text

BLUE: Final = "#0072B2"
GREEN: Final = "#009E73"
ORANGE: Final = "#E69F00"
VERMILLION: Final = "#C24E00"  # a little darker than the original: 4.5:1 against white, as text needs
INK: Final = "#1b1f24"
MUTED: Final = "#57606a"
FAINT: Final = "#dfe3e8"
BLUE_BAND: Final = "#cde2f0"
OBJECTIVE_INK: Final = VERMILLION
GREEN_BAND: Final = "#cfeae1"

FONT: Final = "DejaVu Sans"  # comes with matplotlib: the same letters on every machine

STYLE: Final[dict[RcKeyType, Any]] = {  # Any: matplotlib's parameters are of many types
    "font.family": FONT,
    "font.size": 9.0,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.6,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 8.0,
    "axes.titlesize": 9.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 5.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "xtick.major.width": 0.6,
    "lines.solid_capstyle": "round",
    "hatch.linewidth": 0.5,
    "hatch.color": "#9aa3ad",
    "path.simplify": True,
    "path.simplify_threshold": 0.2,
    "svg.fonttype": "none",
    "svg.hashsalt": "tongban",
}


@cache
def _letters() -> frozenset[int]:
    return frozenset(get_font(findfont(FONT)).get_charmap())


def is_drawable(text: str) -> bool:
    """Return whether the font of the charts has every letter of a text."""
    return all(ord(letter) in _letters() for letter in text)


def drawable(text: str) -> str:
    """Return a text with ``?`` for each letter that the font of the charts lacks."""
    return "".join(letter if ord(letter) in _letters() else "?" for letter in text)


def label(title: Text, name: str, *, longest: int = 40) -> str:
    """Return how a row is called in a chart: its English title, or its name when the font lacks letters of the title.

    Parameters
    ----------
    longest : int
        Letters, >= 2; a longer text ends in an ellipsis.
    """
    text = title.en if is_drawable(title.en) else drawable(name)
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
