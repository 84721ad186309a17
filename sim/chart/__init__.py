"""Charts: static figures of a run, each as SVG, PNG and its data as CSV.

Takes a bundle and its summary, gives pictures, the sentence that says what they show, and tidy tables; promises the
same bytes for the same run, colours that survive grey print, and no state left in matplotlib.
"""

from sim.chart.model import FILE, NARROW, PRINT, WIDE, Chart, Drawing, Language, Medium, Table, View
from sim.chart.registry import CHARTS
from sim.chart.table import tabulate_estimates, write_csv
from sim.chart.write import to_png, to_svg, write_charts

__all__ = [
    "CHARTS",
    "FILE",
    "NARROW",
    "PRINT",
    "WIDE",
    "Chart",
    "Drawing",
    "Language",
    "Medium",
    "Table",
    "View",
    "tabulate_estimates",
    "to_png",
    "to_svg",
    "write_charts",
    "write_csv",
]
