"""What the replay before a run found: one row an operation and edition, and the findings behind it.

The replay (``sim.conformance``) makes them, the bundle stores them, the plan takes the failed shares, the report shows
all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["pass", "fail", "warning", "error", "omit"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One kind of breach, counted over all calls of the replay.

    Parameters
    ----------
    variant : str
        Name of the scenario's variant; ``""`` for the national contract.
    direction : str
        ``request``: what the consumer sent; ``response``: what the provider answered.
    part, rule, pointer, expected, received, contract_pointer
        As in ``sim.contract.Violation``; received values are redacted.
    verdict : str
        ``fail``: the call failed by it; ``warning``: a breach that no one tripped over; ``error``: not decidable.
    count : int
        Calls with it, > 0.
    """

    contract: str
    operation: str
    variant: str
    direction: Literal["request", "response"]
    part: str
    rule: str
    pointer: str
    expected: str
    received: str
    contract_pointer: str
    verdict: Literal["fail", "warning", "error"]
    count: int


@dataclass(frozen=True, slots=True, order=True)
class ConformanceRow:
    """One operation under one edition.

    Parameters
    ----------
    calls : int
        Exchanges judged; 0: not exercised (verdict ``omit``).
    refused : int
        Of these refused by the provider's edition: the consumer's request broke it.
    breached : int
        Of these answered so that the consumer's edition is broken at a field the journey reads.
    warned : int
        Of these with breaches that no one tripped over.
    declared, exercised : tuple of str
        Response status keys declared in the contract; those seen.
    verdict : str
        ``omit`` (not exercised) is never ``pass``.
    """

    contract: str
    operation: str
    variant: str
    calls: int
    refused: int
    breached: int
    warned: int
    declared: tuple[str, ...]
    exercised: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, order=True)
class Ending:
    """How often replayed journeys took one action of one step.

    Parameters
    ----------
    action : str
        Name of the Arazzo action, or ``default`` when none matched.
    count : int
        Times seen; 0 is shown as not exercised.
    """

    journey: str
    channel: str
    step: str
    action: str
    count: int


@dataclass(frozen=True, slots=True, order=True)
class Handover:
    """What replayed journeys handed in with one operation that takes materials, by one channel.

    Parameters
    ----------
    journey : str
        As the demand lines name it.
    calls : int
        Requests answered with success, > 0.
    submitted : int
        Materials handed in with them.
    reused : int
        Materials that the network spared: their entries name a certificate.
    """

    journey: str
    channel: str
    operation: str
    calls: int
    submitted: int
    reused: int


@dataclass(frozen=True, slots=True)
class ConformanceTable:
    """Everything the replay says.

    Parameters
    ----------
    citizens : int
        Synthetic citizens replayed a journey and edition; 0 when the scenario has inline journeys alone.
    seed : int
        Seed of the synthetic citizens.
    mocked_by : tuple of (str, str)
        System and what answered for it: ``mock`` (its Python), ``examples`` (of its contract, as it has no mock; so too
        for single operations, ``system.operation``) or ``untrusted`` (the same, as its mock may not be loaded).
    unfinished : int
        Journeys that did not reach an end of their document.
    materials : tuple of Handover
        What was handed in, all systems speaking their national contracts.
    """

    citizens: int
    seed: int
    rows: tuple[ConformanceRow, ...]
    findings: tuple[Finding, ...]
    endings: tuple[Ending, ...]
    mocked_by: tuple[tuple[str, str], ...]
    unfinished: int
    materials: tuple[Handover, ...] = ()
