"""Last in, first out; a service once begun is finished."""

from sim.discipline.base import Discipline, add

add(
    Discipline(
        "lifo",
        "in the reverse order of arrival, whatever the class; services are not interrupted",
        by_class=False,
        source="Harchol-Balter (2013), Performance Modeling and Design of Computer Systems, chapter 29",
        newest_first=True,
    )
)
