"""Every journey of the catalog in process: it reaches an end, in every channel, by every way that it names."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from sim.catalog import Catalog
from sim.conformance import replay_scenario
from tests.partners import journey
from tests.scenarios import line, scenario

if TYPE_CHECKING:
    from sim.conformance import Replay

CITIZENS = 24
SEED = 7
SEEDS = {
    # Ways that depend on who somebody is (on file, with a photo out of date, registered elsewhere, not matched by a
    # source): a few in a hundred. These seeds have all of them among their citizens.
    "apply-hkmt-permit": 8,
    "apply-hkmt-permit-on-paper": 4,
    "apply-id-card": 10,
    "apply-id-card-on-paper": 4,
    "apply-licence": 1,
    "apply-licence-on-paper": 1,
    "apply-passport": 2,
    "apply-residence-permit": 1,
    "apply-stay-permit": 3,
    "cancel-inspection": 1,
    "check-two-sources": 2,
    "household-certificate": 1,
    "migrate-household": 1,
    "no-criminal-record-on-paper": 1,
    "register-rental": 8,
    "register-rental-on-paper": 1,
    "remind-expiry": 5,
    "renew-licence-at-kiosk": 10,
    "replace-id-card": 3,
    "replace-traffic-paper": 2,
}
NAMES = Catalog.bundled().names("journey")
every_journey = pytest.mark.parametrize("name", NAMES)


@cache
def replayed(name: str) -> Replay:
    catalog = Catalog.bundled()
    made = scenario(
        demand=(line(name, journey=name),), journeys={}, replay_citizens=CITIZENS, seed=SEEDS.get(name, SEED)
    )
    return replay_scenario(catalog, made, {name: journey(name)}, use_cache=False)


def taken(name: str) -> Counter[tuple[str, str]]:
    """How often each action of each step was taken, by the path of the step."""
    counts: Counter[tuple[str, str]] = Counter()
    for ending in replayed(name).table.endings:
        counts[ending.step, ending.action] += ending.count
    return counts


@every_journey
def test_a_journey_reaches_an_end_of_its_document_and_breaks_no_contract(name: str) -> None:
    table = replayed(name).table
    assert table.findings == ()
    assert table.unfinished == 0
    assert sum(row.calls for row in table.rows) >= CITIZENS
    assert {kind for _, kind in table.mocked_by} == {"mock"}


@every_journey
def test_a_journey_is_taken_by_every_channel_that_it_offers(name: str) -> None:
    properties: Any = journey(name).main.inputs.get("properties", {})
    offered = properties.get("channel", {}).get("enum", ["any"])
    assert {one.channel for one in replayed(name).table.endings if one.count} == set(offered)


@every_journey
def test_every_way_on_that_a_journey_names_is_taken_by_somebody(name: str) -> None:
    counts = taken(name)
    named = [(step.step_id, action.name) for step in journey(name).main.steps for action in step.on_success]
    assert [way for way in named if not counts[way]] == []


@every_journey
def test_a_journey_is_ready_for_a_busy_and_for_a_silent_partner(name: str) -> None:
    kinds = {str(action.kind) for step in journey(name).main.steps for action in step.on_failure}
    assert any("retry" in kind.lower() for kind in kinds), kinds
