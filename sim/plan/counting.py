"""Rows of the operation counters, given out as programs are written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.bundle.record import OperationKey
from sim.contract import has_materials

if TYPE_CHECKING:
    from sim.contract.model import Operation
    from sim.scenario.model import Cost


@dataclass(slots=True)
class _Row:
    """A row and the station at which its operation is served."""

    key: OperationKey
    station: str


class OperationRows:
    """Gives each operation of a program its row: those of one journey by one channel stand together."""

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._known: dict[str, int] = {}
        self._program: tuple[str, str] = ("", "")

    def begin(self, journey: str, channel: str) -> None:
        """Begin the program of a journey by a channel."""
        self._known = {}
        self._program = (journey, channel)

    def row(self, cost: Cost) -> int:
        """Return the row of an operation in this program."""
        if cost.operation not in self._known:
            self._known[cost.operation] = len(self._rows)
            self._rows.append(_Row(OperationKey(*self._program, cost.operation), cost.station))
        return self._known[cost.operation]

    def mark(self, cost: Cost, operation: Operation) -> None:
        """Note what the contract says of an operation that a step of this program calls."""
        row = self._rows[self.row(cost)]
        row.key = replace(row.key, is_visit=operation.is_visit, has_materials=has_materials(operation))

    def keys(self) -> tuple[OperationKey, ...]:
        """Return all rows; a citizen who comes at all is there wherever a station serves visits of any journey."""
        stations = {row.station for row in self._rows if row.key.is_visit}
        come = {(row.key.journey, row.key.channel) for row in self._rows if row.key.is_visit}
        return tuple(
            replace(row.key, is_in_person=row.station in stations and (row.key.journey, row.key.channel) in come)
            for row in self._rows
        )
