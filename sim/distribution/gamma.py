"""The gamma law, by mean and coefficient of variation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.distribution.base import Parameter, law, rounded
from sim.draw import exp, log, normal_quantile, uniform

if TYPE_CHECKING:
    from sim.distribution.base import Values
    from sim.draw import Key


def _encode(values: Values) -> tuple[float, float, float]:
    shape = rounded(1.0 / values["cv"] ** 2)
    return values["mean"] / shape, shape, 0.0


@law(
    "gamma",
    Parameter("mean", "time", "mean"),
    Parameter("cv", "number", "coefficient of variation", minimum=0.05, exclusive=False, maximum=10.0),
    encode=_encode,
    mean=lambda values: values["mean"],
)
def gamma(a: float, b: float, c: float, key: Key) -> float:  # noqa: ARG001  every law has this signature
    """Draw a gamma time by squeeze-free acceptance; shapes below 1 are boosted by a power of a uniform.

    Parameters
    ----------
    a : float
        Scale, in seconds, > 0.
    b : float
        Shape, > 0.

    References
    ----------
    Marsaglia and Tsang (2000), "A simple method for generating gamma variables", ACM TOMS 26(3), 363-372.
    """
    shape = b + 1.0 if b < 1.0 else b
    d = shape - 0.3333333333333333
    # 1 / sqrt(9 d), written with exact operations alone
    spread = exp(-0.5 * log(9.0 * d))
    v = 1.0
    i = 1
    while i < 254:
        x = normal_quantile(uniform(key, i))
        v = 1.0 + spread * x
        if v > 0.0:
            v = v * v * v
            if log(uniform(key, i + 1)) < 0.5 * x * x + d - d * v + d * log(v):
                break
        i = i + 2
    boost = exp(log(uniform(key, 0)) / b) if b < 1.0 else 1.0
    return d * (v if v > 0.0 else 1.0) * boost * a
