"""What a trial leaves, and what is made of it: reports, evidence, recorded traffic."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

from sim.cli import main
from sim.cli.conform_files import write_evidence
from sim.conformance.verdict import Verdict
from sim.errors import UsageError
from tests.recordings import entry, trial, written
from tests.reference_gate import SIGNING_SECRET, TOKEN_KEY, Stage, running
from tests.reference_platform import Platform

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = ("conform", "query-duplicate-name", "--system", "provincial-platform")
LEVEL = ("--level", "core", "--level", "security")


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_TOKEN_KEY", TOKEN_KEY.decode())
    monkeypatch.setenv("TONGBAN_SIGNING_SECRET", SIGNING_SECRET.decode())


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a trial of a conforming platform left: a folder and evidence."""
    folder = tmp_path_factory.mktemp("trial")
    with pytest.MonkeyPatch.context() as patch, running(Stage(Platform())) as url:
        patch.setenv("TONGBAN_TOKEN_KEY", TOKEN_KEY.decode())
        patch.setenv("TONGBAN_SIGNING_SECRET", SIGNING_SECRET.decode())
        files = ("--out", str(folder / "out"), "--evidence", str(folder / "trial.zip"))
        assert main([*QUESTION, *LEVEL, "--target", url, *files, "--lang", "zh", "--quiet"]) == 0
    return folder


def test_a_trial_of_some_levels_asks_no_other_checks(left: Path) -> None:
    document = json.loads((left / "out/conform.json").read_text(encoding="utf-8"))
    assert {one["level"]: one["is_reached"] for one in document["levels"]} == {
        "core": True,
        "strictness": False,
        "security": True,
        "resilience": False,
        "callbacks": False,
    }
    assert not any(one["check"].startswith("negative") for one in document["verdicts"])


def test_every_form_tells_the_same_trial(left: Path) -> None:
    out = left / "out"
    document = json.loads((out / "conform.json").read_text(encoding="utf-8"))
    entries = json.loads((out / "conform.har").read_text(encoding="utf-8"))["log"]["entries"]
    assert len(entries) == document["requests"]
    assert {one["_tongban"]["direction"] for one in entries} == {"sent"}
    probes = {one["_tongban"].get("probe", "") for one in entries}
    assert {"", "security-missing", "security-altered"} <= probes
    steps = {one["_tongban"].get("step", "") for one in entries}
    assert steps - {""} == {one["step"] for one in document["steps"]}
    assert json.loads((out / "badge.json").read_text(encoding="utf-8"))["message"] == "core + security"
    assert ET.parse(out / "badge.svg").getroot().get("aria-label", "").endswith("core + security")  # noqa: S314 - our own text
    page = (out / "conform.html").read_text(encoding="utf-8")
    assert '<html lang="zh">' in page
    assert "符合性报告" in page


def test_exchanges_hold_nothing_secret(left: Path) -> None:
    text = (left / "out/conform.har").read_text(encoding="utf-8")
    assert "eyJ" not in text
    assert '"value": "<redacted>"' in text


def test_evidence_that_nobody_touched_ends_with_0(left: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conform", "--verify", str(left / "trial.zip"), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["holds"], told["faults"], told["facts"]["outcome"]) == (True, [], "pass")
    assert len(told["seal"]) == 64
    assert {one["kind"] for one in told["documents"]} == {"contract", "journey"}


def test_altered_evidence_ends_with_1_and_says_where(
    left: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    altered = tmp_path / "altered.zip"
    altered.write_bytes((left / "trial.zip").read_bytes().replace(b'"fail": 0', b'"fail": 9', 1))
    assert main(["conform", "--verify", str(altered)]) == 1
    told = capsys.readouterr().out
    assert told.startswith("the evidence does not hold\n")
    assert "conform.json" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("conform", "--verify", "none.zip"), "there is no file"),
        (("conform", "--verify", "none.zip", "renew-id-card"), "--verify stands alone"),
        (("conform", "--verify", "none.zip", "--system", "x"), "--verify stands alone"),
        (("conform",), "what is to be tried is not said"),
        (("conform", "renew-id-card"), "what is to be tried is not said"),
        ((*QUESTION, "--har", "none.har"), "there is no such file"),
        ((*QUESTION, "--har", "none.har", "--listen", "127.0.0.1:0"), "--har and --listen exclude each other"),
        ((*QUESTION, "--target", "http://h", "--level", "core", "--check", "body"), "--check and --level exclude"),
        ((*QUESTION, "--target", "http://h", "--level", "gold"), "'gold' is not one of"),
    ],
)
def test_bad_usage_ends_with_2(words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(list(words)) == 2
    assert told in capsys.readouterr().err


def test_what_stands_already_is_not_written_over_and_nothing_is_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "trial.zip"
    there.write_bytes(b"mine")
    assert main([*QUESTION, "--target", "http://127.0.0.1:1", "--evidence", str(there)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert there.read_bytes() == b"mine"


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_left_half(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    har = written(tmp_path, entry())
    (tmp_path / "file").write_text("", encoding="utf-8")
    for option in ("--out", "--evidence"):
        assert main([*QUESTION, "--har", str(har), option, str(tmp_path / "file/inside"), "--quiet"]) == 2
        assert "cannot be written" in capsys.readouterr().err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "traffic.har"]


def test_a_place_that_cannot_be_written_is_told_before_anything_is_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    words = [*QUESTION, "--har", "there-is-none.har", "--out", str(tmp_path / "file/inside")]
    assert main(words) == 2
    assert "file/inside cannot be written" in capsys.readouterr().err


def test_evidence_that_another_trial_wrote_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    write_evidence(path, trial(Verdict("status", "pass", "platform", "read")), ())
    before = path.read_bytes()
    with pytest.raises(UsageError, match="cannot be written: File exists"):
        write_evidence(path, trial(Verdict("body", "pass", "platform", "read")), ())
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["evidence.zip"]


def test_recorded_traffic_is_judged_without_a_target_or_secrets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TONGBAN_TOKEN_KEY")
    assert main([*QUESTION, "--har", str(written(tmp_path, entry(), entry("/logo.png")))]) == 0
    told = capsys.readouterr().out
    assert "1 of 2 exchanges in" in told
    assert "level core        reached" in told
    assert "level security    not exercised" in told


def test_recorded_traffic_of_something_else_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*QUESTION, "--har", str(written(tmp_path, entry("https://other.example/")))]) == 2
    assert "say by --target" in capsys.readouterr().err


def test_a_hostile_recording_is_told_in_lines_and_steers_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong: Any = entry(response={"content": {"text": "a", "encoding": "\x1b[2J"}})
    assert main([*QUESTION, "--har", str(written(tmp_path, wrong))]) == 2
    told = capsys.readouterr().err
    assert "traffic.har:1:" in told
    assert "\x1b" not in told


def test_what_a_trial_recorded_is_judged_again_and_nothing_is_made_up(
    left: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Values that were redacted are neither right nor wrong: no failure, and what was right stays so."""
    document = json.loads((left / "out/conform.json").read_text(encoding="utf-8"))
    words = ("--har", str(left / "out/conform.har"), "--target", document["target"], "--format", "json")
    assert main([*QUESTION, *words]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["recorded"]["matched"] == document["requests"]
    assert again["counts"]["fail"] + again["counts"]["error"] == 0
    assert again["outcome"] == "pass"
