"""The loop: the agenda of this instant first, then the next event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.machine.arrival import begin_journey, open_stream, schedule_arrival
from sim.engine.machine.change import change_station
from sim.engine.machine.count import note
from sim.engine.machine.heap import bring_near, close_hole, push
from sim.engine.machine.mark import fetch, inlined
from sim.engine.machine.memory import BLOCK, LINE, NEVER, RUNNING, SERVED, WAITING
from sim.engine.machine.scope import pass_deadline
from sim.engine.machine.sharing import first_to_leave
from sim.engine.machine.station import arm, complete, withdraw
from sim.engine.machine.step import BLOCKED, run_token
from sim.engine.order import FIRST_EVENT_KEY, JOURNEY_RANK, LIMIT_KEY, STATION_RANK, WINDOW_KEY
from sim.engine.tally import RENEGED
from sim.plan.op import TIMED_OUT

if TYPE_CHECKING:
    from sim.engine.machine.memory import World

DONE = 0
CUT_OFF = 1
FULL = 2
PAUSED = 3

NODES_A_STEP = 80
"""Nodes that one step can take: 62 deadlines inside each other and what is held."""
MOST_SLACK = 64
LEAST_SLACK = 32
"""Steps from one look at the room to the next: looking costs as much as a step."""


def slack(w: World) -> int:
    """Return how many steps surely find room.

    Kept free is what one step can need that sets everything free or throws everything out: an event and a wake for each
    token, its deadlines, a page of a histogram for each that waits. Other steps move these by little.
    """
    run = w.run[0]
    rows = run.live + 2
    events = BLOCK * (len(w.blocks) - run.n_free_block)
    owned = 2 * run.live + len(w.nodes) - run.n_free_node + len(w.stations)
    tokens = min(run.n_free_token, run.n_free_branch)
    room = min(run.n_free_journey, tokens // (run.max_fork + 2), run.n_free_node // NODES_A_STEP)
    room = min(room, run.n_free_stay, (len(w.counters) - run.counters) // (LINE * len(w.spare)))
    room = min(room, (len(w.pages) - run.pages - run.waiting) // 4)
    room = min(room, (len(w.heap_time) - run.heap_size - events - owned) // events_a_step(w))
    room = min(room, (BLOCK * (run.n_free_block - len(w.buckets)) - owned) // events_a_step(w))
    room = min(room, (len(w.agenda) - run.agenda_to + run.agenda_from - run.live) // (2 * run.max_fork + 4))
    if run.has_log > 0:
        room = min(room, len(w.visit_log) - run.visit_rows - rows, len(w.journey_log) - run.journey_rows)
    return int(min(room, MOST_SLACK))


@inlined
def events_a_step(w: World) -> int:
    """Return by how much an ordinary step can move what is kept free in the event list."""
    return int(4 * w.run[0].max_fork + 2 * NODES_A_STEP)


@inlined
def open_run(w: World) -> None:
    """Schedule all that a run begins with."""
    run = w.run[0]
    push(w, run.limit, LIMIT_KEY, 0)
    push(w, run.window_end, WINDOW_KEY, 0)
    schedule_change(w)
    for number in range(len(w.streams)):
        open_stream(w, number)


def schedule_change(w: World) -> None:
    """Schedule the next of the scenario's own events."""
    run = w.run[0]
    row = run.next_change
    if row < len(w.changes):
        push(w, w.changes[row].at, FIRST_EVENT_KEY + row, 0)


@inlined
def next_woken(w: World) -> int:
    """Take the first token off the agenda; -1 when it was killed meanwhile: only a branch can be."""
    run = w.run[0]
    position = run.agenda_from
    run.agenda_from += 1
    slot = int(w.agenda[position & (len(w.agenda) - 1)])
    token = w.tokens[slot]
    if token.state != RUNNING:
        return -1
    if token.branch >= 0:
        branch = w.branches[token.branch]
        if branch.agenda != position:
            return -1
        branch.agenda = -1
    return slot


@inlined
def look_ahead(w: World) -> None:
    """Have what the next events need on its way: their tokens first, and nearer to their turn what these lead to."""
    for place in range(3, 7):
        fetch(w.tokens, w.heap_handle[place] >> 1)
    for place in range(1, 3):
        slot = w.heap_handle[place] >> 1
        if 0 <= slot < len(w.tokens):
            fetch(w.counters, w.tokens[slot].counters)


@inlined
def next_event(w: World) -> int:
    """Let the next event happen; return the token that goes on, -1 for none, -2 when the run is cut off."""
    run = w.run[0]
    close_hole(w)
    if run.heap_size == 0:
        bring_near(w)
    now = w.heap_time[0]
    key = w.heap_key[0]
    handle = w.heap_handle[0]
    run.hole = 1
    run.now = now
    look_ahead(w)
    if key >= JOURNEY_RANK:
        if handle < 0:
            return arrive(w, -1 - handle, now)
        if handle & 1 == 0:
            return go_on(w, handle >> 1, key, now)
        node = w.nodes[handle >> 1]
        if node.key != key or node.deadline != now:
            return -1
        return pass_deadline(w, handle >> 1, now)
    if key >= STATION_RANK:
        return share_done(w, handle, now)
    return happen(w, key, now)


@inlined
def arrive(w: World, number: int, now: float) -> int:
    """Open a stream, or begin the journey of its arrival and schedule the next."""
    stream = w.streams[number]
    slot = -1
    if stream.opening > 0:
        stream.opening = 0
    else:
        slot = begin_journey(w, number, now)
        stream.k += 1
    schedule_arrival(w, number, now)
    return slot


@inlined
def go_on(w: World, slot: int, key: int, now: float) -> int:
    """End a service, a pause or the patience of a token; -1 when it no longer expects that."""
    token = w.tokens[slot]
    if token.due != now or token.key != key:
        return -1
    if token.state == SERVED:
        complete(w, slot, now)
    elif token.state == WAITING:
        withdraw(w, slot, RENEGED, now)
        token.reason = TIMED_OUT
        token.place = w.ops[token.place].e
    token.due = NEVER
    return slot


def share_done(w: World, number: int, now: float) -> int:
    """End the shared service that is due; -1 when it no longer is."""
    station = w.stations[number]
    if station.next_leave != now:
        return -1
    note(w, number, now)
    slot = first_to_leave(w, number, now)
    complete(w, slot, now)
    return slot


def happen(w: World, key: int, now: float) -> int:
    """Let the scenario's own event happen; -2 when it cuts the run off."""
    run = w.run[0]
    if key == WINDOW_KEY:
        run.pending -= 1
    elif key == LIMIT_KEY:
        run.end_time = now
        return -2
    else:
        run.next_change += 1
        run.slack = 0
        change_station(w, key - FIRST_EVENT_KEY, now)
        schedule_change(w)
    return -1


@inlined
def close_run(w: World) -> None:
    """Bring the sums of all stations up to the end of the run."""
    for number in range(len(w.stations)):
        note(w, number, w.run[0].now)


def advance(w: World, steps: int) -> int:
    """Run so many steps at most; return why it stopped: DONE, CUT_OFF, FULL or PAUSED."""
    run = w.run[0]
    if run.now < 0.0:
        run.now = 0.0
        open_run(w)
    for _ in range(steps):
        if run.pending == 0:
            close_run(w)
            return DONE
        if run.slack <= 0:
            run.slack = slack(w)
            if run.slack < LEAST_SLACK:
                run.slack = 0
                return FULL
        run.slack -= 1
        slot = next_woken(w) if run.agenda_from < run.agenda_to else next_event(w)
        if slot == -2:
            close_run(w)
            return CUT_OFF
        if slot >= 0 and run_token(w, slot, run.now) == BLOCKED and w.tokens[slot].n_scopes > 0:
            arm(w, slot)
    return PAUSED
