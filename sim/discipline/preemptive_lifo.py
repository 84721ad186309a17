"""Last in, first out, interrupting the service under way."""

from sim.discipline.base import Discipline, add

add(
    Discipline(
        "preemptive-lifo",
        "the last to arrive, at once; whom that interrupts goes on later where he stopped",
        by_class=False,
        source="Harchol-Balter (2013), Performance Modeling and Design of Computer Systems, section 30.2",
        newest_first=True,
        preemptive=True,
    )
)
