"""Charts as files: SVG, PNG and the data as CSV, the same bytes for the same run."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from matplotlib import rc_context

from sim.chart.model import FILE, View
from sim.chart.registry import CHARTS
from sim.chart.style import FONT, STYLE
from sim.chart.table import write_csv
from sim.metric import summarise

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

    from sim.bundle import Bundle
    from sim.metric import Summary

DPI: Final = 150  # dots an inch of a PNG: 1500 across


def write_charts(bundle: Bundle, folder: Path, summary: Summary | None = None) -> tuple[Path, ...]:
    """Write every chart of a run as ``<name>.svg``, ``<name>.png`` and ``<name>.csv``.

    Parameters
    ----------
    bundle : Bundle
        Complete or partial.
    folder : Path
        Made when it is missing; files of the same name are replaced.
    summary : Summary, optional
        Of this bundle, when it has been computed already.

    Returns
    -------
    tuple of Path
        The files, sorted.
    """
    view = View(bundle, summary or summarise(bundle))
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
