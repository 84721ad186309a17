"""Charts in a report: drawn for wide and for narrow pages, inline, with their data as a table."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.chart import CHARTS, NARROW, WIDE, to_svg
from sim.chart.axis import clock, number
from sim.metric import Scope
from sim.report.model import Cell, Column, Exhibit, Grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.figure import Figure

    from sim.chart import Table
    from sim.chart.model import Cell as Value
    from sim.report.context import Context

_Key: TypeAlias = "tuple[Value, ...]"  # metric, statistic, and what it is taken of

LINES: Final = 8  # columns of a data table, the time apart
BINS: Final = 200  # and its rows
UNITS: Final = {"_s": "s", "_per_h": "1/h"}
KEPT: Final = frozenset({"path", "g", "use", "text", "tspan", "defs", "clipPath", "rect", "image", "pattern", "svg"})

_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_FRACTION = re.compile(r"(\.\d)\d+")
_FONT = re.compile(r"font-family: [^;]+; ?")  # the page has its own


def exhibit(context: Context, name: str) -> Exhibit:
    """Return a chart of the registry as an exhibit."""
    chart = CHARTS.get(name)
    wide, narrow = (chart.draw(context.view, medium) for medium in (WIDE, NARROW))
    table = chart.tabulate(context.view)
    data = _data(context, table)
    return Exhibit(
        name=name,
        title=context.words.pick(chart.title),
        message=context.words.pick(wide.message),
        narrow_message=context.words.pick(narrow.message),
        wide=inline(wide.figure, f"{name}-w"),
        narrow=inline(narrow.figure, f"{name}-n"),
        data=data,
        rows=len(table.rows) if data is None and "bin_start" in table.columns else 0,
    )


def inline(figure: Figure, prefix: str) -> str:
    """Return a figure as an SVG element for an HTML page.

    Namespaces, metadata, styles for the whole page and identifiers that nothing refers to are left out; the others get
    the prefix, so that they stand once in the page. Coordinates keep one decimal of a point.
    """
    root = ET.fromstring(to_svg(figure, ""))  # noqa: S314 - our own picture, made in this process
    _strip(root)
    texts = [value for element in root.iter() for value in element.attrib.values()]
    named = {found for value in texts for found in _REFERENCE.findall(value)}
    named |= {element.attrib["href"][1:] for element in root.iter("use")}
    for element in root.iter():
        _rename(element, named, prefix)
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    return ET.tostring(root, encoding="unicode")


def _strip(element: ET.Element) -> None:
    element.tag = element.tag.rpartition("}")[2]
    element.attrib = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    element.tail = None
    if element.tag not in {"text", "tspan"}:
        element.text = None
    for child in list(element):
        _strip(child)
        if child.tag not in KEPT or (child.tag in {"defs", "g"} and not len(child)):
            element.remove(child)


def _rename(element: ET.Element, named: set[str], prefix: str) -> None:
    identifier = element.attrib.pop("id", None)
    if identifier in named:
        element.set("id", f"{prefix}-{identifier}")
    if element.get("href", "").startswith("#"):
        element.set("href", f"#{prefix}-{element.attrib['href'][1:]}")
    for name, value in element.attrib.items():
        if "url(#" in value:
            element.set(name, _REFERENCE.sub(rf"url(#{prefix}-\1)", value))
    if "d" in element.attrib:
        element.set("d", _shorten(element.attrib["d"]))
    if "style" in element.attrib:
        element.set("style", _FONT.sub("", element.attrib["style"]))
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]


def _shorten(path: str) -> str:
    text = _FRACTION.sub(r"\1", " ".join(path.split()))
    return text.replace(" L ", "L").replace("M ", "M").replace(" z", "z")


def _data(context: Context, table: Table) -> Grid | None:
    """Return a series table turned for people: one row a bin, one column a series; None when it is too large."""
    if "bin_start" not in table.columns:
        return None
    value = table.columns.index("half_width" + _suffix(table)) - 1
    width = min(float(row[1] or 0.0) for row in table.rows) if table.rows else 0.0
    bins: dict[str, dict[_Key, tuple[Value, Value]]] = {}
    for row in table.rows:
        if row[1] == width:
            bins.setdefault(str(row[0]), {})[row[2:8]] = (row[value], row[value + 1])
    if not bins or len(bins) > BINS:
        return None
    every = list(next(iter(bins.values())))
    keys = _highest(every, bins.values())
    unit = UNITS.get(_suffix(table), "")
    start = context.bundle.manifest.start
    span = width * len(bins)
    rows = tuple(
        (
            Cell(clock(start, (datetime.fromisoformat(bin_start) - start).total_seconds(), span=span)),
            *(_value(*found[key]) for key in keys),
        )
        for bin_start, found in bins.items()
    )
    heads = (Column(_head(context, key, unit), is_number=True) for key in keys)
    words = context.words
    note = words("chart.data_more", shown=len(keys), all=len(every)) if len(every) > len(keys) else ""
    return Grid(words("chart.data"), (Column(words("chart.time")), *heads), rows, note)


def _highest(keys: Sequence[_Key], bins: Iterable[dict[_Key, tuple[Value, Value]]]) -> list[_Key]:
    """Return as many columns as a page has room for: those of what is highest at any time, together, in their order."""
    highest: dict[_Key, float] = dict.fromkeys((key[2:] for key in keys), -math.inf)
    for found in bins:
        for key in keys:
            value = found[key][0]
            if isinstance(value, float):
                highest[key[2:]] = max(highest[key[2:]], value)
    lines = len(keys) // len(highest)
    ranked = sorted(highest, key=lambda scope: -highest[scope])[: max(LINES // lines, 1)]
    return [key for key in keys if key[2:] in ranked]


def _suffix(table: Table) -> str:
    return next(name.removeprefix("half_width") for name in table.columns if name.startswith("half_width"))


def _value(value: Value, half_width: Value) -> Cell:
    if not isinstance(value, float):
        return Cell("-", mark="quiet")
    return Cell(number(value), f"± {number(half_width)}" if isinstance(half_width, float) else "")


def _head(context: Context, key: _Key, unit: str) -> str:
    metric, statistic, station, _, journey, channel = (str(part) for part in key)
    scope = context.scope(Scope(station=station or None, journey=journey or None, channel=channel or None))
    scope = scope or context.words("row.all")
    measure = context.words.name("metric", metric) if statistic in {"mean", "per_hour"} else statistic
    return f"{scope}: {measure}" + (f", {unit}" if unit else "")
