"""Trials of the reference platform, and what they found."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from sim.catalog import Catalog
from sim.conformance.caller import Errand
from sim.conformance.credential import Credentials, IssuedTokens
from sim.conformance.http import place_of
from sim.conformance.trial import Order, conform
from sim.contract import load_contract
from sim.mock import SigningKey
from tests.partners import journey as bundled_journey
from tests.reference_gate import AUDIENCE, SIGNING_SECRET, TOKEN_KEY

if TYPE_CHECKING:
    from sim.conformance.verdict import Trial, Verdict
    from tests.reference_platform import Platform

SYSTEM = "provincial-platform"
JOURNEYS = ("renew-id-card", "register-residence", "query-duplicate-name")
KEY = SigningKey("partner", SIGNING_SECRET)
WORSE = ("fail", "error", "review", "warning")


@cache
def errand(name: str) -> Errand:
    journey = bundled_journey(name)
    return Errand(journey, journey.main)


contract = cache(load_contract)
"""Contracts of partners, which no trial changes: dozens of trials need not read them anew."""


def credentials() -> Credentials:
    hidden = (TOKEN_KEY.decode(), SIGNING_SECRET.decode())
    return Credentials(IssuedTokens(TOKEN_KEY, AUDIENCE, ("cases",)), KEY, hidden)


def order(url: str, journeys: tuple[str, ...] = JOURNEYS, **changes: Any) -> Order:
    """An order of a trial; partners are in process alone unless ``listen`` says otherwise."""
    given: dict[str, Any] = {
        "catalog": Catalog.bundled(),
        "errands": tuple(errand(name) for name in journeys),
        "system": SYSTEM,
        "place": place_of(url),
        "credentials": credentials(),
        "partner_key": KEY,
        "longest_wait": 0.01,
    }
    return Order(**{**given, **changes})


def tried(url: str, platform: Platform, journeys: tuple[str, ...] = JOURNEYS, **changes: Any) -> Trial:
    """Try a platform; where tongban listens, it is told where its partners are."""
    with patch("sim.conformance.system.load_contract", contract):
        return conform(order(url, journeys, on_listen=platform.partners.update, **changes))


def worse(trial: Trial) -> list[Verdict]:
    return [one for one in trial.verdicts if one.outcome in WORSE]


def told(trial: Trial) -> list[str]:
    """What is worse than a pass, in lines."""
    return [
        f"{one.outcome} {one.check} {one.operation} {one.step}: {one.reason}; "
        f"{one.rule} {one.pointer}: {one.expected}, not {one.received}"
        for one in worse(trial)
    ]
