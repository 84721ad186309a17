"""What every engine is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from sim.bundle.record import Record
    from sim.plan import Plan

OnProgress: TypeAlias = Callable[[float], None]
"""Called now and then with the share of simulated time that is done, 0 to 1."""


class Engine(Protocol):
    """A pure function of (Plan, seed, replication): no clock, no files, no printing, no global random state."""

    @property
    def name(self) -> str:
        """The name users choose it by."""

    def warm_up(self) -> None:
        """Do what is done once a process: load or compile the draws."""

    def run(self, plan: Plan, *, seed: int, replication: int, on_progress: OnProgress | None = None) -> Record:
        """Run one replication.

        Parameters
        ----------
        seed : int
            Seed of the run.
        replication : int
            From 0; each has its own draws.
        on_progress : callable, optional
            Told how far the simulation is; it cannot change the result.

        Returns
        -------
        Record

        Raises
        ------
        EngineError
            A promise of the engine is broken: our bug.
        """
