"""What an arrival process is, and the decorator that registers one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sim.registry import Registry

Hazard = TypeVar("Hazard", bound=Callable[..., float])


@dataclass(frozen=True, slots=True)
class Arrival:
    """A registered arrival process.

    Parameters
    ----------
    hazard : callable
        ``hazard(key) -> float``: how much integrated rate passes until the next arrival, mean 1; the engines invert the
        rate of the hour (``sim.arrival.next_gap``), so every process follows the profiles.
    """

    name: str
    hazard: Callable[..., float]


ARRIVALS: Registry[Arrival] = Registry("arrival process", "sim.arrival")


def arrival(name: str) -> Callable[[Hazard], Hazard]:
    """Register the decorated function as an arrival process."""

    def register(hazard: Hazard) -> Hazard:
        ARRIVALS.add(name, Arrival(name, hazard))
        return hazard

    return register
