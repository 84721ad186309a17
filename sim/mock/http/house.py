"""A world with what belongs to its serving: clock, agenda, stations, and how it began."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.mock.http.agenda import Agenda

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.mock.clock import RunningClock
    from sim.mock.http.traffic import Traffic
    from sim.mock.world import World


class House:
    """A served world.

    Parameters
    ----------
    world : World
        A live one, of that clock.
    settle : callable
        Makes the citizens known and prepares what the user asked for; called at the beginning and at each reset.
    """

    def __init__(self, world: World, clock: RunningClock, settle: Callable[[World], None]) -> None:
        self.world = world
        self.clock = clock
        self.agenda = Agenda(clock)
        self.traffic: Traffic | None = None
        self._settle = settle
        self._settle(world)
        world.store.commit()

    def reset(self) -> None:
        """Go back to the beginning."""
        self.agenda.clear()
        self.clock.restart()
        self.world.forget()
        self._settle(self.world)
        self.world.store.commit()
        if self.traffic is not None:
            self.traffic.restart()

    def advance(self, seconds: float) -> None:
        """Move the clock on and let happen what is due by then."""
        self.clock.advance(seconds)
        self.agenda.catch_up()

    def commit(self) -> None:
        """Make what was stored last."""
        self.world.store.commit()
