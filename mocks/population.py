"""Population information: two sources that know the same people and err for different ones."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sim.mock import Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, World

ACCURACY = {"a": 0.99, "b": 0.98}
"""Share of the people for whom a source is right; assumed, as no figure was found."""


def enrol(world: World, citizen: Citizen) -> None:
    """Enter a citizen into what both sources hold."""
    world.store.table("population", "people").put(citizen.number, {"name": citizen.name})


def verify_population_a(call: Call) -> Reply:
    """Compare with the household register."""
    return _answer(call, "a")


def verify_population_b(call: Call) -> Reply:
    """Compare with the register of issued cards."""
    return _answer(call, "b")


def _answer(call: Call, source: str) -> Reply:
    """Tell the truth, but for the people for whom the source is wrong: the same ones, whenever they are asked for."""
    number = call.body["id_no"]
    person = call.table("people").get(number)
    is_known = person is not None and person["name"] == call.body["name"]
    matched = "matched" if is_known == _is_right(source, number) else "not-matched"
    return Reply(200, {"source": source, "matched": matched, "answered_at": call.now})


def _is_right(source: str, number: str) -> bool:
    drawn = int.from_bytes(hashlib.sha256(f"{source}/{number}".encode()).digest()[:4], "big")
    return drawn < ACCURACY[source] * 2**32
