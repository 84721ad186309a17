"""Compiles a scenario, its journeys and the replay's findings into a Plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.bundle.record import GroupKey, Layout
from sim.errors import UsageError
from sim.plan.arazzo import JourneyCompiler
from sim.plan.builder import Builder
from sim.plan.call import CallCompiler, Rows
from sim.plan.counting import OperationRows
from sim.plan.cycle import refuse_timeless_cycles
from sim.plan.failure import Edition
from sim.plan.inline import compile_inline
from sim.plan.misfit import MisfitError, misfits
from sim.plan.plan import Plan
from sim.plan.station import event_arrays, span_of, station_array, station_keys, station_rows, target_array
from sim.plan.stream import stream_arrays, streams_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.journey.model import Action, Journey, Workflow
    from sim.plan.builder import Label
    from sim.plan.failure import CallShare
    from sim.plan.plan import Floats, Integers
    from sim.plan.station import Span
    from sim.scenario.model import Cost, DemandLine, Scenario


@dataclass(frozen=True, slots=True)
class Compiled:
    """A Plan and the names of its rows."""

    plan: Plan
    layout: Layout


def compile_plan(
    scenario: Scenario,
    journeys: Mapping[str, Journey],
    shares: Mapping[str, CallShare] | None = None,
    editions: Mapping[str, Mapping[str, CallShare]] | None = None,
) -> Compiled:
    """Compile a scenario.

    Parameters
    ----------
    journeys : mapping
        Arazzo journeys by the name that demand lines use (``document`` or ``document#workflowId``).
    shares : mapping, optional
        Failed shares by operation, from the replay.
    editions : mapping, optional
        Failed shares by name of the scenario's variant, then by operation.

    Returns
    -------
    Compiled

    Raises
    ------
    DocumentError
        The scenario and its journeys do not fit: an operation without cost, an answer without outcome, a cycle that
        takes no time.
    """
    programs = _Programs(scenario, journeys, shares or {}, _editions(scenario, editions or {}))
    entries = programs.write()
    span = span_of(scenario)
    rows, streams = station_rows(scenario), streams_of(scenario, span)
    events, event_time = event_arrays(scenario, rows, span)
    ops, op_floats = programs.builder.ops()
    branch_target, branch_path, branch_cumulative = programs.builder.branches()
    law_kind, law_scalars, law_table = programs.builder.laws()
    arrays = stream_arrays(scenario, streams, programs.groups, {key: label.at for key, label in entries.items()})
    layout = Layout(
        stations=station_keys(rows),
        groups=programs.groups,
        operations=programs.operations.keys(),
        outcomes=programs.outcomes,
        origin=span.origin,
        window_start=span.origin + scenario.warm_up,
        window_end=span.origin + scenario.duration,
        n_bins=_bins(scenario),
    )
    plan = Plan(
        ops=ops,
        op_floats=op_floats,
        branch_target=branch_target,
        branch_path=branch_path,
        branch_cumulative=branch_cumulative,
        law_kind=law_kind,
        law_scalars=law_scalars,
        law_table=law_table,
        target_rows=programs.target_rows,
        stations=station_array(rows, span),
        events=events,
        event_time=event_time,
        streams=arrays.streams,
        stream_floats=arrays.floats,
        stream_rates=arrays.rates,
        channel_cumulative=arrays.channel_cumulative,
        channel_entry=arrays.channel_entry,
        division_cumulative=_population(scenario),
        edition_divisions=_edition_divisions(scenario),
        n_registers=programs.builder.n_registers,
        n_counters=programs.builder.n_counters,
        n_groups=len(layout.groups),
        n_outcomes=len(layout.outcomes),
        n_operations=len(layout.operations),
        phase=_phase(span),
        clock=scenario.clock,
        window_start=layout.window_start,
        window_end=layout.window_end,
        n_bins=layout.n_bins,
        limit=span.limit,
    )
    refuse_timeless_cycles(plan, scenario)
    return Compiled(plan, layout)


class _Programs:
    """Writes every journey by every channel that demand names."""

    def __init__(
        self,
        scenario: Scenario,
        journeys: Mapping[str, Journey],
        shares: Mapping[str, CallShare],
        editions: tuple[Edition, ...],
    ) -> None:
        self.scenario = scenario
        self.journeys = journeys
        self.builder = Builder()
        self.groups = tuple(
            GroupKey(line.name, line.journey, channel.name) for line in _sorted(scenario) for channel in line.channels
        )
        targets, self.target_rows = target_array(scenario, station_rows(scenario))
        inline = {step.cost.operation: step.cost for one in scenario.journeys.values() for step in one.steps}
        costs: dict[str, Cost] = {**scenario.costs, **inline}
        self.operations = OperationRows()
        own = frozenset(station.name for station in scenario.stations if station.per_division)
        self._calls = CallCompiler(self.builder, Rows(targets, self.operations, own), costs, shares, editions)
        ends = sorted({action.name for journey in journeys.values() for action in _end_actions(journey)})
        self.outcomes = ("completed", "failed", *(name for name in ends if name not in ("completed", "failed")))

    def write(self) -> dict[tuple[str, str], Label]:
        """Write all programs; return the first place by journey and channel.

        Raises
        ------
        DocumentError
            One fault a journey and channel that cannot be compiled.
        """
        entries: dict[tuple[str, str], Label] = {}
        found: dict[str, MisfitError] = {}
        for line in _sorted(self.scenario):
            for channel in line.channels:
                if (line.journey, channel.name) not in entries:
                    self.operations.begin(line.journey, channel.name)
                    try:
                        entries[line.journey, channel.name] = self._program(line, channel.name)
                    except MisfitError as error:
                        found.setdefault(f"{error.path} {error}", error)
        if found:
            raise misfits(self.scenario, found.values())
        return entries

    def _program(self, line: DemandLine, channel: str) -> Label:
        if line.journey in self.scenario.journeys:
            return compile_inline(self.scenario.journeys[line.journey], channel, self._calls)
        journey = self.journeys[line.journey]
        outcomes = self.scenario.outcomes.get(line.journey, {})
        ended = {name: number for number, name in enumerate(self.outcomes)}
        compiler = JourneyCompiler(journey, channel, self._calls, outcomes, ended)
        return compiler.compile(workflow_of(journey, line.journey))


def workflow_of(journey: Journey, name: str) -> Workflow:
    """Return the workflow that a demand line names: ``document#workflowId``, or the document's first.

    Raises
    ------
    UsageError
        The document has no such workflow.
    """
    _, _, workflow_id = name.partition("#")
    if not workflow_id:
        return journey.main
    if workflow_id not in journey.workflows:
        known = ", ".join(journey.workflows)
        raise UsageError(f"journey {journey.name} has no workflow {workflow_id!r}", f"use one of {known}")
    return journey.workflows[workflow_id]


def _sorted(scenario: Scenario) -> list[DemandLine]:
    return sorted(scenario.demand, key=lambda line: line.name)


def _end_actions(journey: Journey) -> Iterator[Action]:
    for workflow in journey.workflows.values():
        for step in workflow.steps:
            yield from (action for action in (*step.on_success, *step.on_failure) if action.kind == "end")


def _bins(scenario: Scenario) -> int:
    return max(1, round((scenario.duration - scenario.warm_up) / scenario.interval))


def _population(scenario: Scenario) -> Floats:
    people = [float(division.population) for division in scenario.divisions] or [1.0]
    return np.cumsum(np.array(people, np.float64))


def _editions(scenario: Scenario, found: Mapping[str, Mapping[str, CallShare]]) -> tuple[Edition, ...]:
    """Return the variants' editions with what the replay found of them."""
    numbered = enumerate(scenario.variants)
    return tuple(Edition(number, one.name, one.share, found.get(one.name, {})) for number, one in numbered)


def _edition_divisions(scenario: Scenario) -> Integers:
    codes = [division.code for division in scenario.divisions] or [""]
    rows = [[int(code in variant.divisions) for code in codes] for variant in scenario.variants]
    return np.array(rows, np.int64).reshape(-1, len(codes))


def _phase(span: Span) -> float:
    zero = span.zero
    return zero.hour * 3600.0 + zero.minute * 60.0 + zero.second + zero.microsecond / 1e6
