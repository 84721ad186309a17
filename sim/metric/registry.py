"""The registry of metrics: a name, a unit for each statistic, over whom, a source, a formula."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Literal

from sim.errors import UsageError
from sim.metric.view import View
from sim.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping

Subject = Literal["station", "journey", "operation"]
Measure = Callable[[View, str], float | None]
Part = tuple[int, int]

_QUANTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,6})?)")


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """One metric.

    Parameters
    ----------
    subject : str
        Whose rows it reads: ``station``, ``journey`` or ``operation``.
    statistics : mapping of str to str
        Those of a summary, each with its unit; the first is what an objective without a quantile means.
    has_quantiles : bool
        Whether any other quantile ``p<per cent>`` may be asked for.
    has_bins : bool
        Whether it can be taken bin by bin.
    over : str
        Over whom it is taken.
    source : str
        Where the formula comes from.
    measure : callable
        The figure of one replication, or None when nothing was observed.
    """

    name: str
    subject: Subject
    statistics: Mapping[str, str]
    has_quantiles: bool
    has_bins: bool
    over: str
    source: str
    measure: Measure

    @property
    def doc(self) -> str:
        """What it is, in one sentence."""
        return (inspect.getdoc(self.measure) or "").partition("\n")[0]

    def unit(self, statistic: str) -> str:
        """Return the unit of a statistic.

        Raises
        ------
        UsageError
            The metric has no such statistic.
        """
        if statistic in self.statistics:
            return self.statistics[statistic]
        if self.has_quantiles and quantile_level(statistic) is not None:
            return self.statistics["mean"]
        raise UsageError(f"{self.name} has no statistic {statistic!r}", f"use one of {', '.join(self.statistics)}")


METRICS: Registry[Metric] = Registry("metric", "sim.metric")


def metric(
    name: str, *, subject: Subject, statistics: Mapping[str, str], over: str, source: str, has_bins: bool = False
) -> Callable[[Measure], Measure]:
    """Register the decorated formula; any quantile may be asked of it when ``p50`` is among its statistics."""

    def register(measure: Measure) -> Measure:
        METRICS.add(name, Metric(name, subject, statistics, "p50" in statistics, has_bins, over, source, measure))
        return measure

    return register


def share(
    name: str, *, subject: Subject, over: str, source: str, has_bins: bool = False
) -> Callable[[Callable[[View], Part]], Measure]:
    """Register the decorated count, of some and of all, as their share and how many they are."""
    statistics = {"share": "1", "total": "count"}

    def register(count: Callable[[View], Part]) -> Measure:
        @metric(name, subject=subject, statistics=statistics, over=over, source=source, has_bins=has_bins)
        @wraps(count)
        def measure(view: View, statistic: str) -> float | None:
            some, all_ = count(view)
            if statistic == "total":
                return float(some)
            return some / all_ if all_ else None

        return measure

    return register


def quantile_level(statistic: str) -> float | None:
    """Return the level, between 0 and 1, of a statistic such as ``p95`` or ``p99.9``; None for the others."""
    match = _QUANTILE.fullmatch(statistic)
    return round(float(match.group(1)) / 100.0, 10) if match else None


def quantile_name(level: float) -> str:
    """Return the statistic of a quantile: ``p95`` for 0.95."""
    return f"p{round(level * 100.0, 6):.12g}"
