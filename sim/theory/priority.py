"""Classes of customers, the first served first, nobody interrupted: Cobham."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.theory.markovian import erlang_c
from sim.theory.model import require

if TYPE_CHECKING:
    from collections.abc import Sequence


def mg1_priority(
    arrival_rates: Sequence[float], mean_services: Sequence[float], coefficients: Sequence[float]
) -> tuple[float, ...]:
    """Return the mean waiting time of each class in M/G/1 with non-preemptive priority.

    Parameters
    ----------
    arrival_rates, mean_services, coefficients : sequence of float
        Arrival rate, mean service and its coefficient of variation of each class, the first served first.

    References
    ----------
    Cobham (1954), Priority assignment in waiting line problems, Operations Research 2(1); Kleinrock (1976), Queueing
    systems, volume 2, section 3.3.
    """
    loads = [rate * mean for rate, mean in zip(arrival_rates, mean_services, strict=True)]
    require(math.fsum(loads) < 1.0, "the queue is stable only below one erlang")
    squares = [mean**2 * (1.0 + cv**2) for mean, cv in zip(mean_services, coefficients, strict=True)]
    residual = math.fsum(rate * square for rate, square in zip(arrival_rates, squares, strict=True)) / 2.0
    return _by_class(residual, loads)


def mmc_priority(arrival_rates: Sequence[float], service_rate: float, servers: int) -> tuple[float, ...]:
    """Return the mean waiting time of each class in M/M/c with non-preemptive priority and one service rate.

    References
    ----------
    Cobham (1954), as above, for several channels; Kella and Yechiali (1985), Waiting times in the non-preemptive
    priority M/M/c queue, Communications in Statistics. Stochastic Models 1(2).
    """
    total = math.fsum(arrival_rates)
    residual = erlang_c(total / service_rate, servers) / (servers * service_rate)
    return _by_class(residual, [rate / (servers * service_rate) for rate in arrival_rates])


def _by_class(residual: float, loads: Sequence[float]) -> tuple[float, ...]:
    """Return residual / ((1 - load above) (1 - load above and own)) of each class."""
    above = [math.fsum(loads[:index]) for index in range(len(loads) + 1)]
    return tuple(residual / ((1.0 - above[i]) * (1.0 - above[i + 1])) for i in range(len(loads)))
