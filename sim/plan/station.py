"""Compiles stations, their shifts and their faults into rows and timed events."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.bundle.record import StationKey
from sim.discipline import DISCIPLINES
from sim.plan import op

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.plan.plan import Floats, Integers
    from sim.scenario.model import Calendar, Scenario, Station

WEEK: Final = 604800.0

_BEGIN: Final = {"drain": op.DRAIN, "suspend": op.SUSPEND, "fail": op.FAIL}
_END: Final = {"drain": op.UNDRAIN, "suspend": op.UNSUSPEND, "fail": op.UNFAIL}


class Row(NamedTuple):
    """One station row: the station, the division and how many servers it has (None: unlimited)."""

    station: Station
    division: str
    servers: int | None


class Span(NamedTuple):
    """The simulated time: the instant of simulation time 0, where the scenario's start lies in it, and its limit."""

    zero: datetime
    origin: float
    limit: float


def span_of(scenario: Scenario) -> Span:
    """Return the simulated time of a scenario, in seconds."""
    origin = scenario.carry_over_days * 86400.0
    limit = origin + scenario.duration + (scenario.drain_limit if scenario.end == "drain" else 0.0)
    return Span(scenario.start - timedelta(seconds=origin), origin, limit)


def station_rows(scenario: Scenario) -> list[Row]:
    """Return all station rows, sorted by name, then division code."""
    codes = [division.code for division in scenario.divisions if division.simulated]
    rows = []
    for station in scenario.stations:
        if station.per_division:
            rows += [Row(station, code, count) for code, count in zip(codes, station.servers, strict=True)]
        else:
            rows.append(Row(station, "", station.servers[0]))
    return sorted(rows, key=lambda row: (row.station.name, row.division))


def station_keys(rows: list[Row]) -> tuple[StationKey, ...]:
    """Return the names of the rows."""
    return tuple(StationKey(row.station.name, row.division) for row in rows)


def station_array(rows: list[Row], span: Span) -> Integers:
    """Return servers at time 0, slots, waiting places and the discipline of each row; shape (n_rows, 7)."""
    table = []
    for row in rows:
        first = next(_shifts(row, span))[1] if row.station.calendar else _unlimited(row.servers)
        how = DISCIPLINES.get(row.station.discipline)
        order = [how.by_class, how.newest_first, how.preemptive, how.shares]
        table.append([first, _unlimited(row.station.slots), _unlimited(row.station.queue), *order])
    return np.array(table, np.int64).reshape(-1, 7)


def target_array(scenario: Scenario, rows: list[Row]) -> tuple[dict[str, int], Integers]:
    """Return the target of each station name and the row of each target at each division; -1 has no queue there."""
    place = {(row.station.name, row.division): number for number, row in enumerate(rows)}
    codes = [division.code for division in scenario.divisions] or [""]
    targets = {station.name: number for number, station in enumerate(scenario.stations)}
    table = [
        [place.get((station.name, code if station.per_division else ""), -1) for code in codes]
        for station in scenario.stations
    ]
    return targets, np.array(table, np.int64).reshape(-1, len(codes))


def event_arrays(scenario: Scenario, rows: list[Row], span: Span) -> tuple[Integers, Floats]:
    """Return all shifts and faults as (station, kind, value) and their instants, sorted by time, station, kind."""
    events = []
    for number, row in enumerate(rows):
        if row.station.calendar:
            changes = list(_shifts(row, span))
            events += [(when, number, op.SHIFT, servers) for when, servers in changes[1:]]
        for fault in scenario.faults:
            if fault.station == row.station.name and fault.division in (None, row.division):
                begin = span.origin + fault.at
                events.append((begin, number, _BEGIN[fault.effect], 0))
                events.append((begin + fault.duration, number, _END[fault.effect], 0))
    events.sort()
    triples = np.array([event[1:] for event in events], np.int64).reshape(-1, 3)
    return triples, np.array([event[0] for event in events], np.float64)


def _unlimited(count: int | None) -> int:
    return op.UNLIMITED if count is None else count


def _present(servers: int | None, share: float) -> int:
    if servers is None:
        return op.UNLIMITED if share > 0.0 else 0
    return int(servers * share + 0.5)


def _shifts(row: Row, span: Span) -> Iterator[tuple[float, int]]:
    """Yield instants and servers from simulation time 0 on, changes alone."""
    calendar = row.station.calendar
    if calendar is None:
        return
    monday = span.zero.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=span.zero.weekday())
    into_week = (span.zero - monday).total_seconds()
    present = _present(row.servers, _share_at(calendar, into_week))
    yield 0.0, present
    week = 0
    while week * WEEK - into_week <= span.limit:
        for at, share in _changes(calendar):
            when = week * WEEK + at - into_week
            servers = _present(row.servers, share)
            if 0.0 < when <= span.limit and servers != present:
                present = servers
                yield when, servers
        week += 1


def _changes(calendar: Calendar) -> list[tuple[float, float]]:
    """Return each instant of a week at which the share of servers changes, sorted."""
    changes: dict[float, float] = {0.0: 0.0}
    for start, end, share in calendar.shifts:
        changes[start] = share
        changes.setdefault(end, 0.0)
    return sorted((at, share) for at, share in changes.items() if at < WEEK)


def _share_at(calendar: Calendar, into_week: float) -> float:
    return next((share for start, end, share in calendar.shifts if start <= into_week < end), 0.0)
