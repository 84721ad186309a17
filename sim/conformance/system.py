"""What answers in a replay: the systems that errands call, each with its mock and the edition it speaks.

Where no mock answers, the contract's examples do; an operation that has neither is told before anything is replayed, as
an answer that we made up would be a finding against a system that nobody asked.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from sim.contract import apply_overlay, load_contract, load_overlay, violations_of_answer
from sim.errors import DocumentError
from sim.mock import System, function_name, load_mock
from sim.mock.message import example_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sim.catalog import Catalog
    from sim.conformance.caller import Errand
    from sim.contract import Contract, Operation
    from sim.errors import Fault
    from sim.scenario.model import Variant

MOCK: Final = "mock"
EXAMPLES: Final = "examples"
UNTRUSTED: Final = "untrusted"
NO_EXAMPLE: Final = "no success of it has an example"


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
        if system.mock.path is None:
            yield (name, EXAMPLES if system.mock.withheld is None else UNTRUSTED)
            continue
        yield (name, MOCK)
        lacking = system.consumer.operations.keys() - system.mock.operations.keys()
        yield from ((f"{name}.{operation}", EXAMPLES) for operation in lacking)


def check_answered(systems: Mapping[str, System], errands: Iterable[Errand]) -> None:
    """Check that every operation that errands call is answered by a mock or by an example that keeps its contract.

    Raises
    ------
    DocumentError
        Some are not; all are told.
    """
    called = {
        (step.contract.name, step.operation.operation_id)
        for errand in errands
        for _, step in errand.steps()
        if step.contract is not None and step.operation is not None
    }
    faults = []
    for name, operation_id in sorted(called):
        system = systems[name]
        operation = system.provider.operations.get(operation_id)
        if operation is None or operation_id in system.mock.operations:
            continue  # an edition that lacks it says so itself
        lacking = _lacking(system.provider, operation)
        if lacking:
            faults.append(_unanswered(system, operation, lacking))
    if faults:
        raise DocumentError(faults)


def _lacking(contract: Contract, operation: Operation) -> str:
    """Return what keeps a contract's examples from answering an operation; nothing when they can."""
    answer = example_answer(operation)
    if answer.status == HTTPStatus.NOT_IMPLEMENTED:
        return NO_EXAMPLE
    broken = next((one for one in violations_of_answer(contract, operation, answer) if one.certain), None)
    return f"its example breaks it ({broken.rule} of {broken.part} {broken.pointer})" if broken else ""


def _unanswered(system: System, operation: Operation, lacking: str) -> Fault:
    mock, function = system.mock, function_name(operation.operation_id)
    if mock.withheld is not None:
        why, remedy = "its mock is not loaded, as the catalog is not trusted", "run with --trust-mocks"
    elif mock.path is not None:
        why, remedy = f"its mock has no function {function}", "write it"
    else:
        why, remedy = "its system has no mock", f"write mocks/{operation.contract}.py"
    message = f"nothing answers {operation.operation_id}: {why}, and {lacking}"
    remedy += ", or add an example to a 2xx response" if lacking == NO_EXAMPLE else ""
    return system.provider.document.fault(f"{operation.pointer}/responses", message, remedy)
