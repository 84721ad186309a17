"""What the reference engine costs beside a SimPy program written by hand for the same model: at most twice is wanted.

    python benchmarks/reference_engine.py [rounds]

Both run ten-steps.yaml: the same arrivals, the same services, drawn by the same compiled functions under the same keys;
the program by hand uses ``simpy.Resource`` and adds up waits and sojourn times. Interleaved in one process, CPU time of
the runs alone. Prints the ratio of each round, their median and spread; asserts that both served the same journeys.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import simpy

from sim.catalog import Catalog
from sim.draw import run_key
from sim.engine import get_engine
from sim.engine.compiled import draws
from sim.engine.reference import ARRIVAL_STEP
from sim.plan import compile_plan, op
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Generator

    from sim.plan import Plan

DOCUMENT = Path(__file__).parent / "documents" / "ten-steps.yaml"


def by_hand(plan: Plan, seed: int) -> tuple[int, float]:
    """Run the model as one would write it in SimPy; return journeys and the sum of their sojourn times, in seconds."""
    env = simpy.Environment()
    key, compiled = run_key(seed, 0), draws()
    draw, gap = compiled.draw, compiled.draw_gap
    laws = list(zip(plan.law_kind.tolist(), plan.law_scalars.tolist(), strict=True))
    desks = [simpy.Resource(env, row[0]) for row in plan.stations.tolist()]
    visits = [row for row in plan.ops.tolist() if row[0] == op.VISIT]
    finished, sojourn, waited = 0, 0.0, 0.0

    def journey(
        k: int, name: int, route: list[tuple[simpy.Resource, int, list[float], int]]
    ) -> Generator[simpy.Event, object, None]:
        nonlocal finished, sojourn, waited
        begun = env.now
        for desk, kind, (a, b, c), step in route:
            joined = env.now
            with desk.request() as request:
                yield request
                waited += env.now - joined
                yield env.timeout(draw(kind, a, b, c, 0.0, *key, k, name, step, 0))
        finished += 1
        sojourn += env.now - begun

    def source(number: int) -> Generator[simpy.Event, object, None]:
        name, office, *_ = plan.streams[number].tolist()
        until = float(plan.stream_floats[number, 1])
        route = [(desks[int(plan.target_rows[row[1], office])], *laws[row[3]], row[4]) for row in visits]
        k = 0
        while True:
            wait = gap(0, env.now, plan.stream_rates, number, plan.phase, *key, k, name, ARRIVAL_STEP)
            if env.now + wait >= until:
                return
            yield env.timeout(wait)
            env.process(journey(k, name, route))
            k += 1

    for number in range(len(plan.streams)):
        env.process(source(number))
    env.run()
    return finished, sojourn


def main() -> None:
    """Print the ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    plan = compile_plan(load_scenario(Catalog.around(DOCUMENT), DOCUMENT), {}).plan
    engine = get_engine("reference")
    engine.warm_up()
    ratios = []
    journeys = 0
    for seed in range(rounds + 1):
        begun = time.process_time()
        record = engine.run(plan, seed=seed, replication=0)
        ours = time.process_time() - begun
        begun = time.process_time()
        journeys, sojourn = by_hand(plan, seed)
        theirs = time.process_time() - begun
        if journeys != int(record.group_outcomes.sum()) or abs(sojourn / record.group_sums[:, :, 0].sum() - 1) > 1e-9:
            message = f"the models differ: {journeys} journeys, {record.group_outcomes.sum()} in the engine"
            raise AssertionError(message)
        if seed:  # the first round warms both up
            ratios.append(ours / theirs)
            print(f"round {seed}: engine {ours:.2f} s, by hand {theirs:.2f} s, ratio {ours / theirs:.2f}")
    print(f"median {median(ratios):.2f}, from {min(ratios):.2f} to {max(ratios):.2f}; {journeys} journeys of 10 visits")


if __name__ == "__main__":
    main()
