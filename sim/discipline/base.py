"""What a queue discipline is, and where they are registered."""

from __future__ import annotations

from dataclasses import dataclass

from sim.registry import Registry


@dataclass(frozen=True, slots=True)
class Discipline:
    """A registered queue discipline, as the engines read it.

    Parameters
    ----------
    by_class : bool
        Whether lower classes go first; within a class, and without classes, the first to enter goes first.
    source : str
        Where it is defined.
    """

    name: str
    meaning: str
    by_class: bool
    source: str


DISCIPLINES: Registry[Discipline] = Registry("queue discipline", "sim.discipline")


def add(discipline: Discipline) -> None:
    """Register a discipline."""
    DISCIPLINES.add(discipline.name, discipline)
