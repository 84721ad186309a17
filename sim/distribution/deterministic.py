"""Always the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.distribution.base import Parameter, law

if TYPE_CHECKING:
    from sim.draw import Key


@law(
    "deterministic",
    Parameter("value", "time", "the time itself", exclusive=False),
    encode=lambda values: (values["value"], 0.0, 0.0),
    mean=lambda values: values["value"],
)
def deterministic(a: float, b: float, c: float, key: Key) -> float:  # noqa: ARG001  every law has this signature
    """Return a constant.

    Parameters
    ----------
    a : float
        The time, in seconds, >= 0.
    """
    return a
