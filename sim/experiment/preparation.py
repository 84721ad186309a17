"""From a scenario's file to everything that a run needs: documents, the replay's table, the Plan."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.bundle import Source
from sim.conformance import check_nested_calls, replay_scenario
from sim.contract import apply_overlay, load_overlay
from sim.document import read_document
from sim.errors import DocumentError, Fault, UsageError
from sim.experiment.objective import check_objectives
from sim.journey import load_journey
from sim.plan import compile_plan
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sim.bundle import ConformanceTable
    from sim.catalog import Catalog
    from sim.conformance import Replay
    from sim.contract import Overlay
    from sim.journey.model import Journey
    from sim.plan import Compiled
    from sim.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Documents:
    """A scenario, the journeys that its demand names and the editions of its variants.

    Parameters
    ----------
    journeys : mapping
        Arazzo journeys by the name that demand lines use (``document`` or ``document#workflowId``).
    overlays : tuple of Overlay
        Those that variants name, each once; they can be applied.
    """

    catalog: Catalog
    scenario: Scenario
    journeys: Mapping[str, Journey]
    overlays: tuple[Overlay, ...] = ()

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
    plain : Compiled or None
        The same without the scenario's variants; None when it has none.
    """

    documents: Documents
    table: ConformanceTable
    compiled: Compiled
    compile_seconds: float
    replay_seconds: float
    plain: Compiled | None = None

    @property
    def national(self) -> ConformanceTable:
        """What the replay found of the national contracts alone."""
        rows = tuple(row for row in self.table.rows if not row.variant)
        findings = tuple(finding for finding in self.table.findings if not finding.variant)
        return replace(self.table, rows=rows, findings=findings)

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.documents.scenario


def load_documents(catalog: Catalog, path: Path, settings: Mapping[str, str]) -> Documents:
    """Load a scenario, the journeys that its demand names and the overlays that its variants name.

    Raises
    ------
    DocumentError
        Faults of the scenario, or of its journeys, their contracts and its overlays, all together.
    UsageError
        A setting names nothing.
    """
    scenario = load_scenario(catalog, path, settings=settings)
    named = sorted({line.journey for line in scenario.demand} - set(scenario.journeys))
    loaded: dict[str, Journey] = {}
    faults: list[Fault] = []
    for name in sorted({name.partition("#")[0] for name in named}):
        try:
            loaded[name] = load_journey(catalog, name)
        except DocumentError as error:
            faults += error.faults
        except UsageError as error:
            faults.append(_unknown_journey(scenario, name, error))
    overlays = _load_overlays(catalog, scenario, faults)
    if faults:
        raise DocumentError(faults)
    return Documents(catalog, scenario, {name: loaded[name.partition("#")[0]] for name in named}, overlays)


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
    report = on_progress or _ignore
    documents = load_documents(catalog, path, settings)
    compile_documents(documents)
    started = time.process_time()
    replay = replay_scenario(
        catalog, documents.scenario, documents.journeys, on_progress=lambda share: report("replay", share)
    )
    check_nested_calls(documents.scenario, replay)
    replayed = time.process_time()
    compiled = compile_documents(documents, replay)
    plain = None
    if documents.scenario.variants:
        without = replace(documents, scenario=replace(documents.scenario, variants=()))
        plain = compile_documents(without, replay)
    return Prepared(documents, replay.table, compiled, time.process_time() - replayed, replayed - started, plain)


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
