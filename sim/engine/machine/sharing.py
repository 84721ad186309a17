"""Processor sharing: every admitted job gets an equal part of the servers, at most one server.

The work that every job has attained since the set was last empty grows alike, so a job leaves when it reaches its
target, and one event a station is enough: that of the least target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.machine.heap import push
from sim.engine.machine.memory import NEVER
from sim.engine.machine.served import link_served, unlink_served
from sim.engine.order import STATION_RANK

if TYPE_CHECKING:
    from sim.engine.machine.memory import World


def attain(w: World, number: int, now: float) -> None:
    """Bring the attained work up to now."""
    station = w.stations[number]
    station.work += (now - station.work_at) * station.rate
    station.work_at = now


def reschedule(w: World, number: int, now: float) -> None:
    """Set the rate by who shares now, and the instant at which the first leaves."""
    station = w.stations[number]
    servers = station.servers
    if station.down > 0:
        servers = 0
    station.rate = 1.0
    if station.sharing > servers:
        station.rate = servers / station.sharing
    if station.sharing == 0 or station.rate == 0.0:
        station.next_leave = NEVER
        return
    delay = (w.stays[station.first].left - station.work) / station.rate
    delay = max(delay, 0.0)
    when = now + delay
    if when != station.next_leave:
        station.next_leave = when
        push(w, when, STATION_RANK | number, number)


def begin_sharing(w: World, number: int, stay: int, seconds: float, now: float) -> None:
    """Let a job share the servers until it attained its service."""
    station = w.stations[number]
    attain(w, number, now)
    if station.sharing == 0:
        station.work = 0.0
    w.stays[stay].left = station.work + seconds
    before = station.final
    while before >= 0 and is_sooner(w, stay, before):
        before = w.stays[before].previous
    link_served(w, number, stay, before)
    station.sharing += 1
    reschedule(w, number, now)


def is_sooner(w: World, stay: int, other: int) -> bool:
    """Whether a job leaves before another one."""
    first, second = w.stays[stay], w.stays[other]
    if first.left == second.left:
        return bool(w.tokens[first.token].key < w.tokens[second.token].key)
    return bool(first.left < second.left)


def leave_sharing(w: World, number: int, stay: int, now: float) -> None:
    """Let a job go before it attained its service."""
    station = w.stations[number]
    attain(w, number, now)
    unlink_served(w, number, stay)
    station.sharing -= 1
    reschedule(w, number, now)


def first_to_leave(w: World, number: int, now: float) -> int:
    """Take the job whose target is attained out of the set and return it."""
    station = w.stations[number]
    stay = station.first
    station.next_leave = NEVER
    station.work = w.stays[stay].left
    station.work_at = now
    unlink_served(w, number, stay)
    station.sharing -= 1
    reschedule(w, number, now)
    return int(w.stays[stay].token)
