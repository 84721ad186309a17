"""Deadlines, retries and what is taken back when something ends early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.machine.branch import abort, branch_of, copy_journey, next_path, replace_child
from sim.engine.machine.count import count_wait, orphan_of
from sim.engine.machine.mark import inlined
from sim.engine.machine.memory import NEVER, SERVED, WAITING
from sim.engine.machine.pool import drop_scope, take_branch, take_node, take_token
from sim.engine.machine.station import give_back
from sim.engine.order import PATH_MASK, PATH_SHIFT
from sim.plan.op import ORPHAN, TIMED_OUT

if TYPE_CHECKING:
    from sim.engine.machine.memory import World


@inlined
def open_scope(w: World, slot: int, handler: int, mode: int, deadline: float) -> None:
    """Begin a deadline; it becomes an event only when its token blocks on what may outlast it."""
    token = w.tokens[slot]
    number = take_node(w)
    node = w.nodes[number]
    node.deadline = deadline
    node.key = token.key + 1 + token.n_scopes
    node.token = slot
    node.outer = token.scope
    node.handler = handler
    node.mode = mode
    node.holds = token.n_holds
    node.armed = 0
    token.scope = number
    token.n_scopes += 1


def depth_of(w: World, slot: int, scope: int) -> int:
    """Return how many deadlines of a token are around one of them."""
    depth = w.tokens[slot].n_scopes - 1
    inner = w.tokens[slot].scope
    while inner != scope:
        inner = w.nodes[inner].outer
        depth -= 1
    return int(depth)


def pass_deadline(w: World, scope: int, now: float) -> int:
    """Let a deadline pass; return the token with which the journey goes on."""
    w.run[0].slack = 0
    node = w.nodes[scope]
    node.deadline = NEVER  # the event list may hold it twice: an equal one was armed and closed at this instant
    slot = int(node.token)
    token = w.tokens[slot]
    handler = node.handler
    if node.mode == ORPHAN and (token.state == SERVED or token.n_holds > node.holds):
        slot = split(w, scope, now)
    else:
        depth = depth_of(w, slot, scope)
        holds = node.holds
        abort(w, slot, now)
        while token.n_scopes > depth:
            drop_scope(w, slot)
        give_back(w, slot, holds, now)
        token.place = handler
    w.tokens[slot].reason = TIMED_OUT
    return slot


def split(w: World, scope: int, now: float) -> int:
    """Leave what is under way to an orphan; return the token with which the journey goes on."""
    node = w.nodes[scope]
    slot = int(node.token)
    token = w.tokens[slot]
    path = next_path(w, token.journey)
    heir = take_token(w, token.journey, token.key & ~PATH_MASK | path << PATH_SHIFT, node.handler)
    copy_journey(w, slot, heir)
    divide_scopes(w, slot, heir, scope)
    divide_holds(w, slot, heir, node.holds)
    if token.state == WAITING and w.stays[token.stay].left < 0.0:
        # what an orphan waits from now on is not the journey's
        count_wait(w, slot, now - w.stays[token.stay].arrival_time)
    before = orphan_of(w, slot)
    if before >= 0:
        take_branch(w, heir)
        w.branches[branch_of(w, heir)].orphan = before
    take_branch(w, slot)
    w.branches[branch_of(w, slot)].orphan = scope
    if w.branches[branch_of(w, slot)].parent >= 0:
        replace_child(w, slot, heir)
    return heir


@inlined
def divide_scopes(w: World, slot: int, heir: int, scope: int) -> None:
    """Leave a deadline and those inside it to a token; those around it go to its heir."""
    token, successor, node = w.tokens[slot], w.tokens[heir], w.nodes[scope]
    depth = depth_of(w, slot, scope)
    successor.scope = node.outer
    successor.n_scopes = depth
    node.outer = -1
    token.n_scopes -= depth
    outer = successor.scope
    while outer >= 0:
        w.nodes[outer].token = heir
        outer = w.nodes[outer].outer
    inner = token.scope
    while inner != scope:
        w.nodes[inner].holds -= node.holds
        inner = w.nodes[inner].outer


@inlined
def divide_holds(w: World, slot: int, heir: int, kept: int) -> None:
    """Give the heir what was taken first; a token keeps the rest."""
    token, successor = w.tokens[slot], w.tokens[heir]
    successor.n_holds = kept
    token.n_holds -= kept
    if token.n_holds == 0:
        successor.hold = token.hold
        token.hold = -1
        return
    last = token.hold
    for _ in range(token.n_holds - 1):
        last = w.nodes[last].outer
    successor.hold = w.nodes[last].outer
    w.nodes[last].outer = -1
