"""First in, first out."""

from sim.discipline.base import Discipline, add

add(
    Discipline(
        "fifo",
        "in the order of arrival, whatever the class",
        by_class=False,
        source="Gross, Shortle, Thompson and Harris (2018), Fundamentals of Queueing Theory, section 1.2.3",
    )
)
