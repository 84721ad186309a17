"""Statistics, in the order of events and in fixed memory; the same sums as ``sim.engine.tally``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.bundle.bucket import bucket
from sim.engine.machine.mark import inlined
from sim.engine.machine.memory import PAGE
from sim.engine.order import K_MASK, K_SHIFT, PATH_MASK, PATH_SHIFT, STREAM_MASK, STREAM_SHIFT
from sim.engine.tally import ABANDONED, CALL_WAITING, RENEGED

if TYPE_CHECKING:
    from sim.engine.machine.memory import World


@inlined
def in_use(w: World, number: int) -> int:
    """Return how many servers of a station are in use: under sharing, as many as jobs share them, if they work."""
    station = w.stations[number]
    if station.shares == 0:
        return int(station.busy)
    if station.down > 0:
        return 0
    return int(min(station.sharing, station.servers))


@inlined
def add_span(w: World, number: int, span: float) -> None:
    """Add a time during which a station's numbers held."""
    station = w.stations[number]
    cell = w.cells[station.cell]
    cell.queue_area += station.queue * span
    cell.busy_area += in_use(w, number) * span
    cell.server_area += station.on_duty * span


def cross(w: World, number: int, now: float) -> None:
    """Go on to the bin of an instant; each bin gets its part of the time."""
    station = w.stations[number]
    while now >= station.edge:
        span = station.edge - station.last
        if span > 0.0:
            add_span(w, number, span)
            station.last = station.edge
        station.bin += 1
        station.cell += 1
        station.edge = w.edges[station.bin]


@inlined
def note(w: World, number: int, now: float) -> None:
    """Bring a station's time-weighted sums up to now; called before any of its numbers changes."""
    station = w.stations[number]
    if now >= station.edge:
        cross(w, number, now)
    span = now - station.last
    if span > 0.0:
        add_span(w, number, span)
        station.last = now


def new_page(w: World, row: int, octave: int) -> int:
    """Give an octave of a histogram its page; the caller knows that there is room."""
    run = w.run[0]
    page = run.pages
    run.pages += 1
    w.page_of[row, octave] = page
    return int(page)


@inlined
def add_to_histogram(w: World, row: int, seconds: float) -> None:
    """Count a time in its bucket."""
    number = bucket(seconds) + PAGE - 1
    octave = number >> 6
    page = w.page_of[row, octave]
    if page < 0:
        page = new_page(w, row, octave)
    w.pages[page, number & (PAGE - 1)] += 1


@inlined
def count_start(w: World, number: int, waited: float) -> None:
    """Count a service begun; a wait of 0 is in no histogram, as those started and not waited are as many."""
    cell = w.cells[number]
    cell.started += 1
    if waited > 0.0:
        cell.waited += 1
        cell.waiting_started += waited
        add_to_histogram(w, number, waited)


def count_left(w: World, number: int, column: int, waited: float) -> None:
    """Count a job that left unserved."""
    cell = w.cells[number]
    if column == RENEGED:
        cell.reneged += 1
    elif column == ABANDONED:
        cell.abandoned += 1
    else:
        cell.failed += 1
    cell.waiting_left += waited


@inlined
def orphan_of(w: World, slot: int) -> int:
    """Return the deadline that left a token behind; -1 for none."""
    branch = w.tokens[slot].branch
    return int(w.branches[branch].orphan) if branch >= 0 else -1


@inlined
def count_wait(w: World, slot: int, waited: float) -> None:
    """Count what a token waited at the visit it is at; nobody waits for what a deadline left behind."""
    token = w.tokens[slot]
    if orphan_of(w, slot) < 0:
        w.journeys[token.journey].waited += waited
        if token.counted > 0:
            w.operation_sums[w.ops[token.place].i, CALL_WAITING] += waited


@inlined
def bin_now(w: World, now: float) -> int:
    """Return the bin of an instant; instants never go back."""
    run = w.run[0]
    while now >= run.edge:
        run.bin += 1
        run.edge = w.edges[run.bin]
    return int(run.bin)


def log_visit(w: World, slot: int, how: int, now: float) -> None:
    """Log a visit that is over."""
    run = w.run[0]
    token = w.tokens[slot]
    stay = w.stays[token.stay]
    row = w.visit_log[run.visit_rows]
    run.visit_rows += 1
    row.stream = (token.key >> STREAM_SHIFT) & STREAM_MASK
    row.k = (token.key >> K_SHIFT) & K_MASK
    row.path = (token.key & PATH_MASK) >> PATH_SHIFT
    row.place = token.place
    row.station = token.station
    row.visit = token.visit
    row.how = how
    row.arrived = stay.arrival_time
    row.started = stay.begun
    row.left = now


def log_journey(w: World, slot: int, outcome: int, now: float) -> None:
    """Log a journey that ended."""
    run = w.run[0]
    token = w.tokens[slot]
    journey = w.journeys[token.journey]
    row = w.journey_log[run.journey_rows]
    run.journey_rows += 1
    row.stream = (token.key >> STREAM_SHIFT) & STREAM_MASK
    row.k = (token.key >> K_SHIFT) & K_MASK
    row.group = journey.group
    row.outcome = outcome
    row.arrived = journey.arrived
    row.ended = now
    row.waited = journey.waited
