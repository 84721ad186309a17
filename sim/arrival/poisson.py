"""Citizens who know nothing of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrival.base import arrival
from sim.draw import log, uniform

if TYPE_CHECKING:
    from sim.draw import Key


@arrival("poisson")
def poisson_hazard(key: Key) -> float:
    """Draw the integrated rate to the next arrival of a Poisson process: exponential with mean 1.

    References
    ----------
    Cinlar (1975), Introduction to Stochastic Processes, section 4.7.
    """
    return -log(uniform(key, 0))
