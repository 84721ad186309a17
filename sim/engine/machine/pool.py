"""Slots: taken from a list of free ones and given back to it, so memory follows what is live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.machine.mark import inlined
from sim.engine.machine.memory import FREE, FRESH, LINE, NEVER, RUNNING, UNSERVED

if TYPE_CHECKING:
    from sim.engine.machine.memory import World


@inlined
def take_token(w: World, journey: int, key: int, place: int) -> int:
    """Return the slot of a new token of a journey."""
    run = w.run[0]
    slot = run.free_token
    token = w.tokens[slot]
    run.free_token = slot + 1 + token.journey
    run.n_free_token -= 1
    run.live += 1
    token.key = key
    token.due = NEVER
    token.place = place
    token.state = RUNNING
    token.journey = journey
    token.stay = -1
    token.visit = 0
    token.n_scopes = 0
    token.scope = -1
    token.n_holds = 0
    token.hold = -1
    token.branch = -1
    w.journeys[journey].tokens += 1
    return int(slot)


@inlined
def take_counters(w: World, lines: int) -> int:
    """Return where the counters of a new journey begin; they are 0."""
    run = w.run[0]
    first = int(w.spare[lines]) - 1
    if first < 0:
        first = int(run.counters)
        run.counters += lines * LINE
    else:
        w.spare[lines] = int(w.counters[first]) | int(w.counters[first + 1]) << 16
    for counter in range(first, first + lines * LINE):
        w.counters[counter] = 0
    return first


@inlined
def give_counters(w: World, first: int, lines: int) -> None:
    """Give the counters of a journey back; the first two say which were given back before."""
    before = int(w.spare[lines])
    w.counters[first] = before & 0xFFFF
    w.counters[first + 1] = before >> 16
    w.spare[lines] = first + 1


def free_token(w: World, slot: int) -> None:
    """Give a token back, with its deadlines; its journey too when it was the last one."""
    run = w.run[0]
    token = w.tokens[slot]
    while token.scope >= 0:
        drop_scope(w, slot)
    if token.branch >= 0:
        free_branch(w, token.branch)
    number = int(token.journey)
    journey = w.journeys[number]
    journey.tokens -= 1
    if journey.tokens == 0:
        give_counters(w, token.counters, journey.lines)
        journey.group = run.free_journey - number - 1
        run.free_journey = number
        run.n_free_journey += 1
    token.state = FREE
    token.due = NEVER
    token.journey = run.free_token - slot - 1
    run.free_token = slot
    run.n_free_token += 1
    run.live -= 1


@inlined
def take_stay(w: World, slot: int, now: float) -> None:
    """Keep what a station must know of a token that has just come."""
    run = w.run[0]
    number = run.free_stay
    stay = w.stays[number]
    run.free_stay = number + 1 + stay.next
    run.n_free_stay -= 1
    stay.token = slot
    stay.arrival_time = now
    stay.left = FRESH
    stay.begun = UNSERVED
    w.tokens[slot].stay = number


@inlined
def free_stay(w: World, slot: int) -> None:
    """Forget what a station knew of a token."""
    run = w.run[0]
    number = int(w.tokens[slot].stay)
    w.tokens[slot].stay = -1
    w.stays[number].next = run.free_stay - number - 1
    run.free_stay = number
    run.n_free_stay += 1


def take_branch(w: World, slot: int) -> None:
    """Give a token what it needs as a branch, with branches or left behind; nothing when it has that."""
    run = w.run[0]
    token = w.tokens[slot]
    if token.branch < 0:
        number = run.free_branch
        branch = w.branches[number]
        run.free_branch = number + 1 + branch.next
        run.n_free_branch -= 1
        branch.parent = -1
        branch.child = -1
        branch.agenda = -1
        branch.orphan = -1
        token.branch = number


@inlined
def free_branch(w: World, number: int) -> None:
    """Give back what a token had as a branch, with branches or left behind."""
    run = w.run[0]
    w.branches[number].next = run.free_branch - number - 1
    run.free_branch = number
    run.n_free_branch += 1


@inlined
def take_node(w: World) -> int:
    """Return the slot of a new node."""
    run = w.run[0]
    slot = run.free_node
    run.free_node = slot + 1 + w.nodes[slot].outer
    run.n_free_node -= 1
    return int(slot)


def free_node(w: World, slot: int) -> None:
    """Give a node back."""
    run = w.run[0]
    w.nodes[slot].outer = run.free_node - slot - 1
    w.nodes[slot].key = -1
    run.free_node = slot
    run.n_free_node += 1


def drop_scope(w: World, slot: int) -> None:
    """End the innermost deadline of a token."""
    token = w.tokens[slot]
    scope = token.scope
    token.scope = w.nodes[scope].outer
    token.n_scopes -= 1
    free_node(w, scope)


def push_hold(w: World, slot: int, station: int) -> None:
    """Note that a token holds a server of a station; -1 for a call without a station."""
    token = w.tokens[slot]
    node = take_node(w)
    w.nodes[node].station = station
    w.nodes[node].outer = token.hold
    token.hold = node
    token.n_holds += 1


def pop_hold(w: World, slot: int) -> int:
    """Return the station of what a token took last and forget it."""
    token = w.tokens[slot]
    node = token.hold
    token.hold = w.nodes[node].outer
    token.n_holds -= 1
    station = w.nodes[node].station
    free_node(w, node)
    return int(station)
