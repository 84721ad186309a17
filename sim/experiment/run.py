"""A whole run: replications of a prepared scenario, and the bundle that they make."""

from __future__ import annotations

import os
import platform
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import sim
from sim.bundle import (
    FORMAT,
    Bundle,
    Comparison,
    Label,
    LogPlace,
    Manifest,
    Replay,
    Spent,
    input_digest,
    result_digest,
)
from sim.engine import choose_engine, get_engine
from sim.experiment.replication import Outcome, run_replications
from sim.metric import Replayed, Side, differences
from sim.plan import log_names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sim.bundle.record import Record
    from sim.experiment.preparation import Prepared
    from sim.plan import Plan

LIBRARIES: Final = ("numpy", "simpy", "numba")


@dataclass(frozen=True, slots=True)
class Request:
    """What to run a prepared scenario with.

    Parameters
    ----------
    engine : str
        Registered name.
    replications : int
        >= 1.
    workers : int
        Processes, >= 1.
    log : Path or None
        Folder for the parts of a log (``sim.bundle.log_folder``); None keeps none.
    """

    engine: str
    seed: int
    replications: int
    workers: int
    log: Path | None = None

    @classmethod
    def of(
        cls,
        prepared: Prepared,
        *,
        engine: str = "auto",
        seed: int | None = None,
        replications: int | None = None,
        workers: int | None = None,
    ) -> Request:
        """Return a request with the scenario's own values where none is given, on all cores.

        Raises
        ------
        UsageError
            There is no such engine.
        """
        scenario = prepared.scenario
        number = scenario.replications if replications is None else replications
        return cls(
            engine=choose_engine(engine, prepared.compiled.plan, number).name,
            seed=scenario.seed if seed is None else seed,
            replications=number,
            workers=cores() if workers is None else workers,
        )

    def digest(self, prepared: Prepared) -> str:
        """Return the digest of everything that decides the values of the run, those of its baseline included."""
        plan = prepared.compiled.plan.digest
        if prepared.scenario.baseline is not None and prepared.baseline is not None:
            plan = f"{plan} {prepared.baseline.compiled.plan.digest}"
        return input_digest(plan, self.seed, self.replications, sim.__version__)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@dataclass(frozen=True, slots=True, eq=False)
class EngineTask:
    """One replication by a named engine; a worker gets it once.

    Parameters
    ----------
    log : LogPlace, optional
        Where rows of its journeys and visits are kept.
    """

    engine: str
    plan: Plan
    seed: int
    log: LogPlace | None = None

    def warm_up(self) -> None:
        """Load or compile the engine's draws."""
        get_engine(self.engine).warm_up()

    def __call__(self, replication: int, on_progress: Callable[[float], None]) -> Record:
        """Return the record of a replication."""
        engine = get_engine(self.engine)
        with nullcontext() if self.log is None else self.log.opened(replication) as log:
            return engine.run(self.plan, seed=self.seed, replication=replication, on_progress=on_progress, log=log)


def run_experiment(
    prepared: Prepared, request: Request, *, on_progress: Callable[[float, int], None] | None = None
) -> Outcome:
    """Run the replications of a prepared scenario on all workers; see ``run_replications``.

    An engine that is not yet compiled is compiled here, once and not in every worker.
    """
    compiled = _compile(request.engine)
    plan, layout = prepared.compiled.plan, prepared.compiled.layout
    log = None if request.log is None else LogPlace(request.log, log_names(prepared.scenario, plan, layout))
    task = EngineTask(request.engine, plan, request.seed, log)
    outcome = run_replications(task, request.replications, workers=request.workers, on_progress=on_progress)
    return replace(outcome, warm_up=outcome.warm_up + compiled)


def compile_time(engine: str) -> float:
    """Return about how many CPU seconds an engine must compile before it can run on this machine; 0 for none."""
    found = get_engine(engine)
    return 0.0 if found.is_ready() else found.cold_start


def _compile(engine: str) -> float:
    """Compile an engine that is not yet; return the CPU seconds that took."""
    if not compile_time(engine):
        return 0.0
    started = time.process_time()
    get_engine(engine).warm_up()
    return time.process_time() - started


def run_baseline(
    prepared: Prepared,
    request: Request,
    outcome: Outcome,
    *,
    on_progress: Callable[[float, int], None] | None = None,
) -> tuple[Comparison | None, Outcome]:
    """Run the baseline of a scenario and return what lies between.

    Parameters
    ----------
    outcome : Outcome
        Of the scenario's own run: the same replications are run, with the same citizens.

    Returns
    -------
    tuple of Comparison or None, Outcome
        None when the scenario has no baseline or no pair was finished; the outcome with the CPU time of both runs and
        why the second was stopped.
    """
    baseline = prepared.baseline
    if baseline is None or outcome.stop:
        return None, outcome
    plan, layout = baseline.compiled.plan, baseline.compiled.layout
    task = EngineTask(request.engine, plan, request.seed)
    other = run_replications(task, request.replications, workers=request.workers, on_progress=on_progress)
    spent = replace(outcome, cpu=outcome.cpu + other.cpu, stop=other.stop)
    if not other.records:
        return None, spent
    comparison = Comparison(
        kind="scenario" if prepared.scenario.baseline is not None else "variants",
        name=baseline.scenario.name,
        title=baseline.scenario.title,
        input_digest=request.digest(baseline),
        digest=result_digest(layout, other.records, baseline.table),
        differences=differences(_side(prepared, outcome), _side(baseline, other)),
    )
    return comparison, spent


def _side(prepared: Prepared, outcome: Outcome) -> Side:
    layout = prepared.compiled.layout
    return Side(layout, outcome.records, Replayed.of(layout, prepared.table))


def make_bundle(
    prepared: Prepared,
    request: Request,
    outcome: Outcome,
    *,
    command: str,
    comparison: Comparison | None = None,
    started: datetime | None = None,
) -> Bundle:
    """Return the bundle of a run, not yet stored.

    Parameters
    ----------
    outcome : Outcome
        With at least one record.
    command : str
        What reproduces the run.
    comparison : Comparison, optional
        The run beside its baseline.
    started : datetime, optional
        When it began, with time zone; by default now.
    """
    scenario, layout = prepared.scenario, prepared.compiled.layout
    now = datetime.now(UTC)
    began = started or now
    manifest = Manifest(
        format=FORMAT,
        product=sim.__version__,
        name=scenario.name,
        title=scenario.title,
        start=scenario.start,
        seed=request.seed,
        replications=request.replications,
        engine=request.engine,
        input_digest=request.digest(prepared),
        digest=result_digest(layout, outcome.records, prepared.table, comparison),
        started=began,
        seconds=Spent(
            wall=(now - began).total_seconds(),
            engine=outcome.cpu,
            compile=prepared.compile_seconds + outcome.warm_up,
            replay=prepared.replay_seconds,
        ),
        command=command,
        partial=bool(outcome.stop),
        platform=platform.platform(aliased=True, terse=True),
        versions=(("python", platform.python_version()), *((name, version(name)) for name in LIBRARIES)),
        sources=prepared.documents.sources,
        labels=_labels(prepared),
        assumptions=scenario.assumptions,
        objectives=scenario.objectives,
        replay=Replay.of(prepared.table),
        layout=layout,
        comparison=comparison,
        statements=scenario.statements,
    )
    return Bundle(manifest, outcome.records, prepared.table)


def redescribed(stored: Bundle, prepared: Prepared, *, command: str) -> Bundle:
    """Return a stored bundle of the same input digest as the documents describe it now.

    The values of a run do not depend on titles, objectives or assumptions, so they are taken over; the same bundle is
    returned when nothing changed.

    Parameters
    ----------
    command : str
        What reproduces it as it is described now; one that gives the same as the stored one is no change.
    """
    scenario, layout = prepared.scenario, prepared.compiled.layout
    manifest = replace(
        stored.manifest,
        title=scenario.title,
        start=scenario.start,
        sources=prepared.documents.sources,
        labels=_labels(prepared),
        assumptions=scenario.assumptions,
        objectives=scenario.objectives,
        statements=scenario.statements,
        replay=Replay.of(prepared.table),
        layout=layout,
        digest=result_digest(layout, stored.records, prepared.table, stored.manifest.comparison),
    )
    if manifest == stored.manifest:
        return stored
    return Bundle(replace(manifest, command=command), stored.records, prepared.table)


def _labels(prepared: Prepared) -> tuple[Label, ...]:
    scenario = prepared.scenario
    stations = [Label("station", one.name, one.title) for one in scenario.stations if one.title is not None]
    lines = [Label("line", one.name, one.title) for one in scenario.demand if one.title is not None]
    return (*stations, *lines, *(Label("division", one.code, one.name) for one in scenario.divisions))
