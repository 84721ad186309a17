"""A run beside its baseline: the same citizens before and after, paired replication by replication."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sim.bundle import open_bundle, write_bundle
from sim.catalog import Catalog
from sim.engine import get_engine
from sim.experiment import Request, make_bundle, prepare, run_baseline, run_experiment

if TYPE_CHECKING:
    from pathlib import Path

    from sim.bundle import Comparison, Difference
    from sim.experiment import Prepared

BEFORE = """\
tongban: 1
name: paper
title: {en: On paper, zh: 纸质}
duration: 500 s
interval: 100 s
replications: 3
seed: 3
stations: {desk: {servers: 2}}
journeys:
  form: [{name: ask, station: desk, service: 1 s}, {name: bring, station: desk, service: 3 s}]
  click: [{name: send, station: desk, service: 1 s}]
demand:
  - {name: move, journey: form, per_second: 0.2}
  - {name: card, journey: form, per_second: 0.1}
"""
AFTER = """\
tongban: 1
name: online
extends: paper.yaml
baseline: paper.yaml
demand: [{name: move, journey: click}, {name: extra, journey: click, per_second: 0.01}]
"""
REQUEST = Request("reference", 3, 3, 1)


def prepared(folder: Path, after: str = AFTER) -> Prepared:
    (folder / "paper.yaml").write_text(BEFORE, encoding="utf-8")
    path = folder / "online.yaml"
    path.write_text(after, encoding="utf-8")
    return prepare(Catalog(folder.resolve()), path, {})


def compared(one: Prepared) -> Comparison:
    found, _ = run_baseline(one, REQUEST, run_experiment(one, REQUEST))
    assert found is not None
    return found


def figure(found: Comparison, metric: str, line: str | None = None) -> Difference:
    return next(one for one in found.differences if (one.metric, one.line) == (metric, line))


def test_the_baseline_runs_with_the_same_seed_as_on_its_own(tmp_path: Path) -> None:
    one = prepared(tmp_path)
    assert one.baseline is not None
    alone = prepare(Catalog(tmp_path.resolve()), tmp_path / "paper.yaml", {})
    assert one.baseline.compiled.plan.digest == alone.compiled.plan.digest
    found = compared(one)
    own = make_bundle(alone, REQUEST, run_experiment(alone, REQUEST), command="tongban run paper.yaml").manifest
    assert (found.kind, found.name, found.title.zh) == ("scenario", "paper", "纸质")
    assert (found.digest, found.input_digest) == (own.digest, own.input_digest)


def test_lines_of_one_name_meet_the_same_citizens(tmp_path: Path) -> None:
    one = prepared(tmp_path)
    assert one.baseline is not None
    arrivals = []
    for side in (one, one.baseline):
        record = get_engine("reference").run(side.compiled.plan, seed=3, replication=0)
        row = next(number for number, key in enumerate(side.compiled.layout.groups) if key.line == "move")
        arrivals.append(record.group_counts[row, :, 0].tolist())
    assert arrivals[0] == arrivals[1]


def test_each_demand_line_has_its_key_figures_before_and_after(tmp_path: Path) -> None:
    time = figure(compared(prepared(tmp_path)), "processing_time", "move")
    assert (time.n, time.journey, time.station) == (3, None, None)
    assert 4.0 < time.before < 6.0
    assert 1.0 <= time.after < 2.0
    assert time.value == pytest.approx(time.after - time.before)
    assert time.ratio is not None
    assert time.ratio == pytest.approx(time.after / time.before, rel=0.05)
    assert time.half_width is not None
    assert time.half_width < -time.value


def test_what_both_runs_have_is_compared_and_what_one_lacks_is_left_out(tmp_path: Path) -> None:
    found = compared(prepared(tmp_path))
    assert {one.line for one in found.differences if one.line is not None} <= {"move", "card"}
    assert figure(found, "work").value < 0.0
    assert {one.operation for one in found.differences} <= {None, "form.ask", "form.bring"}


def test_the_input_digest_depends_on_the_baseline_too(tmp_path: Path) -> None:
    with_it, without = prepared(tmp_path), prepared(tmp_path, AFTER.replace("baseline: paper.yaml\n", ""))
    assert with_it.compiled.plan.digest == without.compiled.plan.digest
    assert REQUEST.digest(with_it) != REQUEST.digest(without)


def test_the_bundle_keeps_the_comparison_and_notices_a_changed_one(tmp_path: Path) -> None:
    one = prepared(tmp_path)
    outcome = run_experiment(one, REQUEST)
    comparison, outcome = run_baseline(one, REQUEST, outcome)
    bundle = write_bundle(make_bundle(one, REQUEST, outcome, command="x", comparison=comparison), tmp_path / "results")
    assert bundle.path is not None
    assert open_bundle(bundle.path).manifest.comparison == comparison
    assert {source.file.rpartition("/")[2] for source in bundle.manifest.sources} == {"online.yaml", "paper.yaml"}
    assert comparison is not None
    other = make_bundle(one, REQUEST, outcome, command="x", comparison=replace(comparison, digest="0" * 64))
    assert other.manifest.digest != bundle.manifest.digest


def test_a_scenario_without_baseline_or_variants_is_compared_with_nothing(tmp_path: Path) -> None:
    one = prepared(tmp_path, AFTER.replace("baseline: paper.yaml\n", ""))
    outcome = run_experiment(one, REQUEST)
    assert run_baseline(one, REQUEST, outcome) == (None, outcome)
