"""Draws by a law's number.

The two functions that choose by number are written anew by ``sim.engine.generate``, from the registries; here they
are the same in plain Python.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.arrival import ARRIVALS, next_gap
from sim.distribution import DISTRIBUTIONS
from sim.draw import uniform
from sim.engine.machine.mark import inlined
from sim.engine.order import ARRIVAL_STEP, K_MASK, K_SHIFT, STREAM_MASK, STREAM_SHIFT, VISIT_MASK

if TYPE_CHECKING:
    from sim.draw import Key
    from sim.engine.machine.memory import Records, World

WHOLE = 4503599627370496.0
"""2**52: floats from here on are whole, and a compiled ceil is an integer of 64 bits."""


def sample(law: Records, table: Records, key: Key) -> float:
    """Draw from a law, in seconds."""
    entry = DISTRIBUTIONS.get(DISTRIBUTIONS.names()[law.kind])
    return entry.sample(law.a, law.b, table if entry.is_table else law.c, key)


def hazard(process: int, key: Key) -> float:
    """Draw how much integrated rate passes until the next arrival."""
    return ARRIVALS.get(ARRIVALS.names()[process]).hazard(key)


def rounded(seconds: float) -> float:
    """Return a duration in whole seconds, rounded up."""
    return math.ceil(seconds) * 1.0 if seconds < WHOLE else seconds


@inlined
def stream_of(w: World, slot: int) -> int:
    """Return the stream that began a token's journey."""
    return int((w.tokens[slot].key >> STREAM_SHIFT) & STREAM_MASK)


@inlined
def number_of(w: World, slot: int) -> int:
    """Return the number of a token's journey in its stream."""
    return int((w.tokens[slot].key >> K_SHIFT) & K_MASK)


@inlined
def draw_service(w: World, slot: int, law: int, step: int) -> float:
    """Draw for the visit that a token is at, in seconds."""
    run = w.run[0]
    token = w.tokens[slot]
    key = (run.key_0, run.key_1, number_of(w, slot), w.streams[stream_of(w, slot)].hash, step, token.visit)
    seconds = sample(w.laws[law], w.law_table, key)
    if run.clock > 0.0:
        seconds = rounded(seconds)
    return seconds


@inlined
def next_visit(w: World, slot: int, register: int) -> int:
    """Return the number of an execution, and count it."""
    place = w.tokens[slot].counters + register
    visit = int(w.counters[place])
    w.counters[place] = (visit + 1) & VISIT_MASK
    return visit


@inlined
def draw_chance(w: World, slot: int, step: int, register: int) -> float:
    """Draw a uniform for an execution of its own number, or of the last call's."""
    run = w.run[0]
    token = w.tokens[slot]
    visit = int(token.visit)
    if register >= 0:
        visit = next_visit(w, slot, register)
    return uniform((run.key_0, run.key_1, number_of(w, slot), w.streams[stream_of(w, slot)].hash, step, visit), 0)


def draw_gap(w: World, number: int) -> float:
    """Draw the time to the next arrival of a stream, in seconds."""
    run = w.run[0]
    stream = w.streams[number]
    key = (run.key_0, run.key_1, stream.k, stream.hash, ARRIVAL_STEP, 0)
    return next_gap(stream.due, hazard(stream.process, key), w.rates, number, run.phase)
