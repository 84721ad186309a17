"""What answers in a replay: the systems that errands call, each with its mock and the edition it speaks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.contract import apply_overlay, load_contract, load_overlay
from sim.mock import System, load_mock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sim.catalog import Catalog
    from sim.conformance.caller import Errand
    from sim.contract import Contract
    from sim.scenario.model import Variant

MOCK: Final = "mock"
EXAMPLES: Final = "examples"


def load_systems(catalog: Catalog, errands: Iterable[Errand]) -> dict[str, System]:
    """Return the systems that journeys call and, in turn, those that their mocks call; all speak the national edition.

    Raises
    ------
    DocumentError
        A mock cannot be loaded, or the contract of a system that only mocks call has faults.
    """
    contracts: dict[str, Contract] = {}
    for errand in errands:
        for contract in errand.journey.contracts.values():
            contracts.setdefault(contract.name, contract)
    systems: dict[str, System] = {}
    waiting = sorted(contracts)
    while waiting:
        name = waiting.pop(0)
        if name in systems:
            continue
        known = contracts[name] if name in contracts else load_contract(catalog, name)
        mock = load_mock(catalog, name, known.operations)
        systems[name] = System(known, known, mock)
        waiting.extend(mock.partners)
    return systems


def systems_of_variant(catalog: Catalog, systems: Mapping[str, System], variant: Variant) -> dict[str, System]:
    """Return the systems, the variant's answering in its edition; everybody calls it in the national one.

    Parameters
    ----------
    systems : mapping of str to System
        The variant's is among them.

    Raises
    ------
    DocumentError
        The overlay has faults or cannot be applied.
    """
    system = systems[variant.contract]
    edition = apply_overlay(catalog, system.consumer.document, load_overlay(catalog, variant.overlay))
    return {**systems, variant.contract: replace(system, provider=edition)}


def mocked_by(systems: Mapping[str, System]) -> Iterator[tuple[str, str]]:
    """Yield what answered: for each system, and for each operation that its mock lacks."""
    for name, system in systems.items():
        yield (name, MOCK if system.mock.path is not None else EXAMPLES)
        if system.mock.path is not None:
            lacking = system.consumer.operations.keys() - system.mock.operations.keys()
            yield from ((f"{name}.{operation}", EXAMPLES) for operation in lacking)
