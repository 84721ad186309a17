"""The engine against exact results of queueing theory, by equivalence tests at a margin of 5 %.

A case passes when two one-sided t-tests at the 5 % level reject that the simulated mean is 5 % or more below, or 5 % or
more above, the exact value: the 90 % interval over replications lies inside the margin (Schuirmann 1987). Seeds are
fixed; nothing here is asserted of a single run that happens to be close.

The exact values stand in queueing.json, with their sources; M/M/1 comes from the formula.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import stats

from sim.bundle.bucket import middle
from sim.bundle.record import GROUP_SUMS, STATION_COUNTS, STATION_SUMS, Layout, Record
from sim.engine import get_engine
from sim.plan import compile_plan
from sim.scenario.model import InlineJourney, Law
from tests.scenarios import line, scenario, station, step

MARGIN = 0.05
LEVEL = 0.05
REPLICATIONS = 20
CUSTOMERS = 70_000
WARM_UP_CUSTOMERS = 2_000
SEED = 20260101

CASES = {case["id"]: case for case in json.loads(Path(__file__).with_name("queueing.json").read_text())["cases"]}

# The cases of the families in reach, all at most 80 % busy (those with impatience have at most 5 servers).
CHOSEN = (
    "mmc-c3-l0.2-m0.1",
    "mg1-det-l0.8",
    "mg1-gamma-cv1.5-l0.5",
    "mmck-c1-l0.8-k5",
    "erlang-b-c1-a0.5",
    "erlang-b-c5-a3",
    "priority-nonpreemptive-1",
    "priority-nonpreemptive-3",
    "erlang-a-c1-l1.2-t0.5",
    "erlang-a-c5-l5-t1",
    "lcfs-mm1-l0.6",
    "lcfs-pr-mm1-l0.6",
    "lcfs-pr-mg1-gamma-l0.6",
    "lcfs-pr-mg1-hyper-l0.6",
    "priority-preemptive-resume-1",
    "priority-preemptive-resume-3",
    "ps-mm1-l0.7",
    "ps-mg1-det-l0.7",
    "ps-mg1-gamma-l0.7",
    "ps-mg1-hyper",
    "ps-mm2",
)

# How the reference format says what a discipline of ours is: its discipline and whether it interrupts.
DISCIPLINE = {
    ("fifo", "none"): "fifo",
    ("lifo", "none"): "lifo",
    ("lifo", "resume"): "preemptive-lifo",
    ("priority", "none"): "priority",
    ("priority", "resume"): "preemptive-priority",
    ("processor-sharing", "none"): "processor-sharing",
}


def mm1(rate: float) -> dict[str, Any]:
    """A case of M/M/1 with service rate 1: Gross, Shortle, Thompson and Harris (2018), section 3.2."""
    queue_length = rate**2 / (1.0 - rate)
    metrics = {
        "utilisation": rate,
        "wait_probability": rate,
        "waiting_time": rate / (1.0 - rate),
        "sojourn_time": 1.0 / (1.0 - rate),
        "queue_length": queue_length,
        "number_in_system": queue_length + rate,
    }
    return {
        "model": {
            "classes": [{"name": "customer"}],
            "streams": [{"arrivals": {"rate": rate}, "mix": [{"class": "customer"}]}],
            "stations": [{"servers": 1, "queue": "unlimited", "service": {"law": "exponential", "mean": 1}}],
        },
        "metrics": [
            {"name": name, "statistic": "mean", "over": "all", "value": value} for name, value in metrics.items()
        ],
    }


def law_of(given: dict[str, Any]) -> Law:
    """A law of the reference format as ours; times are in units of one second."""
    kind = given["law"]
    if kind == "deterministic":
        return Law("deterministic", (("value", float(given["value"])),))
    if kind == "hyperexponential":
        (share, _), (first, second) = given["probabilities"], given["means"]
        return Law("exponential-mixture", (("share", share), ("first", float(first)), ("second", float(second))))
    return Law(kind, tuple((name, float(given[name])) for name in ("mean", "cv") if name in given))


class Job(NamedTuple):
    model: str
    replication: int


class Simulated(NamedTuple):
    record: Record
    layout: Layout
    seconds: float


def simulate(job: Job) -> Simulated:
    """Run one replication of a model; a stream is a demand line of its class."""
    model = json.loads(job.model)
    (desk,) = model["stations"]
    classes = {one["name"]: one.get("priority", 1) - 1 for one in model["classes"]}
    rates = {stream["mix"][0]["class"]: float(stream["arrivals"]["rate"]) for stream in model["streams"]}
    services = desk.get("service_by_class") or dict.fromkeys(classes, desk["service"])
    patience = law_of(desk["patience"]) if "patience" in desk else None
    journeys = {
        name: InlineJourney(name, (step(name, service=law_of(service), patience=patience),))
        for name, service in services.items()
    }
    demand = tuple(
        line(name, rate, journey=name, priority_class=classes[name], process="poisson") for name, rate in rates.items()
    )
    warm_up = WARM_UP_CUSTOMERS / sum(rates.values())
    duration = warm_up + CUSTOMERS / sum(rates.values())
    queue = None if desk["queue"] == "unlimited" else int(desk["queue"])
    discipline = DISCIPLINE[desk.get("discipline", "fifo"), desk.get("preemption", "none")]
    made = scenario(
        (),
        [station(servers=desk["servers"], queue=queue, discipline=discipline)],
        journeys=journeys,
        demand=demand,
        warm_up=warm_up,
        duration=duration,
    )
    compiled = compile_plan(made, {})
    record = get_engine("reference").run(compiled.plan, seed=SEED, replication=job.replication)
    return Simulated(record, compiled.layout, duration - warm_up)


@cache
def replications(model: str) -> tuple[Simulated, ...]:
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        return tuple(pool.map(simulate, [Job(model, number) for number in range(REPLICATIONS)]))


def measured(run: Simulated, claim: dict[str, Any]) -> float:
    """One replication's value of a metric of the reference format, over the measured window."""
    metric, over, customer = claim["name"], claim["over"], claim.get("class")
    record = run.record
    counts = dict(zip(STATION_COUNTS, record.station_counts[0, 1].tolist(), strict=True))
    sums = dict(zip(STATION_SUMS, record.station_sums[0, 1].tolist(), strict=True))
    if customer:
        group = next(number for number, key in enumerate(run.layout.groups) if key.journey == customer)
        column = {"waiting_time": "waiting", "sojourn_time": "sojourn"}[metric]
        total = record.group_sums[group, :, GROUP_SUMS.index(column)].sum()
        return float(total / record.group_outcomes[group].sum())
    if claim["statistic"] == "variance":
        waits = record.waiting[record.waiting[:, 1] == 1]
        seconds, weights = [middle(int(bucket)) for bucket in waits[:, 2]], waits[:, 3]
        return float(np.average(np.square(seconds), weights=weights) - np.average(seconds, weights=weights) ** 2)
    waits = sums["waiting_started"] + sums["waiting_left"]
    completed = run.layout.outcomes.index("completed")
    values = {
        "utilisation": sums["busy_area"] / sums["server_area"],
        "wait_probability": (counts["waited"] + counts["reneged"]) / counts["arrivals"],
        "waiting_time": waits / (counts["joined"] if over == "accepted" else counts["arrivals"]),
        "sojourn_time": record.group_sums[:, completed, 0].sum() / record.group_outcomes[:, completed].sum(),
        "queue_length": sums["queue_area"] / run.seconds,
        "number_in_system": (sums["queue_area"] + sums["busy_area"]) / run.seconds,
        "abandonment_probability": counts["reneged"] / counts["arrivals"],
        "blocking_probability": counts["rejected"] / counts["arrivals"],
        "throughput": counts["completed"] / run.seconds,
    }
    return float(values[metric])


KNOWN = (
    "utilisation",
    "wait_probability",
    "waiting_time",
    "sojourn_time",
    "queue_length",
    "number_in_system",
    "abandonment_probability",
    "blocking_probability",
    "throughput",
)


def is_known(case: dict[str, Any], metric: dict[str, Any]) -> bool:
    """Whether we measure a metric: means, and where the order leaves the mean wait alone, the variance of the wait."""
    (desk,) = case["model"]["stations"]
    if metric["statistic"] == "variance":
        return bool(metric["name"] == "waiting_time" and desk.get("discipline") == "lifo")
    if desk.get("discipline") == "processor-sharing" and metric["name"] == "number_in_system":
        # of those who share servers a record has the servers in use, not the number there
        return False
    return metric["name"] in KNOWN and metric["statistic"] == "mean"


def claims() -> list[Any]:
    cases = {f"mm1-{rate}": mm1(rate) for rate in (0.5, 0.8)} | {name: CASES[name] for name in CHOSEN}
    return [
        pytest.param(
            json.dumps(case["model"]),
            metric,
            id="-".join([name, metric["name"], *([metric["symbol"]] if "symbol" in metric else [])]),
        )
        for name, case in cases.items()
        for metric in case["metrics"]
        if is_known(case, metric)
    ]


@pytest.mark.parametrize(("model", "metric"), claims())
def test_the_simulated_mean_is_equivalent_to_the_exact_one(model: str, metric: dict[str, Any]) -> None:
    exact = float(metric["value"])
    values = np.array([measured(run, metric) for run in replications(model)])
    error = values.std(ddof=1) / np.sqrt(len(values))
    half_width = float(stats.t.ppf(1.0 - LEVEL, len(values) - 1) * error)
    low, high = values.mean() - half_width, values.mean() + half_width
    assert exact * (1.0 - MARGIN) < low, f"exact {exact:.6g}, 90 % interval {low:.6g} to {high:.6g}"
    assert high < exact * (1.0 + MARGIN), f"exact {exact:.6g}, 90 % interval {low:.6g} to {high:.6g}"
