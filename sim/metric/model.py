"""Figures as typed values: estimates with their intervals, series over the day, verdicts on objectives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.scenario.model import Objective

LEVEL: Final = 0.95

Outcome = Literal["met", "missed", "no data"]


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """What a figure is taken of; None is all.

    Parameters
    ----------
    station, division : str or None
        Rows of stations; without a division, all divisions of that station together.
    journey, channel : str or None
        Rows of journeys.
    operation : str or None
        Rows of operations.
    """

    station: str | None = None
    division: str | None = None
    journey: str | None = None
    channel: str | None = None
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure over the replications.

    Parameters
    ----------
    metric : str
        An entry of ``METRICS``.
    unit : str
        ``s``, ``1/h``, ``1`` (a share or a mean number) or ``count``.
    statistic : str
        One of the metric's: ``mean``, ``p50``, ``p95``, ``p99``, ``total``, ``share``, ...
    station, division, journey, channel, operation : str or None
        What it is taken of; None is all.
    value : float or None
        Mean over the replications; None when nothing was observed.
    half_width : float or None
        Half the width of the interval (Student's t); None when fewer than two replications say something.
    level : float
        Confidence of the interval, 0.95.
    n : int
        Replications that have a value.
    """

    metric: str
    unit: str
    statistic: str
    station: str | None
    division: str | None
    journey: str | None
    channel: str | None
    operation: str | None
    value: float | None
    half_width: float | None
    level: float
    n: int

    @property
    def scope(self) -> Scope:
        """What it is taken of."""
        return Scope(self.station, self.division, self.journey, self.channel, self.operation)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An objective beside what the run gave.

    Parameters
    ----------
    estimate : Estimate
        The figure, in the unit of ``objective.value``.
    outcome : str
        ``met``, ``missed`` or ``no data``, which is not met.
    decided : bool
        Whether the whole interval lies on the same side of the set value.
    """

    objective: Objective
    estimate: Estimate
    outcome: Outcome
    decided: bool

    @property
    def is_expected(self) -> bool:
        """Whether the outcome is what the author of the scenario expects."""
        return (self.outcome == "met") == (self.objective.expect == "met")


@dataclass(frozen=True, slots=True)
class Summary:
    """Every figure of a run.

    Parameters
    ----------
    estimates : tuple of Estimate
        Sorted by metric, then by what they are taken of (all first).
    verdicts : tuple of Verdict
        In the order of the scenario's objectives.
    """

    estimates: tuple[Estimate, ...]
    verdicts: tuple[Verdict, ...]
    _places: dict[tuple[str, str, Scope], Estimate] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note where each estimate stands: a report asks for thousands, one at a time."""
        places = {(one.metric, one.statistic, one.scope): one for one in reversed(self.estimates)}
        object.__setattr__(self, "_places", places)

    def of(self, metric: str, statistic: str | None = None, scope: Scope | None = None) -> tuple[Estimate, ...]:
        """Return the estimates of a metric, narrowed by statistic and by what they are taken of."""
        return tuple(
            estimate
            for estimate in self.estimates
            if estimate.metric == metric
            and statistic in (None, estimate.statistic)
            and (scope is None or estimate.scope == scope)
        )

    def get(self, metric: str, statistic: str, scope: Scope | None = None) -> Estimate | None:
        """Return one estimate, by default over everything; None when the run has none."""
        return self._places.get((metric, statistic, scope or Scope()))


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One figure over the bins of the measured window.

    Parameters
    ----------
    starts : ndarray of float64, shape (n_bins,)
        Start of each bin, seconds from the scenario's start.
    width : float
        Width of a bin, seconds.
    value : ndarray of float64, shape (n_bins,)
        Mean over the replications; NaN where nothing was observed.
    half_width : ndarray of float64, shape (n_bins,)
        Half the width of the 95 % interval; NaN where fewer than two replications say something.
    """

    metric: str
    unit: str
    statistic: str
    scope: Scope
    starts: NDArray[np.float64]
    width: float
    value: NDArray[np.float64]
    half_width: NDArray[np.float64]
