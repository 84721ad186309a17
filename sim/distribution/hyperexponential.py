"""A mixture of a short and a long exponential: many easy cases, few hard ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.distribution.base import Parameter, law, rounded
from sim.draw import log, uniform

if TYPE_CHECKING:
    from sim.distribution.base import Values
    from sim.draw import Key


def _encode(values: Values) -> tuple[float, float, float]:
    square = values["cv"] ** 2
    share = rounded((1.0 + math.sqrt((square - 1.0) / (square + 1.0))) / 2.0)
    return share, values["mean"] / (2.0 * share), values["mean"] / (2.0 * (1.0 - share))


@law(
    "exponential-mixture",
    Parameter("share", "number", "probability of the first exponential", exclusive=False, maximum=1.0),
    Parameter("first", "time", "mean of the first"),
    Parameter("second", "time", "mean of the second"),
    encode=lambda values: (values["share"], values["first"], values["second"]),
    mean=lambda values: values["share"] * values["first"] + (1.0 - values["share"]) * values["second"],
)
@law(
    "hyperexponential",
    Parameter("mean", "time", "mean"),
    Parameter("cv", "number", "coefficient of variation, at least 1", minimum=1.0, exclusive=False, maximum=100.0),
    encode=_encode,
    mean=lambda values: values["mean"],
)
def hyperexponential(a: float, b: float, c: float, key: Key) -> float:
    """Draw from one of two exponentials.

    Parameters
    ----------
    a : float
        Probability of the first, 0 to 1; with balanced means the short one, from 1/2 to 1.
    b, c : float
        Mean of the first and of the second, in seconds, > 0.

    References
    ----------
    Tijms (2003), A First Course in Stochastic Models, appendix B, balanced means.
    """
    return -log(uniform(key, 1)) * (b if uniform(key, 0) < a else c)
