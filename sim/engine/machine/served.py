"""Those whom a station serves, as a list: by grant, or by target where they share its servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.machine.memory import World


def link_served(w: World, number: int, slot: int, before: int) -> None:
    """Put a job behind another one; behind -1 is first."""
    station = w.stations[number]
    token = w.tokens[slot]
    after = station.first
    if before >= 0:
        after = w.tokens[before].next
        w.tokens[before].next = slot
    else:
        station.first = slot
    if after >= 0:
        w.tokens[after].previous = slot
    else:
        station.final = slot
    token.previous = before
    token.next = after


def unlink_served(w: World, number: int, slot: int) -> None:
    """Take a job out of the list."""
    station = w.stations[number]
    token = w.tokens[slot]
    if token.previous >= 0:
        w.tokens[token.previous].next = token.next
    else:
        station.first = token.next
    if token.next >= 0:
        w.tokens[token.next].previous = token.previous
    else:
        station.final = token.previous
