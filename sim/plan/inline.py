"""Compiles a journey that is written in the scenario: one service after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sim.bundle.record import OPERATION_COUNTS
from sim.plan import op
from sim.plan.builder import NONE, Label

if TYPE_CHECKING:
    from sim.plan.builder import Builder
    from sim.plan.call import CallCompiler
    from sim.scenario.model import Backoff, InlineJourney, InlineStep

RETRIES: Final = OPERATION_COUNTS.index("retries")

COMPLETED: Final = 0
FAILED: Final = 1
"""Outcome rows that every scenario has."""


def compile_inline(journey: InlineJourney, channel: str, calls: CallCompiler) -> Label:
    """Write the program of an inline journey by one channel and return its first place."""
    builder = calls.builder
    first, failed = builder.begin_program(), Label()
    for step in journey.steps:
        if not step.channels or channel in step.channels:
            _step(step, f"{journey.name}/{step.name}", calls, failed)
    builder.emit(op.END, COMPLETED)
    builder.put(failed)
    builder.emit(op.END, FAILED)
    return first


def _step(step: InlineStep, path: str, calls: CallCompiler, failed: Label) -> None:
    builder = calls.builder
    if not step.retry_limit:
        calls.call(step.cost, step.division, path, failed)
        return
    again, broken, done = builder.here(), Label(), Label()
    calls.call(step.cost, step.division, path, broken)
    builder.emit(op.JUMP, done)
    builder.put(broken)
    operation = calls.rows.operations.row(step.cost)
    wait = Wait(step.retry_limit, step.retry_after, step.cost.backoff)
    write_retry(builder, again, f"{path}#backoff", wait, Counting(builder.counter(), operation, NONE))
    builder.emit(op.JUMP, failed)
    builder.put(done)


class Wait(NamedTuple):
    """How often a step is repeated, after how many seconds, and how that grows."""

    limit: int
    after: float
    backoff: Backoff


class Counting(NamedTuple):
    """Which repeat counter a step has, in which operation's row its repeats are counted, what numbers its draws.

    The last two are -1 where there is no operation, and where the draws have the number of the call before.
    """

    counter: int
    operation: int
    register: int


def write_retry(builder: Builder, again: Label, name: str, wait: Wait, counting: Counting) -> None:
    """Write a RETRY that leads back to ``again``; ``name`` is the identity of its draws."""
    operands = (wait.limit, again, counting.counter, builder.step(name), counting.register, counting.operation)
    builder.emit(op.RETRY, *operands, floats=(wait.after, wait.backoff.factor, wait.backoff.jitter))
