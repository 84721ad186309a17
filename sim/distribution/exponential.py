"""The memoryless law."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.distribution.base import Parameter, law
from sim.draw import log, uniform

if TYPE_CHECKING:
    from sim.draw import Key


@law(
    "exponential",
    Parameter("mean", "time", "mean"),
    encode=lambda values: (values["mean"], 0.0, 0.0),
    mean=lambda values: values["mean"],
)
def exponential(a: float, b: float, c: float, key: Key) -> float:  # noqa: ARG001  every law has this signature
    """Draw an exponential time by inversion.

    Parameters
    ----------
    a : float
        Mean, in seconds, > 0.

    References
    ----------
    Devroye (1986), Non-Uniform Random Variate Generation, section II.2.
    """
    return -log(uniform(key, 0)) * a
