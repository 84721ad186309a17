"""Lower classes first; a service once begun is finished."""

from sim.discipline.base import Discipline, add

add(
    Discipline(
        "priority",
        "class 0 first, within a class in the order of arrival; services are not interrupted",
        by_class=True,
        source="Cobham (1954), Priority assignment in waiting line problems, Operations Research 2(1), 70-76",
    )
)
