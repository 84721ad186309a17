"""What the plan takes from the replay: how often an operation's calls fail by conformance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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


@dataclass(frozen=True, slots=True)
class Edition:
    """A platform's other edition, as the compiler takes it.

    Parameters
    ----------
    number : int
        Its row in ``Plan.edition_divisions``.
    name : str
        Name of the scenario's variant; with it each journey draws whether it meets the edition.
    share : float
        Share of the journeys that do.
    calls : mapping of str to CallShare
        Failed shares of the operations of its contract.
    """

    number: int
    name: str
    share: float
    calls: Mapping[str, CallShare]
