"""The report as CSV: one row an estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.chart import tabulate_estimates, write_csv
from sim.report.registry import report_format

if TYPE_CHECKING:
    from sim.chart import View


@report_format("csv", file="report.csv")
def render_csv(view: View) -> str:
    """Give every figure with its interval as a tidy table, for spreadsheets."""
    return write_csv(tabulate_estimates(view.summary.estimates))
