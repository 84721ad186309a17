"""Queues and servers: who enters, who is served next, who leaves.

A freed server is given at once, inside the release, to the first in turn, whose service is drawn and begins there.
Those waiting are lists by turn, one a class; those in service are a list by grant, where anything may interrupt them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.machine.count import count_left, count_start, count_wait, log_visit, note
from sim.engine.machine.heap import push
from sim.engine.machine.law import draw_service, stream_of
from sim.engine.machine.mark import inlined
from sim.engine.machine.memory import DELAYED, FRESH, NEVER, RUNNING, SERVED, WAITING
from sim.engine.machine.pool import free_stay, pop_hold, push_hold, take_stay
from sim.engine.machine.served import link_served, unlink_served
from sim.engine.machine.sharing import begin_sharing, leave_sharing
from sim.engine.tally import COMPLETED
from sim.plan.op import OUTAGE, REJECTED, VISIT

if TYPE_CHECKING:
    from sim.engine.machine.memory import World


@inlined
def is_free(w: World, number: int) -> bool:
    """Whether a job can be taken on now: a server is free, or a slot where jobs share the servers."""
    station = w.stations[number]
    if station.shares > 0:
        return bool(station.failed == 0 and station.busy < station.slots)
    return bool(station.down == 0 and station.busy < station.servers and station.busy < station.slots)


@inlined
def join_queue(w: World, number: int, stay: int) -> None:
    """Let a job that has just come wait: last, or first where the newest is served first."""
    rank = w.stays[stay].rank
    before = w.tails[number, rank]
    if w.stations[number].newest_first > 0:
        before = -1
    link_queue(w, number, stay, before)


def rejoin_queue(w: World, number: int, stay: int) -> None:
    """Let an interrupted job wait again, in its turn."""
    before = -1
    after = w.heads[number, w.stays[stay].rank]
    while after >= 0 and w.stays[after].turn < w.stays[stay].turn:
        before = after
        after = w.stays[after].next
    link_queue(w, number, stay, before)


@inlined
def link_queue(w: World, number: int, stay: int, before: int) -> None:
    """Let a job wait behind another one; behind -1 is first."""
    record = w.stays[stay]
    after = w.heads[number, record.rank]
    if before >= 0:
        after = w.stays[before].next
        w.stays[before].next = stay
    else:
        w.heads[number, record.rank] = stay
    if after >= 0:
        w.stays[after].previous = stay
    else:
        w.tails[number, record.rank] = stay
    record.previous = before
    record.next = after
    w.tokens[record.token].state = WAITING
    w.stations[number].queue += 1
    w.run[0].waiting += 1


def leave_queue(w: World, number: int, stay: int) -> None:
    """Take a job out of its queue."""
    record = w.stays[stay]
    w.stations[number].queue -= 1
    w.run[0].waiting -= 1
    if record.previous >= 0:
        w.stays[record.previous].next = record.next
    else:
        w.heads[number, record.rank] = record.next
    if record.next >= 0:
        w.stays[record.next].previous = record.previous
    else:
        w.tails[number, record.rank] = record.previous


@inlined
def leave_served(w: World, number: int, slot: int) -> None:
    """Take a job off the list of those in service, where there is one, and forget it."""
    stay = w.tokens[slot].stay
    if w.stations[number].tracked > 0:
        unlink_served(w, number, stay)
    if stay >= 0:
        free_stay(w, slot)


@inlined
def first_in_turn(w: World, number: int) -> int:
    """Return the stay of who is served next; the queue is not empty."""
    rank = 0
    while w.heads[number, rank] < 0:
        rank += 1
    return int(w.heads[number, rank])


@inlined
def cell_of(w: World, number: int, slot: int) -> int:
    """Return where those are counted that came to a station when a token did."""
    station = w.stations[number]
    return int(station.cell - station.bin + w.tokens[slot].bin)


@inlined
def grant(w: World, number: int, slot: int, now: float) -> None:
    """Give a server; the caller noted the time."""
    station = w.stations[number]
    token = w.tokens[slot]
    station.busy += 1
    seconds = FRESH
    waited = 0.0
    if token.stay >= 0:
        stay = w.stays[token.stay]
        seconds = stay.left
        if seconds < 0.0:
            waited = now - stay.arrival_time
            stay.begun = now
        if station.keeps == 0:
            free_stay(w, slot)
    if seconds < 0.0:
        count_start(w, cell_of(w, number, slot), waited)
        if waited > 0.0:
            count_wait(w, slot, waited)
        seconds = draw_service(w, slot, w.ops[token.place].c, w.ops[token.place].d)
    token.state = SERVED
    if station.shares > 0:
        begin_sharing(w, number, token.stay, seconds, now)
        token.due = NEVER
        return
    token.due = now + seconds
    if station.tracked > 0:
        link_served(w, number, token.stay, station.final)
    push(w, token.due, token.key, slot << 1)


def serve(w: World, number: int, slot: int, now: float) -> None:
    """Give a server, off the path of every event."""
    grant(w, number, slot, now)


def dispatch(w: World, number: int, now: float) -> None:
    """Give every free server to the first in turn."""
    while w.stations[number].queue > 0 and is_free(w, number):
        stay = first_in_turn(w, number)
        leave_queue(w, number, stay)
        serve(w, number, int(w.stays[stay].token), now)


def release(w: World, number: int, now: float) -> None:
    """Take a server back and give it to the first in turn."""
    note(w, number, now)
    w.stations[number].busy -= 1
    dispatch(w, number, now)


def arm(w: World, slot: int) -> None:
    """Make events of the deadlines of a token that blocks.

    One that comes after the end of a service that nothing can interrupt cannot act and waits for the next time.
    """
    token = w.tokens[slot]
    known = NEVER
    if token.state == DELAYED or (token.state == SERVED and w.stations[token.station].shares == 0):
        known = token.due
    scope = token.scope
    while scope >= 0:
        node = w.nodes[scope]
        if node.armed == 0 and node.deadline < known:
            node.armed = 1
            push(w, node.deadline, node.key, scope << 1 | 1)
        scope = node.outer


def put_back(w: World, number: int, slot: int, now: float) -> None:
    """Interrupt a service: the token goes back to its turn with what is left."""
    token = w.tokens[slot]
    stay = int(token.stay)
    unlink_served(w, number, stay)
    w.stations[number].busy -= 1
    w.stays[stay].left = token.due - now
    token.due = NEVER
    rejoin_queue(w, number, stay)
    arm(w, slot)


@inlined
def is_worse(w: World, stay: int, rank: int, turn: int) -> bool:
    """Whether a job's turn comes after that of a class and turn."""
    record = w.stays[stay]
    if record.rank != rank:
        return bool(record.rank > rank)
    return bool(record.turn > turn)


def victim_for(w: World, number: int, slot: int) -> int:
    """Return whose service a token may interrupt: the worst turn, if it is worse than the token's; else -1."""
    station = w.stations[number]
    if station.down > 0 or station.busy > min(station.servers, station.slots) or station.first < 0:
        return -1
    worst = station.first
    other = w.stays[worst].next
    while other >= 0:
        if is_worse(w, other, w.stays[worst].rank, w.stays[worst].turn):
            worst = other
        other = w.stays[other].next
    if is_worse(w, worst, rank_at(w, number, slot), next_turn(w, number)):
        return int(w.stays[worst].token)
    return -1


@inlined
def rank_at(w: World, number: int, slot: int) -> int:
    """Return the queue of a station that a token joins."""
    if w.stations[number].by_class > 0:
        return int(w.streams[stream_of(w, slot)].rank)
    return 0


@inlined
def next_turn(w: World, number: int) -> int:
    """Return the turn of who enters next."""
    station = w.stations[number]
    if station.newest_first > 0:
        return int(-station.entries)
    return int(station.entries)


@inlined
def admit(w: World, number: int, slot: int) -> None:
    """Let a token join a station."""
    station = w.stations[number]
    token = w.tokens[slot]
    w.cells[station.cell].joined += 1
    token.station = number
    token.bin = station.bin
    station.entries += 1


def admit_kept(w: World, number: int, slot: int, now: float) -> None:
    """Let a token join a station that has to know more of it."""
    take_stay(w, slot, now)
    stay = w.stays[w.tokens[slot].stay]
    stay.turn = next_turn(w, number)
    stay.rank = rank_at(w, number, slot)
    admit(w, number, slot)


@inlined
def enter(w: World, number: int, slot: int, now: float) -> bool:
    """Take a job in; return False and leave the reason in the token when it is turned away."""
    note(w, number, now)
    station = w.stations[number]
    token = w.tokens[slot]
    if station.failed > 0:
        w.cells[station.cell].refused += 1
        token.reason = OUTAGE
        return False
    if is_free(w, number):
        if station.keeps > 0:
            admit_kept(w, number, slot, now)
        else:
            admit(w, number, slot)
        grant(w, number, slot, now)
        return True
    return wait_or_turn_away(w, number, slot, now)


@inlined
def wait_or_turn_away(w: World, number: int, slot: int, now: float) -> bool:
    """Let a job that found no free server wait, take one over, or turn it away."""
    station = w.stations[number]
    token = w.tokens[slot]
    if station.preemptive > 0:
        victim = victim_for(w, number, slot)
        if victim >= 0:
            w.cells[station.cell].preempted += 1
            put_back(w, number, victim, now)
            admit_kept(w, number, slot, now)
            serve(w, number, slot, now)
            return True
    if station.queue >= station.places:
        w.cells[station.cell].rejected += 1
        token.reason = REJECTED
        return False
    admit_kept(w, number, slot, now)
    join_queue(w, number, w.tokens[slot].stay)
    arm_patience(w, slot, now)
    return True


@inlined
def arm_patience(w: World, slot: int, now: float) -> None:
    """Limit the wait of a job that has just begun to wait."""
    token = w.tokens[slot]
    law = w.ops[token.place].g
    token.due = NEVER
    if law >= 0:
        token.due = now + draw_service(w, slot, law, w.ops[token.place].h)
        push(w, token.due, token.key, slot << 1)


@inlined
def complete(w: World, slot: int, now: float) -> None:
    """End a service: a VISIT gives its server back before the leaver goes on, an ENTER keeps it until LEAVE."""
    token = w.tokens[slot]
    number = int(token.station)
    station = w.stations[number]
    note(w, number, now)
    w.cells[station.cell].completed += 1
    if w.run[0].has_log > 0:
        log_visit(w, slot, COMPLETED, now)
    token.state = RUNNING
    token.due = NEVER
    leave_served(w, number, slot)
    if w.ops[token.place].code == VISIT:
        station.busy -= 1
        if station.queue > 0 and is_free(w, number):
            stay = first_in_turn(w, number)
            leave_queue(w, number, stay)
            grant(w, number, int(w.stays[stay].token), now)
    else:
        push_hold(w, slot, number)
    token.place = w.ops[token.place].following


def withdraw(w: World, slot: int, column: int, now: float) -> None:
    """Let a job go before its end, for a reason that has a column of ``STATION_COUNTS``."""
    token = w.tokens[slot]
    number = int(token.station)
    station = w.stations[number]
    note(w, number, now)
    waited = 0.0
    if token.state == WAITING and w.stays[token.stay].left < 0.0:
        waited = now - w.stays[token.stay].arrival_time
    count_left(w, cell_of(w, number, slot), column, waited)
    if w.run[0].has_log > 0:
        log_visit(w, slot, column, now)
    count_wait(w, slot, waited)
    token.due = NEVER
    if token.state == WAITING:
        token.state = RUNNING
        leave_queue(w, number, int(token.stay))
        free_stay(w, slot)
        return
    token.state = RUNNING
    if station.shares > 0:
        leave_sharing(w, number, int(token.stay), now)
    leave_served(w, number, slot)
    station.busy -= 1
    dispatch(w, number, now)


def give_back(w: World, slot: int, kept: int, now: float) -> None:
    """Release what a token holds beyond the first ``kept``, innermost first."""
    while w.tokens[slot].n_holds > kept:
        number = pop_hold(w, slot)
        if number >= 0:
            release(w, number, now)
