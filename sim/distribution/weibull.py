"""Times to failure: hazard that rises or falls as a power of time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.distribution.base import Parameter, law, rounded
from sim.draw import exp, log, uniform

if TYPE_CHECKING:
    from sim.distribution.base import Values
    from sim.draw import Key


def _encode(values: Values) -> tuple[float, float, float]:
    return rounded(values["mean"] / math.gamma(1.0 + 1.0 / values["shape"])), 1.0 / values["shape"], 0.0


@law(
    "weibull",
    Parameter("mean", "time", "mean"),
    Parameter("shape", "number", "1 is exponential, above 1 ageing", minimum=0.2, exclusive=False, maximum=50.0),
    encode=_encode,
    mean=lambda values: values["mean"],
)
def weibull(a: float, b: float, c: float, key: Key) -> float:  # noqa: ARG001  every law has this signature
    """Draw a Weibull time by inversion.

    Parameters
    ----------
    a : float
        Scale, in seconds, > 0.
    b : float
        One over the shape, > 0.

    References
    ----------
    Johnson, Kotz and Balakrishnan (1994), Continuous Univariate Distributions 1, chapter 21.
    """
    return a * exp(b * log(-log(uniform(key, 0))))
