from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sim.bundle import open_bundle
from sim.bundle.parquet import connect, read_table
from sim.cli import main
from sim.errors import ResultError

SCENARIO = """\
tongban: 1
name: counter
duration: 2000 s
replications: 2
seed: 3
stations: {desk: {servers: 1}}
journeys: {visit: [{station: desk, service: {law: exponential, mean: 1 s}}]}
demand: [{name: visits, journey: visit, per_second: 0.5}]
objectives: [{name: wait, metric: waiting_time, station: desk, at_most: 5 s}]
"""


@dataclass(frozen=True)
class Done:
    code: int
    value: dict[str, Any]
    folder: Path


def run(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Done:
    """Run the counter in a folder, with JSON on stdout."""
    with contextlib.chdir(folder):
        Path("counter.yaml").write_text(SCENARIO, encoding="utf-8")
        code = main(["run", "counter.yaml", "--format", "json", "--workers", "1", *words])
    return Done(code, json.loads(capsys.readouterr().out), folder)


@pytest.fixture(autouse=True)
def without_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the report out, which takes seconds; the runs in processes of their own make it."""
    monkeypatch.setattr("sim.report.write_report", lambda *_, **__: ())


def only_bundle(folder: Path) -> Path:
    (bundle,) = (folder / "results").iterdir()
    return bundle


def test_a_run_tells_everything_as_json_and_leaves_a_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = run(tmp_path, capsys)
    assert done.code == 0
    assert set(done.value) >= {
        *("scenario", "digest", "input_digest", "bundle", "engine", "replications", "seed"),
        *("objectives", "metrics", "conformance", "assumptions", "seconds", "partial"),
    }
    assert done.value["objectives"][0]["verdict"] == "met"
    assert done.value["bundle"] == f"results/counter-{done.value['input_digest'][:8]}"
    bundle = open_bundle(only_bundle(tmp_path))
    assert bundle.manifest.digest == done.value["digest"]
    assert bundle.manifest.command == "tongban run counter.yaml --seed 3 --replications 2"
    stored = json.loads((tmp_path / done.value["bundle"] / "summary.json").read_text(encoding="utf-8"))
    assert stored == done.value


def test_the_digest_is_the_same_with_two_workers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alone = run(tmp_path, capsys)
    shared = run(tmp_path, capsys, "--force", "--workers", "2")
    assert shared.value["digest"] == alone.value["digest"]
    assert shared.value["seconds"] != alone.value["seconds"]


def test_a_stored_run_is_found_and_not_made_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = run(tmp_path, capsys)
    again = run(tmp_path, capsys)
    assert again.value == first.value
    other = run(tmp_path, capsys, "--seed", "4")
    assert other.value["digest"] != first.value["digest"]
    assert len(list((tmp_path / "results").iterdir())) == 2


def test_a_new_objective_is_judged_on_the_stored_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = run(tmp_path, capsys)
    stricter = run(tmp_path, capsys, "--set", "objectives.wait.at_most=0.1 s")
    assert stricter.code == 4
    assert stricter.value["objectives"][0]["verdict"] == "missed"
    assert stricter.value["digest"] == first.value["digest"]
    assert stricter.value["seconds"] == first.value["seconds"]
    assert open_bundle(only_bundle(tmp_path)).manifest.objectives[0].value == 0.1


def test_an_objective_that_is_expected_to_be_missed_is_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ("--set", "objectives.wait.at_most=0.1 s", "--set", "objectives.wait.expect=missed")
    done = run(tmp_path, capsys, *settings)
    assert done.code == 0
    assert done.value["objectives"][0]["as_expected"]


def test_the_text_has_figures_verdicts_and_places_in_eighty_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("counter.yaml").write_text(SCENARIO, encoding="utf-8")
    assert main(["run", "counter.yaml", "--workers", "1", "--out", "kept"]) == 0
    text = capsys.readouterr().out
    for words in (
        "2 replications of 33.3 min, seed 3",
        "desk",
        "±",
        "✓ wait",
        "≤ 5.00 s: met",
        "not applicable",
        "kept",
    ):
        assert words in text
    assert max(len(line) for line in text.splitlines()) <= 80
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nosuch"], "there is no scenario 'nosuch'; use a path to a file, or one of: "),
        (["./nosuch.yaml"], "there is no file './nosuch.yaml'"),
        (["counter.yaml", "--set", "seed"], "--set seed is not a setting; write KEY=VALUE"),
        (["counter.yaml", "--set", "colour=red"], "colour"),
        (["counter.yaml", "--out", "counter.yaml/x"], "counter.yaml cannot be written; choose another folder"),
        (["counter.yaml", "--set", "objectives.wait.metric=idle_time"], "there is no metric 'idle_time'; use one of"),
        (["counter.yaml", "--set", "demand.visits.journey=fly"], "there is no journey 'fly'"),
        (["counter.yaml", "--engine", "steam"], "'steam' is not one of 'auto', 'kernel', 'reference'"),
    ],
)
def test_bad_input_is_exit_2_with_a_remedy_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("counter.yaml").write_text(SCENARIO, encoding="utf-8")
    assert main(["run", *words]) == 2
    assert told in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["counter.yaml"]


def test_an_interruption_before_the_first_replication_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.experiment.run.get_engine", interrupt)
    done = run(tmp_path, capsys)
    assert (done.code, done.value["error"]) == (130, "interrupted")
    assert [path.name for path in tmp_path.iterdir()] == ["counter.yaml"]


# a process begun in the background of a shell ignores Ctrl-C, and so would its children
MAIN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from sim.cli import main
sys.exit(main(sys.argv[1:]))
"""
LONG = ["-c", MAIN, "run", "counter.yaml", "-v", "--replications", "5000", "--workers", "2", "--set"]


@contextlib.contextmanager
def started(folder: Path) -> Any:
    """Start a long run in a process group of its own and wait until a replication is done."""
    (folder / "counter.yaml").write_text(SCENARIO, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, *LONG, "duration=20000 s"],
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("replication "):
                break
        yield process


def children_of(process: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()]


def is_running(process: int) -> bool:
    """Return whether a process lives; one that ended and was not yet waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_ctrl_c_keeps_what_is_finished_as_a_partial_bundle(tmp_path: Path) -> None:
    with started(tmp_path) as process:
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert "interrupted: partial results are kept in results/counter-" in errors
    bundle = open_bundle(only_bundle(tmp_path))
    assert bundle.path is not None
    assert bundle.path.name.endswith("-partial")
    assert bundle.manifest.partial
    assert 1 <= len(bundle.records) < 5000
    assert (bundle.path / "report.html").is_file()


def test_a_killed_run_leaves_no_bundle_and_no_workers(tmp_path: Path) -> None:
    with started(tmp_path) as process:
        workers = children_of(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    assert workers
    while any(is_running(worker) for worker in workers):
        os.sched_yield()
    assert [path.name for path in tmp_path.iterdir()] == ["counter.yaml"]
    with pytest.raises(ResultError):
        open_bundle(tmp_path / "results")


def rows(bundle: Path, kind: str) -> int:
    with connect() as connection:
        return len(read_table(connection, bundle / f"{kind}.parquet")["k"])


def test_a_log_has_a_row_for_every_journey_and_every_visit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = run(tmp_path, capsys, "--log", "--workers", "2")
    bundle = only_bundle(tmp_path)
    records = open_bundle(bundle).records
    assert rows(bundle, "journey-log") == sum(int(record.group_counts[:, :, 1].sum()) for record in records)
    assert rows(bundle, "visits") == rows(bundle, "journey-log")
    assert (done.code, open_bundle(bundle).manifest.command.endswith("--log")) == (0, True)


def test_a_log_does_not_change_the_digest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, capsys).value["digest"] == run(tmp_path, capsys, "--log").value["digest"]


def test_a_stored_run_without_a_log_is_simulated_again_for_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = run(tmp_path, capsys)
    logged = run(tmp_path, capsys, "--log")
    again = run(tmp_path, capsys, "--log")
    assert logged.value["seconds"] != plain.value["seconds"]
    assert again.value["seconds"] == logged.value["seconds"]


def test_a_stored_log_stays_when_the_run_is_described_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, capsys, "--log")
    before = rows(only_bundle(tmp_path), "visits")
    run(tmp_path, capsys, "--set", "title=Another")
    assert open_bundle(only_bundle(tmp_path)).manifest.title.en == "Another"
    assert rows(only_bundle(tmp_path), "visits") == before
