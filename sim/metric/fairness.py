"""Fairness between divisions: how unequally the same station makes people wait from place to place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.metric.registry import metric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.metric.view import View


@metric(
    "inequality",
    subject="station",
    statistics={"gini": "1", "p95_range": "s", "p95_ratio": "1"},
    over="divisions of a station that stands in several, by visits that arrived inside the window and were served; "
    "p95_range and p95_ratio: longest and shortest p95 of a division, those without visits apart",
    source="Gini coefficient between groups, citizens weighted equally: Lambert and Aronson (1993), Economic Journal "
    "103, 1221-1227, equation 2",
)
def inequality(view: View, statistic: str) -> float | None:
    """How unequal the waiting times of the divisions are: 0 is the same mean wait everywhere."""
    if len({view.layout.stations[row].name for row in view.rows}) != 1 or len(view.rows) < 2:
        return None
    divisions = [one for row in view.rows if (one := view.narrowed((row,))).station_count("started")]
    if len(divisions) < 2:
        return None
    if statistic == "gini":
        sizes = [one.station_count("started") for one in divisions]
        return gini(
            sizes, [one.station_sum("waiting_started") / size for one, size in zip(divisions, sizes, strict=True)]
        )
    quantiles = [wait for one in divisions if (wait := one.waiting_quantile(0.95)) is not None]
    low, high = min(quantiles), max(quantiles)
    if statistic == "p95_range":
        return high - low
    return high / low if low > 0.0 else None


def gini(sizes: Sequence[float], means: Sequence[float]) -> float | None:
    """Return the Gini coefficient of groups in which everybody has the group's mean.

    Half the mean difference of two people drawn at random, over the mean; 0 is equality, and it stays below 1.

    Parameters
    ----------
    sizes : sequence of float
        People of each group, > 0.
    means : sequence of float
        What each of them has, >= 0.

    Returns
    -------
    float or None
        None when nobody has anything.
    """
    groups = sorted(zip(means, sizes, strict=True))
    people = math.fsum(sizes)
    total = math.fsum(mean * size for mean, size in groups)
    if total <= 0.0:
        return None
    below, differences = 0.0, []
    for mean, size in groups:  # everyone differs from those below and above by rank: sum of (2 x rank - people) x mean
        differences.append(size * mean * (2.0 * below + size - people))
        below += size
    return math.fsum(differences) / (people * total)
