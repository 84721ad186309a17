"""Fills the tables of the reference pages from what the product knows of itself.

    python -m docs.generate

Takes the Markdown pages below docs/, replaces what stands between ``<!-- generated: NAME -->`` and ``<!-- end -->`` by
the table of that name, promises that the text around it stays as written. A test holds the committed pages against it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docs.bundle_table import column_tables
from docs.change_table import change_table
from docs.command_table import command_tables
from docs.coverage_table import coverage_table
from docs.registry_table import (
    arrival_table,
    chart_table,
    check_table,
    discipline_table,
    format_table,
    law_table,
    metric_table,
)
from docs.scenario_table import scenario_tables, value_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT: Final = Path(__file__).resolve().parent

TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "arrivals": arrival_table,
    "changes": change_table,
    "charts": chart_table,
    "checks": check_table,
    "columns": column_tables,
    "commands": command_tables,
    "coverage": coverage_table,
    "disciplines": discipline_table,
    "laws": law_table,
    "metrics": metric_table,
    "report-formats": format_table,
    "scenario": scenario_tables,
    "values": value_table,
}

_BLOCK = re.compile(r"(<!-- generated: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(text: str) -> str:
    """Return a page with every generated part as it should be.

    Raises
    ------
    KeyError
        A page names a table that there is not.
    """
    return _BLOCK.sub(lambda match: f"{match[1]}\n{TABLES[match['name']]()}\n\n{match[3]}", text)


def pages() -> list[Path]:
    """Return the Markdown pages that hold a generated part, sorted."""
    return sorted(page for page in ROOT.rglob("*.md") if _BLOCK.search(page.read_text(encoding="utf-8")))


def main() -> None:
    """Rewrite the pages that changed and tell which."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        wanted = filled(text)
        if wanted != text:
            page.write_text(wanted, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
