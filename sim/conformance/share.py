"""How often calls fail for their contract: what the plan takes from the replay."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z95 = 1.959963984540054
"""Quantile of the standard normal law at 0.975."""


@dataclass(frozen=True, slots=True)
class CallShare:
    """Share of an operation's calls that fail for a contract.

    Parameters
    ----------
    calls : int
        Exchanges judged, > 0.
    refused : float
        Of these refused by the provider's edition, 0 to 1.
    breached : float
        Of these answered so that the consumer's edition is broken at a field that is read, 0 to 1.
    """

    calls: int
    refused: float
    breached: float

    @property
    def failed(self) -> float:
        """Share that fails, 0 to 1; a call fails in one way only."""
        return self.refused + self.breached

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the failed share.

        References
        ----------
        Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22:209-212.
        """
        n, share, square = self.calls, self.failed, Z95**2
        centre = (share + square / (2 * n)) / (1 + square / n)
        half = Z95 / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n**2))
        return (max(0.0, centre - half), min(1.0, centre + half))
