"""What other editions cost: a run beside the same run without them.

``sim.experiment`` makes it of two runs with the same seed, whose citizens are the same by common random draws
(Law (2015), Simulation Modeling and Analysis, 5th edition, section 11.2); the manifest keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure with the variants, without them, and what lies between.

    Parameters
    ----------
    metric, statistic, unit : str
        As in ``sim.metric.METRICS``.
    station, journey, operation : str or None
        What it is taken of; None is all.
    without, with_variants : float
        Means over the replications that both runs have.
    value : float
        Mean of the differences of the replications, with less without.
    half_width : float or None
        Half the width of its 95 % interval over paired replications (Student's t); None below two.
    level : float
        Confidence of the interval.
    n : int
        Pairs.
    """

    metric: str
    statistic: str
    unit: str
    station: str | None
    journey: str | None
    operation: str | None
    without: float
    with_variants: float
    value: float
    half_width: float | None
    level: float
    n: int


@dataclass(frozen=True, slots=True)
class Drift:
    """The cost of a scenario's variants.

    Parameters
    ----------
    input_digest, digest : str
        Of the run without variants: what it was made of, and the values that came out.
    differences : tuple of Difference
        Everything together first, then each part that differs.
    """

    input_digest: str
    digest: str
    differences: tuple[Difference, ...]
