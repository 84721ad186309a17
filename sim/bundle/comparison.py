"""A run beside its baseline: what changed services, or another edition of a contract, make of the same citizens.

``sim.experiment`` makes it of two runs with the same seed, whose citizens are the same by common random draws
(Law (2015), Simulation Modeling and Analysis, 5th edition, section 11.2); the manifest keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.scenario.model import Text  # noqa: TC001 - the codec resolves the annotations at run time


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of the baseline, of this run, and what lies between.

    Parameters
    ----------
    metric, statistic, unit : str
        As in ``sim.metric.METRICS``.
    station, line, journey, operation : str or None
        What it is taken of; None is all. A demand line is that of its name in both runs, whatever journey it has there;
        lines that share a journey share its figures.
    before, after : float
        Means over the replications that both runs have: of the baseline, of this run.
    value : float
        Mean of the differences of the replications, after less before.
    half_width : float or None
        Half the width of its 95 % interval over paired replications (Student's t); None below two.
    ratio, ratio_half_width : float or None
        The same of the ratios, after over before; None where the baseline has a 0.
    level : float
        Confidence of the intervals.
    n : int
        Pairs.
    """

    metric: str
    statistic: str
    unit: str
    station: str | None
    line: str | None
    journey: str | None
    operation: str | None
    before: float
    after: float
    value: float
    half_width: float | None
    ratio: float | None
    ratio_half_width: float | None
    level: float
    n: int

    @property
    def is_whole(self) -> bool:
        """Whether it is taken of everything."""
        return self.station is self.line is self.journey is self.operation is None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run beside its baseline.

    Parameters
    ----------
    kind : str
        ``variants``: the baseline is the same scenario without its variants, and what lies between is their cost.
        ``scenario``: it is the scenario that this one names as its ``baseline``.
    name, title
        Of the baseline's scenario.
    input_digest, digest : str
        Of the baseline's run: what it was made of, and the values that came out.
    differences : tuple of Difference
        Everything together first, then each part that differs; of each demand line its key figures.
    """

    kind: Literal["variants", "scenario"]
    name: str
    title: Text
    input_digest: str
    digest: str
    differences: tuple[Difference, ...]
