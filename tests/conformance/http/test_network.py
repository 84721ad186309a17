"""Trials of the network's own mocks, of two domains: tongban plays the partners of each, and they reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sim.catalog import Catalog
from sim.conformance.credential import Credentials, GivenTokens
from sim.conformance.http import place_of
from sim.conformance.trial import Order, conform
from sim.conformance.trial.people import Person
from sim.mock import SigningKey
from sim.mock.live import Population, load_systems
from tests.served import SEED, served
from tests.trials import errand, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.verdict import Trial
    from tests.served import Served

CITIZENS = Population(SEED, 3).citizens()


@pytest.fixture(scope="module")
def town() -> Iterator[Served]:
    names = ["national-platform", "department-narcotics"]
    with served(load_systems(Catalog.bundled(), names), names=names) as town:
        yield town


def tried(town: Served, journey: str, system: str, **changes: Any) -> Trial:
    """Try a mock; its citizens are those whom it knows, each with the token that it gave."""
    key_id, secret = next(iter(town.world.keyring.secrets.items()))
    order = Order(
        catalog=Catalog.bundled(),
        errands=(errand(journey),),
        system=system,
        place=place_of(town.base(system)),
        credentials=Credentials(GivenTokens(None, town.tokens, {}), SigningKey(key_id, secret)),
        people=tuple(Person(one, {}, town.tokens[one.number]) for one in CITIZENS),
        citizens=2,
        longest_wait=0.01,
        **changes,
    )
    return conform(order)


def test_a_partner_that_asks_the_system_under_test_reaches_it(town: Served) -> None:
    trial = tried(town, "household-certificate", "national-platform", keeps_exchanges=True)
    assert told(trial) == []
    pushed = [one for one in trial.exchanges if one.operation == "pushCase" and not one.probe]
    assert {one.step.partition(" > ")[2] for one in pushed} == {"pushCase"}
    assert {one.sender for one in (exchange.request for exchange in pushed)} == {"tongban"}
    outcomes = {one.check: one.outcome for one in trial.verdicts if one.operation == "pushCase"}
    assert (outcomes["reached"], outcomes["security-missing"], outcomes["idempotency"]) == ("pass", "pass", "pass")


def test_an_errand_is_walked_again_under_keys_of_its_own(town: Served) -> None:
    trial = tried(town, "precursor-licence-on-paper", "department-narcotics")
    assert told(trial) == []
    outcomes = {one.check: one.outcome for one in trial.verdicts if one.operation == "applyPrecursorLicence"}
    assert (outcomes["tolerance"], outcomes["negative-required"]) == ("pass", "pass")
