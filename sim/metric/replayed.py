"""What the replay knows of the rows of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.bundle.conformance import ConformanceTable
    from sim.bundle.record import Layout


@dataclass(frozen=True, slots=True)
class Replayed:
    """Rows of a layout that the replay speaks of.

    Parameters
    ----------
    judged : frozenset of int
        Rows of the operations that the replay judged.
    groups : frozenset of int
        Rows of the groups whose journeys it replayed: those that have contracts.
    materials : mapping of int to float
        By row of an operation, mean number of materials that one of its executions hands in.
    """

    judged: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    materials: Mapping[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, layout: Layout, table: ConformanceTable) -> Replayed:
        """Return what a replay's table says of the rows of a layout."""
        called = {row.operation for row in table.rows if row.calls > 0}
        journeys = {ending.journey for ending in table.endings}
        means = {(one.journey, one.channel, one.operation): one.submitted / one.calls for one in table.materials}
        keys = [(key.journey, key.channel, key.operation) for key in layout.operations]
        return cls(
            judged=frozenset(row for row, key in enumerate(layout.operations) if key.operation in called),
            groups=frozenset(row for row, key in enumerate(layout.groups) if key.journey.partition("#")[0] in journeys),
            materials={row: means[key] for row, key in enumerate(keys) if key in means},
        )
