"""The lognormal law, by mean and coefficient of variation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.distribution.base import Parameter, law, rounded
from sim.draw import exp, normal_quantile, uniform

if TYPE_CHECKING:
    from sim.distribution.base import Values
    from sim.draw import Key


def _encode(values: Values) -> tuple[float, float, float]:
    variance = math.log1p(values["cv"] ** 2)
    return rounded(math.log(values["mean"]) - variance / 2.0), rounded(math.sqrt(variance)), 0.0


@law(
    "lognormal",
    Parameter("mean", "time", "mean"),
    Parameter("cv", "number", "coefficient of variation", exclusive=False, maximum=100.0),
    encode=_encode,
    mean=lambda values: values["mean"],
)
def lognormal(a: float, b: float, c: float, key: Key) -> float:  # noqa: ARG001  every law has this signature
    """Draw a lognormal time by inversion.

    Parameters
    ----------
    a : float
        Mean of the logarithm, of seconds.
    b : float
        Standard deviation of the logarithm, >= 0.

    References
    ----------
    Johnson, Kotz and Balakrishnan (1994), Continuous Univariate Distributions 1, chapter 14.
    """
    return exp(a + b * normal_quantile(uniform(key, 0)))
