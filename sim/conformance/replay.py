"""The replay before a run: synthetic citizens walk through every journey against mocked partners.

Takes a scenario with its journeys, gives the conformance table, the shares of calls that fail and the nested calls that
mocks really made; promises that equal documents, mocks, seed and number of citizens give an equal table, and that what
is told of the national contracts is the same with variants and without: the same citizens go once more for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.bundle.conformance import ConformanceTable
from sim.conformance.cache import folder_digest, load_replay, replay_key, store_replay
from sim.conformance.caller import Errand, ReplayCaller
from sim.conformance.cohort import participants
from sim.conformance.model import Replay
from sim.conformance.record import Recorder
from sim.conformance.system import MOCK, check_answered, load_systems, mocked_by, systems_of_variant
from sim.conformance.tally import NATIONAL, Tally
from sim.contract import load_code_lists
from sim.document import display_name, escape_pointer, read_document
from sim.errors import DocumentError, Fault, UsageError
from sim.journey import execute
from sim.mock import Codec, World
from sim.mock.citizen import PROVINCES
from sim.mock.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.catalog import Catalog
    from sim.conformance.cohort import Participant
    from sim.journey import Journey
    from sim.mock import System
    from sim.scenario.model import Scenario, Variant

Progress: TypeAlias = Callable[[float], None]
"""Told the share of the replay that is done, 0 to 1."""

UNFINISHED: Final = ("failed", "bounded")
"""Outcomes of an execution that are no end of its document."""


def replay_scenario(
    catalog: Catalog,
    scenario: Scenario,
    journeys: Mapping[str, Journey],
    *,
    on_progress: Progress | None = None,
    use_cache: bool = True,
) -> Replay:
    """Replay every Arazzo journey of a scenario in process: nationally, then for each variant.

    Parameters
    ----------
    catalog : Catalog
        Holds contracts, overlays and mocks; mocks of an untrusted catalog are not executed.
    scenario : Scenario
        Says how many citizens, which seed, which journeys and which variants.
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
        Nothing answers an operation, a mock's code failed, an input of a journey has no value, an overlay cannot be
        applied, or a variant is of a contract that nobody calls.
    UsageError
        The scenario has Arazzo journeys and nothing was replayed.
    """
    errands = _errands(scenario, journeys)
    systems = load_systems(catalog, errands)
    _check_variants(scenario, systems)
    if not errands:
        return Replay(ConformanceTable(0, scenario.seed, (), (), (), (), 0), {}, {})

    parts = _Parts(catalog, scenario, errands, systems, use_cache)
    steps = _steps(on_progress, len(scenario.variants) + 1)
    national = parts.replay(None, next(steps))
    if not national.failures:
        raise UsageError("the replay made no call", "give the journeys steps that call operations")
    return _with_variants(national, {one.name: parts.replay(one, next(steps)) for one in scenario.variants})


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """A replay in parts, the national one and one a variant, each stored under its own key."""

    catalog: Catalog
    scenario: Scenario
    errands: tuple[Errand, ...]
    systems: Mapping[str, System]
    use_cache: bool

    def replay(self, variant: Variant | None, on_progress: Progress | None) -> Replay:
        """Return a part, taken from the store or replayed."""
        key = _key(self.catalog, self.scenario, self.errands, variant)
        stored = load_replay(key) if self.use_cache else None
        if stored is not None:
            return stored
        codec = Codec(load_code_lists(self.catalog), is_lenient=variant is not None)
        systems = self.systems if variant is None else systems_of_variant(self.catalog, self.systems, variant)
        replay = replay_errands(systems, codec, self.scenario, self.errands, on_progress, variant)
        if self.use_cache and replay.failures:
            store_replay(key, replay)
        return replay


def check_nested_calls(scenario: Scenario, replay: Replay) -> None:
    """Hold the nested calls that a scenario declares against those that mocks really made in the national replay.

    Operations that were not called, and those whose answers came from examples, are passed over.

    Raises
    ------
    DocumentError
        They differ; each operation is told with both lists.
    """
    from_examples = {name for name, source in replay.table.mocked_by if source != MOCK}
    contracts = {row.operation: row.contract for row in replay.table.rows if row.variant == NATIONAL}
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


def _check_variants(scenario: Scenario, systems: Mapping[str, System]) -> None:
    known = ", ".join(sorted(systems)) or "none"
    faults = [
        _fault(
            scenario,
            f"/variants/{index}/contract",
            f"nobody calls {variant.contract!r}, so the variant {variant.name} changes nothing",
            f"called: {known}; name one of them, or remove the variant",
        )
        for index, variant in enumerate(scenario.variants)
        if variant.contract not in systems
    ]
    if faults:
        raise DocumentError(faults)


def _difference(scenario: Scenario, operation: str, declared: frozenset[str], real: frozenset[str]) -> Fault:
    message = f"declares the calls {_listed(declared)}, its mock makes {_listed(real)}"
    remedy = "let `calls` name the operations that are really called"
    return _fault(scenario, f"/operations/{escape_pointer(operation)}/calls", message, remedy)


def _fault(scenario: Scenario, pointer: str, message: str, remedy: str) -> Fault:
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
        found.append(Errand(journey, workflow, name))
    return tuple(found)


def _key(catalog: Catalog, scenario: Scenario, errands: tuple[Errand, ...], variant: Variant | None = None) -> str:
    """Return the key of a part of the replay; overlays lie below contracts/."""
    edition = (f"variant {variant.name} {variant.contract} {variant.overlay}",) if variant is not None else ()
    return replay_key(
        (
            *edition,
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
    variant: Variant | None = None,
) -> Replay:
    """Replay errands against given systems.

    Parameters
    ----------
    systems : mapping of str to System
        All that the errands and the systems themselves call.
    codec : Codec
        Of the systems' editions.
    variant : Variant, optional
        What is replayed: then the result holds the operations of its contract alone, and findings elsewhere that its
        edition brought about.

    Raises
    ------
    DocumentError
        Neither a mock nor an example answers an operation, a mock's code failed, or an input has no value.
    """
    check_answered(systems, errands)
    tally = Tally(NATIONAL if variant is None else variant.name)
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
    findings = tally.findings()
    told = systems.keys() if variant is None else {variant.contract, *(finding.contract for finding in findings)}
    table = ConformanceTable(
        citizens=count,
        seed=seed,
        rows=tally.rows(systems[name].consumer for name in told),
        findings=findings,
        endings=tally.endings(action for errand in errands for action in _declared(errand)),
        mocked_by=tuple(sorted(mocked_by(systems))),
        unfinished=tally.unfinished,
        materials=tally.materials(),
    )
    return Replay(table, tally.shares(variant.contract if variant is not None else None), tally.nested())


def _steps(on_progress: Progress | None, parts: int) -> Iterator[Progress | None]:
    """Yield what takes the progress of each part, all as long as each other."""
    for number in range(parts):
        yield None if on_progress is None else partial(_tell, on_progress, number, parts)


def _tell(on_progress: Progress, number: int, parts: int, share: float) -> None:
    on_progress((number + share) / parts)


def _with_variants(national: Replay, variants: Mapping[str, Replay]) -> Replay:
    """Return the national replay with the rows, findings and shares of the variants."""
    every: Sequence[Replay] = (national, *variants.values())
    table = replace(
        national.table,
        rows=tuple(sorted(row for one in every for row in one.table.rows)),
        findings=tuple(sorted(finding for one in every for finding in one.table.findings)),
    )
    return replace(national, table=table, variants={name: one.failures for name, one in variants.items()})


def _replay_one(errand: Errand, participant: Participant, world: World, recorder: Recorder, tally: Tally) -> None:
    caller = ReplayCaller(errand, world, participant.citizen, recorder)
    try:
        world.enrol(participant.citizen)
        execution = execute(errand.journey, errand.workflow, participant.inputs, caller)
    except DocumentError as error:  # what a mock says of its own failure may quote the citizen
        scrub = Redactor(participant.citizen.personal_values).scrub
        raise DocumentError(replace(fault, message=scrub(fault.message)) for fault in error.faults) from error
    recorder.count_materials(world.exchanges, errand.name, participant.channel)
    tally.unfinished += execution.outcome in UNFINISHED
    for run in execution.steps:
        tally.add_ending(errand.journey.name, participant.channel, run.path, run.action)


def _declared(errand: Errand) -> Iterator[tuple[str, str, str]]:
    """Return every action of every step that an errand may come to: journey, step path, action."""
    for path, step in errand.steps():
        for action in (*step.on_success, *step.on_failure):
            yield (errand.journey.name, path, action.name)
