"""The loader: from a file to a ``Scenario``, or to all that is wrong with it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sim.errors import DocumentError
from sim.scenario.assumption import read_assumptions
from sim.scenario.baseline import with_baseline
from sim.scenario.demand import read_demand, read_profiles
from sim.scenario.event import read_faults, read_objectives, read_outcomes
from sim.scenario.horizon import read_horizon
from sim.scenario.law import read_title
from sim.scenario.model import Scenario, Station
from sim.scenario.network import DELAY, read_calendars, read_divisions, read_stations
from sim.scenario.override import override
from sim.scenario.reading import Reading
from sim.scenario.source import merged_source, read_tree
from sim.scenario.statement import read_statements
from sim.scenario.structure import structure_faults
from sim.scenario.variant import read_variants
from sim.scenario.work import read_costs, read_journeys

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sim.catalog import Catalog
    from sim.scenario.model import Cost, InlineJourney

_NO_SETTINGS: Final[Mapping[str, str]] = MappingProxyType({})


def load_scenario(catalog: Catalog, path: Path, *, settings: Mapping[str, str] = _NO_SETTINGS) -> Scenario:
    """Read a scenario, what it extends and the files it names, and check all of it.

    Parameters
    ----------
    catalog : Catalog
        No reference leaves it.
    path : Path
        The scenario document.
    settings : mapping of str to str
        Overrides: dotted path (``demand.id-card.per_day``) to a YAML scalar, applied after ``extends``.

    Returns
    -------
    Scenario

    Raises
    ------
    DocumentError
        Something is wrong; all faults are told together. Only a text that is no YAML or an ``extends`` that cannot be
        followed ends the reading at once.
    UsageError
        A setting names nothing that a scenario has.
    """
    return _load(catalog, path, settings, is_baseline=False)


def _load(catalog: Catalog, path: Path, settings: Mapping[str, str], *, is_baseline: bool) -> Scenario:
    tree, documents = read_tree(catalog, path)
    source = merged_source(override(tree, settings, documents[0].path), documents)
    faults, broken = structure_faults(source.document)
    reading = Reading(catalog, source, broken)
    scenario = _read(reading, path)
    if not (is_baseline or faults or reading.faults):
        kept = {key: text for key, text in settings.items() if key.partition(".")[0] != "baseline"}
        scenario = with_baseline(reading.top, scenario, lambda other: _load(catalog, other, kept, is_baseline=True))
    if faults or reading.faults:
        raise DocumentError([*faults, *reading.faults])
    return scenario


def _read(reading: Reading, path: Path) -> Scenario:
    top = reading.top
    horizon = read_horizon(top)
    divisions = read_divisions(top)
    stations = read_stations(top, divisions, read_calendars(top))
    costs, journeys = read_costs(top), read_journeys(top)
    demand = read_demand(top, divisions, read_profiles(top), journeys)
    name = top.text_of("name", "")
    replay = top.get("replay")
    return Scenario(
        name=name,
        title=read_title(top.get("title"), name),
        path=path,
        start=horizon.start,
        duration=horizon.duration,
        end="drain" if horizon.is_drained else "stop",
        drain_limit=horizon.drain_limit,
        carry_over_days=horizon.carry_over_days,
        warm_up=horizon.warm_up,
        interval=horizon.interval,
        clock=horizon.clock,
        replications=top.count_of("replications", 5),
        seed=top.count_of("seed", 1),
        divisions=divisions,
        stations=(*stations.values(), *_delay(costs, journeys)),
        costs=costs,
        journeys=journeys,
        demand=demand,
        outcomes=read_outcomes(top),
        faults=read_faults(top, horizon, stations, divisions),
        objectives=read_objectives(top, demand),
        assumptions=read_assumptions(top),
        replay_citizens=200 if replay is None else replay.count_of("citizens", 200),
        sources=tuple(reading.files.items()),
        variants=read_variants(top, divisions),
        statements=read_statements(top),
    )


def _delay(costs: Mapping[str, Cost], journeys: Mapping[str, InlineJourney]) -> tuple[Station, ...]:
    """Return the built-in station when a step or operation uses it."""
    used = [cost.station for cost in costs.values()]
    used += [step.cost.station for journey in journeys.values() for step in journey.steps]
    return (Station(DELAY, per_division=False, servers=(None,)),) if DELAY in used else ()
