"""Tables of everything that is registered: one row an entry."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

from docs.grid import code, grid
from sim.arrival import ARRIVALS
from sim.chart import CHARTS
from sim.conformance import CHECKS
from sim.discipline import DISCIPLINES
from sim.distribution import DISTRIBUTIONS
from sim.metric import METRICS
from sim.report import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.distribution import Distribution, Parameter

_REFERENCES = re.compile(r"References\n-+\n(.*)", re.DOTALL)


def law_table() -> str:
    """Return the laws: parameters with their bounds, source, an example."""
    rows = [
        (code(name), _about(law.sample), _parameters(law), code(law_example(law)), source_of(law.sample))
        for name, law in DISTRIBUTIONS
    ]
    return grid(("law", "what it is", "parameters", "example", "source"), rows)


def law_example(law: Distribution) -> str:
    """Return a law as a scenario writes it, with values that its bounds allow."""
    if law.is_table:
        return f"{{law: {law.name}, values: [1 min, 2 min, 4 min]}}"
    words = [f"law: {law.name}"]
    times = (f"{minutes} min" for minutes in range(1, 10))
    for parameter in law.parameters:
        number = f"{min(2.0, parameter.maximum / 2.0):g}"
        words.append(f"{parameter.name}: {next(times) if parameter.kind == 'time' else number}")
    return f"{{{', '.join(words)}}}"


def arrival_table() -> str:
    """Return the arrival processes."""
    rows = [(code(name), _about(entry.hazard), source_of(entry.hazard)) for name, entry in ARRIVALS]
    return grid(("process", "what it is", "source"), rows)


def discipline_table() -> str:
    """Return the queue disciplines."""
    return grid(
        ("discipline", "who is served next", "source"),
        [(code(name), entry.meaning, entry.source) for name, entry in DISCIPLINES],
    )


def metric_table() -> str:
    """Return the metrics: statistics with their units, over whom, source."""
    rows = [
        (
            code(name),
            metric.subject,
            metric.doc,
            ", ".join(f"{code(one)} ({unit})" for one, unit in metric.statistics.items())
            + (", any other quantile" if metric.has_quantiles else ""),
            metric.over,
            "yes" if metric.has_bins else "no",
            metric.source,
        )
        for name, metric in METRICS
    ]
    return grid(("metric", "of a", "what it is", "statistics (unit)", "over", "over the day", "source"), rows)


def chart_table() -> str:
    """Return the charts."""
    rows = [(code(name), chart.title.en, chart.unit, chart.doc) for name, chart in CHARTS]
    return grid(("chart", "title", "unit", "what it shows"), rows)


def check_table() -> str:
    """Return the checks of an exchange."""
    rows = [(code(name), check.direction, check.level, check.meaning, check.source) for name, check in CHECKS]
    return grid(("check", "judges the", "level", "what it does", "source"), rows)


def format_table() -> str:
    """Return the forms of a report."""
    return grid(("form", "file", "what it is"), [(code(name), code(one.file), one.doc) for name, one in FORMATS])


def source_of(function: Callable[..., object]) -> str:
    """Return the References of a docstring, on one line; nothing when it has none."""
    match = _REFERENCES.search(inspect.getdoc(function) or "")
    return " ".join(match[1].split()) if match else ""


def _about(function: Callable[..., object]) -> str:
    module = inspect.getmodule(function)
    return (inspect.getdoc(module) or "").partition("\n")[0]


def _parameters(law: Distribution) -> str:
    if law.is_table:
        return "`values`: list of times, or `file` and `column`"
    return "; ".join(_parameter(one) for one in law.parameters)


def _parameter(one: Parameter) -> str:
    relation = ">" if one.exclusive else ">="
    upper = f", <= {one.maximum:g}" if one.maximum < 1e12 else ""
    unit = " s" if one.kind == "time" else ""
    return f"{code(one.name)}: {one.meaning} ({relation} {one.minimum:g}{unit}{upper})"
