"""The product's own loaders take every bundled document."""

from __future__ import annotations

import pytest

from sim.catalog import Catalog
from sim.contract import load_code_lists, load_contract
from sim.journey import load_journey
from tests.unit.catalog_content.documents import contract_names, journey_names, operations

CATALOG = Catalog.bundled()


@pytest.mark.parametrize("name", contract_names())
def test_a_contract_loads_with_all_its_operations(name: str) -> None:
    contract = load_contract(CATALOG, name)
    assert list(contract.operations) == [one.name for one in operations() if one.contract == name]


@pytest.mark.parametrize("name", journey_names())
def test_a_journey_loads_without_a_fault(name: str) -> None:
    loaded = load_journey(CATALOG, name)
    assert loaded.main.workflow_id == name


def test_the_code_lists_load() -> None:
    assert len(load_code_lists(CATALOG).lists) == 22
