"""What breaks, what is to be kept, and what comes of a step."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, Final

from sim.scenario.demand import ANY, unique_elements
from sim.scenario.model import Objective, StationFault
from sim.units import parse_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.horizon import Horizon
    from sim.scenario.model import DemandLine, Division, Effect, Station
    from sim.scenario.reading import Node

_EFFECTS: Final[dict[str, Effect]] = {"fail": "fail", "suspend": "suspend", "drain": "drain"}
_BESIDE: Final = frozenset(("assumed", "source"))
_TOLERANCE = 1e-6


def read_faults(
    top: Node, horizon: Horizon, stations: Mapping[str, Station], divisions: tuple[Division, ...]
) -> tuple[StationFault, ...]:
    """Return the outages in document order."""
    found = [(node, _read_fault(node, horizon, stations, divisions)) for node in unique_elements(top, "faults")]
    for (_, earlier), (node, later) in combinations(found, 2):
        is_same_place = earlier.station == later.station and (
            earlier.division is None or later.division is None or earlier.division == later.division
        )
        is_same_time = earlier.at < later.at + later.duration and later.at < earlier.at + earlier.duration
        if is_same_place and is_same_time:
            node.fault(f"overlaps with the fault {earlier.name} of the same station", "let one end first")
    return tuple(fault for _, fault in found)


def _read_fault(
    node: Node, horizon: Horizon, stations: Mapping[str, Station], divisions: tuple[Division, ...]
) -> StationFault:
    at, length = _read_instant(node, horizon), node.get("for")
    duration = 0.0 if length is None else length.span
    if length is not None and duration <= 0.0:
        length.fault("an outage that lasts no time does nothing", "write a time above 0 s")
    return StationFault(
        name=node.text_of("name", ""),
        station=_find_station(node),
        division=_find_division(node, stations, divisions),
        at=at,
        duration=duration,
        effect=_EFFECTS[node.text_of("effect", "fail")],
    )


def _read_instant(node: Node, horizon: Horizon) -> float:
    """Return when a fault begins, in seconds after the start: a time of day is the first from the start on."""
    instant = node.get("at")
    if instant is None:
        return 0.0
    if ":" in instant.text:
        start = horizon.start
        midnight = start.hour * 3600.0 + start.minute * 60.0 + start.second + start.microsecond / 1e6
        at = (parse_clock(instant.text) - midnight) % 86400.0
    else:
        at = instant.span
    if at >= horizon.end or (at >= horizon.duration and not horizon.is_drained):
        instant.fault("is outside the run", "move it to a time before the end, or lengthen the duration")
    return at


def _find_station(node: Node) -> str:
    station = node.get("station")
    if station is None:
        return ""
    if station.text not in (known := node.reading.names("stations")):
        station.unknown("station", known)
    return station.text


def _find_division(node: Node, stations: Mapping[str, Station], divisions: tuple[Division, ...]) -> str | None:
    division = node.get("division")
    if division is None:
        return None
    station = stations.get(node.text_of("station", ""))
    simulated = [each.code for each in divisions if each.simulated]
    if station is not None and not station.per_division:
        division.fault(f"the station {station.name} is one for all divisions", "remove it")
    elif division.text not in simulated and (divisions or not node.reading.names("divisions")):
        division.unknown("simulated division", simulated)
    return division.text


def read_objectives(top: Node, demand: tuple[DemandLine, ...]) -> tuple[Objective, ...]:
    """Return the objectives in document order."""
    channels = {channel.name for line in demand for channel in line.channels} or {ANY}
    journeys = _journey_names(top)
    return tuple(_read_objective(node, journeys, channels) for node in unique_elements(top, "objectives"))


def _journey_names(top: Node) -> set[str]:
    """Return every journey that a demand line names, whether or not the line can be read."""
    value = top.value.get("demand") if isinstance(top.value, dict) else None
    lines = [line for line in value if isinstance(line, dict)] if isinstance(value, list) else []
    return {journey for line in lines if isinstance(journey := line.get("journey"), str)}


def _read_objective(node: Node, journeys: set[str], channels: set[str]) -> Objective:
    journey, channel, quantile = node.get("journey"), node.get("channel"), node.get("quantile")
    if journey is not None and journey.text not in journeys and node.reading.is_readable("/demand"):
        journey.unknown("journey in the demand", journeys)
    if channel is not None and channel.text not in channels and node.reading.is_sound("/demand"):
        channel.unknown("channel in the demand", channels)
    bounds = [key for key in ("at_most", "at_least") if node.has(key)]
    if len(bounds) != 1:
        node.fault("needs either at_most or at_least", "give one of them")
    metric = node.text_of("metric", "")
    return Objective(
        name=node.text_of("name", ""),
        metric=metric,
        station=_find_station(node) or None,
        journey=None if journey is None else journey.text,
        channel=None if channel is None else channel.text,
        quantile=None if quantile is None else quantile.number,
        bound="at_least" if bounds == ["at_least"] else "at_most",
        value=_read_bound(node, metric, bounds),
        expect="missed" if node.text_of("expect", "met") == "missed" else "met",
    )


def _read_bound(node: Node, metric: str, bounds: list[str]) -> float:
    bound = node.get(bounds[0]) if bounds else None
    if bound is None:
        return 0.0
    if isinstance(bound.value, str) != metric.endswith("_time"):
        is_time = metric.endswith("_time")
        remedy = "write a span with its unit, such as 20 min" if is_time else "write a number, such as 0.9"
        bound.fault(f"the metric {metric} is {'a time' if is_time else 'no time'}", remedy)
        return 0.0
    return bound.span if isinstance(bound.value, str) else bound.number


def read_outcomes(top: Node) -> dict[str, dict[str, dict[str, float]]]:
    """Return the probabilities of outcomes by Arazzo journey, step and action."""
    documents = top.reading.catalog.names("journey")
    for journey, steps in top.section("outcomes"):
        if journey.partition("#")[0] not in documents:
            remedy = f"known: {', '.join(documents)}" if documents else "inline journeys have no outcomes"
            steps.fault(f"there is no Arazzo journey {journey!r}", remedy, of_key=True)
    return {
        journey: {step: _read_outcome(node) for step, node in steps.entries()}
        for journey, steps in top.section("outcomes")
    }


def _read_outcome(node: Node) -> dict[str, float]:
    shares = {name: share.number for name, share in node.entries() if name not in _BESIDE}
    total = math.fsum(shares.values())
    if not node.is_sound:
        return {}
    if not shares:
        node.fault("names no action", "give at least one action its probability")
    elif abs(total - 1.0) > _TOLERANCE:
        node.fault(f"the probabilities sum to {total:.6g}", "make them sum to 1; `default` is that no action matched")
    return {name: share / (total or 1.0) for name, share in shares.items()}
