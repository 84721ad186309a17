"""How sure a failed share is: its interval, from the counts of the table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.bundle.conformance import ConformanceRow

Z95: Final = 1.959963984540054
"""Quantile of the standard normal law at 0.975."""


def failed_interval(row: ConformanceRow) -> tuple[float, float] | None:
    """Return the 95 % interval of the share of an operation's calls that fail for their contract.

    Returns
    -------
    tuple of (float, float) or None
        Bounds from 0 to 1; None when no call was judged.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22:209-212.
    """
    if row.calls == 0:
        return None
    n, square = row.calls, Z95**2
    share = (row.refused + row.breached) / n
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = Z95 / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n**2))
    return (max(0.0, centre - half), min(1.0, centre + half))
