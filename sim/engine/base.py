"""What every engine is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from sim.bundle.log import Log
    from sim.bundle.record import Record
    from sim.plan import Plan

OnProgress: TypeAlias = Callable[[float], None]
"""Called now and then with the share of simulated time that is done, 0 to 1."""


class Engine(Protocol):
    """A pure function of (Plan, seed, replication): no clock, no files, no printing, no global random state."""

    @property
    def name(self) -> str:
        """The name users choose it by."""

    @property
    def cold_start(self) -> float:
        """CPU seconds that compiling takes, about."""

    def is_ready(self) -> bool:
        """Whether what it compiles lies on the disk, so that ``warm_up`` takes a moment."""

    def warm_up(self) -> None:
        """Do what is done once a process: load what is compiled, or compile it."""

    def run(
        self,
        plan: Plan,
        *,
        seed: int,
        replication: int,
        on_progress: OnProgress | None = None,
        log: Log | None = None,
    ) -> Record:
        """Run one replication.

        Parameters
        ----------
        seed : int
            Seed of the run.
        replication : int
            From 0; each has its own draws.
        on_progress : callable, optional
            Told how far the simulation is; it cannot change the result.
        log : Log, optional
            Given a row for every visit of a station, in the order in which they are over, and for every journey, in
            the order in which they end; it cannot change the result. Without it nothing of this is kept.

        Returns
        -------
        Record

        Raises
        ------
        EngineError
            A promise of the engine is broken: our bug.
        """
