"""What the product covers: nothing is named that is not there, and nothing of the network is left out."""

from __future__ import annotations

from docs.coverage_table import MOST_NEEDS, Name, capabilities, known, unrealised, used


def test_every_capability_is_realised_by_documents_that_exist_and_can_be_studied() -> None:
    assert unrealised() == []


def test_all_capabilities_of_the_network_are_listed_once_in_order() -> None:
    assert [row.identifier for row in capabilities()] == [f"C{number:03d}" for number in range(1, 77)]


def test_at_most_ten_rows_wait_for_a_feature() -> None:
    assert sum(bool(row.needs) for row in capabilities()) <= MOST_NEEDS


def test_a_name_that_nobody_has_is_told() -> None:
    missing = [Name("journey", "no-such"), Name("station", "no-such"), Name("metric", "no-such")]
    assert all(name.value not in known()[name.kind] for name in missing)


def test_every_contract_and_journey_of_the_catalog_stands_in_the_coverage_or_serves_one_that_does() -> None:
    named = {name.value for row in capabilities() for name in row.realised if name.kind == "contract"}
    named |= {
        known()["operation"][name.value].removeprefix("contracts/").removesuffix(".openapi.yaml")
        for row in capabilities()
        for name in row.realised
        if name.kind == "operation"
    }
    assert set(known()["contract"]) - named == set()


def test_what_no_scenario_comes_by_realises_nothing() -> None:
    assert "endRental" in known()["operation"]
    assert "endRental" not in used()
    assert {"createSession", "queryJudgments", "renew-id-card-on-paper"} <= used()
