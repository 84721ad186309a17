"""Compiles demand lines into streams: one a division, and one a day carried over."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.arrival import ARRIVALS
from sim.draw import name_hash
from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.bundle.record import GroupKey
    from sim.plan.plan import Floats, Integers
    from sim.plan.station import Span
    from sim.scenario.model import Channel, DemandLine, Scenario


DAY: Final = 86400.0
MAX_STREAMS: Final = 1 << 14
MAX_ARRIVALS: Final = 1 << 27
"""The order at one instant has 14 bits for the stream and 28 for its arrivals, whose number is a draw."""


class Stream(NamedTuple):
    """One source of arrivals: its published name, line, division, arrivals a second, first instant and end."""

    name: str
    line: DemandLine
    division: str
    rate: float
    first: float
    until: float


class StreamArrays(NamedTuple):
    """The stream arrays of a Plan."""

    streams: Integers
    floats: Floats
    rates: Floats
    channel_cumulative: Floats
    channel_entry: Integers


def streams_of(scenario: Scenario, span: Span) -> list[Stream]:
    """Return all streams, sorted by name.

    Raises
    ------
    UsageError
        Two names share a hash, so that their draws would be the same; or there are more streams or arrivals than can
        be told apart.
    """
    found = []
    for line in scenario.demand:
        for division, rate in line.rates:
            name = f"{line.name}/{division}" if division else line.name
            found.append(Stream(name, line, division, rate, span.origin, span.origin + scenario.duration))
            # a day carried over has its own stream, so that the counted day meets the same citizens without it
            for day in range(1, scenario.carry_over_days * line.carry_over + 1):
                first = span.origin - day * 86400.0
                found.append(Stream(f"{name}/{day} before", line, division, rate, first, first + 86400.0))
    found = sorted(stream for stream in found if stream.rate > 0.0)
    hashes: dict[int, str] = {}
    for stream in found:
        other = hashes.setdefault(name_hash(stream.name), stream.name)
        if other != stream.name:
            raise UsageError(f"demand {other!r} and {stream.name!r} have the same hash", "rename one of the two lines")
    _refuse_too_many(found)
    return found


def _refuse_too_many(streams: Sequence[Stream]) -> None:
    if len(streams) > MAX_STREAMS:
        message = f"the demand has {len(streams):,} streams (lines, divisions and days carried over), at most"
        raise UsageError(f"{message} {MAX_STREAMS:,}", "take fewer lines, divisions or days")
    for stream in streams:
        days = math.ceil((stream.until - stream.first) / DAY)
        if stream.rate * DAY * days > MAX_ARRIVALS:
            message = f"demand {stream.name!r} has about {stream.rate * DAY * days:.2g} arrivals, at most"
            raise UsageError(f"{message} {MAX_ARRIVALS:,}", "lower the scale, shorten the run, or split the line")


def stream_arrays(
    scenario: Scenario,
    streams: Sequence[Stream],
    groups: Sequence[GroupKey],
    entries: Mapping[tuple[str, str], int],
) -> StreamArrays:
    """Return the arrays of all streams; ``entries`` is the first instruction by journey and channel."""
    codes = [division.code for division in scenario.divisions] or [""]
    processes = ARRIVALS.names()
    first_group: dict[str, int] = {}
    for number, group in enumerate(groups):
        first_group.setdefault(group.line, number)
    rows: list[list[int]] = []
    cumulative: list[list[float]] = []
    entry: list[int] = []
    for stream in streams:
        line = stream.line
        office = codes.index(stream.division)
        process = processes.index(line.process)
        shape = [first_group[line.name], len(line.channels), len(entry), process]
        rows.append([name_hash(stream.name), office, line.priority_class, *shape])
        cumulative += _cumulative(line.channels)
        entry += [entries[line.journey, channel.name] for channel in line.channels]
    return StreamArrays(
        np.array(rows, np.int64).reshape(-1, 7),
        np.array([[one.first, one.until, one.line.cross_province] for one in streams], np.float64).reshape(-1, 3),
        np.array([_rates(stream) for stream in streams], np.float64).reshape(-1, 24),
        np.array(cumulative, np.float64).reshape(-1, 24),
        np.array(entry, np.int64),
    )


def _rates(stream: Stream) -> list[float]:
    """Return arrivals a second in each hour of a day."""
    channels = stream.line.channels
    return [stream.rate * 24.0 * sum(one.share * one.profile[hour] for one in channels) for hour in range(24)]


def _cumulative(channels: Sequence[Channel]) -> list[list[float]]:
    """Return P(channel | hour), cumulative over channels: one row a channel, 24 columns."""
    rows = [[0.0] * 24 for _ in channels]
    for hour in range(24):
        weights = [channel.share * channel.profile[hour] for channel in channels]
        total, running = sum(weights), 0.0
        for row, weight in zip(rows, weights, strict=True):
            running += weight / total if total else 0.0
            row[hour] = running
        last = max((number for number, weight in enumerate(weights) if weight), default=len(rows))
        for row in rows[last:]:
            row[hour] = 1.0
    # who arrives as an hour without demand begins belongs to the hour before it
    for hour in (hour for _ in range(2) for hour in range(24)):
        if rows[-1][hour] == 0.0:
            for row in rows:
                row[hour] = row[hour - 1]
    return rows
