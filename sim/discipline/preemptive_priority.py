"""Lower classes first, interrupting services of higher classes."""

from sim.discipline.base import Discipline, add

add(
    Discipline(
        "preemptive-priority",
        "class 0 first, within a class in the order of arrival; a lower class interrupts a service, which goes on "
        "later where it stopped",
        by_class=True,
        source="Harchol-Balter (2013), Performance Modeling and Design of Computer Systems, section 32.2",
        preemptive=True,
    )
)
