"""Streams and the journeys that they begin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.draw import uniform
from sim.engine.machine.count import bin_now
from sim.engine.machine.heap import push
from sim.engine.machine.law import draw_gap
from sim.engine.machine.mark import inlined
from sim.engine.machine.pool import take_counters, take_token
from sim.engine.order import CHANNEL_STEP, HOME_STEP, JOURNEY_RANK, K_SHIFT, STREAM_SHIFT

if TYPE_CHECKING:
    from sim.engine.machine.memory import World


@inlined
def open_stream(w: World, number: int) -> None:
    """Schedule the first event of a stream: its opening, or its first arrival."""
    stream = w.streams[number]
    if stream.due > 0.0:
        stream.opening = 1
        push(w, stream.due, JOURNEY_RANK | number << STREAM_SHIFT, -1 - number)
    else:
        schedule_arrival(w, number, 0.0)


def schedule_arrival(w: World, number: int, now: float) -> None:
    """Schedule the next arrival of a stream, or end the stream."""
    run = w.run[0]
    stream = w.streams[number]
    gap = draw_gap(w, number)
    stream.due += gap
    if stream.due >= stream.until:
        run.pending -= 1
        return
    # on a whole-second clock the instant is rounded down, not the gap: gaps below 1 s would never end
    delay = gap
    if run.clock > 0.0:
        delay = math.floor(stream.due) - now
    push(w, now + delay, JOURNEY_RANK | number << STREAM_SHIFT | stream.k << K_SHIFT, -1 - number)


@inlined
def channel_of(w: World, number: int, now: float) -> int:
    """Draw the channel of a journey that begins now."""
    run = w.run[0]
    stream = w.streams[number]
    channel = 0
    if stream.channels > 1:
        hour = int((now + run.phase) / 3600.0) % 24
        u = uniform((run.key_0, run.key_1, stream.k, stream.hash, CHANNEL_STEP, 0), 0)
        while u >= w.channels[stream.channel_at + channel, hour]:
            channel += 1
    return channel


@inlined
def home_of(w: World, number: int) -> int:
    """Draw where the citizen is registered: the stream's division, or another one by population."""
    run = w.run[0]
    stream = w.streams[number]
    office = int(stream.office)
    home = office
    if stream.cross > 0.0:
        u = uniform((run.key_0, run.key_1, stream.k, stream.hash, HOME_STEP, 0), 0)
        if u < stream.cross:
            home = elsewhere(w, office, u / stream.cross)
    return home


def elsewhere(w: World, office: int, u: float) -> int:
    """Return another division, by population; ``office`` itself when nobody lives elsewhere."""
    people = w.population
    size = len(people)
    before = 0.0
    if office > 0:
        before = people[office - 1]
    own = people[office] - before
    others = people[size - 1] - own
    if others <= 0.0:
        return office
    wanted = u * others
    if wanted >= before:
        wanted += own
    number = 0
    while number < size - 1 and wanted >= people[number]:
        number += 1
    return number


@inlined
def begin_journey(w: World, number: int, now: float) -> int:
    """Begin the journey of an arrival and return its first token."""
    run = w.run[0]
    stream = w.streams[number]
    slot = run.free_journey
    journey = w.journeys[slot]
    run.free_journey = slot + 1 + journey.group
    run.n_free_journey -= 1
    channel = channel_of(w, number, now)
    in_bin = bin_now(w, now)
    journey.arrived = now
    journey.waited = 0.0
    journey.group = stream.group + channel
    journey.outcome = -1
    journey.orphans = 0
    journey.tokens = 0
    w.group_counts[journey.group, in_bin, 0] += 1
    run.events += 1
    run.pending += 1
    journey.lines = w.needs[stream.channel_at + channel]
    key = JOURNEY_RANK | number << STREAM_SHIFT | stream.k << K_SHIFT
    cur = take_token(w, slot, key, w.entries[stream.channel_at + channel])
    token = w.tokens[cur]
    token.home = home_of(w, number)
    token.counters = take_counters(w, int(journey.lines))
    token.counted = 0
    if 0 < in_bin <= run.n_bins:
        token.counted = 1
    return cur
