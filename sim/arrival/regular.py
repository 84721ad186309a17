"""Appointments: one after the other at the pace of the hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrival.base import arrival

if TYPE_CHECKING:
    from sim.draw import Key


@arrival("regular")
def regular_hazard(key: Key) -> float:  # noqa: ARG001  every process has this signature
    """Return 1: gaps are exactly the inverse of the rate.

    References
    ----------
    Kendall's D in D/G/c; Gross, Shortle, Thompson and Harris (2018), Fundamentals of Queueing Theory, section 1.3.
    """
    return 1.0
