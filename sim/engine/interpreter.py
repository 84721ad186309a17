"""Carries tokens through their programs: one method an instruction."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, cast

from sim.bundle.record import OPERATION_COUNTS
from sim.distribution import DISTRIBUTIONS
from sim.engine import tally
from sim.engine.ledger import Ledger
from sim.engine.order import LAST_PATH, PATH_MASK, PATH_SHIFT, VISIT_MASK
from sim.engine.tally import RunTally
from sim.engine.token import (
    AWAITING,
    DELAYED,
    ENDED,
    FORKED,
    RUNNING,
    SERVED,
    WAITING,
    Journey,
    Scope,
    Signal,
    Token,
)
from sim.plan import op
from sim.plan.builder import MAX_PATHS

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import ModuleType

    from simpy import Environment
    from simpy.events import Event

    from sim.bundle.log import Log
    from sim.engine.queue import Station
    from sim.plan import Plan

BLOCKED: Final = -1
OVER: Final = -2
RETRIES: Final = OPERATION_COUNTS.index("retries")


class Interpreter:
    """Runs programs on an environment; knows nothing of arrivals or of when the run ends.

    Parameters
    ----------
    plan : Plan
    key : tuple of int
        The run's key (``sim.draw.run_key``).
    log : Log, optional
        Where a row for every visit and journey goes.
    """

    def __init__(
        self, env: Environment, plan: Plan, key: tuple[int, int], compiled: ModuleType, log: Log | None = None
    ) -> None:
        self.env = env
        self.ops: list[list[int]] = plan.ops.tolist()
        self._floats = plan.op_floats.tolist()
        self._targets: list[int] = plan.branch_target.tolist()
        self._paths: list[int] = plan.branch_path.tolist()
        self._cumulative: list[float] = plan.branch_cumulative.tolist()
        self._rows: list[list[int]] = plan.target_rows.tolist()
        self._editions: list[list[int]] = plan.edition_divisions.tolist()
        self._clock = plan.clock
        self._key = key
        self._uniform: Callable[..., float] = compiled.draw_uniform
        self._laws = [_law(plan, number, compiled) for number in range(len(plan.law_kind))]
        self.stations: list[Station] = []
        self.tally = RunTally(plan)
        self.ledger = None if log is None else Ledger(log)
        self._handlers = self._table()

    def _table(self) -> list[Callable[[Token, list[int]], int]]:
        table = {
            op.VISIT: self._visit,
            op.ENTER: self._visit,
            op.LEAVE: self._leave,
            op.JUMP: self._jump,
            op.BRANCH: self._branch,
            op.SWITCH: self._switch,
            op.REASON: self._reason,
            op.COUNT: self._count,
            op.FAILED: self._failed,
            op.SCOPE: self._scope,
            op.CLOSE: self._close,
            op.RETRY: self._retry,
            op.CLEAR: self._clear,
            op.FORK: self._fork,
            op.AWAIT: self._await,
            op.BACK: self._back,
            op.END: self._end,
            op.MEETS: self._meets,
            op.ONCE: self._once,
        }
        return [table[code] for code in range(len(op.NAMES))]

    def life(self, token: Token, *, waits: bool) -> Generator[Event, object, None]:
        """Be the process of a token; ``waits``: it begins when its signal comes."""
        if waits:
            yield token.signal
        while self._advance(token):
            yield token.signal
        # a token and its signal name each other; cut, they are freed at once and not when the collector comes by
        del token.signal

    def _advance(self, token: Token) -> bool:
        """Run a token until it blocks (True) or is over (False)."""
        ops, handlers = self.ops, self._handlers
        token.state = RUNNING
        place = token.place
        while place >= 0:
            token.place = place
            row = ops[place]
            place = handlers[row[0]](token, row)
        return place == BLOCKED

    # Draws.

    def service_time(self, token: Token) -> float:
        """Draw the service of the visit a token is at, in seconds."""
        row = self.ops[token.place]
        return self._draw(token, row[3], row[4])

    def note_wait(self, token: Token, waited: float) -> None:
        """Count what a token waited at the visit it is at, in seconds; nobody waits for what a deadline left behind."""
        if token.orphan is None:
            token.journey.waited += waited
            if token.journey.counted:
                self.tally.operation_sums[self.ops[token.place][9]][tally.CALL_WAITING] += waited

    def _draw(self, token: Token, law: int, step: int) -> float:
        draw, kind, a, b, c = self._laws[law]
        journey = token.journey
        return draw(kind, a, b, c, self._clock, *self._key, journey.k, journey.hash, step, token.visit)

    def _chance(self, token: Token, step: int, register: int) -> float:
        journey = token.journey
        visit = token.visit if register < 0 else _next_visit(journey, register)
        return self._uniform(*self._key, journey.k, journey.hash, step, visit)

    # Instructions. Each returns the next place, BLOCKED or OVER.

    def _visit(self, token: Token, row: list[int]) -> int:
        journey = token.journey
        if row[6] >= 0:
            token.visit = _next_visit(journey, row[6])
        token.signal = Signal(self.env, token)
        number = self._rows[row[1]][journey.home if row[2] else journey.office]
        if number >= 0:
            return BLOCKED if self.stations[number].enter(token) else row[5]
        if row[0] == op.ENTER:
            token.holds.append(None)
        token.place += 1
        return self._pause(token, self._draw(token, row[3], row[4]))

    def _pause(self, token: Token, seconds: float) -> int:
        token.state = DELAYED
        token.signal.fire(seconds, token.key)
        return BLOCKED

    def _leave(self, token: Token, _: list[int]) -> int:
        station = token.holds.pop()
        if station is not None:
            station.release()
        return token.place + 1

    def _jump(self, _: Token, row: list[int]) -> int:
        return row[1]

    def _branch(self, token: Token, row: list[int]) -> int:
        u = self._chance(token, row[4], row[3])
        choice = row[1]
        while u >= self._cumulative[choice]:
            choice += 1
        return self._targets[choice]

    def _meets(self, token: Token, row: list[int]) -> int:
        """Decide by the serving division and by a draw that is the same at every call of the journey."""
        journey = token.journey
        division = journey.home if row[2] else journey.office
        if self._editions[row[1]][division]:
            u = self._uniform(*self._key, journey.k, journey.hash, row[4], 0)
            if u < self._floats[token.place][0]:
                return token.place + 1
        return row[3]

    def _once(self, token: Token, row: list[int]) -> int:
        repeats = token.journey.repeats
        if repeats[row[2]]:
            return row[1]
        repeats[row[2]] = 1
        return token.place + 1

    def _switch(self, token: Token, row: list[int]) -> int:
        return self._targets[row[1] + token.reason]

    def _reason(self, token: Token, row: list[int]) -> int:
        token.reason = row[1]
        return token.place + 1

    def _count(self, token: Token, row: list[int]) -> int:
        if token.journey.counted:
            self.tally.operations[row[1]][row[2]] += 1
        return token.place + 1

    def _failed(self, token: Token, row: list[int]) -> int:
        if token.journey.counted:
            self.tally.operations[row[1]][op.REASON_COLUMN[token.reason]] += 1
        return token.place + 1

    def _clear(self, token: Token, row: list[int]) -> int:
        token.journey.repeats[row[1] : row[1] + row[2]] = [0] * row[2]
        return token.place + 1

    def _retry(self, token: Token, row: list[int]) -> int:
        journey = token.journey
        _, limit, place, counter, step, register, operation = row[:7]
        repeats = journey.repeats[counter]
        if repeats >= limit:
            return token.place + 1
        journey.repeats[counter] = repeats + 1
        if operation >= 0 and journey.counted:
            self.tally.operations[operation][RETRIES] += 1
        wait, factor, jitter = self._floats[token.place]
        if factor != 1.0:
            for _ in range(repeats):
                wait = wait * factor
        if jitter > 0.0:
            wait = wait * (1.0 - jitter + 2.0 * jitter * self._chance(token, step, register))
        if self._clock > 0.0:
            wait = float(math.ceil(wait))
        token.place = place
        token.signal = Signal(self.env, token)
        return self._pause(token, wait)

    # Deadlines.

    def _scope(self, token: Token, row: list[int]) -> int:
        scope = Scope(token, row[1], row[2])
        scope.callbacks.append(self._deadline)
        scope.fire(self._floats[token.place][0], token.key + 1 + len(token.scopes))
        token.scopes.append(scope)
        return token.place + 1

    def _close(self, token: Token, _: list[int]) -> int:
        scope = token.scopes.pop()
        scope.cancel()
        if scope is token.orphan:
            token.state = ENDED
            return OVER
        return token.place + 1

    def _deadline(self, event: Event) -> None:
        scope = cast("Scope", event)
        token = scope.token
        depth = token.scopes.index(scope)
        if scope.mode == op.ORPHAN and (token.state == SERVED or len(token.holds) > scope.holds):
            token = self._split(token, scope, depth)
        else:
            self._abort(token)
            for inner in token.scopes[depth:]:
                inner.cancel()
            del token.scopes[depth:]
            self._give_back(token, scope.holds)
            token.place = scope.handler
            token.renew()
        token.reason = op.TIMED_OUT
        token.signal.succeed()

    def _split(self, token: Token, scope: Scope, depth: int) -> Token:
        """Leave what is under way to an orphan; return the token with which the journey goes on."""
        journey = token.journey
        successor = Token(self.env, journey, scope.handler, _fresh_key(token))
        successor.scopes, token.scopes = token.scopes[:depth], token.scopes[depth:]
        successor.holds, token.holds = token.holds[: scope.holds], token.holds[scope.holds :]
        for outer in successor.scopes:
            outer.token = successor
        for inner in token.scopes[1:]:
            inner.holds -= scope.holds
        successor.started, successor.bit, successor.parent = True, token.bit, token.parent
        successor.visit = token.visit
        if token.state == WAITING and token.left < 0.0:
            # what an orphan waits from now on is not the journey's
            self.note_wait(token, self.env.now - token.arrival_time)
        successor.orphan, token.orphan = token.orphan, scope
        if token.parent is not None:
            token.parent.children[token.bit] = successor
            token.parent = None
        self.env.process(self.life(successor, waits=True))
        return successor

    def _abort(self, token: Token) -> None:
        """Stop what a token is doing; its signal is the caller's to renew or cancel."""
        if token.state in (WAITING, SERVED):
            cast("Station", token.station).withdraw(token, tally.ABANDONED)
        elif token.state == FORKED:
            for child in token.children:
                if child.state != ENDED:
                    self._kill(child)

    def _give_back(self, token: Token, kept: int) -> None:
        """Release what is held beyond the first ``kept``, innermost first."""
        while len(token.holds) > kept:
            station = token.holds.pop()
            if station is not None:
                station.release()

    def _kill(self, token: Token) -> None:
        self._abort(token)
        token.signal.cancel()
        for scope in token.scopes:
            scope.cancel()
        token.state = ENDED
        self._give_back(token, 0)

    def arm_patience(self, token: Token) -> None:
        """Start the limit of a job that has just begun to wait."""
        row = self.ops[token.place]
        if row[7] >= 0:
            token.patience = Signal(self.env, token)
            token.patience.callbacks.append(self._impatient)
            token.patience.fire(self._draw(token, row[7], row[8]), token.key)

    def _impatient(self, event: Event) -> None:
        token = cast("Signal", event).token
        cast("Station", token.station).withdraw(token, tally.RENEGED)
        self.fail_call(token, op.TIMED_OUT)

    def fail_call(self, token: Token, reason: int = op.OUTAGE) -> None:
        """Send a job that its station let go to where its failure is handled."""
        token.reason = reason
        token.place = self.ops[token.place][5]
        token.renew().succeed()

    # Branches.

    def _fork(self, token: Token, row: list[int]) -> int:
        token.state = FORKED
        token.signal = Signal(self.env, token)
        token.children = []
        token.living, token.done, token.failed, token.ended = row[2], 0, False, False
        # a call left behind may still run branches of an earlier execution, under the same paths
        is_crowded = token.journey.orphans > 0
        for bit in range(row[2]):
            path = self._paths[row[1] + bit]
            key = _fresh_key(token) if is_crowded else token.key & ~PATH_MASK | path << PATH_SHIFT
            place = self._targets[row[1] + bit]
            child = Token(self.env, token.journey, place, key)
            child.parent, child.bit, child.visit = token, bit, token.visit
            child.started = self.ops[place][0] != op.AWAIT
            token.children.append(child)
            self.env.process(self.life(child, waits=True))
            child.signal.succeed()
        return BLOCKED

    def _await(self, token: Token, row: list[int]) -> int:
        if cast("Token", token.parent).done & row[1] == row[1]:
            token.started = True
            return token.place + 1
        token.state = AWAITING
        token.signal = Signal(self.env, token)
        return BLOCKED

    def _back(self, token: Token, row: list[int]) -> int:
        parent = cast("Token", token.parent)
        token.state = ENDED
        parent.living -= 1
        if row[1] == op.BACK_DONE:
            parent.done |= 1 << token.bit
            self._wake_siblings(parent)
        else:
            self._stop_siblings(parent)
            parent.failed = parent.failed or row[1] == op.BACK_FAILED
            parent.ended = parent.ended or row[1] == op.BACK_ENDED
            if token.journey.outcome < 0:
                token.journey.outcome = row[2]
        if not parent.living:
            parent.children = []
            fork = self.ops[parent.place]
            parent.place = fork[3] if parent.failed else fork[4] if parent.ended else parent.place + 1
            parent.signal.succeed()
        return OVER

    def _wake_siblings(self, parent: Token) -> None:
        for child in parent.children:
            if child.state == AWAITING:
                mask = self.ops[child.place][1]
                if parent.done & mask == mask:
                    child.state, child.started = RUNNING, True
                    child.signal.succeed()

    def _stop_siblings(self, parent: Token) -> None:
        """Cancel branches that have not started."""
        for child in parent.children:
            if child.state != ENDED and not child.started:
                self._kill(child)
                parent.living -= 1

    def on_end(self, journey: Journey, outcome: int) -> None:
        """Take note that a journey ended."""
        raise NotImplementedError

    def _end(self, token: Token, row: list[int]) -> int:
        token.state = ENDED
        self.on_end(token.journey, row[1] if row[1] >= 0 else token.journey.outcome)
        return OVER


def _next_visit(journey: Journey, register: int) -> int:
    """Return the number of an execution, and count it."""
    visit = journey.visits[register]
    journey.visits[register] = (visit + 1) & VISIT_MASK
    return visit


def _fresh_key(token: Token) -> int:
    """Return a key that no other token of the journey has, by a path beyond those of its program."""
    journey = token.journey
    # numbers begin anew after 2,048: only an exact tie with a call left behind that long ago could tell
    path = LAST_PATH - journey.orphans % (LAST_PATH + 1 - MAX_PATHS)
    journey.orphans += 1
    return token.key & ~PATH_MASK | path << PATH_SHIFT


def _law(plan: Plan, number: int, compiled: ModuleType) -> tuple[Callable[..., float], int, float, float, object]:
    """Return the compiled draw and the scalars of a law."""
    kind = int(plan.law_kind[number])
    a, b, c = (float(value) for value in plan.law_scalars[number])
    name = DISTRIBUTIONS.names()[kind]
    if DISTRIBUTIONS.get(name).is_table:
        return compiled.draw_table, kind, a, b, plan.law_table
    return compiled.draw, kind, a, b, c
