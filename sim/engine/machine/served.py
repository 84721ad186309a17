"""Those whom a station serves, as a list: by grant, or by target where they share its servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.machine.memory import World


def link_served(w: World, number: int, stay: int, before: int) -> None:
    """Put a job behind another one; behind -1 is first."""
    station = w.stations[number]
    record = w.stays[stay]
    after = station.first
    if before >= 0:
        after = w.stays[before].next
        w.stays[before].next = stay
    else:
        station.first = stay
    if after >= 0:
        w.stays[after].previous = stay
    else:
        station.final = stay
    record.previous = before
    record.next = after


def unlink_served(w: World, number: int, stay: int) -> None:
    """Take a job out of the list."""
    station = w.stations[number]
    record = w.stays[stay]
    if record.previous >= 0:
        w.stays[record.previous].next = record.next
    else:
        station.first = record.next
    if record.next >= 0:
        w.stays[record.next].previous = record.previous
    else:
        station.final = record.previous
