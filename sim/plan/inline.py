"""Compiles a journey that is written in the scenario: one service after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.bundle.record import OPERATION_COUNTS
from sim.plan import op
from sim.plan.builder import Label

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
    operation = calls.rows.operations[step.cost.operation]
    write_retry(builder, again, path, operation, step.retry_limit, (step.retry_after, step.cost.backoff))
    builder.emit(op.JUMP, failed)
    builder.put(done)


def write_retry(
    builder: Builder,
    again: Label,
    path: str,
    operation: int,
    limit: int,
    wait: tuple[float, Backoff],
    counter: int = -1,
) -> None:
    """Write a RETRY; ``wait`` is the first wait in seconds and how it grows, ``operation`` whose retries it counts."""
    after, backoff = wait
    builder.emit(
        op.RETRY,
        limit,
        again,
        counter if counter >= 0 else builder.counter(),
        builder.step(f"{path}#backoff"),
        builder.register(),
        operation,
        floats=(after, backoff.factor, backoff.jitter),
    )
