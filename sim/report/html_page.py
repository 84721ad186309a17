"""The report as one HTML file: no script, no request, everything inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.report.page import make_page
from sim.report.registry import report_format
from sim.report.rendering import rendered
from sim.report.text import Words

if TYPE_CHECKING:
    from sim.chart import View

TEMPLATE: Final = ("sim.report", "report.html.jinja")
SHEET: Final = ("sim.report", "report.css")


@report_format("html", file="report.html", is_shown=False)
def render_html(view: View) -> str:
    """Give a self-contained page with charts, for reading and printing."""
    return rendered(TEMPLATE, (SHEET,), page=make_page(view), words=Words(view.language))
