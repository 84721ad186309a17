"""Where work is done: divisions, calendars and stations."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sim.discipline import DISCIPLINES
from sim.scenario.law import read_title
from sim.scenario.model import Calendar, Division, Station, Text
from sim.scenario.table import read_number
from sim.units import parse_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.reading import Node
    from sim.table_file import Row

DELAY: Final = "delay"  # the built-in station of steps that name none
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 86400.0
_COLUMNS = ("code", "name_en", "name_zh", "population_2020")


def read_divisions(top: Node) -> tuple[Division, ...]:
    """Return the divisions in the order of their file; none where the scenario has none."""
    node = top.get("divisions")
    if node is None or (file := node.get("file")) is None:
        return ()
    rows = node.reading.table(file, _COLUMNS)
    if rows is None:
        return ()
    if not rows:
        file.fault("the file holds no row", "add a row for each division, or remove `divisions`")
    divisions = {row["code"]: division for row in rows if (division := _read_division(row, node)) is not None}
    if len(divisions) != len({row.line for row in rows}) and not node.reading.faults:
        file.fault("a division stands twice in it", "keep one row for each code")
    only = node.get("only")
    if only is None:
        return tuple(divisions.values())
    chosen = set()
    for element in only.elements():
        chosen.add(element.text)
        if element.text not in divisions:
            element.unknown("division", divisions)
    return tuple(
        Division(each.code, each.name, each.population, simulated=each.code in chosen) for each in divisions.values()
    )


def _read_division(row: Row, node: Node) -> Division | None:
    faults = node.reading.faults
    if not re.fullmatch(r"[0-9]{6}", row["code"]):
        faults.append(row.fault(f"the code {row['code'][:20]!r} is not six digits", "correct it"))
        return None
    population = int(read_number(row, "population_2020", faults))
    return Division(row["code"], Text(row["name_en"], row["name_zh"]), population, simulated=True)


def read_calendars(top: Node) -> dict[str, Calendar]:
    """Return the calendars by name."""
    return {name: _read_calendar(name, node) for name, node in top.section("calendars")}


def _read_calendar(name: str, node: Node) -> Calendar:
    parts = list(node.elements()) if isinstance(node.value, list) else [node]
    shifts = sorted(shift for part in parts for shift in _read_shifts(part))
    for earlier, later in pairwise(shifts):
        if later[0] < earlier[1]:
            node.fault("its hours overlap", "write each hour once; servers do not add up")
            break
    return Calendar(name, tuple(shifts))


def _read_shifts(node: Node) -> list[tuple[float, float, float]]:
    days = [day.text for day in node.listing("days")] or list(_DAYS)
    share = node.number_of("servers", 1.0)
    shifts = []
    for span in node.listing("hours"):
        opening, closing = (parse_clock(text) for text in span.text.split("-"))
        if closing <= opening:
            span.fault(f"{span.text!r} ends before it begins", "split it at midnight: 22:00-24:00 and 00:00-06:00")
            continue
        midnights = [_DAYS.index(day) * _DAY for day in days]
        shifts += [(midnight + opening, midnight + closing, share) for midnight in midnights]
    return shifts


def read_stations(top: Node, divisions: tuple[Division, ...], calendars: Mapping[str, Calendar]) -> dict[str, Station]:
    """Return the stations by name, without the built-in one."""
    stations = {}
    for name, node in top.section("stations"):
        if name == DELAY:
            node.fault(f"the name {DELAY} is kept for steps without a station", "choose another name", of_key=True)
        stations[name] = _read_station(name, node, divisions, calendars)
    return stations


def _read_station(name: str, node: Node, divisions: tuple[Division, ...], calendars: Mapping[str, Calendar]) -> Station:
    per_division = node.get("per") is not None
    if per_division and not divisions and not node.reading.names("divisions"):
        node.child("per", "division").fault("the scenario has no divisions", "add `divisions`, or remove `per`")
    servers = _read_servers(node, divisions if per_division else None)
    if None in servers:
        _refuse_queueing(node)
    queue = node.get("queue")
    return Station(
        name=name,
        per_division=per_division,
        servers=servers,
        slots=_read_slots(node, servers),
        queue=None if queue is None or isinstance(queue.value, str) else int(queue.number),
        discipline=_read_discipline(node),
        calendar=_find_calendar(node.get("calendar"), calendars),
        title=None if (title := node.get("title")) is None else read_title(title, name),
    )


def _read_discipline(node: Node) -> str:
    discipline = node.get("discipline")
    if discipline is None:
        return "fifo"
    if discipline.text not in DISCIPLINES:
        discipline.unknown("queue discipline", DISCIPLINES.names())
    elif DISCIPLINES.get(discipline.text).shares and not node.has("slots") and (queue := node.get("queue")):
        message = f"has no meaning under {discipline.text} without slots, where all are admitted and nobody waits"
        queue.fault(message, "say how many slots there are, or remove it")
    return discipline.text


def _read_servers(node: Node, divisions: tuple[Division, ...] | None) -> tuple[int | None, ...]:
    servers = node.get("servers")
    simulated = [each for each in divisions if each.simulated] if divisions is not None else []
    count = len(simulated) if divisions is not None else 1
    if servers is None:
        return (1,) * count
    if isinstance(servers.value, str):
        return (None,) * count
    if not isinstance(servers.value, dict):
        return (int(servers.number),) * count
    if divisions is None and servers.has("per_million"):
        servers.fault("per_million needs a station of each division", "add `per: division`, or write a number")
    share, least = servers.number_of("per_million", 0.0), servers.count_of("at_least", 1)
    # Rounded first: 0.1 * 30 is a hair above 3, and a hair is no server.
    return tuple(max(least, math.ceil(round(share * each.population / 1e6, 9))) for each in simulated)


def _read_slots(node: Node, servers: tuple[int | None, ...]) -> int | None:
    slots = node.get("slots")
    if slots is None:
        return None
    most = max((count for count in servers if count is not None), default=1)
    if slots.number < most:
        message = f"{int(slots.number)} slots leave some of the {most} servers without work"
        slots.fault(message, "write at least the number of servers, or remove it")
    return int(slots.number)


def _refuse_queueing(node: Node) -> None:
    for key in ("slots", "queue", "discipline"):
        if (child := node.get(key)) is not None:
            message = "has no meaning at a station with unlimited servers, where nobody waits for another"
            child.fault(message, "remove it")


def _find_calendar(node: Node | None, calendars: Mapping[str, Calendar]) -> Calendar | None:
    if node is None:
        return None
    names = node.reading.names("calendars")
    if node.text not in names:
        node.unknown("calendar", names)
    return calendars.get(node.text)
