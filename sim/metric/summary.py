"""Estimates over the replications of a bundle, series over its bins, verdicts on its objectives."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, get_args

import numpy as np

from sim.errors import UsageError
from sim.metric.model import LEVEL, Estimate, Scope, Series, Summary, Verdict
from sim.metric.registry import METRICS, Metric, Subject, quantile_name
from sim.metric.replayed import Replayed
from sim.metric.scope import rows_of, scopes_of
from sim.metric.view import Places, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sim.bundle.model import Bundle
    from sim.scenario.model import Objective


def summarise(bundle: Bundle) -> Summary:
    """Return every figure of a bundle.

    Parameters
    ----------
    bundle : Bundle
        Complete or partial.

    Returns
    -------
    Summary
        For stations: all together, each, and each division of those that stand in several; for journeys: all, each
        channel, each journey and each of its channels; for operations: all and each.
    """
    scopes: dict[Subject, dict[Scope, tuple[int, ...]]] = {
        subject: scopes_of(bundle.layout, subject) for subject in get_args(Subject)
    }
    views = _views(bundle)
    estimates = [
        _estimate(views, metric, statistic, (scope, rows))
        for _, metric in METRICS
        for scope, rows in scopes[metric.subject].items()
        for statistic in metric.statistics
    ]
    return Summary(tuple(estimates), tuple(judge(objective, bundle) for objective in bundle.manifest.objectives))


def estimate(bundle: Bundle, metric: str, statistic: str | None = None, scope: Scope | None = None) -> Estimate:
    """Return one figure of a bundle with its 95 % interval.

    Parameters
    ----------
    metric : str
        An entry of ``METRICS``.
    statistic : str, optional
        One of the metric's, or any quantile ``p<per cent>`` of a metric that has quantiles; by default its first.
    scope : Scope, optional
        By default everything.

    Raises
    ------
    UsageError
        The run has no such metric, statistic, station, journey, channel or operation.
    """
    entry, scope = METRICS.get(metric), scope or Scope()
    rows = rows_of(bundle.layout, entry.subject, scope)
    return _estimate(_views(bundle), entry, statistic or next(iter(entry.statistics)), (scope, rows))


def series(
    bundle: Bundle,
    metric: str,
    statistic: str | None = None,
    scope: Scope | None = None,
    *,
    places: Sequence[Places] | None = None,
) -> Series:
    """Return one figure for every bin of the measured window; parameters as those of ``estimate``.

    Parameters
    ----------
    places : sequence of Places, optional
        Of the records, in their order, where several series are made of them.

    Raises
    ------
    UsageError
        As ``estimate``, or the metric cannot be taken bin by bin (sojourn times, operations).
    """
    entry = METRICS.get(metric)
    if not entry.has_bins:
        binned = ", ".join(name for name, other in METRICS if other.has_bins)
        raise UsageError(f"{metric} is not kept over time", f"use one of {binned}")
    statistic, scope = statistic or next(iter(entry.statistics)), scope or Scope()
    layout, rows = bundle.layout, rows_of(bundle.layout, entry.subject, scope)
    width = (layout.window_end - layout.window_start) / layout.n_bins
    value: NDArray[np.float64] = np.full(layout.n_bins, np.nan)
    half_width = value.copy()
    unit = entry.unit(statistic)
    places = places or [Places(layout, record) for record in bundle.records]
    for index in range(layout.n_bins):
        views = (View(layout, one.record, rows, index + 1, index + 1, places=one) for one in places)
        mean, half, _ = interval([entry.measure(view, statistic) for view in views])
        value[index] = math.nan if mean is None else mean
        half_width[index] = math.nan if half is None else half
    starts = np.array([layout.window_start - layout.origin + width * index for index in range(layout.n_bins)])
    return Series(metric, unit, statistic, scope, starts, width, value, half_width)


def judge(objective: Objective, bundle: Bundle) -> Verdict:
    """Return whether a bundle keeps an objective.

    Raises
    ------
    UsageError
        The objective names a metric, quantile, station, journey or channel that the run does not have.
    """
    statistic = None if objective.quantile is None else quantile_name(objective.quantile)
    scope = Scope(station=objective.station, journey=objective.journey, channel=objective.channel)
    found = estimate(bundle, objective.metric, statistic, scope)
    if found.value is None:
        return Verdict(objective, found, "no data", decided=False)
    slack = objective.value - found.value if objective.bound == "at_most" else found.value - objective.value
    decided = found.half_width is not None and abs(slack) > found.half_width
    return Verdict(objective, found, "met" if slack >= 0.0 else "missed", decided=decided)


def interval(values: Sequence[float | None]) -> tuple[float | None, float | None, int]:
    """Return mean, half-width of the 95 % interval and number of those that are not None.

    Student's t over independent replications: Law (2015), Simulation modeling and analysis, 5th ed., section 9.4.1.
    The half-width is None below two values.
    """
    present = [value for value in values if value is not None]
    n = len(present)
    if n == 0:
        return None, None, 0
    mean = math.fsum(present) / n
    if n == 1:
        return mean, None, 1
    variance = math.fsum((value - mean) ** 2 for value in present) / (n - 1)
    return mean, _t_quantile(n - 1) * math.sqrt(variance / n), n


@cache
def _t_quantile(freedom: int) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415 - 28 MB that a run of millions has better use for

    return float(stdtrit(freedom, (1.0 + LEVEL) / 2.0))


def _views(bundle: Bundle) -> tuple[View, ...]:
    """Return the view of the whole window of each replication, without rows."""
    layout = bundle.layout
    replayed = Replayed.of(layout, bundle.conformance)
    return tuple(
        View(layout, record, (), 1, layout.n_bins, replayed, Places(layout, record)) for record in bundle.records
    )


def _estimate(views: tuple[View, ...], metric: Metric, statistic: str, part: tuple[Scope, tuple[int, ...]]) -> Estimate:
    unit = metric.unit(statistic)
    scope, rows = part
    value, half_width, n = interval([metric.measure(view.narrowed(rows), statistic) for view in views])
    return Estimate(
        metric=metric.name,
        unit=unit,
        statistic=statistic,
        station=scope.station,
        division=scope.division,
        journey=scope.journey,
        channel=scope.channel,
        operation=scope.operation,
        value=value,
        half_width=half_width,
        level=LEVEL,
        n=n,
    )
