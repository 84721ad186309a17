"""The population mock: two sources that are right for most, wrong for different people, and never change their mind."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sim.catalog import Catalog
from sim.contract import load_contract
from sim.mock import System, load_mock, make_citizen
from tests.partners import Town

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.mock import Citizen

PEOPLE = 400


@cache
def systems() -> Mapping[str, System]:
    known = load_contract(Catalog.bundled(), "population")
    return {"population": System(known, known, load_mock(Catalog.bundled(), "population", known.operations))}


def says(town: Town, source: str, citizen: Citizen, name: str = "") -> str:
    body = {"name": name or citizen.name, "id_no": citizen.number}
    return str(town.call("population", f"verifyPopulation{source}", body=body).body["matched"])


def test_the_sources_err_for_a_few_and_for_different_ones() -> None:
    town = Town(systems())
    people = [make_citizen(1, "population", index) for index in range(PEOPLE)]
    for one in people:
        town.world.enrol(one)
    wrong = {
        source: {one.number for one in people if says(town, source, one) == "not-matched"} for source in ("A", "B")
    }
    assert (len(wrong["A"]), len(wrong["B"])) == (3, 13)
    assert not wrong["A"] & wrong["B"]
    assert says(town, "A", people[0]) == says(town, "A", people[0])


def test_a_source_that_is_right_knows_no_stranger() -> None:
    town = Town(systems())
    assert says(town, "A", town.citizen) == "matched"
    assert says(town, "A", town.citizen, "张三") == "not-matched"
