"""Baselines: what a scenario is compared with, and what must be the same in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.errors import DocumentError

if TYPE_CHECKING:
    from tests.unit.scenario.conftest import Load

BEFORE = """\
tongban: 1
name: before
title: Before
duration: 1 h
seed: 4
journeys: {visit: [{service: 1 s}], paper: [{service: 9 s}]}
demand: [{name: visits, journey: paper, per_hour: 10}]
"""
AFTER = (
    "tongban: 1\nname: after\nextends: before.yaml\nbaseline: before.yaml\ndemand: [{name: visits, journey: visit}]\n"
)


def told(load: Load, text: str, before: str = BEFORE, **settings: str) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        load(text, settings=settings, files={"before.yaml": before})
    return [f"{fault.line}:{fault.column}: {fault.message}; {fault.remedy}" for fault in caught.value.faults]


def test_the_baseline_is_read_with_its_own_demand(load: Load) -> None:
    after = load(AFTER, files={"before.yaml": BEFORE})
    assert after.baseline is not None
    assert (after.baseline.name, after.baseline.demand[0].journey) == ("before", "paper")
    assert after.demand[0].journey == "visit"
    assert set(after.baseline.sources) <= set(after.sources)


def test_settings_hold_for_both(load: Load) -> None:
    after = load(AFTER, files={"before.yaml": BEFORE}, settings={"scale": "0.5", "seed": "9"})
    assert after.baseline is not None
    assert [(one.seed, one.demand[0].rates[0][1]) for one in (after, after.baseline)] == [(9, 5 / 3600)] * 2


def test_a_setting_removes_the_baseline(load: Load) -> None:
    assert load(AFTER, files={"before.yaml": BEFORE}, settings={"baseline": "null"}).baseline is None


def test_a_baseline_of_the_baseline_is_left_out(load: Load) -> None:
    older = BEFORE.replace("name: before", "name: older")
    files = {"before.yaml": f"{BEFORE}baseline: older.yaml\n", "older.yaml": older}
    text = AFTER.replace("extends: before.yaml", "extends: older.yaml")
    after = load(text, files=files)
    assert after.baseline is not None
    assert (after.baseline.name, after.baseline.baseline) == ("before", None)


def test_two_scenarios_that_name_each_other_are_no_loop(load: Load) -> None:
    after = load(AFTER, files={"before.yaml": BEFORE})
    both = load(
        AFTER.replace(
            "extends: before.yaml\n", "duration: 1 h\nseed: 4\njourneys: {visit: [{service: 1 s}]}\n"
        ).replace("journey: visit}", "journey: visit, per_hour: 10}"),
        files={"before.yaml": f"{BEFORE}baseline: {after.path.name}\n"},
    )
    assert both.baseline is not None
    assert both.baseline.baseline is None


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("duration: 2 h", "duration"),
        ("seed: 5", "seed"),
        ("warm_up: 10 min", "warm up"),
        ("start: 2024-01-02T00:00:00+08:00", "start"),
    ],
)
def test_another_time_or_seed_is_refused(load: Load, change: str, what: str) -> None:
    assert any(f"4:11: before.yaml has another {what};" in one for one in told(load, f"{AFTER}{change}\n"))


def test_a_baseline_without_a_line_of_the_same_name_is_refused(load: Load) -> None:
    before = BEFORE.replace("name: visits", "name: others")
    text = AFTER.replace("journey: visit}", "journey: visit, per_hour: 10}").replace("extends: before.yaml\n", "")
    text += "duration: 1 h\nseed: 4\njourneys: {visit: [{service: 1 s}]}\n"
    assert told(load, text, before) == [
        "3:11: before.yaml has no demand line of a name that stands here; give lines that belong together the same name"
    ]


def test_a_scenario_is_not_its_own_baseline(load: Load) -> None:
    path = load(BEFORE).path
    assert told(load, f"{BEFORE}baseline: {path.name}\n") == [
        "8:11: a scenario is not its own baseline; name the scenario that this one is compared with"
    ]


def test_a_baseline_that_is_not_there_is_told_at_its_place(load: Load) -> None:
    assert told(load, f"{BEFORE}baseline: nobody.yaml\n") == [
        "8:11: 'nobody.yaml' names no file; check the path, it is relative to this document"
    ]


def test_faults_of_the_baseline_are_told_in_its_own_file(load: Load) -> None:
    text = AFTER.replace("extends: before.yaml\n", "duration: 1 h\nseed: 4\njourneys: {visit: [{service: 1 s}]}\n")
    text = text.replace("journey: visit}", "journey: visit, per_hour: 10}")
    with pytest.raises(DocumentError) as caught:
        load(text, files={"before.yaml": BEFORE.replace("service: 9 s", "service: 9 parsecs")})
    assert {fault.file.rpartition("/")[2] for fault in caught.value.faults} == {"before.yaml"}
