"""Any time between two bounds alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.distribution.base import Parameter, law
from sim.draw import uniform

if TYPE_CHECKING:
    from sim.distribution.base import Values
    from sim.draw import Key


def _check(values: Values) -> str | None:
    return None if values["low"] <= values["high"] else "low must not be above high"


@law(
    "uniform",
    Parameter("low", "time", "least time", exclusive=False),
    Parameter("high", "time", "greatest time", exclusive=False),
    encode=lambda values: (values["low"], values["high"] - values["low"], 0.0),
    mean=lambda values: (values["low"] + values["high"]) / 2.0,
    check=_check,
)
def uniform_time(a: float, b: float, c: float, key: Key) -> float:  # noqa: ARG001  every law has this signature
    """Draw a uniform time.

    Parameters
    ----------
    a : float
        Least time, in seconds, >= 0.
    b : float
        Width, in seconds, >= 0.

    References
    ----------
    Devroye (1986), Non-Uniform Random Variate Generation, section I.2.
    """
    return a + uniform(key, 0) * b
