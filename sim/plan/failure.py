"""What the plan takes from the replay: how often an operation's calls fail by conformance."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallShare:
    """Failed shares of one operation's calls, found by the replay.

    Parameters
    ----------
    refused : float
        Share refused by the provider's edition (status 400), 0 to 1.
    breached : float
        Share answered so that the consumer cannot read it, 0 to 1; of the calls that were not refused.
    """

    refused: float = 0.0
    breached: float = 0.0
