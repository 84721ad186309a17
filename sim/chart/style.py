"""How charts look: colours that survive grey print and colour blindness, type sizes.

Colours are those of Okabe and Ito (2008), "Color Universal Design"; every line also differs by its dashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sim.chart.letter import FONTS

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

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

STYLE: Final[dict[RcKeyType, Any]] = {  # Any: matplotlib's parameters are of many types
    "font.family": list(FONTS),
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
    "pdf.fonttype": 3,
}
