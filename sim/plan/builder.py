"""An assembler for programs: labels, laws, tables, registers."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.distribution import DISTRIBUTIONS
from sim.draw import name_hash
from sim.errors import UsageError
from sim.plan import op

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.plan.plan import Floats, Integers
    from sim.scenario.model import Law

NONE: Final = -1
VISITED: Final = 0
"""The repeat counter of every program that tells whether the citizen has come in person before."""
MAX_PATHS: Final = 2048
MAX_SCOPES: Final = 62
"""Deadlines inside each other: the order at one instant has six bits for them."""
STREAM_STEPS: Final = ("#arrival", "#channel", "#home")
"""Names under which the engines draw what belongs to a stream and to no step."""


class Label:
    """A place in a program, known once it is put down."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at = NONE


class Builder:
    """Collects instructions, branch tables and laws; ``Label`` operands are resolved at the end.

    Operands by instruction (columns 1 to 9 of a row; steps, which are hashes, stand in columns 4 and 8):

    - VISIT, ENTER: target, register (1 home, else office), law, step, failure place, visit register, patience law,
      patience step, row of the operation at which its wait is counted
    - JUMP: place
    - BRANCH: table offset, length, visit register, step
    - SWITCH: table offset (one entry a reason)
    - REASON: reason
    - COUNT: operation, column; FAILED: operation
    - SCOPE: handler place, mode
    - RETRY: limit, place, counter, step, visit register, operation; CLEAR: first counter, number of counters
    - FORK: table offset, length, place after a failure, place after an end
    - MEETS: edition, register, place where the journey does not meet it, step; its float is the share that does
    - ONCE: place where the journey has been here before, counter
    - a visit register of -1: the draw has the number of the call that the token made last
    - AWAIT: mask of siblings; BACK: how, outcome; END: outcome (-1: the one a branch named)
    """

    def __init__(self) -> None:
        self._rows: list[list[int | Label]] = []
        self._floats: list[tuple[float, float, float]] = []
        self._targets: list[int | Label] = []
        self._cumulative: list[float] = []
        self._paths: list[int] = []
        self._laws: dict[Law, int] = {}
        self._table: list[float] = []
        self._offsets: dict[Law, int] = {}
        self._steps = {name_hash(name): name for name in STREAM_STEPS}
        self.n_registers = 0
        self.n_counters = 1
        self._registers: dict[str, int] = {}
        self._counter = 0
        self._path = 0
        self._depth = 0
        self._is_apart = False

    def begin_program(self) -> Label:
        """Begin a journey's program and return its first place; registers and paths are numbered anew."""
        self._registers = {}
        self._counter, self._path, self._depth = VISITED + 1, 0, 0
        return self.here()

    def put(self, label: Label) -> None:
        """Put a label down at the next instruction."""
        label.at = len(self._rows)

    def here(self) -> Label:
        """Return a label at the next instruction."""
        label = Label()
        self.put(label)
        return label

    def emit(self, code: int, *operands: int | Label, floats: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> None:
        """Add an instruction."""
        padding = [0] * (op.WIDTH - 1 - len(operands))
        self._rows.append([code, *operands, *padding])
        self._floats.append(floats)

    def table(self, targets: Sequence[Label], weights: Sequence[float] = (), paths: Sequence[int] = ()) -> int:
        """Add a branch table and return its offset; ``weights`` are probabilities, ``paths`` identities of branches."""
        offset = len(self._targets)
        self._targets.extend(targets)
        total = 0.0
        for weight in weights or [0.0] * len(targets):
            total += weight
            self._cumulative.append(total)
        if weights:
            self._cumulative[-1] = 1.0
        self._paths.extend(paths or [0] * len(targets))
        return offset

    def law(self, law: Law | None) -> int:
        """Return the number of a law, -1 for none; equal laws share one."""
        if law is None:
            return NONE
        if law not in self._laws:
            self._laws[law] = len(self._laws)
            self._offsets[law] = len(self._table)
            self._table.extend(law.table)
        return self._laws[law]

    def step(self, name: str) -> int:
        """Return the published hash of a step's draw.

        Raises
        ------
        UsageError
            Two names share a hash; their draws would be the same.
        """
        value = name_hash(name)
        if self._steps.setdefault(value, name) != name:
            raise UsageError(f"{name!r} and {self._steps[value]!r} have the same hash", "rename one of the two steps")
        return value

    def register(self, name: str) -> int:
        """Return the visit register of a step or a draw in this program: one a name, wherever it is written."""
        register = self._registers.setdefault(name, len(self._registers))
        self.n_registers = max(self.n_registers, len(self._registers))
        return register

    @contextmanager
    def deadline(self, handler: Label, mode: int, seconds: float | None) -> Iterator[None]:
        """Begin a deadline for what is written inside; each way out writes its own CLOSE. None: there is no limit.

        Raises
        ------
        UsageError
            More than 62 deadlines stand inside each other.
        """
        if seconds is None:
            yield
            return
        self._depth += 1
        if self._depth > MAX_SCOPES:
            raise UsageError("a journey has more than 62 time-outs inside each other", "nest its calls less deeply")
        self.emit(op.SCOPE, handler, mode, floats=(seconds, 0.0, 0.0))
        yield
        self._depth -= 1

    def counter(self) -> int:
        """Return a new repeat counter of this program."""
        self._counter += 1
        self.n_counters = max(self.n_counters, self._counter)
        return self._counter - 1

    @contextmanager
    def counters(self) -> Iterator[None]:
        """Give back the repeat counters that are taken inside: steps after one another never need theirs at once."""
        before = self._counter
        yield
        if not self._is_apart:
            self._counter = before

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Give nothing back inside: branches of a fork need their repeat counters at once."""
        outer, self._is_apart = self._is_apart, True
        yield
        self._is_apart = outer

    def path(self) -> int:
        """Return the identity of a new branch of this program, in document order from 1.

        Raises
        ------
        UsageError
            The program forks more than 2,047 branches.
        """
        self._path += 1
        if self._path >= MAX_PATHS:
            raise UsageError("a journey has more than 2,047 parallel branches", "split the journey")
        return self._path

    def ops(self) -> tuple[Integers, Floats]:
        """Return the instructions with every label resolved."""
        rows = [[_place(cell) for cell in row] for row in self._rows]
        return np.array(rows, np.int64).reshape(-1, op.WIDTH), np.array(self._floats, np.float64).reshape(-1, 3)

    def branches(self) -> tuple[Integers, Integers, Floats]:
        """Return targets, paths and cumulative probabilities of all branch tables."""
        targets = np.array([_place(cell) for cell in self._targets], np.int64)
        return targets, np.array(self._paths, np.int64), np.array(self._cumulative, np.float64)

    def laws(self) -> tuple[Integers, Floats, Floats]:
        """Return kinds and scalars of all laws, and their one table."""
        names = DISTRIBUTIONS.names()
        kinds = [names.index(law.name) for law in self._laws]
        scalars = [self._scalars(law) for law in self._laws]
        table = np.array(self._table, np.float64)
        return np.array(kinds, np.int64), np.array(scalars, np.float64).reshape(-1, 3), table

    def _scalars(self, law: Law) -> tuple[float, float, float]:
        if law.table:
            return float(self._offsets[law]), float(len(law.table)), 0.0
        return DISTRIBUTIONS.get(law.name).encode(dict(law.parameters))


def _place(cell: int | Label) -> int:
    if isinstance(cell, Label):
        if cell.at == NONE:
            message = "a label was used and never put down"
            raise AssertionError(message)
        return cell.at
    return cell
