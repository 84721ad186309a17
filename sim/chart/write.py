"""Charts as files: SVG, PNG and the data as CSV, the same bytes for the same run."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from matplotlib import rc_context

from sim.chart.model import FILE
from sim.chart.registry import CHARTS
from sim.chart.style import FONT, STYLE
from sim.chart.table import write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

    from sim.chart.model import View

DPI: Final = 150  # dots an inch of a PNG: 1500 across


def write_charts(view: View, folder: Path) -> tuple[Path, ...]:
    """Write every chart of a run as ``<name>.svg``, ``<name>.png`` and ``<name>.csv``.

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
        contents = {"svg": to_svg(figure, chart.title.en), "png": to_png(figure)}
        contents["csv"] = write_csv(chart.tabulate(view)).encode()
        for kind, content in contents.items():
            path = folder / f"{name}.{kind}"
            path.write_bytes(content)
            written.append(path)
    return tuple(sorted(written))


def to_svg(figure: Figure, title: str) -> bytes:
    """Return a figure as SVG 1.1: text stays text, no date, identifiers that depend on the content alone."""
    content = io.BytesIO()
    metadata = {"Date": None, "Creator": "tongban", "Title": title}
    with rc_context(STYLE):
        figure.savefig(content, format="svg", metadata=metadata)
    # a reader without the font gets the one of the same widths, or at least one without serifs
    return content.getvalue().replace(f"'{FONT}'".encode(), f"'{FONT}', Verdana, sans-serif".encode())


def to_png(figure: Figure) -> bytes:
    """Return a figure as PNG without metadata."""
    content = io.BytesIO()
    with rc_context(STYLE):
        figure.savefig(content, format="png", dpi=DPI, metadata={"Software": None})
    return content.getvalue()
