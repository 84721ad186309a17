"""Who comes, how often, and through which channel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.arrival import ARRIVALS
from sim.scenario.law import read_title
from sim.scenario.model import Channel, DemandLine
from sim.scenario.table import read_number
from sim.units import SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.model import Division, InlineJourney
    from sim.scenario.reading import Node

ANY: Final = "any"
_FLAT: Final = (1.0 / 24.0,) * 24
_PERIODS: Final = {"per_day": SECONDS["d"], "per_hour": SECONDS["h"], "per_second": 1.0}
_TOLERANCE = 1e-6
_COLUMNS = ("service_id", "division_code", "daily_mean")


def read_profiles(top: Node) -> dict[str, tuple[float, ...]]:
    """Return the hour profiles by name, each as 24 weights that sum to 1."""
    return {name: _read_profile(name, node) for name, node in top.section("profiles")}


def _read_profile(name: str, node: Node) -> tuple[float, ...]:
    weights = node if isinstance(node.value, list) else node.get("weights")
    if isinstance(node.value, dict) and node.has("weights") == node.has("file"):
        node.fault("a profile needs either weights or file", "give one of them")
        return _FLAT
    found = [weight.number for weight in weights.elements()] if weights is not None else _read_hours(name, node)
    total = math.fsum(found)
    if found and total <= 0.0 and node.is_sound:
        node.fault("all weights are 0", "give at least one hour a weight above 0")
    return tuple(weight / total for weight in found) if total > 0.0 else _FLAT


def _read_hours(name: str, node: Node) -> list[float]:
    file, column = node.get("file"), node.text_of("column", name)
    rows = None if file is None else node.reading.table(file, ("hour", column))
    if file is None or rows is None:
        return []
    weights: dict[str, float] = {}
    for row in rows:
        hour = row["hour"]
        if hour in weights or hour not in map(str, range(24)):
            node.reading.faults.append(row.fault(f"the hour {hour[:20]!r} is not new and from 0 to 23", "correct it"))
        weights[hour] = read_number(row, column, node.reading.faults)
    missing = [str(hour) for hour in range(24) if str(hour) not in weights]
    if missing:
        file.fault(f"the file has no row for the hours {', '.join(missing)}", "add them, with weight 0 if need be")
        return []
    return [weights[str(hour)] for hour in range(24)]


def read_demand(
    top: Node,
    divisions: tuple[Division, ...],
    profiles: Mapping[str, tuple[float, ...]],
    journeys: Mapping[str, InlineJourney],
) -> tuple[DemandLine, ...]:
    """Return the demand lines in document order."""
    scale = top.number_of("scale", 1.0)
    lines = []
    for node in unique_elements(top, "demand"):
        name = node.text_of("name", "")
        title, process, carried = node.get("title"), node.get("process"), node.get("carry_over")
        if process is not None and process.text not in ARRIVALS:
            process.unknown("arrival process", ARRIVALS.names())
        line = DemandLine(
            name=name,
            journey=_find_journey(node),
            rates=_read_rates(node, divisions, scale),
            channels=_read_channels(node, profiles),
            priority_class=node.count_of("class", 0),
            cross_province=node.number_of("cross_province", 0.0),
            process="poisson" if process is None else process.text,
            title=None if title is None else read_title(title, name),
            carry_over=carried is None or carried.value is True,
        )
        _refuse_stepless(node, line, journeys)
        lines.append(line)
    return tuple(lines)


def unique_elements(top: Node, section: str) -> list[Node]:
    """Return the readable entries of a list, telling those whose name another has."""
    seen, elements = set(), []
    for node in top.listing(section):
        name = node.get("name")
        if name is not None and name.text in seen:
            name.fault(f"the name {name.text!r} stands twice in {section}", "give each entry its own name")
        if name is not None:
            seen.add(name.text)
        elements.append(node)
    return elements


def _find_journey(node: Node) -> str:
    journey = node.get("journey")
    if journey is None:
        return ""
    inline, documents = node.reading.names("journeys"), node.reading.catalog.names("journey")
    if journey.text not in inline and journey.text.partition("#")[0] not in documents:
        journey.unknown("journey", {*inline, *documents})
    return journey.text


def _read_rates(node: Node, divisions: tuple[Division, ...], scale: float) -> tuple[tuple[str, float], ...]:
    given = [key for key in _PERIODS if node.has(key)]
    if len(given) != 1:
        message = "has no rate" if not given else f"has more than one rate: {', '.join(given)}"
        node.fault(message, "give one of per_day, per_hour and per_second")
        return ()
    amount = node.get(given[0])
    if amount is None:
        return ()
    factor = node.number_of("working_day", 1.0) * scale / _PERIODS[given[0]]
    chosen = _choose_divisions(node, divisions)
    amounts = _read_rows(amount, chosen) if isinstance(amount.value, dict) else _spread(amount, chosen)
    return tuple((code, value * factor) for code, value in amounts if value * factor > 0.0)


def _choose_divisions(node: Node, divisions: tuple[Division, ...]) -> tuple[Division, ...]:
    listed = node.get("divisions")
    if listed is None:
        return divisions
    known = {each.code for each in divisions}
    for element in listed.elements():
        if element.text not in known:
            element.unknown("division", known)
    codes = {element.text for element in listed.elements()}
    return tuple(each for each in divisions if each.code in codes)


def _spread(amount: Node, divisions: tuple[Division, ...]) -> list[tuple[str, float]]:
    """Return a total spread over divisions by population, the simulated ones only."""
    if not divisions:
        return [("", amount.number)]
    people = sum(each.population for each in divisions)
    if people == 0:
        amount.fault("the divisions of this line have no people by whom to spread it", "list others under `divisions`")
        return []
    return [(each.code, amount.number * each.population / people) for each in divisions if each.simulated]


def _read_rows(amount: Node, divisions: tuple[Division, ...]) -> list[tuple[str, float]]:
    file, row = amount.get("file"), amount.get("row")
    if file is None or row is None:
        return []
    if not divisions:
        if not amount.reading.names("divisions"):
            amount.fault("rows are by division, and the scenario has none", "add `divisions`, or write a number")
        return []
    rows = amount.reading.table(file, _COLUMNS)
    if rows is None:
        return []
    services = {each["service_id"] for each in rows}
    if row.text not in services:
        row.unknown("service_id", services)
        return []
    found = {
        each["division_code"]: read_number(each, "daily_mean", amount.reading.faults)
        for each in rows
        if each["service_id"] == row.text
    }
    simulated = [each for each in divisions if each.simulated]
    missing = [each.code for each in simulated if each.code not in found and each.population > 0]
    if missing:
        row.fault(f"the file has no row of {row.text} for {', '.join(missing)}", "add it, or choose other divisions")
    return [(each.code, found[each.code]) for each in simulated if each.code in found]


def _read_channels(node: Node, profiles: Mapping[str, tuple[float, ...]]) -> tuple[Channel, ...]:
    shares = {name: share.number for name, share in node.section("channels")} or {ANY: 1.0}
    total = math.fsum(shares.values())
    channels = node.get("channels")
    if channels is not None and channels.is_sound and abs(total - 1.0) > _TOLERANCE:
        channels.fault(f"the shares sum to {total:.6g}", "make them sum to 1")
    chosen = _choose_profiles(node, shares, profiles)
    return tuple(
        Channel(name, share / (total or 1.0), chosen.get(name, _FLAT)) for name, share in shares.items() if share > 0.0
    )


def _choose_profiles(
    node: Node, shares: Mapping[str, float], profiles: Mapping[str, tuple[float, ...]]
) -> dict[str, tuple[float, ...]]:
    """Return the profile of each channel that has one."""
    chosen = node.get("profiles")
    if chosen is None:
        return {}
    if isinstance(chosen.value, str):
        return dict.fromkeys(shares, _find_profile(chosen, profiles))
    found = {}
    channels, default = node.get("channels"), chosen.get("default")
    if default is not None:
        found = dict.fromkeys(shares, _find_profile(default, profiles))
    for name, profile in chosen.entries():
        if name != "default" and name not in shares and (channels is None or not channels.has(name)):
            profile.fault(f"this line has no channel {name!r}", f"channels: {', '.join(shares)}", of_key=True)
        elif name != "default":
            found[name] = _find_profile(profile, profiles)
    return found


def _find_profile(node: Node, profiles: Mapping[str, tuple[float, ...]]) -> tuple[float, ...]:
    names = node.reading.names("profiles")
    if node.text not in names:
        node.unknown("profile", names)
    return profiles.get(node.text, _FLAT)


def _refuse_stepless(node: Node, line: DemandLine, journeys: Mapping[str, InlineJourney]) -> None:
    """Tell channels in which an inline journey has nothing to do."""
    steps = journeys[line.journey].steps if line.journey in journeys else ()
    for channel in line.channels if steps else ():
        if all(step.channels and channel.name not in step.channels for step in steps):
            node.fault(
                f"the journey {line.journey} has no step in the channel {channel.name}",
                "add the channel to a step, or take it out of the line",
            )
