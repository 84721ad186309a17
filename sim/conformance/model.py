"""What a replay gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.bundle.conformance import ConformanceTable
    from sim.plan import CallShare


@dataclass(frozen=True, slots=True)
class Replay:
    """The result of a replay.

    Parameters
    ----------
    table : ConformanceTable
        What the bundle keeps and the report shows; ``citizens`` 0 when the scenario has no Arazzo journey.
    failures : mapping of str to CallShare
        By operationId, of the operations that were called, all systems speaking their national contracts: the share
        that fails enters the plan.
    nested : mapping of str to frozenset of str
        By operationId, the operations that its mock really called.
    variants : mapping of str to mapping of str to CallShare
        By the scenario's variant and operationId, as ``failures``, where its platforms answer in their edition: the
        operations of the variant's contract that were called.
    """

    table: ConformanceTable
    failures: Mapping[str, CallShare]
    nested: Mapping[str, frozenset[str]]
    variants: Mapping[str, Mapping[str, CallShare]] = field(default_factory=dict)
