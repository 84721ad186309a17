"""What all tests of a session share: contracts and mocks, loaded once, and the worlds opened from them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from sim.conformance.preparation import read_preparation
from sim.errors import UsageError
from sim.mock import CHINA
from sim.mock.http import Faults, House, Log, Service, parse_destinations
from sim.mock.live import Population, load_systems, open_world, settle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.conformance.preparation import Preparation
    from sim.mock import Citizen, RunningClock, System, World
    from sim.pytest_plugin.setting import Settings

S = TypeVar("S", bound=Service)

LOGGER: Final = logging.getLogger("tongban")
"""Gets a line an exchange, without anything personal, at level INFO."""


@dataclass(slots=True)
class Residents:
    """Who lives in a world.

    Parameters
    ----------
    citizens : tuple of Citizen
    tokens : dict of str to str
        By citizen number; made anew at each reset.
    prepared : int
        Errands that were prepared: each is another citizen's.
    """

    population: Population
    citizens: tuple[Citizen, ...]
    tokens: dict[str, str]
    prepared: int = 0

    def settle(self, world: World) -> None:
        """Make the citizens known to a new world."""
        self.tokens = settle(world, self.population)
        self.prepared = 0

    def next(self) -> Citizen:
        """Return the citizen of the next errand that is prepared.

        Raises
        ------
        UsageError
            Each has one.
        """
        if self.prepared >= len(self.citizens):
            raise UsageError(f"each of the {self.prepared} citizens has a prepared errand", "raise tongban_citizens")
        self.prepared += 1
        return self.citizens[self.prepared - 1]


@dataclass(frozen=True, slots=True)
class Stage:
    """Contracts and mocks.

    Parameters
    ----------
    systems : mapping of str to System
        Those that were asked for, and the partners that their mocks call.
    errands : dict of str to Preparation
        Those that were read.
    """

    settings: Settings
    systems: Mapping[str, System]
    errands: dict[str, Preparation] = field(default_factory=dict)

    @classmethod
    def load(cls, settings: Settings) -> Stage:
        """Load what the settings name.

        Raises
        ------
        UsageError
            There is no contract of a name.
        DocumentError
            A contract or mock has faults, or holds what a mock cannot enforce.
        """
        return cls(settings, load_systems(settings.catalog, settings.systems))

    def errand(self, text: str) -> Preparation:
        """Return an errand that can be prepared; each is read once.

        Raises
        ------
        UsageError
            There is no such journey, workflow, step or input.
        DocumentError
            The journey has faults.
        """
        if text not in self.errands:
            self.errands[text] = read_preparation(self.settings.catalog, text)
        return self.errands[text]

    @property
    def start(self) -> datetime:
        """The first instant of a world."""
        return self.settings.start or datetime.now(CHINA)

    def open(self, kind: type[S], clock: RunningClock) -> tuple[S, Residents]:
        """Return a service over a new world, and who lives in it.

        Raises
        ------
        UsageError
            ``tongban_allow_callback`` names no place to call.
        DocumentError
            A mock's own code failed.
        """
        settings = self.settings
        world = open_world(settings.catalog, dict(self.systems), seed=settings.seed, clock=clock)
        population = Population(settings.seed, settings.citizens)
        residents = Residents(population, population.citizens(), {})
        service = kind(
            House(world, clock, residents.settle),
            parse_destinations(settings.allow_callback, loopback=True),
            Log(LOGGER.info),
            faults=Faults(settings.seed),
        )
        return service, residents
