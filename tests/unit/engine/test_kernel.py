"""The compiled engine's memory and its looks at the outside: nothing of it shows in the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.bundle.record import STATION_COUNTS
from sim.engine import get_engine, growth, kernel
from sim.engine.machine.memory import World
from sim.plan import compile_plan
from sim.scenario.model import Call
from tests.logs import Kept
from tests.scenarios import cost, exponential, fixed, line, scenario, station, step
from tests.twins import differing_fields
from tests.wide import deepest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.bundle.record import Record
    from sim.plan import Plan

KERNEL = get_engine("kernel")
SIZES = ("FIRST_TOKENS", "FIRST_PAGES", "FIRST_NODES")


def crowded(*, drain_limit: float = 1e6) -> Plan:
    """Three hundred journeys that wait for one server, with time-outs, repeats and nested calls."""
    steps = [
        step(
            "a", service=exponential(1.5), timeout=90.0, retry_limit=2, retry_after=1.0, calls=(Call("ask", "office"),)
        ),
        step("b", "other", exponential(0.2), patience=exponential(50.0)),
    ]
    made = scenario(
        steps,
        [station(), station("other"), station("far", servers=3)],
        costs={"ask": cost("ask", "far", exponential(1.0), timeout=20.0, on_timeout="cancel")},
        demand=(line("x", process="poisson"), line("y", process="poisson", priority_class=1)),
        duration=150.0,
        interval=15.0,
        drain_limit=drain_limit,
    )
    return compile_plan(made, {}).plan


def rows(kept: Kept) -> tuple[bytes, bytes]:
    return (
        b"".join(chunk.tobytes() for chunk in kept.visit_chunks),
        b"".join(chunk.tobytes() for chunk in kept.journey_chunks),
    )


def run(plan: Plan, on_progress: Callable[[float], None] | None = None) -> tuple[Record, Kept]:
    kept = Kept()
    return KERNEL.run(plan, seed=3, replication=0, on_progress=on_progress, log=kept), kept


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize(
    ("plan", "short"),
    [
        (crowded(), {"tokens", "stays", "journeys", "nodes", "heap_time", "agenda", "pages", "counters"}),
        (deepest().compile().plan, {"tokens", "branches", "journeys", "nodes", "heap_time", "distant", "blocks"}),
    ],
    ids=["queues", "branches"],
)
def test_memory_that_grows_changes_no_bit(
    plan: Plan, short: set[str], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, log = run(plan)
    longer: set[str] = set()
    grown = growth.grown

    def noted(world: World) -> World:
        new = grown(world)
        longer.update(name for name in World._fields if len(getattr(new, name)) > len(getattr(world, name)))
        return new

    monkeypatch.setattr(kernel, "grown", noted)
    for name in SIZES:
        monkeypatch.setattr(f"sim.engine.world.{name}", size)
    tight, tight_log = run(plan)
    assert longer >= short
    assert differing_fields(tight, whole) == []
    assert rows(tight_log) == rows(log)


@pytest.mark.parametrize("steps", [1, 7, 1000])
def test_how_often_the_outside_is_looked_at_changes_no_bit(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = crowded()
    whole, log = run(plan)
    told: list[float] = []
    monkeypatch.setattr(kernel, "STEPS", steps)
    for module in ("kernel", "world", "growth"):
        monkeypatch.setattr(f"sim.engine.{module}.CHUNK", 128)
    watched, chunks = run(plan, told.append)
    assert differing_fields(watched, whole) == []
    assert rows(chunks) == rows(log)
    assert max(len(chunk) for chunk in (*chunks.visit_chunks, *chunks.journey_chunks)) <= 128
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_run_that_is_cut_off_has_the_same_bits_with_tight_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = crowded(drain_limit=10.0)
    whole, log = run(plan)
    for name in SIZES:
        monkeypatch.setattr(f"sim.engine.world.{name}", 1)
    monkeypatch.setattr(kernel, "STEPS", 5)
    tight, tight_log = run(plan)
    assert not whole.drained
    assert differing_fields(tight, whole) == []
    assert rows(tight_log) == rows(log)


def test_an_interruption_leaves_at_once_and_cleanly(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = crowded()
    whole, log = run(plan)
    monkeypatch.setattr(kernel, "STEPS", 50)
    kept, told = Kept(), list[float]()

    def interrupt(share: float) -> None:
        told.append(share)
        if len(told) == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        KERNEL.run(plan, seed=3, replication=0, on_progress=interrupt, log=kept)
    assert len(told) == 20
    # what was handed over until then is the beginning of the whole log
    assert 0 < len(rows(kept)[0]) < len(rows(log)[0])
    assert all(one.startswith(part) for one, part in zip(rows(log), rows(kept), strict=True))
    again, again_log = run(plan)
    assert differing_fields(again, whole) == []
    assert rows(again_log) == rows(log)


def test_what_one_run_returned_is_not_touched_by_the_next() -> None:
    plan = crowded()
    first, _ = run(plan)
    copies = {name: np.array(getattr(first, name)) for name in ("station_counts", "station_sums", "group_counts")}
    KERNEL.run(plan, seed=4, replication=0)
    assert all(np.array_equal(getattr(first, name), copy) for name, copy in copies.items())


def test_a_plan_is_not_changed_by_a_run() -> None:
    plan = crowded()
    before = plan.digest
    run(plan)
    assert plan.digest == before


def test_a_run_without_arrivals_ends_with_its_window() -> None:
    plan = compile_plan(scenario([step("a", service=fixed(1.0))], demand=(line(rate=1e-9),)), {}).plan
    record, _ = run(plan)
    assert (record.events, record.drained, record.end_time) == (0, True, 0.0)
    assert record.station_counts[:, :, STATION_COUNTS.index("arrivals")].sum() == 0
