"""``tongban contracts coverage`` and the check of requirements: what they print and how they end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sim.cli import main
from tests.unit.conformance.test_coverage import DESK, JOURNEY, report

if TYPE_CHECKING:
    from pathlib import Path

REQUIREMENT = "a,1,https://a.example,It answers.,SHALL,Provider,,,,\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contracts").mkdir()
    (tmp_path / "scenarios/journeys").mkdir(parents=True)
    (tmp_path / "contracts/desk.openapi.yaml").write_text(DESK, encoding="utf-8")
    (tmp_path / "scenarios/journeys/errand.arazzo.yaml").write_text(JOURNEY, encoding="utf-8")
    return tmp_path


def test_what_is_not_tested_is_told_with_its_reason(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "coverage"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "desk 1",
        "                   tested  untested  unknown",
        "  statuses              5         4        0",
        "  request fields        4         2        1",
        "  response fields       1         3        0",
        "  journey steps         2         0        1",
        "  send",
        "  ✗ statuses 403, 503: nothing provokes it",
        "  ✗ request fields query/lang, body/place/town: no step sends it",
        "  ? request fields body/papers/*/title: an expression decides whether it is sent",
        "  ✗ response fields header/location, body/number, body/next: no step reads it",
        "  ? journey steps errand/rescue: only the failure of another step leads to it",
        "✗ list: no journey calls it",
    ]


def test_verbose_tells_too_what_tests_the_rest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "coverage", "-v", "desk"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  ✓ statuses 415: by negative-media-type" in lines
    assert "  ✓ request fields body/place/street: by errand/first" in lines


def test_json_holds_every_entry_and_the_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "coverage", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["trial"] is None
    contract = told["contracts"][0]
    assert contract["counts"]["status"] == {"tested": 5, "untested": 4, "unknown": 0}
    assert len(contract["entries"]) == 23
    assert contract["entries"][0] == {
        "kind": "status",
        "operation": "send",
        "name": "201",
        "state": "tested",
        "steps": ["errand/first", "errand/second", "errand/rescue"],
    }


def test_a_trial_narrows_what_is_tested(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "conform.json").write_text(json.dumps(report()), encoding="utf-8")
    assert main(["contracts", "coverage", "--trial", "conform.json", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["trial"] == "conform.json"
    assert told["contracts"][0]["counts"]["step"] == {"tested": 0, "untested": 3, "unknown": 0}


def test_a_report_of_another_system_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "conform.json").write_text(json.dumps(report(system="bank")), encoding="utf-8")
    assert main(["contracts", "coverage", "desk", "--trial", "conform.json"]) == 2
    assert "the report is of bank" in capsys.readouterr().err


def test_a_contract_that_is_not_there_is_told_with_those_that_are(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["contracts", "coverage", "bank"]) == 2
    assert "there is no contract 'bank'; known: desk" in capsys.readouterr().err


def test_check_looks_at_requirements_with_the_whole_catalog(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = ",".join(("Req Set", "ID", "URL", "Requirement", "Conformance", "Actors", "Sub-Requirement(s)"))
    head += ",Conditionality,Not Tested Reason,Not Tested Details\n"
    (folder / "contracts/requirements.csv").write_text(head + REQUIREMENT, encoding="utf-8")
    assert main(["check"]) == 1
    assert "contracts/requirements.csv:2:1: nothing decides a@1" in capsys.readouterr().out
    traces = "requirement,check,contract,operation\na@1,status,desk,send\n"
    (folder / "contracts/requirement-checks.csv").write_text(traces, encoding="utf-8")
    assert main(["check"]) == 0
    assert main(["check", "contracts/requirement-checks.csv"]) == 0
    (folder / "contracts/requirement-checks.csv").write_text(traces + "a@1,body,desk,sand\n", encoding="utf-8")
    assert main(["check", "contracts/requirements.csv"]) == 1
    assert "contracts/requirement-checks.csv:3:1: desk has no operation 'sand'" in capsys.readouterr().out


def test_requirements_elsewhere_are_told_where_they_belong(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "requirements.csv").write_text("", encoding="utf-8")
    assert main(["check", "requirements.csv"]) == 1
    assert "requirements stand in contracts/requirements.csv" in capsys.readouterr().out
