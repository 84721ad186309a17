"""The replay before a run: synthetic citizens walk through every journey against mocked partners.

Takes a scenario with its journeys, gives the conformance table, the shares of calls that fail and the nested calls that
mocks really made; promises that equal documents, mocks, seed and number of citizens give an equal table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.bundle.conformance import ConformanceTable
from sim.conformance.cache import folder_digest, load_replay, replay_key, store_replay
from sim.conformance.caller import Errand, ReplayCaller
from sim.conformance.cohort import participants
from sim.conformance.model import Replay
from sim.conformance.record import Recorder
from sim.conformance.tally import Tally
from sim.contract import load_code_lists, load_contract
from sim.document import display_name, escape_pointer, read_document
from sim.errors import DocumentError, Fault, UsageError
from sim.journey import execute
from sim.mock import Codec, System, World, load_mock
from sim.mock.citizen import PROVINCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.catalog import Catalog
    from sim.conformance.cohort import Participant
    from sim.contract import Contract
    from sim.journey import Journey
    from sim.scenario.model import Scenario

Progress: TypeAlias = Callable[[float], None]
"""Told the share of the replay that is done, 0 to 1."""

UNFINISHED: Final = ("failed", "bounded")
"""Outcomes of an execution that are no end of its document."""
MOCK: Final = "mock"
EXAMPLES: Final = "examples"


def replay_scenario(
    catalog: Catalog,
    scenario: Scenario,
    journeys: Mapping[str, Journey],
    *,
    on_progress: Progress | None = None,
    use_cache: bool = True,
) -> Replay:
    """Replay every Arazzo journey of a scenario in process.

    Parameters
    ----------
    catalog : Catalog
        Holds contracts and mocks; mocks of an untrusted catalog are not executed.
    scenario : Scenario
        Says how many citizens, which seed and which journeys.
    journeys : mapping of str to Journey
        The loaded Arazzo documents by name (``document`` or, also, ``document#workflowId``).
    on_progress : callable, optional
        Called after each journey.
    use_cache : bool
        Whether a stored replay may be taken and this one is stored.

    Returns
    -------
    Replay
        With an empty table when the scenario has no Arazzo journey.

    Raises
    ------
    DocumentError
        A mock's code failed, or an input of a journey has no value.
    UsageError
        The scenario has Arazzo journeys and nothing was replayed.
    """
    errands = _errands(scenario, journeys)
    if not errands:
        return Replay(ConformanceTable(0, scenario.seed, (), (), (), (), 0), {}, {})
    key = _key(catalog, scenario, errands)
    stored = load_replay(key) if use_cache else None
    if stored is not None:
        return stored
    codec = Codec(load_code_lists(catalog))
    replay = replay_errands(_systems(catalog, errands), codec, scenario, errands, on_progress)
    if not replay.failures:
        raise UsageError("the replay made no call", "give the journeys steps that call operations")
    if use_cache:
        store_replay(key, replay)
    return replay


def check_nested_calls(scenario: Scenario, replay: Replay) -> None:
    """Hold the nested calls that a scenario declares against those that mocks really made.

    Operations that were not called, and those whose answers came from examples, are passed over.

    Raises
    ------
    DocumentError
        They differ; each operation is told with both lists.
    """
    from_examples = {name for name, source in replay.table.mocked_by if source == EXAMPLES}
    contracts = {row.operation: row.contract for row in replay.table.rows}
    faults: list[Fault] = []
    for operation, cost in scenario.costs.items():
        contract = contracts.get(operation, "")
        if operation not in replay.failures or {contract, f"{contract}.{operation}"} & from_examples:
            continue
        declared = frozenset(call.operation for call in cost.calls)
        real = replay.nested.get(operation, frozenset())
        if declared != real:
            faults.append(_difference(scenario, operation, declared, real))
    if faults:
        raise DocumentError(faults)


def _difference(scenario: Scenario, operation: str, declared: frozenset[str], real: frozenset[str]) -> Fault:
    message = f"declares the calls {_listed(declared)}, its mock makes {_listed(real)}"
    remedy = "let `calls` name the operations that are really called"
    pointer = f"/operations/{escape_pointer(operation)}/calls"
    try:
        return read_document(scenario.path).fault(pointer, message, remedy)
    except DocumentError:
        return Fault(display_name(scenario.path), 0, 0, pointer, message, remedy)


def _listed(operations: frozenset[str]) -> str:
    return ", ".join(sorted(operations)) or "none"


def _errands(scenario: Scenario, journeys: Mapping[str, Journey]) -> tuple[Errand, ...]:
    """Return the workflows that the demand lines name, each once, sorted."""
    names = sorted({line.journey for line in scenario.demand if line.journey not in scenario.journeys})
    found: list[Errand] = []
    for name in names:
        document, _, workflow_id = name.partition("#")
        journey = journeys.get(name) or journeys.get(document)
        if journey is None:
            raise UsageError(f"the journey {name!r} was not loaded", f"loaded: {', '.join(sorted(journeys)) or 'none'}")
        workflow = journey.workflows.get(workflow_id) if workflow_id else journey.main
        if workflow is None:
            raise UsageError(
                f"{document} has no workflow {workflow_id!r}", f"use one of {', '.join(journey.workflows)}"
            )
        found.append(Errand(journey, workflow))
    return tuple(found)


def _key(catalog: Catalog, scenario: Scenario, errands: tuple[Errand, ...]) -> str:
    return replay_key(
        (
            f"citizens {scenario.replay_citizens} seed {scenario.seed} start {scenario.start.isoformat()}",
            f"trusted {catalog.trusted} offices {' '.join(_offices(scenario))}",
            *(f"journey {errand.journey.digest} {errand.workflow.workflow_id}" for errand in errands),
            *(f"{name} {folder_digest(catalog.root / name)}" for name in ("contracts", "mocks")),
        )
    )


def _offices(scenario: Scenario) -> tuple[str, ...]:
    return tuple(division.code for division in scenario.divisions if division.simulated) or PROVINCES


def replay_errands(
    systems: Mapping[str, System],
    codec: Codec,
    scenario: Scenario,
    errands: tuple[Errand, ...],
    on_progress: Progress | None = None,
) -> Replay:
    """Replay errands against given systems.

    Parameters
    ----------
    systems : mapping of str to System
        All that the errands and the systems themselves call.
    codec : Codec
        Of the systems' editions.
    """
    tally = Tally()
    seed, count, offices = scenario.seed, scenario.replay_citizens, _offices(scenario)
    cohorts = [
        (errand, tuple(participants(errand.journey, errand.workflow, seed=seed, count=count, offices=offices)))
        for errand in errands
    ]
    total, done = sum(len(cohort) for _, cohort in cohorts), 0
    for errand, cohort in cohorts:
        for participant in cohort:
            world = World(systems, codec, seed=seed, start=scenario.start)
            _replay_one(errand, participant, world, Recorder(systems, codec, tally), tally)
            done += 1
            if on_progress is not None:
                on_progress(done / total)
    table = ConformanceTable(
        citizens=count,
        seed=seed,
        rows=tally.rows(system.consumer for system in systems.values()),
        findings=tally.findings(),
        endings=tally.endings(action for errand in errands for action in _declared(errand)),
        mocked_by=tuple(sorted(_mocked_by(systems))),
        unfinished=tally.unfinished,
    )
    return Replay(table, tally.shares(), tally.nested())


def _replay_one(errand: Errand, participant: Participant, world: World, recorder: Recorder, tally: Tally) -> None:
    world.enrol(participant.citizen)
    caller = ReplayCaller(errand, world, participant.citizen, recorder)
    execution = execute(errand.journey, errand.workflow, participant.inputs, caller)
    tally.unfinished += execution.outcome in UNFINISHED
    for run in execution.steps:
        tally.add_ending(errand.journey.name, participant.channel, run.path, run.action)


def _systems(catalog: Catalog, errands: tuple[Errand, ...]) -> dict[str, System]:
    """Return the systems that journeys call and, in turn, those that their mocks call."""
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


def _mocked_by(systems: Mapping[str, System]) -> Iterator[tuple[str, str]]:
    """Return what answered: for each system, and for each operation that its mock lacks."""
    for name, system in systems.items():
        yield (name, MOCK if system.mock.path is not None else EXAMPLES)
        if system.mock.path is not None:
            lacking = system.consumer.operations.keys() - system.mock.operations.keys()
            yield from ((f"{name}.{operation}", EXAMPLES) for operation in lacking)


def _declared(errand: Errand) -> Iterator[tuple[str, str, str]]:
    """Return every action of every step that an errand may come to: journey, step path, action."""
    entered: set[str] = set()
    waiting = [("", errand.workflow)]
    while waiting:
        prefix, workflow = waiting.pop()
        if prefix in entered:
            continue
        entered.add(prefix)
        for step in workflow.steps:
            path = f"{prefix}{step.step_id}"
            if step.workflow_id is not None:
                waiting.append((f"{path}/", errand.journey.workflows[step.workflow_id]))
            for action in (*step.on_success, *step.on_failure):
                yield (errand.journey.name, path, action.name)
                if action.workflow_id is not None and f"{action.workflow_id}:" not in prefix:
                    target = errand.journey.workflows[action.workflow_id]
                    waiting.append((f"{prefix}{target.workflow_id}:", target))
