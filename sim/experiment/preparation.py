"""From a scenario's file to everything that a run needs: documents, the replay's table, the Plan."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from sim.bundle import Source
from sim.conformance import check_nested_calls, replay_scenario
from sim.contract import apply_overlay, load_contract_file, load_overlay
from sim.document import read_document
from sim.errors import DocumentError, Fault, UsageError
from sim.experiment.objective import check_objectives
from sim.journey import load_journey_file
from sim.plan import compile_plan
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sim.bundle import ConformanceTable
    from sim.catalog import Catalog
    from sim.conformance import Replay
    from sim.contract import Overlay
    from sim.journey.loader import ContractLoader
    from sim.journey.model import Journey
    from sim.plan import Compiled
    from sim.scenario import Scenario

    JourneyLoader = Callable[[Catalog, Path], Journey]


@dataclass(frozen=True, slots=True, eq=False)
class Documents:
    """A scenario, the journeys that its demand names and the editions of its variants.

    Parameters
    ----------
    journeys : mapping
        Arazzo journeys by the name that demand lines use (``document`` or ``document#workflowId``).
    overlays : tuple of Overlay
        Those that variants name, each once; they can be applied.
    baseline : Documents or None
        Those of the scenario's baseline, if it names one.
    """

    catalog: Catalog
    scenario: Scenario
    journeys: Mapping[str, Journey]
    overlays: tuple[Overlay, ...] = ()
    baseline: Documents | None = None

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every file that was read, once, sorted by kind and name."""
        found = {
            Source("scenario" if file.endswith((".yaml", ".yml", ".json")) else "data", file, digest)
            for file, digest in self.scenario.sources
        }
        for journey in self.journeys.values():
            found.add(Source("journey", journey.document.file, journey.digest))
            found |= {Source("contract", one.document.file, one.digest) for one in journey.contracts.values()}
        found |= {Source("contract", one.document.file, one.document.digest) for one in self.overlays}
        found |= set(self.baseline.sources) if self.baseline is not None else set()
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Everything that a run needs.

    Parameters
    ----------
    table : ConformanceTable
        What the replay found; empty for inline journeys alone.
    compile_seconds, replay_seconds : float
        CPU seconds of compiling the Plan and of the replay.
    baseline : Prepared or None
        What it is compared with: the scenario's baseline, else the same scenario without its variants; None when it has
        neither.
    """

    documents: Documents
    table: ConformanceTable
    compiled: Compiled
    compile_seconds: float
    replay_seconds: float
    baseline: Prepared | None = None

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.documents.scenario


def journey_loader(load: ContractLoader = load_contract_file) -> JourneyLoader:
    """Return what loads a journey of a file, each file once; so does each contract, which most journeys share."""
    once = cache(load)
    return cache(lambda catalog, path: load_journey_file(catalog, path, load=once))


def load_documents(
    catalog: Catalog, path: Path, settings: Mapping[str, str], *, load: JourneyLoader | None = None
) -> Documents:
    """Load a scenario, the journeys that its demand names and the overlays that its variants name.

    Parameters
    ----------
    load : callable
        Loads a journey, as ``journey_loader`` gives it: one for several scenarios reads each journey once.

    Raises
    ------
    DocumentError
        Faults of the scenario, or of its journeys, their contracts and its overlays, all together.
    UsageError
        A setting names nothing.
    """
    faults: list[Fault] = []
    scenario = load_scenario(catalog, path, settings=settings)
    load = load or journey_loader()
    documents = _documents_of(catalog, scenario, faults, load)
    if scenario.baseline is not None:
        documents = replace(documents, baseline=_documents_of(catalog, scenario.baseline, faults, load))
    if faults:
        raise DocumentError(faults)
    return documents


def _documents_of(catalog: Catalog, scenario: Scenario, faults: list[Fault], load: JourneyLoader) -> Documents:
    """Return a scenario with what it names; what cannot be loaded leaves a fault and is left out."""
    named = sorted({line.journey for line in scenario.demand} - set(scenario.journeys))
    loaded: dict[str, Journey] = {}
    for name in sorted({name.partition("#")[0] for name in named}):
        try:
            loaded[name] = load(catalog, catalog.path("journey", name))
        except DocumentError as error:
            faults += error.faults
        except UsageError as error:
            faults.append(_unknown_journey(scenario, name, error))
    overlays = _load_overlays(catalog, scenario, faults)
    journeys = {name: loaded[document] for name in named if (document := name.partition("#")[0]) in loaded}
    return Documents(catalog, scenario, journeys, overlays)


def _load_overlays(catalog: Catalog, scenario: Scenario, faults: list[Fault]) -> tuple[Overlay, ...]:
    """Return the overlays of a scenario's variants, applied once to see that they can be."""
    loaded: dict[str, Overlay] = {}
    for contract, name in sorted({(variant.contract, variant.overlay) for variant in scenario.variants}):
        try:
            loaded[name] = loaded.get(name) or load_overlay(catalog, name)
            apply_overlay(catalog, contract, loaded[name])
        except DocumentError as error:
            faults += error.faults
    return tuple(loaded.values())


def compile_documents(documents: Documents, replay: Replay | None = None) -> Compiled:
    """Compile the Plan and check that the objectives can be judged on it.

    Parameters
    ----------
    replay : Replay, optional
        Without it no call fails by its contract.

    Raises
    ------
    DocumentError
        The documents do not fit together.
    """
    failures, variants = ({}, {}) if replay is None else (replay.failures, replay.variants)
    compiled = compile_plan(documents.scenario, documents.journeys, failures, variants)
    check_objectives(documents.scenario, compiled.layout)
    return compiled


def prepare(
    catalog: Catalog,
    path: Path,
    settings: Mapping[str, str],
    *,
    on_progress: Callable[[str, float], None] | None = None,
) -> Prepared:
    """Load, replay and compile a scenario.

    Parameters
    ----------
    settings : mapping of str to str
        Overrides: dotted path to a YAML scalar.
    on_progress : callable, optional
        Takes what is being done and the share of it that is done.

    Raises
    ------
    DocumentError, UsageError
        As ``load_documents`` and ``compile_documents``.
    """
    documents = load_documents(catalog, path, settings)
    return _prepare(documents, on_progress or _ignore)


def _prepare(documents: Documents, report: Callable[[str, float], None]) -> Prepared:
    catalog, scenario = documents.catalog, documents.scenario
    compile_documents(documents)
    if documents.baseline is not None:
        compile_documents(documents.baseline)
    started = time.process_time()
    replay = replay_scenario(catalog, scenario, documents.journeys, on_progress=lambda share: report("replay", share))
    check_nested_calls(scenario, replay)
    replayed = time.process_time()
    compiled = compile_documents(documents, replay)
    prepared = Prepared(documents, replay.table, compiled, time.process_time() - replayed, replayed - started)
    if documents.baseline is not None:
        baseline = _prepare(documents.baseline, report)
    elif scenario.variants:
        baseline = _without_variants(prepared, replay)
    else:
        return prepared
    return replace(
        prepared,
        baseline=baseline,
        compile_seconds=prepared.compile_seconds + baseline.compile_seconds,
        replay_seconds=prepared.replay_seconds + baseline.replay_seconds,
    )


def _without_variants(prepared: Prepared, replay: Replay) -> Prepared:
    """Return the same scenario without its variants, of the same replay."""
    documents = replace(prepared.documents, scenario=replace(prepared.scenario, variants=()), overlays=())
    rows = tuple(row for row in replay.table.rows if not row.variant)
    findings = tuple(finding for finding in replay.table.findings if not finding.variant)
    started = time.process_time()
    compiled = compile_documents(documents, replay)
    table = replace(replay.table, rows=rows, findings=findings)
    return Prepared(documents, table, compiled, time.process_time() - started, 0.0)


def _unknown_journey(scenario: Scenario, name: str, error: UsageError) -> Fault:
    document = read_document(scenario.path)
    lines = document.value.get("demand") if isinstance(document.value, dict) else None
    for index, line in enumerate(lines if isinstance(lines, list) else []):
        journey = line.get("journey") if isinstance(line, dict) else None
        if isinstance(journey, str) and journey.partition("#")[0] == name:
            return document.fault(f"/demand/{index}/journey", error.message, error.remedy)
    return document.fault("/demand", error.message, error.remedy)


def _ignore(phase: str, share: float) -> None:
    """Take progress and do nothing with it."""
