"""The product's own loaders take every bundled document."""

from __future__ import annotations

import pytest

from sim.catalog import Catalog
from sim.contract import apply_overlay, load_code_lists, load_contract, load_overlay
from tests.partners import journey
from tests.unit.catalog_content.documents import contract_names, journey_names, operations
from tests.unit.catalog_content.test_code_list import SIZES

CATALOG = Catalog.bundled()


@pytest.mark.parametrize("name", contract_names())
def test_a_contract_loads_with_all_its_operations(name: str) -> None:
    contract = load_contract(CATALOG, name)
    assert list(contract.operations) == [one.name for one in operations() if one.contract == name]


@pytest.mark.parametrize("name", journey_names())
def test_a_journey_loads_without_a_fault(name: str) -> None:
    loaded = journey(name)
    assert loaded.main.workflow_id == name


def test_the_code_lists_load() -> None:
    assert {f"{name}@{edition}" for name, edition in load_code_lists(CATALOG).lists} == SIZES.keys()


@pytest.mark.parametrize("name", CATALOG.names("overlay"))
def test_an_overlay_gives_an_older_edition_of_the_contract_it_names(name: str) -> None:
    overlay = load_overlay(CATALOG, name)
    assert overlay.extends is not None
    contract = overlay.extends.name.removesuffix(".openapi.yaml")
    edition, national = apply_overlay(CATALOG, contract, overlay), load_contract(CATALOG, contract)
    assert edition.version < national.version
    assert edition.operations.keys() == national.operations.keys()
