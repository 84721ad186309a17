"""`--set a.b=c`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from tests.unit.scenario.conftest import Load

SAMPLE = Path(__file__).with_name("sample.yaml").read_text(encoding="utf-8")


def test_a_value_is_replaced(load: Load) -> None:
    assert load(SAMPLE, settings={"seed": "11"}).seed == 11


def test_a_key_that_is_not_written_is_added(load: Load) -> None:
    text = SAMPLE.replace("scale: 2\n", "").replace("replay: {citizens: 50}\n", "")
    scenario = load(text, settings={"scale": "0.5", "replay.citizens": "9"})
    assert (scenario.demand[1].rates[0][1] * 3600, scenario.replay_citizens) == (5.0, 9)


def test_null_removes_a_value(load: Load) -> None:
    scenario = load(SAMPLE, settings={"warm_up": "null", "stations.window.queue": "~"})
    assert (scenario.warm_up, scenario.stations[0].queue) == (0.0, None)


def test_a_text_with_a_unit_stays_a_text(load: Load) -> None:
    assert load(SAMPLE, settings={"operations.verify.timeout": "5 s"}).costs["verify"].timeout == 5.0


def test_an_entry_of_a_list_is_found_by_its_name(load: Load) -> None:
    scenario = load(SAMPLE, settings={"demand.query.per_hour": "80", "objectives.wait.at_most": "1 h"})
    assert (scenario.demand[1].rates[0][1] * 3600, scenario.objectives[0].value) == (40.0, 3600.0)


def test_an_entry_of_a_list_is_found_by_its_index(load: Load) -> None:
    scenario = load(
        SAMPLE,
        settings={"journeys.visit.1.service": "7 s", "divisions.only.0": '"110000"', "faults.1.division": '"110000"'},
    )
    assert scenario.journeys["visit"].steps[1].cost.service.parameters == (("value", 7.0),)
    assert scenario.divisions[0].simulated


def test_null_removes_an_entry_of_a_list(load: Load) -> None:
    assert load(SAMPLE, settings={"faults.down": "null"}).faults[0].name == "away"


def test_a_choice_of_shapes_can_be_changed_within(load: Load) -> None:
    scenario = load(SAMPLE, settings={"stations.window.servers.at_least": "5", "stations.identity.servers": "6"})
    assert (scenario.stations[0].servers, scenario.stations[1].servers) == ((23, 5), (6,))


def test_a_free_text_may_hold_a_dot_sign_and_an_equals_sign(load: Load) -> None:
    assert load(SAMPLE, settings={"title.en": "'a=b.c'"}).title.en == "a=b.c"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("sead", "1", "--set sead: a scenario has no 'sead'; use one of: seed"),
        (
            "stations.desk.servers",
            "1",
            "--set stations.desk.servers: stations has no 'desk'; use one of: courier, identity, window",
        ),
        (
            "stations.window.server",
            "1",
            "--set stations.window.server: stations.window has no 'server'; use one of: servers",
        ),
        ("demand.nobody.class", "1", "--set demand.nobody.class: demand has no 'nobody'; use one of: card, query"),
        ("demand.7.class", "1", "--set demand.7.class: demand has no '7'; use one of: card, query"),
        ("seed.deep", "1", "--set seed.deep: seed has no 'deep'; it takes no such part"),
        (
            "extends",
            "other.yaml",
            "--set extends: is not a value of the study; write a document that extends the other",
        ),
        ("", "1", "--set : a scenario has no ''; use one of: "),
        ("seed", "[1]", "--set seed: the value is not a single value; write lists and mappings in a file"),
        ("seed", "{a: 1}", "--set seed: the value is not a single value; write lists and mappings in a file"),
        ("seed", "'open", "--set seed: is not YAML: "),
        ("seed", "1\n---\n2", "--set seed: holds more than one YAML document"),
    ],
)
def test_what_cannot_be_set_is_told_with_what_can(load: Load, path: str, value: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(SAMPLE, settings={path: value})
    assert str(caught.value).startswith(message)


def test_a_bad_value_is_told_as_a_setting(load: Load) -> None:
    with pytest.raises(DocumentError) as caught:
        load(SAMPLE, settings={"stations.identity.servers": "0"})
    assert str(caught.value).splitlines()[0] == (
        "--set stations.identity.servers=0: stations.identity.servers: 0 is not allowed; a station needs at least 1 "
        "server, or remove the station"
    )


def test_settings_apply_after_extends(load: Load) -> None:
    scenario = load("name: own\nextends: sample.yaml\nseed: 8\n", settings={"seed": "9"}, files={"sample.yaml": SAMPLE})
    assert scenario.seed == 9
