"""Every journey of the catalog in process: it reaches an end, in every channel, by every way that it names."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from sim.catalog import Catalog
from sim.conformance import replay_scenario
from sim.journey import load_journey
from tests.scenarios import line, scenario

if TYPE_CHECKING:
    from sim.conformance import Replay

CITIZENS = 60
NAMES = Catalog.bundled().names("journey")
every_journey = pytest.mark.parametrize("name", NAMES)


@cache
def replayed(name: str) -> Replay:
    catalog = Catalog.bundled()
    made = scenario(demand=(line(name, journey=name),), journeys={}, replay_citizens=CITIZENS, seed=7)
    return replay_scenario(catalog, made, {name: load_journey(catalog, name)}, use_cache=False)


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
    journey = load_journey(Catalog.bundled(), name)
    properties: Any = journey.main.inputs.get("properties", {})
    offered = properties.get("channel", {}).get("enum", ["any"])
    assert {one.channel for one in replayed(name).table.endings if one.count} == set(offered)


@every_journey
def test_every_way_on_that_a_journey_names_is_taken_by_somebody(name: str) -> None:
    journey = load_journey(Catalog.bundled(), name)
    counts = taken(name)
    named = [(step.step_id, action.name) for step in journey.main.steps for action in step.on_success]
    assert [way for way in named if not counts[way]] == []


@every_journey
def test_a_journey_is_ready_for_a_busy_and_for_a_silent_partner(name: str) -> None:
    journey = load_journey(Catalog.bundled(), name)
    kinds = {str(action.kind) for step in journey.main.steps for action in step.on_failure}
    assert any("retry" in kind.lower() for kind in kinds), kinds
