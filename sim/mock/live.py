"""A live world: systems of a catalog with their partners, citizens, and a clock that runs.

Takes a catalog and names of systems, gives a ``World`` to be served; promises that it can enforce every rule of its
contracts, else it does not begin.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from sim.contract import load_code_lists, load_contract
from sim.errors import DocumentError, EngineError
from sim.mock.behaviour import load_mock
from sim.mock.citizen import PROVINCES, citizens
from sim.mock.codec import Codec
from sim.mock.enforce import unenforced
from sim.mock.security import OWN
from sim.mock.stand_in import stand_in
from sim.mock.world import Live, System, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.catalog import Catalog
    from sim.contract.model import Answer, Operation
    from sim.mock.citizen import Citizen
    from sim.mock.clock import RunningClock
    from sim.mock.store import Store

STREAM = "mock"
"""Keeps the citizens of served worlds apart from those of replays."""


@dataclass(frozen=True, slots=True)
class Population:
    """Who lives in a world.

    Parameters
    ----------
    seed : int
        Of citizens, tokens and keys.
    count : int
        Citizens.
    offices : sequence of str
        Divisions whose platforms take part.
    """

    seed: int
    count: int
    offices: Sequence[str] = PROVINCES

    def citizens(self) -> tuple[Citizen, ...]:
        """Return the citizens, the same ones each time."""
        return tuple(islice(citizens(self.seed, STREAM, offices=self.offices), self.count))


def load_systems(catalog: Catalog, names: Iterable[str]) -> dict[str, System]:
    """Return systems by name and, in turn, those that their mocks call.

    Raises
    ------
    UsageError
        There is no contract of a name.
    DocumentError
        A contract or mock has faults, or holds what a mock cannot enforce.
    """
    systems: dict[str, System] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name not in systems:
            contract = load_contract(catalog, name)
            mock = load_mock(catalog, name, contract.operations)
            systems[name] = System(contract, contract, mock)
            waiting.extend(mock.partners)
    faults = unenforced(systems)
    if faults:
        raise DocumentError(faults)
    return systems


def open_world(
    catalog: Catalog, systems: dict[str, System], *, seed: int, clock: RunningClock, store: Store | None = None
) -> World:
    """Return a live world without citizens; signatures are held against real time."""
    live = Live(clock, lambda: int(time.time()), _StandIns())
    return World(systems, Codec(load_code_lists(catalog)), seed=seed, start=clock.now, store=store, live=live)


def settle(world: World, population: Population) -> dict[str, str]:
    """Make citizens known and give each a token; return the tokens by citizen number.

    A world that remembers citizens from before keeps them and their tokens.
    """
    residents = world.store.table(OWN, "residents")
    tokens: dict[str, str] = {}
    for citizen in population.citizens():
        known = residents.get(citizen.number)
        if known is None:
            world.enrol(citizen)
            known = {"token": world.keyring.grant(citizen.number)}
            residents.put(citizen.number, known)
        tokens[citizen.number] = known["token"]
    return tokens


class _StandIns:
    """Makes each answer once."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Answer] = {}

    def __call__(self, system: System, operation: Operation) -> Answer:
        key = (system.provider.name, operation.operation_id)
        if key not in self._made:
            answer = stand_in(system.provider, operation)
            if answer is None:
                message = f"nothing answers {operation.operation_id}, though it was checked"
                raise EngineError(message)
            self._made[key] = answer
        return self._made[key]
