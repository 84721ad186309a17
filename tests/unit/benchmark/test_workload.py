"""The workloads of the benchmarks: what they hold, and that every program gets the same of it."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.model import SCENARIOS, WORKLOADS, compiled, model_of, settings_of
from benchmarks.peers import simpy_impatient, simpy_network
from sim.bundle.record import STATION_COUNTS
from sim.draw import run_key
from sim.engine import get_engine
from sim.errors import UsageError
from tests.unit.docs.page import ROOT

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from sim.bundle import Record
    from sim.plan import Plan


def run(workload: str, journeys: int) -> Record:
    whole, seed = compiled(workload, journeys)
    return get_engine("reference").run(whole.plan, seed=seed, replication=0)


def total(record: Record, column: str) -> int:
    return int(record.station_counts[:, :, STATION_COUNTS.index(column)].sum())


@pytest.mark.parametrize("workload", WORKLOADS)
def test_a_workload_runs_to_its_end_in_any_engine(workload: str) -> None:
    record = run(workload, 300)
    assert record.drained
    assert abs(int(record.group_outcomes.sum()) - 300) < 60


def test_the_patient_workloads_serve_every_step_of_every_journey_once() -> None:
    record = run("w2", 300)
    assert total(record, "started") == 10 * int(record.group_outcomes.sum())
    assert total(record, "started") == total(record, "completed") == total(record, "arrivals")


def test_the_impatient_workload_gives_up_and_comes_back_through_its_outage() -> None:
    record = run("w3", 9_000)
    assert int(record.group_outcomes[:, 1].sum()) > 0
    assert total(record, "reneged") > 500
    assert len(record.group_outcomes) == 3


def test_stations_are_about_85_percent_busy() -> None:
    model = model_of("w2", 1_000)
    load = dict.fromkeys(range(len(model.servers)), 0.0)
    means = [30.0, 0.5, 60.0, 0.8, 300.0, 2.0, 45.0, 0.6, 60.0, 20.0]
    for stream in model.streams:
        for step, mean in zip(model.steps, means, strict=True):
            load[step.stations[stream.office]] += stream.rate * mean
    busy = sorted(work / servers for work, servers in zip(load.values(), model.servers, strict=True))
    assert busy[0] == 0.0  # the Construction Corps: a platform, nobody of its own in the census
    assert 0.59 < busy[1] < busy[-1] < 0.85
    assert 0.83 < sum(load.values()) / sum(model.servers) < 0.85


def test_the_benchmarks_populations_are_those_of_the_product() -> None:
    def people(path: Path) -> dict[str, str]:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["code"]: row["population_2020"] for row in csv.DictReader(file)}

    assert people(SCENARIOS / "data" / "divisions.csv") == people(ROOT / "scenarios" / "data" / "divisions.csv")


def test_the_number_of_journeys_is_set_by_the_duration_in_ten_bins() -> None:
    assert settings_of("w2", 1_000_000) == {"duration": "500000 s", "interval": "50000 s"}
    assert settings_of("w1", 680_000) == {"duration": "100000 s", "interval": "10000 s"}
    assert compiled("w3", 2_000)[0].plan.n_bins == 10


def test_the_text_for_c_begins_with_the_key_of_the_run_and_keeps_every_bit() -> None:
    model = model_of("w2", 1_000)
    words = model.as_text().split()
    assert (int(words[0]), int(words[1])) == run_key(model.seed, 0)
    assert float.fromhex(words[3]) == model.duration == 500.0
    rates = {stream.rate.hex() for stream in model.streams}
    assert rates <= set(words)


@pytest.mark.parametrize(
    ("name", "column", "value", "what"),
    [
        ("stations", 2, 5, "a bounded queue"),
        ("stream_floats", 2, 0.1, "a share of other divisions"),
        ("stream_rates", 3, 0.1, "a profile"),
        ("streams", 4, 2, "a channel"),
    ],
)
def test_what_the_other_programs_do_not_know_is_refused(
    name: str, column: int, value: float, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, seed = compiled("w2", 100)
    altered = getattr(whole.plan, name).copy()
    altered[0, column] = value
    plan: Plan = replace(whole.plan, **{name: altered})
    monkeypatch.setattr("benchmarks.model.compiled", lambda *_: (replace(whole, plan=plan), seed))
    with pytest.raises(UsageError, match=what):
        model_of("w2", 100)


@pytest.mark.parametrize(("workload", "program"), [("w2", simpy_network), ("w3", simpy_impatient)])
def test_the_program_in_simpy_runs_the_same_model(
    workload: str,
    program: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "model.json"
    path.write_text(model_of(workload, 2_000).as_json(), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["", str(path)])
    program.main()
    theirs = json.loads(capsys.readouterr().out)
    ours = run(workload, 2_000)
    ended = int(ours.group_outcomes.sum())
    # other draws: 2,000 sojourn times of standard deviation 350 s have a mean that strays by some 8 s
    assert theirs["mean_sojourn"] == pytest.approx(float(ours.group_sums[:, :, 0].sum()) / ended, rel=0.06)
    assert theirs["services"] / theirs["journeys"] == pytest.approx(total(ours, "started") / ended, rel=0.02)
