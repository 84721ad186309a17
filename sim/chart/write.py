"""Charts as files: SVG, PNG and the data as CSV, the same bytes for the same run."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from matplotlib import rc_context

from sim.chart.letter import CHINESE, FONTS
from sim.chart.model import FILE
from sim.chart.registry import CHARTS
from sim.chart.style import STYLE
from sim.chart.table import write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

    from sim.chart.model import View

FALLBACK: Final = f", Verdana, '{CHINESE}', 'PingFang SC', 'Microsoft YaHei', sans-serif".encode()
DPI: Final = 150  # dots an inch of a PNG: 1500 across


def write_charts(view: View, folder: Path) -> tuple[Path, ...]:
    """Write every chart of a run as ``<name>.svg``, ``<name>.png`` and ``<name>.csv``, in the language of the view.

    Parameters
    ----------
    view : View
        The run.
    folder : Path
        Made when it is missing; files of the same name are replaced.

    Returns
    -------
    tuple of Path
        The files, sorted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, chart in CHARTS:
        figure = chart.draw(view, FILE).figure
        contents = {"svg": to_svg(figure, view.pick(chart.title), is_outlined=view.language == "zh")}
        contents["png"] = to_png(figure)
        contents["csv"] = write_csv(chart.tabulate(view)).encode()
        for kind, content in contents.items():
            path = folder / f"{name}.{kind}"
            path.write_bytes(content)
            written.append(path)
    return tuple(sorted(written))


def to_svg(figure: Figure, title: str, *, is_outlined: bool = False) -> bytes:
    """Return a figure as SVG 1.1: no date, identifiers that depend on the content alone.

    Parameters
    ----------
    is_outlined : bool
        Whether letters are drawn as outlines, for readers that may have no Chinese font; else text stays text.
    """
    content = io.BytesIO()
    metadata = {"Date": None, "Creator": "tongban", "Title": title}
    with rc_context({**STYLE, "svg.fonttype": "path" if is_outlined else "none"}):
        figure.savefig(content, format="svg", metadata=metadata)
    # a reader without the fonts gets one of the same widths, or at least one without serifs
    names = ", ".join(f"'{font}'" for font in FONTS).encode()
    return content.getvalue().replace(names, names.replace(f", '{CHINESE}'".encode(), FALLBACK))


def to_png(figure: Figure) -> bytes:
    """Return a figure as PNG without metadata."""
    content = io.BytesIO()
    with rc_context(STYLE):
        figure.savefig(content, format="png", dpi=DPI, metadata={"Software": None})
    return content.getvalue()
