"""Both engines give the same bits: every array, digest and logged row, on whatever a scenario or a journey can say.

``TONGBAN_EQUALITY_EXAMPLES`` says on how many random scenarios of each kind. The gate takes 50, the same every time,
and the bundled scenarios with at most 2,000 journeys; with more examples these run in full, up to ``MOST`` journeys.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from sim.catalog import Catalog
from sim.conformance import replay_scenario
from sim.distribution import DISTRIBUTIONS
from sim.draw import name_hash, run_key, uniform
from sim.engine import get_engine
from sim.engine.compiled import draws, machine
from sim.engine.generate import digest_of, generated_source, machine_source
from sim.experiment.preparation import compile_documents, load_documents
from sim.plan import compile_plan
from tests.scenarios import exponential, scenario, station, step
from tests.twins import everything, run_both
from tests.wide import deepest, errands, networks

if TYPE_CHECKING:
    from sim.conformance import Replay
    from sim.draw import Key
    from sim.experiment.preparation import Documents
    from sim.plan import Compiled
    from tests.wide import Made

GATE = 50
EXAMPLES = int(os.environ.get("TONGBAN_EQUALITY_EXAMPLES", GATE))
IN_GATE = EXAMPLES == GATE
MOST = 1_900 if IN_GATE else 120_000
"""Expected journeys of a bundled scenario; those that come are a few more or less."""

CITIZENS = "5" if IN_GATE else "20"
"""Of each journey in the replay; both engines meet the shares that it finds, whatever these are."""

BLOCK = 10
"""Examples of one seed; from here on Hypothesis makes most of the further ones out of those before."""

ROOT = Path(__file__).resolve().parents[2]
GATED = ("base", "ministry-hub-outage", "mm1", "ningxia-day", "ningxia-drift", "window-only")
"""Of the bundled scenarios, one of each build: the others change figures of national-day, and its replay takes long."""
BUNDLED = sorted(path for path in (ROOT / "scenarios").glob("*.yaml") if not IN_GATE or path.stem in GATED)
BENCHMARKS = {
    "w1": {"duration": "14000 s", "interval": "1400 s"},
    "w2": {"duration": "50000 s", "interval": "5000 s"},
    "w3": {"duration": "50000 s", "interval": "5000 s"},
}
"""About 100,000 journeys of each."""
SHORT = {
    "w1": {"duration": "270 s", "interval": "27 s"},
    "w2": {"duration": "950 s", "interval": "95 s"},
    "w3": {
        "duration": "950 s",
        "interval": "95 s",
        "faults.hub-outage.at": "400 s",
        "faults.hub-outage.for": "200 s",
    },
}
"""About 1,900; the outage within them."""


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    for name in ("kernel", "reference"):
        get_engine(name).warm_up()


def test_both_engines_leave_the_same_bytes_on_random_scenarios_that_together_meet_everything() -> None:
    met: set[str] = set()

    def check(made: Made, key: int) -> None:
        twins = run_both(made.compile(), seed=key)
        met.update(twins.met)
        assert twins.differences == []

    for made in (deepest(), deepest(clock=1.0)):
        check(made, 1)
    for block in range(EXAMPLES // BLOCK):
        for kind in (networks(), errands()):
            chosen = settings(max_examples=BLOCK, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            seed(block)(chosen(given(kind, st.integers(0, 999))(check)))()
    assert everything() - met == set()


@cache
def replayed(path: Path, *changes: tuple[str, str]) -> tuple[Documents, Replay]:
    """Return a scenario's documents and what the replay finds of them."""
    catalog = Catalog.around(path)
    documents = load_documents(catalog, path, {"replay.citizens": CITIZENS, **dict(changes)})
    return documents, replay_scenario(catalog, documents.scenario, documents.journeys)


def compiled(path: Path, clock: float, *changes: tuple[str, str]) -> Compiled:
    """Return the Plan of a scenario's file, its demand scaled down where it is too much."""
    documents, replay = replayed(path, *changes)
    made = documents.scenario
    expected = made.duration * sum(rate for line in made.demand for _, rate in line.rates)
    scale = min(1.0, MOST / expected)
    demand = tuple(
        replace(line, rates=tuple((code, scale * rate) for code, rate in line.rates)) for line in made.demand
    )
    return compile_documents(replace(documents, scenario=replace(made, demand=demand, clock=clock)), replay)


@pytest.mark.parametrize("clock", [0.0, 1.0])
@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_both_engines_leave_the_same_bytes_on_a_bundled_scenario(path: Path, clock: float) -> None:
    twins = run_both(compiled(path, clock), is_watched=False)
    assert twins.differences == []
    assert twins.record.group_counts[:, :, 1].sum() > 0


@pytest.mark.parametrize("clock", [0.0, 1.0])
@pytest.mark.parametrize("name", BENCHMARKS)
def test_both_engines_leave_the_same_bytes_on_a_workload_of_the_benchmarks(name: str, clock: float) -> None:
    path = ROOT / "benchmarks" / "documents" / "scenarios" / f"{name}.yaml"
    changes = (SHORT if IN_GATE else BENCHMARKS)[name].items()
    twins = run_both(compiled(path, clock, *changes), is_watched=False)
    assert twins.differences == []
    assert twins.record.group_counts[:, :, 1].sum() > 1_000


def longer(a: float, b: float, c: float, key: Key) -> float:
    return a + uniform(key, 0)


@pytest.mark.parametrize("name", ["reference"] if IN_GATE else ["reference", "kernel"])
def test_an_edited_law_is_compiled_anew_and_gives_another_result(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = compile_plan(scenario([step("a", service=exponential(2.0))], [station(servers=None)]), {}).plan
    engine, sources = get_engine(name), (generated_source(), machine_source())
    before = engine.run(plan, seed=1, replication=0)
    edited = replace(DISTRIBUTIONS.get("exponential"), sample=longer)
    monkeypatch.setitem(DISTRIBUTIONS._entries, "exponential", edited)
    monkeypatch.setenv("TONGBAN_CACHE_DIR", str(tmp_path))
    assert {digest_of(source) for source in sources}.isdisjoint(
        digest_of(source) for source in (generated_source(), machine_source())
    )
    for loaded in (draws, machine):
        loaded.cache_clear()
    try:
        after = engine.run(plan, seed=1, replication=0)
    finally:
        for loaded in (draws, machine):
            loaded.cache_clear()
    key = run_key(1, 0)
    seconds = [2.0 + uniform((*key, k, name_hash("visits"), name_hash("visit/a#service"), 0), 0) for k in range(10)]
    assert after.group_sums.sum() == pytest.approx(sum(seconds), rel=1e-12)
    assert before.group_sums.sum() != after.group_sums.sum()
