"""Versions and ranges, which the platform's contract has none of: nothing is found in a stock that keeps its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.conformance.caller import Errand
from sim.conformance.credential import Credentials
from sim.conformance.http import place_of
from sim.conformance.trial import Order, conform
from sim.journey import load_journey
from tests.reference_stock import DEFECTS, stocked, write
from tests.trials import told, worse

if TYPE_CHECKING:
    from pathlib import Path

    from sim.conformance.verdict import Trial


def tried(folder: Path, defect: str = "") -> Trial:
    write(folder)
    catalog = Catalog(folder)
    journey = load_journey(catalog, "refill")
    with stocked(defect) as stock:
        order = Order(
            catalog=catalog,
            errands=(Errand(journey, journey.main),),
            system="stock",
            place=place_of(stock.url),
            credentials=Credentials(None, None),
            citizens=1,
            longest_wait=0.01,
        )
        return conform(order)


def outcomes(trial: Trial, operation: str) -> dict[str, str]:
    return {one.check: one.outcome for one in trial.verdicts if one.operation == operation}


def test_nothing_is_found_in_a_stock_that_keeps_its_contract(tmp_path: Path) -> None:
    trial = tried(tmp_path)
    assert told(trial) == []
    found = outcomes(trial, "changeStock")
    assert {name: found[name] for name in (*DEFECTS.values(), "accepted")} == {
        "stale-version": "pass",
        "negative-range": "pass",
        "reached": "pass",
        "accepted": found["accepted"],
    }


@pytest.mark.parametrize("defect", [name for name, check in DEFECTS.items() if check != "reached"])
def test_a_defect_is_found_by_the_check_meant_for_it_and_no_other(tmp_path: Path, defect: str) -> None:
    trial = tried(tmp_path, defect)
    assert {one.check for one in worse(trial)} == {DEFECTS[defect]}, told(trial)
    assert trial.outcome == "fail"


def test_what_an_errand_never_comes_to_is_not_called_passed(tmp_path: Path) -> None:
    trial = tried(tmp_path, "never-found")
    assert outcomes(trial, "changeStock") == {"reached": "skip"}
    assert outcomes(trial, "readStock")["reached"] == "pass"
