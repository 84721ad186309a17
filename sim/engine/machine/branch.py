"""Branches: forked, waiting for siblings, joining, and killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.machine.mark import inlined
from sim.engine.machine.memory import (
    AWAITING,
    FORKED,
    NEVER,
    RUNNING,
    SERVED,
    WAITING,
)
from sim.engine.machine.pool import free_token, take_token
from sim.engine.machine.station import give_back, withdraw
from sim.engine.order import LAST_PATH, PATH_MASK, PATH_SHIFT
from sim.engine.tally import ABANDONED
from sim.plan.builder import MAX_PATHS
from sim.plan.op import AWAIT, BACK_DONE, BACK_ENDED, BACK_FAILED

if TYPE_CHECKING:
    from sim.engine.machine.memory import World


def wake(w: World, slot: int) -> None:
    """Put a token on the agenda: it goes on at this instant, after those put there before."""
    run = w.run[0]
    token = w.tokens[slot]
    token.state = RUNNING
    token.agenda = run.agenda_to
    w.agenda[run.agenda_to & (len(w.agenda) - 1)] = slot
    run.agenda_to += 1


@inlined
def copy_journey(w: World, slot: int, heir: int) -> None:
    """Give a new token what all tokens of a journey share."""
    token, other = w.tokens[slot], w.tokens[heir]
    other.k = token.k
    other.hash = token.hash
    other.office = token.office
    other.home = token.home
    other.rank = token.rank
    other.counted = token.counted


@inlined
def next_path(w: World, journey: int) -> int:
    """Return a path that no living token of a journey has."""
    record = w.journeys[journey]
    path = LAST_PATH - record.orphans % (LAST_PATH + 1 - MAX_PATHS)
    record.orphans += 1
    return int(path)


@inlined
def fork(w: World, slot: int, first: int, size: int) -> None:
    """Start branches; the token waits for all of them."""
    token = w.tokens[slot]
    token.state = FORKED
    token.living = size
    token.done = 0
    token.failed = 0
    token.ended = 0
    token.child = -1
    previous = -1
    for bit in range(size):
        path = w.paths[first + bit]
        if w.journeys[token.journey].orphans > 0:
            # a branch left behind may still have this one's path
            path = next_path(w, token.journey)
        key = token.key & ~PATH_MASK | path << PATH_SHIFT
        child = take_token(w, token.journey, key, w.targets[first + bit])
        copy_journey(w, slot, child)
        branch = w.tokens[child]
        branch.parent = slot
        branch.bit = bit
        branch.sibling = -1
        branch.started = 1
        if w.ops[branch.place].code == AWAIT:
            branch.started = 0
        if previous < 0:
            token.child = child
        else:
            w.tokens[previous].sibling = child
        previous = child
        wake(w, child)


def unlink_child(w: World, slot: int) -> None:
    """Take a branch off its parent's list."""
    parent = w.tokens[w.tokens[slot].parent]
    if parent.child == slot:
        parent.child = w.tokens[slot].sibling
        return
    before = parent.child
    while w.tokens[before].sibling != slot:
        before = w.tokens[before].sibling
    w.tokens[before].sibling = w.tokens[slot].sibling


@inlined
def replace_child(w: World, slot: int, heir: int) -> None:
    """Let the heir of a branch take its place among its siblings."""
    token, successor = w.tokens[slot], w.tokens[heir]
    successor.parent = token.parent
    successor.bit = token.bit
    successor.sibling = token.sibling
    parent = w.tokens[token.parent]
    if parent.child == slot:
        parent.child = heir
    else:
        before = parent.child
        while w.tokens[before].sibling != slot:
            before = w.tokens[before].sibling
        w.tokens[before].sibling = heir
    token.parent = -1


def kill(w: World, slot: int, now: float) -> None:
    """End a branch and all below it: children in document order, then its own activity, then what it holds."""
    current = slot
    while True:
        token = w.tokens[current]
        if token.state == FORKED and token.child >= 0:
            current = token.child
            continue
        if token.state in (WAITING, SERVED):
            withdraw(w, current, ABANDONED, now)
        give_back(w, current, 0, now)
        parent = token.parent
        unlink_child(w, current)
        free_token(w, current)
        if current == slot:
            return
        current = parent


def abort(w: World, slot: int, now: float) -> None:
    """Stop what a token is doing."""
    token = w.tokens[slot]
    token.due = NEVER  # of a pause, too
    if token.state in (WAITING, SERVED):
        withdraw(w, slot, ABANDONED, now)
    elif token.state == FORKED:
        while token.child >= 0:
            kill(w, token.child, now)


@inlined
def wake_siblings(w: World, parent: int) -> None:
    """Wake the branches whose wait is satisfied."""
    done = w.tokens[parent].done
    child = w.tokens[parent].child
    while child >= 0:
        branch = w.tokens[child]
        if branch.state == AWAITING:
            mask = w.ops[branch.place].a
            if done & mask == mask:
                branch.started = 1
                wake(w, child)
        child = branch.sibling


@inlined
def stop_siblings(w: World, parent: int, now: float) -> None:
    """Cancel the branches that have not started."""
    w.run[0].slack = 0
    child = w.tokens[parent].child
    while child >= 0:
        following = w.tokens[child].sibling
        if w.tokens[child].started == 0:
            kill(w, child, now)
            w.tokens[parent].living -= 1
        child = following


@inlined
def end_branch(w: World, slot: int, how: int, outcome: int, now: float) -> None:
    """End a branch; the last one wakes its parent."""
    token = w.tokens[slot]
    number = int(token.parent)
    parent = w.tokens[number]
    unlink_child(w, slot)
    parent.living -= 1
    if how == BACK_DONE:
        parent.done |= 1 << token.bit
        wake_siblings(w, number)
    else:
        stop_siblings(w, number, now)
        if how == BACK_FAILED:
            parent.failed = 1
        if how == BACK_ENDED:
            parent.ended = 1
        if w.journeys[token.journey].outcome < 0:
            w.journeys[token.journey].outcome = outcome
    free_token(w, slot)
    if parent.living == 0:
        place = parent.place
        parent.place = place + 1
        if parent.failed > 0:
            parent.place = w.ops[place].c
        elif parent.ended > 0:
            parent.place = w.ops[place].d
        wake(w, number)
