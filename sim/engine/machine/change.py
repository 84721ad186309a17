"""What the scenario does to a station at fixed instants: shifts and outages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.machine.branch import wake
from sim.engine.machine.count import note
from sim.engine.machine.sharing import attain, reschedule
from sim.engine.machine.station import dispatch, put_back, withdraw
from sim.engine.tally import FAILED
from sim.plan.op import FAIL, OUTAGE, SHIFT, SUSPEND, UNDRAIN, UNFAIL, UNLIMITED, UNSUSPEND

if TYPE_CHECKING:
    from sim.engine.machine.memory import World


def change_station(w: World, row: int, now: float) -> None:
    """Apply a shift, or the begin or end of an outage."""
    change = w.changes[row]
    number = int(change.station)
    station = w.stations[number]
    note(w, number, now)
    if station.shares > 0:
        attain(w, number, now)
    if change.kind == SHIFT:
        station.servers = change.value
        station.on_duty = change.value
        if change.value == UNLIMITED:
            station.on_duty = 0.0
    elif change.kind in (UNDRAIN, UNSUSPEND, UNFAIL):
        station.down -= 1
        if change.kind == UNFAIL:
            station.failed -= 1
    else:
        station.down += 1
        if change.kind == FAIL:
            station.failed += 1
    if station.shares > 0:
        reschedule(w, number, now)
    elif change.kind == SUSPEND:
        suspend(w, number, now)
    if change.kind == FAIL:
        fail(w, number, now)
    dispatch(w, number, now)


def suspend(w: World, number: int, now: float) -> None:
    """Send those in service back to their turn."""
    station = w.stations[number]
    while station.first >= 0:
        slot = int(w.stays[station.first].token)
        w.cells[station.cell].suspended += 1
        put_back(w, number, slot, now)


def fail(w: World, number: int, now: float) -> None:
    """Throw out those in service in the order they were granted, then those waiting, by turn."""
    station = w.stations[number]
    while station.first >= 0:
        throw_out(w, int(w.stays[earliest(w, number)].token), now)
    for rank in range(w.heads.shape[1]):
        while w.heads[number, rank] >= 0:
            throw_out(w, int(w.stays[w.heads[number, rank]].token), now)


def throw_out(w: World, slot: int, now: float) -> None:
    """Send a job away, to where the failure of its call is handled."""
    withdraw(w, slot, FAILED, now)
    token = w.tokens[slot]
    token.reason = OUTAGE
    token.place = w.ops[token.place].e
    wake(w, slot)


def earliest(w: World, number: int) -> int:
    """Return who was granted first: sharing jobs are listed by their end, but were granted as they entered."""
    station = w.stations[number]
    stay = station.first
    if station.shares > 0:
        other = w.stays[stay].next
        while other >= 0:
            if w.stays[other].turn < w.stays[stay].turn:
                stay = other
            other = w.stays[other].next
    return int(stay)
