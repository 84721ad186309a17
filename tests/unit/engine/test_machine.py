"""The compiled interpreter as the plain Python it is written in: the same bits, and no index beyond its array.

Compiled code checks no index. Run as Python, over arrays that refuse to be read from the end, it would raise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings

from sim.draw import run_key, uniform
from sim.engine import get_engine
from sim.engine.growth import grown
from sim.engine.kernel import record_of
from sim.engine.machine import arrival, law, loop, step
from sim.engine.machine.memory import World
from sim.engine.world import new_world
from tests.twins import differing_fields
from tests.wide import deepest, errands, networks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.bundle.record import Record
    from sim.plan import Plan
    from tests.wide import Made

DEAREST = 300
"""Events of the largest run: plain Python takes two hundred times as long."""


class Checked(np.recarray[Any, Any]):
    """An array without an end to count from."""

    def __getitem__(self, index: Any) -> Any:
        refuse_negative(index)
        return super().__getitem__(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        refuse_negative(index)
        super().__setitem__(index, value)


def refuse_negative(index: object) -> None:
    for one in index if isinstance(index, tuple) else (index,):
        if isinstance(one, (int, np.integer)) and one < 0:
            raise IndexError(one)


def checked(world: World) -> World:
    return World(*(array.view(Checked) for array in world))


def whole(sample: Callable[..., float], position: int) -> Callable[..., float]:
    """Have a draw take its key in Python's integers, which do not wrap."""

    def drawn(*arguments: Any) -> float:
        key = tuple(int(part) for part in arguments[position])
        return sample(*arguments[:position], key, *arguments[position + 1 :])

    return drawn


def interpreted(plan: Plan, number: int) -> Record:
    """Run a Plan by the machine's functions as they stand."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (arrival, law, step):
            patch.setattr(module, "uniform", whole(uniform, 0))
        patch.setattr(law, "sample", whole(law.sample, 2))
        patch.setattr(law, "hazard", whole(law.hazard, 1))
        world = checked(new_world(plan, run_key(number, 0), has_log=False))
        while (stop := loop.advance(world, 1000)) not in (loop.DONE, loop.CUT_OFF):
            if stop == loop.FULL:
                world = checked(grown(world))
        plain = World(*(np.asarray(array) for array in world))
        return record_of(plain, plan, 0, drained=stop == loop.DONE)


def small(made: Made) -> Iterator[Plan]:
    """Return the Plan, if it is small enough for plain Python."""
    plan = made.compile().plan
    if get_engine("kernel").run(plan, seed=2, replication=0).events < DEAREST:
        yield plan


@pytest.mark.parametrize("clock", [0.0, 1.0])
def test_plain_python_gives_the_bits_of_the_compiled_machine(clock: float) -> None:
    plan = deepest(clock).compile().plan
    assert differing_fields(interpreted(plan, 2), get_engine("kernel").run(plan, seed=2, replication=0)) == []


@pytest.mark.parametrize("kind", [networks(), errands()], ids=["networks", "errands"])
def test_no_index_leaves_its_array_on_random_scenarios(kind: Any) -> None:
    compared: list[int] = []

    @seed(1)
    @settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(kind)
    def check(made: Made) -> None:
        for plan in small(made):
            record = interpreted(plan, 2)
            compared.append(record.events)
            assert differing_fields(record, get_engine("kernel").run(plan, seed=2, replication=0)) == []

    check()
    assert len(compared) >= 4
