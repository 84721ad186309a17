"""A town with chosen departments, for tests of their mocks."""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any
from zlib import crc32

from sim.catalog import Catalog
from sim.mock import System, load_mock, make_citizen
from tests.partners import Town, contract

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.mock import Reply


@cache
def _system(name: str) -> System:
    known = contract(name)
    return System(known, known, load_mock(Catalog.bundled(), name, known.operations))


def town_with(*names: str, seed: int = 1) -> Town:
    """A town of the named systems."""
    return Town({name: _system(name) for name in names}, seed=seed)


def seed_where(holds: Callable[[int], bool], *, of: str = "number") -> int:
    """The first seed whose citizen's number, or address, turns up as asked: its CRC-32 keeps the condition."""
    return next(seed for seed in count(1) if holds(crc32(getattr(_citizen(seed), of).encode())))


def _citizen(seed: int) -> Any:
    return make_citizen(seed, "test", 0, offices=["640000"])


class Desk:
    """Calls one system of a town."""

    def __init__(self, system: str, *partners: str, seed: int = 1) -> None:
        self.system = system
        self.town = town_with(system, *partners, seed=seed)
        self.citizen = self.town.citizen
        self.who = {"name": self.citizen.name, "id_no": self.citizen.number}

    def call(self, operation: str, path: Any = None, query: Any = None, token: Any = "", **body: Any) -> Reply:
        """Call in domain values, as a system or with a citizen's token."""
        return self.town.call(self.system, operation, path=path, query=query, body=body, token=token)

    def later(self, *, days: float) -> None:
        """Let days pass."""
        self.town.world.clock.advance(days * 86_400)
