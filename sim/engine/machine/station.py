"""Queues and servers: who enters, who is served next, who leaves.

A freed server is given at once, inside the release, to the first in turn, whose service is drawn and begins there.
Those waiting are lists by turn, one a class; those in service are a list by grant, where anything may interrupt them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.machine.count import count_left, count_start, count_wait, log_visit, note
from sim.engine.machine.heap import push
from sim.engine.machine.law import draw_service
from sim.engine.machine.mark import inlined
from sim.engine.machine.memory import DELAYED, FRESH, NEVER, RUNNING, SERVED, UNSERVED, WAITING
from sim.engine.machine.pool import pop_hold, push_hold
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
def rank_at(w: World, number: int, slot: int) -> int:
    """Return the queue of a station that a token joins."""
    if w.stations[number].by_class > 0:
        return int(w.tokens[slot].rank)
    return 0


@inlined
def join_queue(w: World, number: int, slot: int) -> None:
    """Let a token that has just come wait: last, or first where the newest is served first."""
    rank = rank_at(w, number, slot)
    w.tokens[slot].state = WAITING
    w.stations[number].queue += 1
    w.run[0].waiting += 1
    before = w.tails[number, rank]
    if w.stations[number].newest_first > 0:
        before = -1
    link_queue(w, number, rank, slot, before)


def rejoin_queue(w: World, number: int, slot: int) -> None:
    """Let an interrupted token wait again, in its turn."""
    rank = rank_at(w, number, slot)
    token = w.tokens[slot]
    token.state = WAITING
    token.due = NEVER
    w.stations[number].queue += 1
    w.run[0].waiting += 1
    before = -1
    after = w.heads[number, rank]
    while after >= 0 and w.tokens[after].turn < token.turn:
        before = after
        after = w.tokens[after].next
    link_queue(w, number, rank, slot, before)


@inlined
def link_queue(w: World, number: int, rank: int, slot: int, before: int) -> None:
    """Put a token behind another one; behind -1 is first."""
    token = w.tokens[slot]
    after = w.heads[number, rank]
    if before >= 0:
        after = w.tokens[before].next
        w.tokens[before].next = slot
    else:
        w.heads[number, rank] = slot
    if after >= 0:
        w.tokens[after].previous = slot
    else:
        w.tails[number, rank] = slot
    token.previous = before
    token.next = after


def leave_queue(w: World, number: int, slot: int) -> None:
    """Take a token out of its queue."""
    token = w.tokens[slot]
    rank = rank_at(w, number, slot)
    w.stations[number].queue -= 1
    w.run[0].waiting -= 1
    if token.previous >= 0:
        w.tokens[token.previous].next = token.next
    else:
        w.heads[number, rank] = token.next
    if token.next >= 0:
        w.tokens[token.next].previous = token.previous
    else:
        w.tails[number, rank] = token.previous


@inlined
def first_in_turn(w: World, number: int) -> int:
    """Return who is served next; the queue is not empty."""
    rank = 0
    while w.heads[number, rank] < 0:
        rank += 1
    return int(w.heads[number, rank])


@inlined
def grant(w: World, number: int, slot: int, now: float) -> None:
    """Give a server; the caller noted the time."""
    station = w.stations[number]
    token = w.tokens[slot]
    station.busy += 1
    seconds = token.left
    if seconds < 0.0:
        waited = now - token.arrival_time
        count_start(w, token.arrival_cell, waited)
        if waited > 0.0:
            count_wait(w, slot, waited)
        token.begun = now
        seconds = draw_service(w, slot, w.ops[token.place].c, w.ops[token.place].d)
    token.state = SERVED
    if station.shares > 0:
        begin_sharing(w, number, slot, seconds, now)
        return
    token.due = now + seconds
    if station.tracked > 0:
        link_served(w, number, slot, station.final)
    push(w, token.due, token.key, slot << 1)


def serve(w: World, number: int, slot: int, now: float) -> None:
    """Give a server, off the path of every event."""
    grant(w, number, slot, now)


def dispatch(w: World, number: int, now: float) -> None:
    """Give every free server to the first in turn."""
    while w.stations[number].queue > 0 and is_free(w, number):
        slot = first_in_turn(w, number)
        leave_queue(w, number, slot)
        serve(w, number, slot, now)


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
    unlink_served(w, number, slot)
    w.stations[number].busy -= 1
    token.left = token.due - now
    rejoin_queue(w, number, slot)
    arm(w, slot)


def is_worse(w: World, number: int, slot: int, other: int) -> bool:
    """Whether a token's turn comes after another's."""
    token, better = w.tokens[slot], w.tokens[other]
    if w.stations[number].by_class > 0 and token.rank != better.rank:
        return bool(token.rank > better.rank)
    return bool(token.turn > better.turn)


def victim_for(w: World, number: int, slot: int) -> int:
    """Return whose service a token may interrupt: the worst turn, if it is worse than the token's; else -1."""
    station = w.stations[number]
    if station.down > 0 or station.busy > min(station.servers, station.slots) or station.first < 0:
        return -1
    worst = station.first
    other = w.tokens[worst].next
    while other >= 0:
        if is_worse(w, number, other, worst):
            worst = other
        other = w.tokens[other].next
    if is_worse(w, number, worst, slot):
        return int(worst)
    return -1


@inlined
def next_turn(w: World, number: int) -> int:
    """Return the turn of who enters next."""
    station = w.stations[number]
    if station.newest_first > 0:
        return int(-station.entries)
    return int(station.entries)


def admit(w: World, number: int, slot: int, now: float) -> None:
    """Let a token join a station."""
    station = w.stations[number]
    token = w.tokens[slot]
    w.cells[station.cell].joined += 1
    token.station = number
    token.arrival_time = now
    token.arrival_cell = station.cell
    token.turn = next_turn(w, number)
    token.left = FRESH
    token.begun = UNSERVED
    station.entries += 1


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
        admit(w, number, slot, now)
        grant(w, number, slot, now)
        return True
    return wait_or_turn_away(w, number, slot, now)


@inlined
def wait_or_turn_away(w: World, number: int, slot: int, now: float) -> bool:
    """Let a job that found no free server wait, take one over, or turn it away."""
    station = w.stations[number]
    token = w.tokens[slot]
    if station.preemptive > 0:
        token.turn = next_turn(w, number)
        victim = victim_for(w, number, slot)
        if victim >= 0:
            w.cells[station.cell].preempted += 1
            put_back(w, number, victim, now)
            admit(w, number, slot, now)
            serve(w, number, slot, now)
            return True
    if station.queue >= station.places:
        w.cells[station.cell].rejected += 1
        token.reason = REJECTED
        return False
    admit(w, number, slot, now)
    join_queue(w, number, slot)
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
    if station.tracked > 0:
        unlink_served(w, number, slot)
    if w.ops[token.place].code == VISIT:
        station.busy -= 1
        if station.queue > 0 and is_free(w, number):
            successor = first_in_turn(w, number)
            leave_queue(w, number, successor)
            grant(w, number, successor, now)
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
    if token.state == WAITING and token.left < 0.0:
        waited = now - token.arrival_time
    count_left(w, token.arrival_cell, column, waited)
    if w.run[0].has_log > 0:
        log_visit(w, slot, column, now)
    count_wait(w, slot, waited)
    token.due = NEVER
    if token.state == WAITING:
        token.state = RUNNING
        leave_queue(w, number, slot)
        return
    token.state = RUNNING
    if station.shares > 0:
        leave_sharing(w, number, slot, now)
    elif station.tracked > 0:
        unlink_served(w, number, slot)
    station.busy -= 1
    dispatch(w, number, now)


def give_back(w: World, slot: int, kept: int, now: float) -> None:
    """Release what a token holds beyond the first ``kept``, innermost first."""
    while w.tokens[slot].n_holds > kept:
        number = pop_hold(w, slot)
        if number >= 0:
            release(w, number, now)
