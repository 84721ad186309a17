"""A catalog of one's own: made whole or not at all, and everything that its README says to do goes well."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import sim.cli.report  # noqa: F401 - it must hold the real writer before a run is made without one
from sim.catalog import Catalog
from sim.cli import main
from sim.cli.new import EXAMPLE, FILES, make_catalog
from sim.contract import load_contract
from sim.errors import UsageError
from sim.journey import load_journey

TEMPLATE = Path(__file__).resolve().parents[3] / "sim" / "cli" / "template"
ROOT = TEMPLATE.parents[2]


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def python(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with this checkout on its path, and return what it wrote."""
    given = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(folder.parent / "config"), **environment}
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True, check=False)  # noqa: S603 - fixed commands


def test_every_file_of_the_template_is_made_but_its_lint_settings() -> None:
    kept = [path for path in files_below(TEMPLATE) if "__pycache__" not in path]
    assert kept == sorted((*FILES, "ruff.toml"))


def test_a_catalog_is_made_with_all_its_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "a new one"
    assert main(["new", str(place), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "catalog": str(place),
        "name": "library-card",
        "files": list(FILES),
        "try": [
            f"cd {shlex.quote(str(place))}",
            "tongban check",
            "tongban run library-card --trust-mocks",
            "python -m pytest",
        ],
    }
    assert files_below(place) == sorted(FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["a new one"]


def test_a_name_takes_the_place_of_the_example_s_everywhere(tmp_path: Path) -> None:
    made = make_catalog(tmp_path / "own", "repair-shop")
    assert files_below(tmp_path / "own") == sorted(made)
    assert "contracts/repair-shop.openapi.yaml" in made
    for file in made:
        assert EXAMPLE not in (tmp_path / "own" / file).read_text(encoding="utf-8")
    catalog = Catalog((tmp_path / "own").resolve())
    assert load_journey(catalog, "repair-shop").main.workflow_id == "repair-shop"
    assert load_contract(catalog, "repair-shop").operations.keys() == {"applyForCard", "decideApplication", "issueCard"}


def test_the_example_has_one_decision_one_retry_and_one_objective(tmp_path: Path) -> None:
    make_catalog(tmp_path / "own")
    catalog = Catalog((tmp_path / "own").resolve())
    steps = load_journey(catalog, EXAMPLE).main.steps
    retries = [(step.step_id, one.name) for step in steps for one in step.on_failure if one.kind == "retry"]
    assert retries == [("apply", "come-again")]
    assert [(step.step_id, len(step.on_success)) for step in steps if step.on_success] == [("decide", 2)]
    text = (catalog.root / f"scenarios/{EXAMPLE}.yaml").read_text(encoding="utf-8")
    assert len(re.findall("at_most:", text)) == 1


@pytest.mark.parametrize(
    "name",
    [
        *("", "Library", "9lives", "a_b", "a b", "a--b", "-a", "a-", "a/b", "../a", "a.b", "卡", "a\n"),
        *("{x}", "a" * 41, "null", "true", "con", "lpt1"),
    ],
)
def test_a_name_that_fits_no_file_or_document_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a name for files and documents; use up to 40 lower-case letters"):
        make_catalog(tmp_path / "own", name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a", "x9", "no", "on", "a" * 40, "one-2-three"])
def test_a_name_that_fits_makes_documents_without_faults(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_catalog(tmp_path / "own", name)
    monkeypatch.chdir(tmp_path / "own")
    assert main(["check"]) == 0


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    make_catalog(tmp_path / "own")
    assert files_below(tmp_path / "own") == sorted(FILES)


def test_folders_above_are_made(tmp_path: Path) -> None:
    make_catalog(tmp_path / "a" / "b" / "own")
    assert files_below(tmp_path / "a" / "b" / "own") == sorted(FILES)


@pytest.mark.parametrize("kind", ["file", "folder", "hidden", "link", "broken link", "bundle"])
def test_a_place_that_is_taken_is_left_as_it_is(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "own"
    if kind == "file":
        place.write_text("mine", encoding="utf-8")
    elif kind in ("link", "broken link"):
        place.symlink_to(tmp_path / "other")
        if kind == "link":
            (tmp_path / "other").mkdir()
    else:
        name = {"folder": "mine", "hidden": ".mine", "bundle": "manifest.json"}[kind]
        place.mkdir()
        (place / name).write_text("mine", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    assert main(["new", str(place)]) == 2
    told = capsys.readouterr().err
    assert told == f"error: {place} is there and is not an empty folder; choose another folder, or empty it\n"
    assert sorted(tmp_path.rglob("*")) == before


def test_the_current_folder_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="is the current folder, which cannot be replaced; name one below it"):
        make_catalog(Path())


def test_a_place_below_a_file_is_refused_with_its_own_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"; choose another folder$"):
        make_catalog(tmp_path / "file" / "own")


@pytest.mark.parametrize("name", ["a" * 300, "loop/own"])
def test_a_place_that_is_no_path_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError, match=r"cannot be (looked at|written): .*; choose another folder$"):
        make_catalog(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["loop"]


def test_a_failure_on_the_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_text

    def full(path: Path, text: str, **options: str) -> int:
        if path.name == "test_catalog.py":
            raise OSError(28, "No space left on device", str(path))
        return write(path, text, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        make_catalog(tmp_path / "deep" / "own")
    assert list(tmp_path.iterdir()) == []


def commands(readme: Path) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```$", readme.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


def test_every_command_of_its_readme_goes_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two replications on one core; ``run`` leaves out report and charts, which ``report`` makes."""
    monkeypatch.setattr("sim.report.write_report", lambda *_, **__: ())
    monkeypatch.setenv("TONGBAN_RUN_REPLICATIONS", "2")
    monkeypatch.setenv("TONGBAN_RUN_WORKERS", "1")
    place = tmp_path / "own"
    make_catalog(place, "repair-shop")
    monkeypatch.chdir(place)
    printed = []
    *typed, last = commands(place / "README.md")
    for line in typed:
        program, *words = shlex.split(line)
        assert (program, main(words)) == ("tongban", 0)
        printed.append(capsys.readouterr().out)
    assert [line.split()[1] for line in typed] == ["check", "run", "report"]
    assert printed[0] == "3 documents: no faults\n"
    assert "conformance  100 % of 100 replayed calls conform; 0 of 3 operations not exercised\n" in printed[1]
    (report,) = Path().glob("results/repair-shop-*/report.html")
    assert printed[2] == f"{report}\n"
    assert "Answered by: repair-shop (mock)." in report.read_text(encoding="utf-8")
    assert last == "python -m pytest"
    done = python("-m", "pytest", folder=place)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_each_of_its_tests_finds_what_it_is_for(tmp_path: Path) -> None:
    """A scenario that is none, a mock that forgets a field, a clerk who takes ten minutes: one test each."""
    place = tmp_path / "own"
    make_catalog(place, "own")
    (place / "scenarios" / "empty.yaml").write_text("tongban: 1\n", encoding="utf-8")
    for file, old, new in (
        ("mocks/own.py", ', "valid_until": valid_until', ""),
        ("scenarios/own.yaml", "mean: 75 s", "mean: 10 min"),
    ):
        text = (place / file).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (place / file).write_text(text.replace(old, new), encoding="utf-8")
    done = python("-m", "pytest", "-q", "--no-header", folder=place)
    assert done.returncode == 1
    failed = re.findall(r"^FAILED tests/test_catalog\.py::(\w+)", done.stdout, re.MULTILINE)
    assert failed == [
        "test_the_documents_have_no_faults",
        "test_the_mock_keeps_its_contract_on_every_branch",
        "test_a_small_run_keeps_the_objective",
    ]
    assert "scenarios/empty.yaml:1:1: " in done.stdout
    assert "issueCard: required /valid_until" in done.stdout
    assert "'missed'" in done.stdout
