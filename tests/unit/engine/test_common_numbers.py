"""Every run meets the same citizens: what is added to a scenario changes nobody else's draws."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sim.engine import ENGINES, get_engine
from sim.experiment.replication import run_replications
from sim.experiment.run import EngineTask
from sim.plan import compile_plan, log_names
from sim.scenario.model import InlineJourney, Law, Station
from tests.logs import Kept
from tests.scenarios import division, exponential, line, scenario, station, step
from tests.twins import differing_fields

if TYPE_CHECKING:
    from sim.scenario.model import Scenario

every_engine = pytest.mark.parametrize("engine", sorted(ENGINES))

GAMMA = Law("gamma", (("mean", 2.0), ("cv", 0.7)))
CITIES = (division("11"), division("12", 3_000_000))
BEFORE = scenario(
    [step("receive", service=exponential(1.0)), step("review", "back", GAMMA, division="home")],
    [station(servers=None), Station("back", per_division=True, servers=(None, None))],
    divisions=CITIES,
    demand=(line("m", rates=(("11", 0.4), ("12", 0.6)), process="poisson", cross_province=0.3),),
    duration=300.0,
)
"""Errands that wait for nobody."""


def another_line(made: Scenario) -> Scenario:
    rates = (("11", 0.5), ("12", 0.5))
    added = tuple(line(name, rates=rates, process="poisson") for name in ("a", "z"))
    return replace(made, demand=(added[0], *made.demand, added[1]))


def another_province(made: Scenario) -> Scenario:
    first, *others = made.demand
    back = replace(made.stations[1], servers=(None, None, None))
    demand = (replace(first, rates=(("10", 0.7), *first.rates)), *others)
    return replace(
        made, divisions=(division("10", 5_000_000), *CITIES), stations=(made.stations[0], back), demand=demand
    )


def another_journey_type(made: Scenario) -> Scenario:
    added = InlineJourney("inquiry", (step("ask", service=exponential(3.0)),))
    demand = (line("b", rates=(("11", 1.0),), journey="inquiry", process="poisson"), *made.demand)
    return replace(made, journeys={"inquiry": added, **made.journeys}, demand=demand)


def another_step(made: Scenario) -> Scenario:
    receive, review = made.journeys["visit"].steps
    steps = (step("greet", service=exponential(0.5)), receive, step("copy", service=GAMMA), review)
    return replace(made, journeys={"visit": InlineJourney("visit", steps)})


def another_station(made: Scenario) -> Scenario:
    return replace(made, stations=(station("annex", servers=2), *made.stations))


def other_servers(made: Scenario) -> Scenario:
    desk, back = made.stations
    return replace(made, stations=(replace(desk, servers=(50,)), replace(back, servers=(40, 90))))


ADDITIONS = (another_line, another_province, another_journey_type, another_step, another_station, other_servers)

Drawn = dict[tuple[str, int, str, int], float]


def services(made: Scenario, engine: str) -> Drawn:
    """Return how long each service took, by the published name of its stream, k, operation and visit."""
    compiled = compile_plan(made, {})
    kept, names = Kept(), log_names(made, compiled.plan, compiled.layout)
    get_engine(engine).run(compiled.plan, seed=5, replication=0, log=kept)
    return {
        (names.streams[row["stream"]][0], int(row["k"]), names.operations[row["place"]], int(row["visit"])): float(
            row["left"] - row["started"]
        )
        for chunk in kept.visit_chunks
        for row in chunk
    }


@every_engine
@pytest.mark.parametrize("add", ADDITIONS)
def test_what_is_added_leaves_every_other_draw_untouched(add: object, engine: str) -> None:
    assert callable(add)
    before, after = services(BEFORE, engine), services(add(BEFORE), engine)
    assert len(before) > 500
    # an instant is a sum, so a service that begins at another one may differ in its last bits
    assert {key: after.get(key) for key in before} == pytest.approx(before, rel=1e-9, abs=1e-9)


@every_engine
@pytest.mark.parametrize("add", [one for one in ADDITIONS if one is not another_step])
def test_who_comes_when_is_untouched_by_what_is_added(add: object, engine: str) -> None:
    assert callable(add)

    def arrivals(made: Scenario) -> dict[tuple[str, int], float]:
        compiled = compile_plan(made, {})
        kept, names = Kept(), log_names(made, compiled.plan, compiled.layout)
        get_engine(engine).run(compiled.plan, seed=5, replication=0, log=kept)
        rows = [row for chunk in kept.journey_chunks for row in chunk]
        return {(names.streams[row["stream"]][0], int(row["k"])): float(row["arrived"]) for row in rows}

    before, after = arrivals(BEFORE), arrivals(add(BEFORE))
    assert len(before) > 250
    assert {key: after[key] for key in before} == before


def test_another_seed_and_another_replication_draw_anew() -> None:
    compiled = compile_plan(BEFORE, {})
    runs = [(1, 0), (1, 1), (2, 0), (2, 1)]
    found = set()
    for seed, replication in runs:
        kept = Kept()
        get_engine("kernel").run(compiled.plan, seed=seed, replication=replication, log=kept)
        found.add(b"".join(chunk["arrived"].tobytes() for chunk in kept.journey_chunks))
    assert len(found) == len(runs)


@every_engine
def test_no_two_of_twenty_replications_are_equal_and_each_is_the_same_alone(engine: str) -> None:
    made = scenario([step("a", service=exponential(0.8))], demand=(line(process="poisson"),), duration=60.0)
    plan = compile_plan(made, {}).plan
    together = run_replications(EngineTask(engine, plan, 1), 20, workers=1).records
    assert len({record.station_sums.tobytes() for record in together}) == 20
    assert len({record.group_sums.tobytes() for record in together}) == 20
    alone = get_engine(engine).run(plan, seed=1, replication=7)
    assert differing_fields(alone, together[7]) == []
