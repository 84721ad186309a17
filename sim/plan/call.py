"""Compiles one execution of an operation: queue, service, nested calls, deadline, conformance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.bundle.record import OPERATION_COUNTS
from sim.plan import op
from sim.plan.builder import NONE, VISITED, Builder, Label
from sim.plan.failure import CallShare, Edition
from sim.plan.misfit import MisfitError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.model import Operation
    from sim.plan.counting import OperationRows
    from sim.scenario.model import Cost, Register

ATTEMPTS: Final = OPERATION_COUNTS.index("attempts")
SUCCEEDED: Final = OPERATION_COUNTS.index("succeeded")
VISITORS: Final = OPERATION_COUNTS.index("visitors")

REGISTERS: Final = {"home": 1, "office": 0, "none": 0}


@dataclass(frozen=True, slots=True)
class Rows:
    """Numbers of the rows that instructions name.

    Parameters
    ----------
    targets : mapping of str to int
        Station name to target.
    operations : OperationRows
        Rows of the operation counters.
    per_division : frozenset of str
        Stations that every division has its own of.
    """

    targets: Mapping[str, int]
    operations: OperationRows
    per_division: frozenset[str] = frozenset()


class Place(NamedTuple):
    """Where an execution stands: whose platform answers, its identity, the row at which its waits are counted.

    ``visits`` is the visit register that numbers the executions; what is called inside has the number of what calls,
    so the path of a second call of one operation by another is its own.
    """

    register: Register
    path: str
    row: int
    visits: int = NONE


@dataclass(frozen=True, slots=True)
class CallCompiler:
    """Writes calls into a builder.

    Parameters
    ----------
    costs : mapping
        Cost of each operation; the loader has refused cycles of nested calls.
    shares : mapping
        Failed shares by operation where the platform speaks the national edition.
    editions : tuple of Edition
        Others, and what fails by them.
    """

    builder: Builder
    rows: Rows
    costs: Mapping[str, Cost]
    shares: Mapping[str, CallShare]
    editions: tuple[Edition, ...] = ()

    def call(self, cost: Cost, register: Register, path: str, failed: Label, timeout: float | None = None) -> None:
        """Write one execution; control goes on after it on success, to ``failed`` with its reason else.

        Parameters
        ----------
        path : str
            Identity of this execution in the journey, for its draws.
        timeout : float or None
            The step's own limit, in seconds; the shorter of it and the cost's counts.
        """
        place = Place(register, path, self.rows.operations.row(cost), self.builder.register(path))
        self._call(cost, place, failed, timeout)

    def begin(self, cost: Cost, operation: Operation) -> None:
        """Write what stands before a step's call of an operation: the citizen who comes in person is counted once."""
        self.rows.operations.mark(cost, operation)
        if operation.is_visit:
            again = Label()
            self.builder.emit(op.ONCE, again, VISITED)
            self.builder.emit(op.COUNT, self.rows.operations.row(cost), VISITORS)
            self.builder.put(again)

    def _call(self, cost: Cost, place: Place, failed: Label, timeout: float | None = None) -> None:
        write, operation = self.builder.emit, self.rows.operations.row(cost)
        limits = [limit for limit in (timeout, cost.timeout) if limit is not None]
        broken, closed, answered = Label(), Label(), Label()
        write(op.COUNT, operation, ATTEMPTS)
        mode = op.ORPHAN if cost.on_timeout == "orphan" else op.CANCEL
        with self.builder.deadline(closed, mode, min(limits, default=None)):
            self._serve(cost, place, broken)
        if limits:
            write(op.CLOSE)
        self._conform(cost, place, op.BREACHED, closed)
        write(op.COUNT, operation, SUCCEEDED)
        write(op.JUMP, answered)
        self.builder.put(broken)
        if limits:
            write(op.CLOSE)
        self.builder.put(closed)
        write(op.FAILED, operation)
        write(op.JUMP, failed)
        self.builder.put(answered)

    def _serve(self, cost: Cost, place: Place, broken: Label) -> None:
        """Write the operation's own service and its nested calls; ``broken`` is reached with nothing held."""
        if not cost.calls:
            self._visit(op.VISIT, cost, place, broken)
            self._conform(cost, place, op.REFUSED, broken)
            return
        nested, released, done = Label(), Label(), Label()
        self._visit(op.ENTER, cost, place, broken)
        self._conform(cost, place, op.REFUSED, released)
        for number, call in enumerate(cost.calls):
            before = sum(earlier.operation == call.operation for earlier in cost.calls[:number])
            name = f"{call.operation}#{before + 1}" if before else call.operation
            self._call(self.costs[call.operation], Place(call.division, f"{place.path}/{name}", place.row), nested)
        self.builder.emit(op.LEAVE)
        self.builder.emit(op.JUMP, done)
        self.builder.put(nested)
        # whatever failed below, the caller answers 503
        self.builder.emit(op.REASON, op.OUTAGE)
        self.builder.put(released)
        self.builder.emit(op.LEAVE)
        self.builder.emit(op.JUMP, broken)
        self.builder.put(done)

    def _visit(self, code: int, cost: Cost, place: Place, broken: Label) -> None:
        register, path = place.register, place.path
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
            place.visits,
            patience,
            NONE if patience == NONE else self.builder.step(f"{path}#patience"),
            place.row,
        )

    def _conform(self, cost: Cost, place: Place, reason: int, failed: Label) -> None:
        """Write what fails by a contract: by the edition that the journey meets here, else by the national one."""
        register, path = place.register, place.path
        national = _failed(self.shares.get(cost.operation, CallShare()), reason)
        met = [edition for edition in self.editions if cost.operation in edition.calls]
        met = [edition for edition in met if national or _failed(edition.calls[cost.operation], reason)]
        after = Label()
        for edition in met:
            elsewhere = Label()
            step = self.builder.step(f"#edition/{edition.name}")
            floats = (edition.share, 0.0, 0.0)
            self.builder.emit(op.MEETS, edition.number, REGISTERS[register], elsewhere, step, floats=floats)
            self._fail(_failed(edition.calls[cost.operation], reason), reason, f"{path}#{edition.name}", failed)
            self.builder.emit(op.JUMP, after)
            self.builder.put(elsewhere)
        self._fail(national, reason, path, failed)
        self.builder.put(after)

    def _fail(self, share: float, reason: int, path: str, failed: Label) -> None:
        """Write a failure of a share of the calls, drawn anew at each; nothing for a share of 0."""
        if not share:
            return
        builder = self.builder
        name = f"{path}#{'refused' if reason == op.REFUSED else 'breached'}"
        fails, passes = Label(), Label()
        table = builder.table([fails, passes], [share, 1.0 - share])
        builder.emit(op.BRANCH, table, 2, NONE, builder.step(name))
        builder.put(fails)
        builder.emit(op.REASON, reason)
        builder.emit(op.JUMP, failed)
        builder.put(passes)


def _failed(share: CallShare, reason: int) -> float:
    return share.refused if reason == op.REFUSED else share.breached
