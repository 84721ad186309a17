"""Variants: who speaks which edition, how they are changed and removed, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.errors import DocumentError
from sim.scenario import Text, Variant, load_scenario

if TYPE_CHECKING:
    from tests.unit.scenario.conftest import Load

SAMPLE = Path(__file__).with_name("sample.yaml").read_text(encoding="utf-8")
PLAIN = "tongban: 1\nname: plain\nduration: 1 h\njourneys: {visit: [{service: 1 s}]}\n"
PLAIN += "demand: [{name: visits, journey: visit, per_hour: 1}]\n"
BEHIND = "variants:\n  - {name: behind, contract: desk, overlay: older, share: 0.3}\n"


@pytest.fixture(autouse=True)
def _contracts(tmp_path: Path) -> None:
    """A catalog with two contracts and two overlays; their names alone count."""
    folder = tmp_path / "contracts"
    (folder / "overlays").mkdir(parents=True)
    for name in ("desk.openapi.yaml", "hall.openapi.yaml", "overlays/older.overlay.yaml", "overlays/far.overlay.yaml"):
        (folder / name).write_text("x: 1\n", encoding="utf-8")


def told(load: Load, variants: str, text: str = SAMPLE) -> list[str]:
    """Faults without the file's name, lines counted from the line of the variants on."""
    with pytest.raises(DocumentError) as caught:
        load(text + variants)
    lines = text.count("\n")
    return [f"{fault.line - lines}:{fault.column}: {str(fault).split(': ', 1)[1]}" for fault in caught.value.faults]


def test_a_variant_is_read_whole(load: Load) -> None:
    text = (
        'variants: [{name: behind, divisions: ["120000"], share: 0.25, contract: desk, overlay: older, '
        "title: {en: Behind, zh: 落后}, assumed: [share]}]\n"
    )
    made = load(SAMPLE + text)
    assert made.variants == (Variant("behind", ("120000",), 0.25, "desk", "older", Text("Behind", "落后")),)
    assert "variants.behind.share" in {assumption.where for assumption in made.assumptions}


def test_a_variant_is_of_all_simulated_divisions_and_all_their_journeys_unless_it_says_so(load: Load) -> None:
    made = load(SAMPLE + "variants: [{name: behind, contract: desk, overlay: older}]\n")
    assert made.variants == (Variant("behind", ("120000", "660000"), 1.0, "desk", "older"),)


def test_without_divisions_a_variant_is_of_the_one_platform(load: Load) -> None:
    assert [variant.divisions for variant in load(PLAIN + BEHIND).variants] == [("",)]


def test_a_scenario_without_variants_has_none(load: Load) -> None:
    assert load(SAMPLE).variants == ()


@pytest.mark.parametrize("value", ["null", "[]"])
def test_null_and_an_empty_list_remove_the_variants_of_the_scenario_that_is_extended(load: Load, value: str) -> None:
    text = f"tongban: 1\nname: without\nextends: plain.yaml\nvariants: {value}\n"
    assert load(text, files={"plain.yaml": PLAIN + BEHIND}).variants == ()


@pytest.mark.parametrize("value", ["null", "[]"])
def test_a_setting_removes_them_too(load: Load, value: str) -> None:
    assert load(PLAIN + BEHIND, settings={"variants": value}).variants == ()


def test_a_variant_is_changed_by_its_name(load: Load) -> None:
    text = "tongban: 1\nname: more\nextends: plain.yaml\nvariants: [{name: behind, share: 0.5}]\n"
    made = load(text, files={"plain.yaml": PLAIN + BEHIND}, settings={"variants.behind.overlay": "far"})
    assert made.variants == (Variant("behind", ("",), 0.5, "desk", "far"),)


def test_two_variants_may_speak_of_one_contract_in_different_divisions_or_of_two_in_one(load: Load) -> None:
    text = (
        "variants:\n"
        '  - {name: a, divisions: ["120000"], contract: desk, overlay: older}\n'
        '  - {name: b, divisions: ["660000"], contract: desk, overlay: far}\n'
        "  - {name: c, contract: hall, overlay: far}\n"
    )
    assert [variant.name for variant in load(SAMPLE + text).variants] == ["a", "b", "c"]


FAULTS = {
    "an unknown division": (
        'variants: [{name: a, contract: desk, overlay: older, divisions: ["120000", "110000"]}]\n',
        ["1:76: variants.0.divisions.1: there is no simulated division '110000'; did you mean 120000 or 660000"],
    ),
    "no division at all": (
        "variants: [{name: a, contract: desk, overlay: older, divisions: []}]\n",
        ["1:65: variants.0.divisions: expected a list of division codes, but this is a list"],
    ),
    "a share of nobody": (
        "variants: [{name: a, contract: desk, overlay: older, share: 0}]\n",
        ["1:61: variants.0.share: 0 is not allowed; write a number above 0 and up to 1"],
    ),
    "a share above 1": (
        "variants: [{name: a, contract: desk, overlay: older, share: 1.5}]\n",
        ["1:61: variants.0.share: 1.5 is not allowed; write a number above 0 and up to 1"],
    ),
    "unknown documents": (
        "variants: [{name: a, contract: dsk, overlay: 'none'}]\n",
        [
            "1:32: variants.0.contract: there is no contract 'dsk'; did you mean desk",
            "1:46: variants.0.overlay: there is no overlay 'none'; known: far, older",
        ],
    ),
    "neither contract nor overlay": (
        "variants: [{name: a}]\n",
        [
            "1:12: variants.0: the key contract is missing; add it",
            "1:12: variants.0: the key overlay is missing; add it",
        ],
    ),
    "one name twice": (
        "variants:\n- {name: a, contract: desk, overlay: older}\n- {name: a, contract: hall, overlay: older}\n",
        ["3:10: variants.1.name: the name 'a' stands twice in variants; give each entry its own name"],
    ),
    "two editions of one contract on one platform": (
        "variants:\n- {name: a, contract: desk, overlay: older}\n"
        '- {name: b, divisions: ["660000"], contract: desk, overlay: far}\n',
        [
            "3:3: variants.1: speaks desk in 660000 as the variant a does; let a platform speak one other edition of a "
            "contract"
        ],
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_told_alone_with_its_place(load: Load, case: str) -> None:
    variants, expected = FAULTS[case]
    assert told(load, variants) == expected


def test_two_editions_on_the_one_platform_of_a_scenario_without_divisions_are_refused(load: Load) -> None:
    both = BEHIND + "  - {name: far, contract: desk, overlay: far}\n"
    assert told(load, both, PLAIN) == [
        "3:5: variants.1: speaks desk as the variant behind does; let a platform speak one other edition of a contract"
    ]


def test_the_drift_of_ningxia_is_its_day_with_one_variant() -> None:
    catalog = Catalog.bundled()
    day, drift = (load_scenario(catalog, catalog.path("scenario", f"ningxia-{name}")) for name in ("day", "drift"))
    (behind,) = drift.variants
    assert (behind.name, behind.divisions, behind.share) == ("behind", ("640000",), 0.3)
    assert (behind.contract, behind.overlay) == ("provincial-platform", "older-edition")
    assert (drift.demand, drift.stations, drift.costs, drift.seed) == (day.demand, day.stations, day.costs, day.seed)
    assert drift.objectives[: len(day.objectives)] == day.objectives
