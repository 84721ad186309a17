"""Inversion of a rate that repeats every day and is constant within each bin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def next_gap(now: float, hazard: float, rates: Sequence[Sequence[float]], row: int, phase: float) -> float:
    """Return the time from now until the integral of the rate has grown by ``hazard``.

    Parameters
    ----------
    now : float
        Simulation time, in seconds, >= 0.
    hazard : float
        > 0.
    rates : shape (n_streams, 24), arrivals per second in each hour of a day, >= 0
    row : int
        The stream.
    phase : float
        Time of day at simulation time 0, in seconds, 0 to 86400.

    Returns
    -------
    float
        Seconds, >= 0; 1e15 or more when the next arrival is beyond a thousand million days.

    References
    ----------
    Cinlar (1975), Introduction to Stochastic Processes, section 4.7: inversion of the integrated rate.
    """
    clock = now + phase
    hour = int(clock / 3600.0)
    to_edge = (hour + 1.0) * 3600.0 - clock
    passed = 0.0
    rate = rates[row][hour % 24]
    turned = 0
    while rate * to_edge < hazard:
        turned = turned + 1
        if turned == 25:
            # a sparse stream: go on by whole days, all but the last
            day = 0.0
            for each in range(24):
                day = day + rates[row][each] * 3600.0
            if hazard > day * 1e9:
                return passed + 1e15
            days = math.floor(hazard / day) - 1.0
            if days > 0.0:
                hazard = hazard - days * day
                passed = passed + days * 86400.0
                continue
        hazard = hazard - rate * to_edge
        passed = passed + to_edge
        to_edge = 3600.0
        hour = hour + 1
        rate = rates[row][hour % 24]
    return passed + hazard / rate
