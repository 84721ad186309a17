"""Long tables for a page: the worst rows stand open, the others are folded, and a line says how many they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.report.model import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.report.model import Grid, Rows
    from sim.report.text import Words

SHOWN: Final = 10
SLACK: Final = 4  # rows beyond that are not worth a fold


def fold(words: Words, grid: Grid, groups: Sequence[str] = (), *, shown: int = SHOWN, worst: int | None = None) -> Grid:
    """Return a grid of which the first rows stand open; a short one as it is.

    Parameters
    ----------
    grid : Grid
        Its rows in the order of what the reader wants first.
    groups : sequence of str
        Of each row what it is, a text ``more.<group>``: rows of a group are folded together. By default all are one.
    shown : int
        Rows that stand open, >= 0.
    worst : int, optional
        Column whose first figure in a group is told beside the number of rows: the rows are sorted by it.
    """
    if len(grid.rows) <= (shown or SHOWN) + SLACK:
        return grid
    kinds = list(groups[shown:]) or ["rows"] * (len(grid.rows) - shown)
    rest = list(zip(kinds, grid.rows[shown:], strict=True))
    parts = []
    for kind in dict.fromkeys(kinds):
        rows = tuple(row for other, row in rest if other == kind)
        parts.append(Part(_title(words, grid, kind, rows, worst), rows))
    return replace(grid, rows=grid.rows[:shown], parts=tuple(parts))


def _title(words: Words, grid: Grid, kind: str, rows: Rows, worst: int | None) -> str:
    title = words(f"more.{kind}", n=len(rows))
    if worst is None or rows[0][worst].mark == "quiet":
        return title
    cell = rows[0][worst]
    value = f"{cell.text} {cell.half}".rstrip()
    return f"{title}{words('more.worst', column=grid.columns[worst].title, value=value)}"
