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
from sim.engine.machine.pool import free_token, take_branch, take_token
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
    if run.agenda_from == run.agenda_to:
        run.agenda_from = run.agenda_to = 0
    if token.branch >= 0:
        w.branches[token.branch].agenda = run.agenda_to
    w.agenda[run.agenda_to & (len(w.agenda) - 1)] = slot
    run.agenda_to += 1


@inlined
def copy_journey(w: World, slot: int, heir: int) -> None:
    """Give a new token what all tokens of a journey share."""
    token, other = w.tokens[slot], w.tokens[heir]
    other.home = token.home
    other.counted = token.counted
    other.visit = token.visit
    other.counters = token.counters


@inlined
def next_path(w: World, journey: int) -> int:
    """Return a path that no living token of a journey has."""
    record = w.journeys[journey]
    path = LAST_PATH - record.orphans % (LAST_PATH + 1 - MAX_PATHS)
    record.orphans += 1
    return int(path)


@inlined
def branch_of(w: World, slot: int) -> int:
    """Return where a token has what it needs as a branch or with branches."""
    return int(w.tokens[slot].branch)


@inlined
def fork(w: World, slot: int, first: int, size: int) -> None:
    """Start branches; the token waits for all of them."""
    token = w.tokens[slot]
    token.state = FORKED
    take_branch(w, slot)
    parent = w.branches[token.branch]
    parent.living = size
    parent.done = 0
    parent.failed = 0
    parent.ended = 0
    parent.child = -1
    previous = -1
    for bit in range(size):
        path = w.paths[first + bit]
        if w.journeys[token.journey].orphans > 0:
            # a branch left behind may still have this one's path
            path = next_path(w, token.journey)
        key = token.key & ~PATH_MASK | path << PATH_SHIFT
        child = take_token(w, token.journey, key, w.targets[first + bit])
        copy_journey(w, slot, child)
        take_branch(w, child)
        branch = w.branches[w.tokens[child].branch]
        branch.parent = slot
        branch.bit = bit
        branch.sibling = -1
        branch.started = 1
        if w.ops[w.tokens[child].place].code == AWAIT:
            branch.started = 0
        if previous < 0:
            parent.child = child
        else:
            w.branches[branch_of(w, previous)].sibling = child
        previous = child
        wake(w, child)


@inlined
def exchange_child(w: World, slot: int, other: int) -> None:
    """Let what its parent or its sibling before it has of a branch lead to another one; -1 for none."""
    parent = w.branches[branch_of(w, w.branches[branch_of(w, slot)].parent)]
    if parent.child == slot:
        parent.child = other
    else:
        before = parent.child
        while w.branches[branch_of(w, before)].sibling != slot:
            before = w.branches[branch_of(w, before)].sibling
        w.branches[branch_of(w, before)].sibling = other


def unlink_child(w: World, slot: int) -> None:
    """Take a branch off its parent's list."""
    exchange_child(w, slot, w.branches[branch_of(w, slot)].sibling)


@inlined
def replace_child(w: World, slot: int, heir: int) -> None:
    """Let the heir of a branch take its place among its siblings."""
    take_branch(w, heir)
    branch, successor = w.branches[branch_of(w, slot)], w.branches[branch_of(w, heir)]
    successor.parent = branch.parent
    successor.bit = branch.bit
    successor.sibling = branch.sibling
    successor.started = 1
    exchange_child(w, slot, heir)
    branch.parent = -1


def kill(w: World, slot: int, now: float) -> None:
    """End a branch and all below it: children in document order, then its own activity, then what it holds."""
    current = slot
    while True:
        token = w.tokens[current]
        if token.state == FORKED and w.branches[token.branch].child >= 0:
            current = int(w.branches[token.branch].child)
            continue
        if token.state in (WAITING, SERVED):
            withdraw(w, current, ABANDONED, now)
        give_back(w, current, 0, now)
        parent = int(w.branches[token.branch].parent)
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
        while w.branches[token.branch].child >= 0:
            kill(w, int(w.branches[token.branch].child), now)


@inlined
def wake_siblings(w: World, parent: int) -> None:
    """Wake the branches whose wait is satisfied."""
    done = w.branches[branch_of(w, parent)].done
    child = w.branches[branch_of(w, parent)].child
    while child >= 0:
        branch = w.branches[branch_of(w, child)]
        if w.tokens[child].state == AWAITING:
            mask = w.ops[w.tokens[child].place].a
            if done & mask == mask:
                branch.started = 1
                wake(w, child)
        child = branch.sibling


@inlined
def stop_siblings(w: World, parent: int, now: float) -> None:
    """Cancel the branches that have not started."""
    w.run[0].slack = 0
    child = w.branches[branch_of(w, parent)].child
    while child >= 0:
        branch = w.branches[branch_of(w, child)]
        following = branch.sibling
        if branch.started == 0:
            kill(w, int(child), now)
            w.branches[branch_of(w, parent)].living -= 1
        child = following


@inlined
def end_branch(w: World, slot: int, how: int, outcome: int, now: float) -> None:
    """End a branch; the last one wakes its parent."""
    token = w.tokens[slot]
    branch = w.branches[token.branch]
    number = int(branch.parent)
    parent = w.branches[branch_of(w, number)]
    unlink_child(w, slot)
    parent.living -= 1
    if how == BACK_DONE:
        parent.done |= 1 << branch.bit
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
        forked = w.tokens[number]
        place = forked.place
        forked.place = place + 1
        if parent.failed > 0:
            forked.place = w.ops[place].c
        elif parent.ended > 0:
            forked.place = w.ops[place].d
        wake(w, number)
