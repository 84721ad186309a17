"""Paired differences between a run with other editions and the same run without them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.bundle.drift import Difference
from sim.metric.model import LEVEL, Scope
from sim.metric.registry import METRICS
from sim.metric.scope import scopes_of
from sim.metric.summary import interval
from sim.metric.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sim.bundle.record import Layout, Record
    from sim.metric.registry import Metric

FIGURES: Final = (
    ("endings", "completed"),
    ("endings", "failed"),
    ("endings", "other"),
    ("conformance", "failed"),
    ("retries", "total"),
    ("services", "total"),
    ("work", "total"),
    ("waiting_volume", "total"),
    ("sojourn_time", "mean"),
)
"""What drift costs: journeys that end otherwise, calls that fail, repeats, visits, work, waiting and time."""


def differences(
    layout: Layout, with_variants: Sequence[Record], without: Sequence[Record], judged: Iterable[str]
) -> tuple[Difference, ...]:
    """Return what variants change, replication by replication.

    Parameters
    ----------
    layout : Layout
        Of both runs.
    with_variants, without : sequence of Record
        Of the same seed; those of the same replication are compared, others left out.
    judged : iterable of str
        Operations that the replay judged.

    Returns
    -------
    tuple of Difference
        Each of ``FIGURES`` over everything, then for every station, journey and operation where it differs.
    """
    plain = {record.replication: record for record in without}
    pairs = [(record, plain[record.replication]) for record in with_variants if record.replication in plain]
    names = set(judged)
    rows = frozenset(row for row, operation in enumerate(layout.operations) if operation in names)
    found: list[Difference] = []
    for name, statistic in FIGURES:
        metric = METRICS.get(name)
        for scope, part in scopes_of(layout, metric.subject).items():
            if scope.channel is None and scope.division is None:
                found += _difference(metric, statistic, scope, _values(metric, statistic, layout, pairs, part, rows))
    return tuple(found)


def _values(
    metric: Metric,
    statistic: str,
    layout: Layout,
    pairs: Sequence[tuple[Record, Record]],
    part: tuple[int, ...],
    judged: frozenset[int],
) -> Iterator[tuple[float, float]]:
    """Yield the figure with and without of every pair in which both have one."""
    for pair in pairs:
        after, before = (
            metric.measure(View(layout, record, part, 1, layout.n_bins, judged), statistic) for record in pair
        )
        if after is not None and before is not None:
            yield after, before


def _difference(
    metric: Metric, statistic: str, scope: Scope, values: Iterable[tuple[float, float]]
) -> list[Difference]:
    """Return the difference, or nothing where a part does not differ in any pair."""
    kept = list(values)
    if not kept or (scope != Scope() and all(after == before for after, before in kept)):
        return []
    value, half_width, n = interval([after - before for after, before in kept])
    return [
        Difference(
            metric=metric.name,
            statistic=statistic,
            unit=metric.unit(statistic),
            station=scope.station,
            journey=scope.journey,
            operation=scope.operation,
            without=math.fsum(before for _, before in kept) / n,
            with_variants=math.fsum(after for after, _ in kept) / n,
            value=value or 0.0,
            half_width=half_width,
            level=LEVEL,
            n=n,
        )
    ]
