"""The benchmarks run, and their program in C is the same model: its record equals that of every engine, bit for bit.

That program has draws, functions and statistics of its own in another language, so it is also an independent check of
the engines' queues, patience, repeats, classes and outages. It needs gcc; without it the tests fail.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import program
from benchmarks.check import differences, read_record
from benchmarks.compare import main
from benchmarks.model import WORKLOADS, compiled
from benchmarks.program import c_program
from sim.engine import ENGINES, get_engine

if TYPE_CHECKING:
    from pathlib import Path

JOURNEYS = {"kernel": 100_000}


@pytest.mark.parametrize("engine", sorted(ENGINES))
@pytest.mark.parametrize("workload", WORKLOADS)
def test_the_program_in_c_leaves_the_same_record_as_an_engine(workload: str, engine: str, tmp_path: Path) -> None:
    journeys = JOURNEYS.get(engine, 20_000)
    c = c_program(tmp_path)
    assert c.missing(workload) == ""
    c.output(workload, journeys, str(tmp_path / "record"))
    whole, seed = compiled(workload, journeys)
    theirs = read_record((tmp_path / "record").read_text(encoding="utf-8"), whole.plan)
    ours = get_engine(engine).run(whole.plan, seed=seed, replication=0)
    assert theirs.events > journeys
    assert differences(ours, theirs) == ()


def test_peers_that_are_not_installed_are_named_and_the_others_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(program, "PYTHON", program.ROOT / "nowhere" / "python")
    file = tmp_path / "figures.json"
    words = ["--workload", "w1", "--journeys", "200", "--rounds", "1", "--engines", "reference", "--json", str(file)]
    monkeypatch.setattr(sys, "argv", ["compare", *words, "--peers", "simpy", "c"])
    assert main() == 0
    assert "skipped simpy: nowhere/python is missing: make benchmark-peers" in capsys.readouterr().out
    figures = json.loads(file.read_text(encoding="utf-8"))
    assert list(figures["rounds"][0]) == ["reference", "c"]
    assert figures["rounds"][0]["reference"]["services"] == figures["rounds"][0]["c"]["services"]
    assert list(figures["ratios"]["c"]) == ["reference", "c"]
