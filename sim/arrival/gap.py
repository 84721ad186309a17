"""Inversion of a rate that repeats every day and is constant within each bin."""

from __future__ import annotations

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
    rates : shape (n_streams, 24), arrivals per second in each hour of a day, >= 0, some hour of the row > 0
    row : int
        The stream.
    phase : float
        Time of day at simulation time 0, in seconds, 0 to 86400.

    Returns
    -------
    float
        Seconds, >= 0.

    References
    ----------
    Cinlar (1975), Introduction to Stochastic Processes, section 4.7: inversion of the integrated rate.
    """
    clock = now + phase
    hour = int(clock / 3600.0)
    to_edge = (hour + 1.0) * 3600.0 - clock
    passed = 0.0
    rate = rates[row][hour % 24]
    while rate * to_edge < hazard:
        hazard = hazard - rate * to_edge
        passed = passed + to_edge
        to_edge = 3600.0
        hour = hour + 1
        rate = rates[row][hour % 24]
    return passed + hazard / rate
