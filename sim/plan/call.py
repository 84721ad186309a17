"""Compiles one execution of an operation: queue, service, nested calls, deadline, conformance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.bundle.record import OPERATION_COUNTS
from sim.plan import op
from sim.plan.builder import NONE, Builder, Label
from sim.plan.failure import CallShare
from sim.plan.misfit import MisfitError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.model import Cost, Register

ATTEMPTS: Final = OPERATION_COUNTS.index("attempts")
SUCCEEDED: Final = OPERATION_COUNTS.index("succeeded")

REGISTERS: Final = {"home": 1, "office": 0, "none": 0}


@dataclass(frozen=True, slots=True)
class Rows:
    """Numbers of the rows that instructions name.

    Parameters
    ----------
    targets : mapping of str to int
        Station name to target.
    operations : mapping of str to int
        Operation name to row of the operation counters.
    per_division : frozenset of str
        Stations that every division has its own of.
    """

    targets: Mapping[str, int]
    operations: Mapping[str, int]
    per_division: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CallCompiler:
    """Writes calls into a builder.

    Parameters
    ----------
    costs : mapping
        Cost of each operation; the loader has refused cycles of nested calls.
    shares : mapping
        Failed shares by operation.
    """

    builder: Builder
    rows: Rows
    costs: Mapping[str, Cost]
    shares: Mapping[str, CallShare]

    def call(self, cost: Cost, register: Register, path: str, failed: Label, timeout: float | None = None) -> None:
        """Write one execution; control goes on after it on success, to ``failed`` with its reason else.

        Parameters
        ----------
        path : str
            Identity of this execution in the journey, for its draws.
        timeout : float or None
            The step's own limit, in seconds; the shorter of it and the cost's counts.
        """
        write, operation = self.builder.emit, self.rows.operations[cost.operation]
        limits = [limit for limit in (timeout, cost.timeout) if limit is not None]
        broken, closed, answered = Label(), Label(), Label()
        write(op.COUNT, operation, ATTEMPTS)
        mode = op.ORPHAN if cost.on_timeout == "orphan" else op.CANCEL
        with self.builder.deadline(closed, mode, min(limits, default=None)):
            self._serve(cost, register, path, broken)
        if limits:
            write(op.CLOSE)
        share = self.shares.get(cost.operation, CallShare())
        if share.breached:
            self._fail_by_chance(share.breached, op.BREACHED, f"{path}#breached", closed)
        write(op.COUNT, operation, SUCCEEDED)
        write(op.JUMP, answered)
        self.builder.put(broken)
        if limits:
            write(op.CLOSE)
        self.builder.put(closed)
        write(op.FAILED, operation)
        write(op.JUMP, failed)
        self.builder.put(answered)

    def _serve(self, cost: Cost, register: Register, path: str, broken: Label) -> None:
        """Write the operation's own service and its nested calls; ``broken`` is reached with nothing held."""
        share = self.shares.get(cost.operation, CallShare())
        if not cost.calls:
            self._visit(op.VISIT, cost, register, path, broken)
            if share.refused:
                self._fail_by_chance(share.refused, op.REFUSED, f"{path}#refused", broken)
            return
        nested, released, done = Label(), Label(), Label()
        self._visit(op.ENTER, cost, register, path, broken)
        if share.refused:
            self._fail_by_chance(share.refused, op.REFUSED, f"{path}#refused", released)
        for call in cost.calls:
            self.call(self.costs[call.operation], call.division, f"{path}/{call.operation}", nested)
        self.builder.emit(op.LEAVE)
        self.builder.emit(op.JUMP, done)
        self.builder.put(nested)
        # whatever failed below, the caller answers 503
        self.builder.emit(op.REASON, op.OUTAGE)
        self.builder.put(released)
        self.builder.emit(op.LEAVE)
        self.builder.emit(op.JUMP, broken)
        self.builder.put(done)

    def _visit(self, code: int, cost: Cost, register: Register, path: str, broken: Label) -> None:
        if register == "none" and cost.station in self.rows.per_division:
            raise MisfitError(
                ("stations", cost.station),
                f"every division has its own, and {path} calls {cost.operation} of no division",
                "say division: home or office at the call, or make the station one that all share",
            )
        patience = self.builder.law(cost.patience)
        self.builder.emit(
            code,
            self.rows.targets[cost.station],
            REGISTERS[register],
            self.builder.law(cost.service),
            self.builder.step(f"{path}#service"),
            broken,
            self.builder.register(f"{path}#service"),
            patience,
            NONE if patience == NONE else self.builder.step(f"{path}#patience"),
        )

    def _fail_by_chance(self, share: float, reason: int, name: str, failed: Label) -> None:
        builder = self.builder
        fails, passes = Label(), Label()
        table = builder.table([fails, passes], [share, 1.0 - share])
        builder.emit(op.BRANCH, table, 2, builder.step(name), builder.register(name))
        builder.put(fails)
        builder.emit(op.REASON, reason)
        builder.emit(op.JUMP, failed)
        builder.put(passes)
