"""Instructions: each does its work and says where its token goes on, or that it blocks or is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.bundle.record import OPERATION_COUNTS
from sim.draw import uniform
from sim.engine.machine.branch import end_branch, fork
from sim.engine.machine.count import add_to_histogram, bin_now, log_journey, orphan_of
from sim.engine.machine.heap import push
from sim.engine.machine.law import draw_chance, draw_service, next_visit, number_of, rounded, stream_of
from sim.engine.machine.mark import inlined
from sim.engine.machine.memory import AWAITING, DELAYED
from sim.engine.machine.pool import drop_scope, free_token, pop_hold, push_hold
from sim.engine.machine.scope import open_scope
from sim.engine.machine.station import enter, release
from sim.plan.op import (
    AWAIT,
    BRANCH,
    CLEAR,
    CLOSE,
    COUNT,
    END,
    ENTER,
    FAILED,
    FORK,
    JUMP,
    LEAVE,
    MEETS,
    ONCE,
    REASON,
    RETRY,
    SCOPE,
    SWITCH,
    UNFINISHED,
    VISIT,
)

if TYPE_CHECKING:
    from sim.engine.machine.memory import World

BLOCKED = -1
OVER = -2
RETRIES = OPERATION_COUNTS.index("retries")
FAILED_COLUMN = OPERATION_COUNTS.index("timed_out")


@inlined
def division_of(w: World, slot: int, place: int) -> int:
    """Return the division that a call goes to: the office's, or the citizen's home."""
    if w.ops[place].b == 1:
        return int(w.tokens[slot].home)
    return int(w.streams[stream_of(w, slot)].office)


@inlined
def visit(w: World, slot: int, place: int, now: float) -> int:
    """VISIT, ENTER: join a station, or take the time of one that has no queue here."""
    token = w.tokens[slot]
    register = w.ops[place].f
    if register >= 0:
        token.visit = next_visit(w, slot, register)
    number = w.rows[w.ops[place].a, division_of(w, slot, place)]
    if number >= 0:
        if enter(w, number, slot, now):
            return BLOCKED
        return int(w.ops[place].e)
    if w.ops[place].code == ENTER:
        push_hold(w, slot, -1)
    token.place = w.ops[place].following
    pause(w, slot, draw_service(w, slot, w.ops[place].c, w.ops[place].d), now)
    return BLOCKED


def pause(w: World, slot: int, seconds: float, now: float) -> None:
    """Let a token go on after a while."""
    token = w.tokens[slot]
    token.state = DELAYED
    token.due = now + seconds
    push(w, token.due, token.key, slot << 1)


@inlined
def leave(w: World, slot: int, place: int, now: float) -> int:
    """LEAVE: give back what was taken last."""
    number = pop_hold(w, slot)
    if number >= 0:
        release(w, number, now)
    return int(w.ops[place].following)


@inlined
def branch(w: World, slot: int, place: int) -> int:
    """BRANCH: draw where to go on."""
    u = draw_chance(w, slot, w.ops[place].d, w.ops[place].c)
    choice = w.ops[place].a
    while u >= w.cumulative[choice]:
        choice += 1
    return int(w.targets[choice])


@inlined
def meets(w: World, slot: int, place: int) -> int:
    """MEETS: decide by the serving division and by a draw that is the same at every call of the journey."""
    run = w.run[0]
    if w.editions[w.ops[place].a, division_of(w, slot, place)] > 0:
        stream = w.streams[stream_of(w, slot)]
        u = uniform((run.key_0, run.key_1, number_of(w, slot), stream.hash, w.ops[place].d, 0), 0)
        if u < w.ops[place].x:
            return int(w.ops[place].following)
    return int(w.ops[place].c)


@inlined
def once(w: World, slot: int, place: int) -> int:
    """ONCE: go on the first time in a journey."""
    counter = w.tokens[slot].counters + w.ops[place].b
    if w.counters[counter] > 0:
        return int(w.ops[place].a)
    w.counters[counter] = 1
    return int(w.ops[place].following)


@inlined
def retry(w: World, slot: int, place: int, now: float) -> int:
    """RETRY: after a growing wait go back, at most so many times."""
    token = w.tokens[slot]
    counter = token.counters + w.ops[place].c
    repeats = int(w.counters[counter])
    if repeats >= w.ops[place].a:
        return int(w.ops[place].following)
    w.counters[counter] = repeats + 1
    operation = w.ops[place].f
    if operation >= 0 and token.counted > 0:
        w.operations[operation, RETRIES] += 1
    wait = w.ops[place].x
    factor = w.backoffs[place, 0]
    jitter = w.backoffs[place, 1]
    if factor != 1.0:
        for _ in range(repeats):
            wait = wait * factor
    if jitter > 0.0:
        wait = wait * (1.0 - jitter + 2.0 * jitter * draw_chance(w, slot, w.ops[place].d, w.ops[place].e))
    token.place = w.ops[place].b
    if w.run[0].clock > 0.0:
        wait = rounded(wait)
    pause(w, slot, wait, now)
    return BLOCKED


@inlined
def count(w: World, slot: int, place: int, column: int) -> int:
    """COUNT, FAILED: add one to a counter of an operation."""
    if w.tokens[slot].counted > 0:
        w.operations[w.ops[place].a, column] += 1
    return int(w.ops[place].following)


@inlined
def close(w: World, slot: int, place: int) -> int:
    """CLOSE: end the innermost deadline; it is the end of a token that this deadline left behind."""
    token = w.tokens[slot]
    scope = token.scope
    drop_scope(w, slot)
    if scope == orphan_of(w, slot):
        free_token(w, slot)
        return OVER
    return int(w.ops[place].following)


@inlined
def await_siblings(w: World, slot: int, place: int) -> int:
    """AWAIT: wait until some sibling branches are done."""
    token = w.tokens[slot]
    mask = w.ops[place].a
    branch = w.branches[token.branch]
    if w.branches[w.tokens[branch.parent].branch].done & mask == mask:
        branch.started = 1
        return int(w.ops[place].following)
    token.state = AWAITING
    return BLOCKED


def end(w: World, slot: int, place: int, now: float) -> int:
    """END: count the journey's end."""
    run = w.run[0]
    token = w.tokens[slot]
    journey = w.journeys[token.journey]
    outcome = w.ops[place].a
    if outcome < 0:
        outcome = journey.outcome
    w.group_counts[journey.group, bin_now(w, now), 1] += 1
    if token.counted > 0:
        sojourn = now - journey.arrived
        w.group_outcomes[journey.group, outcome] += 1
        w.group_sums[journey.group, outcome, 0] += sojourn
        w.group_sums[journey.group, outcome, 1] += journey.waited
        row = len(w.stations) * (run.n_bins + 2) + journey.group * w.group_outcomes.shape[1] + outcome
        add_to_histogram(w, row, sojourn)
    if run.has_log > 0:
        log_journey(w, slot, outcome, now)
    run.end_time = now
    run.pending -= 1
    free_token(w, slot)
    return OVER


@inlined
def run_token(w: World, slot: int, now: float) -> int:
    """Run a token until it blocks or is over, and say which."""
    place = int(w.tokens[slot].place)
    while place >= 0:
        w.tokens[slot].place = place
        code = w.ops[place].code
        if code in (VISIT, ENTER):
            place = visit(w, slot, place, now)
        elif code == END:
            place = end(w, slot, place, now)
        elif code == JUMP:
            place = int(w.ops[place].a)
        elif code == COUNT:
            place = count(w, slot, place, w.ops[place].b)
        elif code == BRANCH:
            place = branch(w, slot, place)
        else:
            place = run_rest(w, slot, place, code, now)
    return place


@inlined
def run_rest(w: World, slot: int, place: int, code: int, now: float) -> int:
    """Execute what concerns failure, deadlines and branches."""
    token = w.tokens[slot]
    following = int(w.ops[place].following)
    if code == SCOPE:
        open_scope(w, slot, w.ops[place].a, w.ops[place].b, now + w.ops[place].x)
    elif code == CLOSE:
        following = close(w, slot, place)
    elif code == CLEAR:
        first = token.counters + w.ops[place].a
        for counter in range(first, first + w.ops[place].b):
            w.counters[counter] = 0
    elif code == REASON:
        token.reason = w.ops[place].a
    elif code == FAILED:
        following = count(w, slot, place, reason_column(token.reason))
    elif code == SWITCH:
        following = int(w.targets[w.ops[place].a + token.reason])
    elif code == RETRY:
        following = retry(w, slot, place, now)
    elif code == LEAVE:
        following = leave(w, slot, place, now)
    else:
        following = run_fork(w, slot, place, code, now)
    return following


@inlined
def run_fork(w: World, slot: int, place: int, code: int, now: float) -> int:
    """Execute what concerns branches, editions and visits in person."""
    if code == MEETS:
        return meets(w, slot, place)
    if code == ONCE:
        return once(w, slot, place)
    if code == AWAIT:
        return await_siblings(w, slot, place)
    if code == FORK:
        fork(w, slot, w.ops[place].a, w.ops[place].b)
        return BLOCKED
    end_branch(w, slot, w.ops[place].a, w.ops[place].b, now)
    return OVER


@inlined
def reason_column(reason: int) -> int:
    """Return the column of ``OPERATION_COUNTS`` for a reason (``op.REASON_COLUMN``)."""
    if reason == UNFINISHED:
        return FAILED_COLUMN
    return FAILED_COLUMN + reason
