"""All at once, each with an equal share of the servers."""

from sim.discipline.base import Discipline, add

add(
    Discipline(
        "processor-sharing",
        "all at once, each of n jobs before c servers at the speed min(1, c / n); where slots are limited, the "
        "first to arrive is admitted next",
        by_class=False,
        source="Harchol-Balter (2013), Performance Modeling and Design of Computer Systems, section 30.1",
        shares=True,
    )
)
