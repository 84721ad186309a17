"""Least, likeliest and greatest time: what people can tell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.distribution.base import Parameter, law
from sim.draw import uniform

if TYPE_CHECKING:
    from sim.distribution.base import Values
    from sim.draw import Key


def _check(values: Values) -> str | None:
    ordered = values["low"] <= values["mode"] <= values["high"] and values["low"] < values["high"]
    return None if ordered else "low, mode and high must rise, and low must be below high"


@law(
    "triangular",
    Parameter("low", "time", "least time", exclusive=False),
    Parameter("mode", "time", "likeliest time", exclusive=False),
    Parameter("high", "time", "greatest time", exclusive=False),
    encode=lambda values: (values["low"], values["mode"], values["high"]),
    mean=lambda values: (values["low"] + values["mode"] + values["high"]) / 3.0,
    check=_check,
)
def triangular(a: float, b: float, c: float, key: Key) -> float:
    """Draw a triangular time by inversion.

    Parameters
    ----------
    a, b, c : float
        Least, likeliest and greatest time, in seconds, a <= b <= c, a < c.

    References
    ----------
    Devroye (1986), Non-Uniform Random Variate Generation, section II.2.
    """
    u = uniform(key, 0)
    width = c - a
    if u * width < b - a:
        return a + math.sqrt(u * width * (b - a))
    return c - math.sqrt((1.0 - u) * width * (c - b))
