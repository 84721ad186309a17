"""Who is replayed: choices spread evenly, every input filled."""

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.conformance.cohort import identities, identity_of, participants
from sim.journey import Journey, load_journey
from sim.journey.inputs import input_errors
from tests.partners import catalog_with
from tests.partners import journey as bundled_journey

OFFICES = ("640000",)


@cache
def journey(name: str) -> Journey:
    return bundled_journey(name)


def inputs(name: str, count: int, seed: int = 1) -> list[Any]:
    loaded = journey(name)
    found = participants(loaded, loaded.main, seed=seed, count=count, offices=OFFICES)
    return [one.inputs for one in found]


def enums(name: str) -> dict[str, list[str]]:
    properties: Any = journey(name).main.inputs["properties"]
    return {key: schema["enum"] for key, schema in properties.items() if "enum" in schema}


@pytest.mark.parametrize("name", ["renew-id-card", "register-residence", "query-duplicate-name"])
@pytest.mark.parametrize("count", [1, 40, 200])
def test_every_value_of_every_choice_comes_at_least_five_times_and_evenly(name: str, count: int) -> None:
    given_inputs = inputs(name, count)
    assert len(given_inputs) >= count
    for key, values in enums(name).items():
        counts = Counter(one[key] for one in given_inputs)
        assert set(counts) == set(values)
        assert min(counts.values()) >= 5
        assert max(counts.values()) - min(counts.values()) <= 1


def test_small_choices_meet_in_every_combination() -> None:
    found = Counter((one["channel"], one["decision"]) for one in inputs("register-residence", 80))
    assert set(found.values()) == {10}


@given(st.integers(0, 10**9))
def test_inputs_fit_their_schema_for_every_seed(seed: int) -> None:
    main = journey("renew-id-card").main
    for one in inputs("renew-id-card", 25, seed)[:5]:
        assert input_errors(main.inputs, one) == ()


def test_a_uuid_is_new_for_each_errand_and_the_same_for_the_same_seed(tmp_path: Path) -> None:
    names = "scenarios/journeys/query-duplicate-name.arazzo.yaml"
    old = "required: [name, office_division]\n      properties:\n"
    new = "required: [name, errand]\n      properties:\n        errand: {type: string, format: uuid}\n"
    loaded = load_journey(catalog_with(tmp_path, (names, old, new)), "query-duplicate-name")
    runs = [
        [str(one.inputs["errand"]) for one in participants(loaded, loaded.main, seed=seed, count=50, offices=OFFICES)]
        for seed in (1, 1, 2)
    ]
    assert len({UUID(one) for one in runs[0]}) == 50
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_the_order_is_the_seed_s() -> None:
    assert [one["channel"] for one in inputs("renew-id-card", 50)] != [
        one["channel"] for one in inputs("renew-id-card", 50, seed=2)
    ]


def test_inputs_that_stand_for_an_errand_are_those_of_format_uuid() -> None:
    properties: dict[str, Any] = {
        "errand": {"type": "string", "format": "uuid"},
        "name": {"type": "string", "format": "uuid"},
        "either": {"format": "uuid", "enum": [identity_of("a"), identity_of("b")]},
        "channel": {"enum": ["app", "window"]},
    }
    workflow = replace(journey("query-duplicate-name").main, inputs={"type": "object", "properties": properties})
    assert identities(workflow) == {"errand"}
    assert identity_of("a") == identity_of("a") != identity_of("b")
