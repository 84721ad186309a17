from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.bundle import StationKey, open_bundle, result_digest, write_bundle
from sim.catalog import Catalog
from sim.errors import DocumentError, UsageError
from sim.experiment import Request, load_documents, make_bundle, prepare, redescribed, run_experiment
from tests.tiny_run import NO_TABLE

if TYPE_CHECKING:
    from sim.experiment import Prepared

SCENARIO = """\
tongban: 1
name: counter
title: {en: A counter, zh: 柜台}
duration: 500 s
interval: 100 s
replications: 3
seed: 3
stations: {desk: {servers: 1, title: {en: Desk, zh: 窗口}}}
journeys: {visit: [{station: desk, service: {law: exponential, mean: 1 s}}]}
demand: [{name: visits, journey: visit, per_second: 0.5}]
"""


def prepared(folder: Path, text: str = SCENARIO) -> Prepared:
    path = folder / "counter.yaml"
    path.write_text(text, encoding="utf-8")
    return prepare(Catalog(folder.resolve()), path, {})


def test_a_request_takes_what_is_not_given_from_the_scenario(tmp_path: Path) -> None:
    found = Request.of(prepared(tmp_path), engine="reference", workers=1)
    assert found == Request("reference", 3, 3, 1)
    found = Request.of(prepared(tmp_path), engine="kernel", seed=5, replications=2, workers=4)
    assert found == Request("kernel", 5, 2, 4)
    with pytest.raises(UsageError, match="there is no engine 'steam'"):
        Request.of(prepared(tmp_path), engine="steam")


def test_the_input_digest_is_of_plan_seed_and_replications_alone(tmp_path: Path) -> None:
    one = prepared(tmp_path)
    wanted = Request("reference", 3, 3, 1).digest(one)
    assert Request("reference", 3, 3, 2).digest(prepared(tmp_path)) == wanted
    assert Request("reference", 4, 3, 1).digest(one) != wanted
    assert Request("reference", 3, 2, 1).digest(one) != wanted
    titled = prepared(tmp_path, SCENARIO.replace("A counter", "The counter"))
    assert Request("reference", 3, 3, 1).digest(titled) == wanted
    busier = prepared(tmp_path, SCENARIO.replace("0.5", "0.6"))
    assert Request("reference", 3, 3, 1).digest(busier) != wanted


def test_a_run_becomes_a_bundle_that_opens(tmp_path: Path) -> None:
    one = prepared(tmp_path)
    request = Request.of(one, workers=1)
    bundle = make_bundle(one, request, run_experiment(one, request), command="tongban run counter")
    manifest = open_bundle(write_bundle(bundle, tmp_path / "results").path or tmp_path).manifest
    assert (manifest.name, manifest.seed, manifest.replications, manifest.partial) == ("counter", 3, 3, False)
    assert manifest.input_digest == request.digest(one)
    assert manifest.label("station", "desk").zh == "窗口"
    assert [(source.kind, Path(source.file).name) for source in manifest.sources] == [("scenario", "counter.yaml")]
    assert dict(manifest.versions).keys() == {"python", "numpy", "simpy", "numba"}
    assert manifest.layout.n_bins == 5


def test_replications_do_not_depend_on_how_many_there_are(tmp_path: Path) -> None:
    one = prepared(tmp_path)
    three = run_experiment(one, Request.of(one, workers=1)).records
    two = run_experiment(one, Request.of(one, replications=2, workers=1)).records
    assert [record.events for record in three[:2]] == [record.events for record in two]
    assert len({record.events for record in three}) == 3


def test_a_stored_bundle_is_described_anew_only_where_the_documents_changed(tmp_path: Path) -> None:
    one = prepared(tmp_path)
    request = Request.of(one, workers=1)
    bundle = make_bundle(one, request, run_experiment(one, request), command="tongban run counter")
    stored = write_bundle(bundle, tmp_path / "results")
    assert redescribed(stored, one, command="tongban run ./counter") is stored
    retitled = prepared(tmp_path, SCENARIO.replace("A counter", "The counter"))
    found = redescribed(stored, retitled, command="tongban run ./counter")
    assert found.path is None
    assert found.manifest.command == "tongban run ./counter"
    assert found.manifest.title.en == "The counter"
    assert found.manifest.digest == stored.manifest.digest
    assert found.records is stored.records


def test_rows_that_were_renamed_are_renamed_in_the_stored_layout_too(tmp_path: Path) -> None:
    one = prepared(tmp_path)
    request = Request.of(one, workers=1)
    stored = make_bundle(one, request, run_experiment(one, request), command="")
    layout = replace(one.compiled.layout, stations=(StationKey("till", ""),))
    found = redescribed(stored, replace(one, compiled=replace(one.compiled, layout=layout)), command="")
    assert found.layout == layout
    assert found.manifest.digest == result_digest(layout, stored.records, stored.conformance)


@pytest.mark.parametrize(
    ("objective", "place", "told"),
    [
        ("metric: idle_time, at_most: 5 s", "11:32: objectives.0.metric", "there is no metric 'idle_time'; use one of"),
        ("metric: utilisation, quantile: 0.9, at_most: 1", "11:55: objectives.0.quantile", "has no statistic 'p90'"),
        (
            "metric: waiting_time, journey: visit, at_most: 1 s",
            "objectives.0.journey",
            "the run has no journey 'visit'",
        ),
    ],
)
def test_an_objective_that_cannot_be_judged_is_a_fault_at_its_place(
    tmp_path: Path, objective: str, place: str, told: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        prepared(tmp_path, f"{SCENARIO}objectives: [{{name: o, {objective}}}]\n")
    assert place in str(caught.value)
    assert told in str(caught.value)


def test_unknown_journeys_are_faults_at_their_demand_lines(tmp_path: Path) -> None:
    path = tmp_path / "counter.yaml"
    path.write_text(SCENARIO.replace("journey: visit", "journey: fly"), encoding="utf-8")
    with pytest.raises(DocumentError, match=r"counter.yaml:10:\d+: demand.0.journey: there is no journey 'fly'"):
        load_documents(Catalog(tmp_path.resolve()), path, {})


def test_progress_of_a_preparation_is_told_by_what_is_done(tmp_path: Path) -> None:
    told: list[str] = []
    path = tmp_path / "counter.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    one = prepare(Catalog(tmp_path.resolve()), path, {}, on_progress=lambda phase, _: told.append(phase))
    assert set(told) <= {"replay"}
    assert one.table == replace(NO_TABLE, seed=3)
