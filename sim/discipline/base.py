"""What a queue discipline is, and where they are registered."""

from __future__ import annotations

from dataclasses import dataclass

from sim.registry import Registry


@dataclass(frozen=True, slots=True)
class Discipline:
    """A registered queue discipline, as the engines read it.

    Parameters
    ----------
    meaning : str
        Who is served next, for people.
    by_class : bool
        Whether lower classes go first.
    source : str
        Where it is defined.
    newest_first : bool
        Whether within a class, and without classes, the last to enter goes first instead of the first.
    preemptive : bool
        Whether a job whose turn comes before that of one in service interrupts it; what was interrupted waits at its
        old turn and goes on where it stopped.
    shares : bool
        Whether all who were admitted are served at once and share the servers equally; the turn then decides who is
        admitted next where slots are limited.
    """

    name: str
    meaning: str
    by_class: bool
    source: str
    newest_first: bool = False
    preemptive: bool = False
    shares: bool = False


DISCIPLINES: Registry[Discipline] = Registry("queue discipline", "sim.discipline")


def add(discipline: Discipline) -> None:
    """Register a discipline.

    Raises
    ------
    ValueError
        It shares and interrupts: who is served with all others takes a server from nobody.
    """
    if discipline.shares and discipline.preemptive:
        message = f"{discipline.name!r} both shares servers and interrupts services"
        raise ValueError(message)
    DISCIPLINES.add(discipline.name, discipline)
