"""The registered disciplines, as the engines read them."""

from __future__ import annotations

import numpy as np
import pytest

from sim.discipline import DISCIPLINES, Discipline
from sim.discipline.base import add
from sim.plan import compile_plan
from sim.plan import plan as columns
from sim.plan.op import UNLIMITED
from tests.scenarios import scenario, station, step

ORDER = {
    "fifo": (0, 0, 0, 0),
    "lifo": (0, 1, 0, 0),
    "preemptive-lifo": (0, 1, 1, 0),
    "preemptive-priority": (1, 0, 1, 0),
    "priority": (1, 0, 0, 0),
    "processor-sharing": (0, 0, 0, 1),
}


def test_these_are_registered() -> None:
    assert DISCIPLINES.names() == tuple(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_a_discipline_is_four_columns_of_a_plan(name: str) -> None:
    plan = compile_plan(scenario([step("a")], [station(servers=3, queue=7, discipline=name)]), {}).plan
    assert plan.stations.dtype == np.int64
    assert plan.stations.tolist() == [[3, UNLIMITED, 7, *ORDER[name]]]
    assert (columns.STATION_BY_CLASS, columns.STATION_SHARES) == (3, 6)


def test_what_shares_and_interrupts_is_refused() -> None:
    odd = Discipline("odd", "", by_class=False, source="", preemptive=True, shares=True)
    with pytest.raises(ValueError, match="'odd' both shares servers and interrupts services"):
        add(odd)
    assert "odd" not in DISCIPLINES
