"""The sum of equal exponential phases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.distribution.base import Parameter, law
from sim.draw import log, uniform

if TYPE_CHECKING:
    from sim.distribution.base import Values
    from sim.draw import Key


def _check(values: Values) -> str | None:
    return None if values["shape"] == int(values["shape"]) else "shape must be a whole number of phases"


@law(
    "erlang",
    Parameter("mean", "time", "mean of the sum"),
    Parameter("shape", "number", "number of phases, a whole number", minimum=1.0, exclusive=False, maximum=200.0),
    encode=lambda values: (values["mean"] / values["shape"], values["shape"], 0.0),
    mean=lambda values: values["mean"],
    check=_check,
)
def erlang(a: float, b: float, c: float, key: Key) -> float:  # noqa: ARG001  every law has this signature
    """Draw an Erlang time as a sum of exponential phases.

    Parameters
    ----------
    a : float
        Mean of one phase, in seconds, > 0.
    b : float
        Number of phases, 1 to 200.

    References
    ----------
    Devroye (1986), Non-Uniform Random Variate Generation, section IX.3.
    """
    total = 0.0
    for i in range(int(b)):
        total = total - log(uniform(key, i))
    return total * a
