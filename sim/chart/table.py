"""Tidy tables: the series of a chart as rows, and rows as CSV (RFC 4180, UTF-8, line feeds)."""

from __future__ import annotations

import csv
import io
import math
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sim.chart.model import Table
from sim.metric import LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.chart.model import Cell, View
    from sim.metric import Estimate, Series

SUFFIX: Final = {"s": "_s", "1/h": "_per_h", "1": "", "count": ""}
SCOPE: Final = ("station", "division", "journey", "channel")


def tabulate_series(view: View, name: str, lines: Iterable[Series]) -> Table:
    """Return series as a table: one row a series and bin.

    Parameters
    ----------
    name : str
        Of the column with the values; the unit is added to it.
    lines : iterable of Series
        All of one unit.
    """
    rows: list[tuple[Cell, ...]] = []
    suffix = ""
    replications = len(view.bundle.records)
    for series in lines:
        suffix = SUFFIX[series.unit]
        scope = tuple(getattr(series.scope, part) or "" for part in SCOPE)
        for start, value, half_width in zip(series.starts, series.value, series.half_width, strict=True):
            instant = (view.bundle.manifest.start + timedelta(seconds=float(start))).isoformat()
            figures = (cell(value), cell(half_width))
            rows.append((instant, series.width, series.metric, series.statistic, *scope, *figures, LEVEL, replications))
    columns = ("bin_start", "bin_width_s", "metric", "statistic", *SCOPE)
    return Table((*columns, f"{name}{suffix}", f"half_width{suffix}", "level", "replications"), tuple(rows))


def tabulate_estimates(estimates: Iterable[Estimate]) -> Table:
    """Return estimates as a table: one row each, the unit in a column of its own as they may differ."""
    rows = tuple(
        (
            estimate.metric,
            estimate.statistic,
            *(getattr(estimate, part) or "" for part in (*SCOPE, "operation")),
            estimate.unit,
            estimate.value,
            estimate.half_width,
            estimate.level,
            estimate.n,
        )
        for estimate in estimates
    )
    columns = ("metric", "statistic", *SCOPE, "operation", "unit", "value", "half_width", "level", "replications")
    return Table(columns, rows)


def cell(value: float) -> float | None:
    """Return a cell for a figure; None for one that is not finite."""
    return float(value) if math.isfinite(value) else None


def write_csv(table: Table) -> str:
    """Return a table as CSV; figures in full, so that they read back as the same number."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_inert(item) for item in row] for row in table.rows)
    return text.getvalue()


def _inert(item: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula (CWE-1236)."""
    return f"'{item}" if isinstance(item, str) and item[:1] in {"=", "+", "-", "@", "\t", "\r"} else item
