"""``tongban conform`` and ``tongban explain`` as a person types them."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

import sim.conformance.trial
from sim.cli import main
from sim.conformance import CHECKS
from tests.reference_gate import SIGNING_SECRET, TOKEN_KEY, Stage, running
from tests.reference_platform import Platform

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = Path(sim.conformance.trial.__file__).with_name("schema.json")
QUESTION = ("conform", "query-duplicate-name", "--system", "provincial-platform")
RENEWAL = ("conform", "renew-id-card", "--system", "provincial-platform", "--citizens", "2", "--wait-limit", "10 ms")


@pytest.fixture(scope="module")
def stage() -> Iterator[tuple[Stage, str]]:
    stage = Stage(Platform())
    with running(stage) as url:
        yield stage, url


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_TOKEN_KEY", TOKEN_KEY.decode())
    monkeypatch.setenv("TONGBAN_SIGNING_SECRET", SIGNING_SECRET.decode())


def result(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    code = main([*words, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_conforming_platform_ends_with_0(stage: tuple[Stage, str], capsys: pytest.CaptureFixture[str]) -> None:
    stage[0].system = Platform()
    assert main([*QUESTION, "--target", stage[1]]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"provincial-platform at {stage[1]}: all that was exercised passed\n")
    assert re.search(r"^✓ provincial-platform queryDuplicateName: \d+ checks passed$", printed, re.MULTILINE)
    assert "- provincial-platform acceptCase: no journey of this trial comes to it" in printed


def test_a_failure_ends_with_1_and_is_explained(stage: tuple[Stage, str], capsys: pytest.CaptureFixture[str]) -> None:
    stage[0].system = Platform("altered-code-list")
    assert main([*RENEWAL, "--target", stage[1]]) == 1
    printed = capsys.readouterr().out
    assert re.search(r"^requirements: \d+ failed, \d+ not exercised, \d+ passed, 4 not tested$", printed, re.MULTILINE)
    assert re.search(r"^✗ tongban-message@3 failed: body at getCase: the body of the answer", printed, re.MULTILINE)
    explained = printed.partition("The first: body getCase\n")[2]
    assert '  expected  ["1", "2"]\n  received  "3"\n  rule      enum of body /step_status\n' in explained
    assert re.search(r"^  contract  contracts/schemas/gbt39046\.schema\.json:\d+:\d+$", explained, re.MULTILINE)
    assert re.search(r"^  again     curl .*\"Authorization: \$TONGBAN_AUTHORIZATION\"", explained, re.MULTILINE)
    assert explained.rstrip().endswith("tongban explain body")


def test_the_document_keeps_its_published_schema(stage: tuple[Stage, str], capsys: pytest.CaptureFixture[str]) -> None:
    stage[0].system = Platform("wrong-status")
    code, document = result(capsys, *RENEWAL, "--target", stage[1])
    assert code == 1
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    assert document["outcome"] == "fail"
    requirements = {one["requirement"]: one for one in document["requirements"]}
    assert requirements["tongban-message@1"]["outcome"] == "failed"
    assert requirements["tongban-message@1"]["reason"].startswith("status at submitSupplement: ")
    assert requirements["tongban-message@9"]["reason"] == "tongban-message@1: failed"
    assert requirements["tongban-security@1"]["outcome"] == "passed"
    assert requirements["tongban-consumer@3"]["outcome"] == "not exercised"
    assert requirements["tongban-security@8"]["outcome"] == "not tested"
    assert sum(document["counts"].values()) == len(document["verdicts"])
    (failed,) = [one for one in document["verdicts"] if one["outcome"] == "fail"]
    assert (failed["check"], failed["operation"], failed["step"]) == ("status", "submitSupplement", "supplement")
    assert failed["place"]["file"] == "contracts/provincial-platform.openapi.yaml"
    assert failed["request"]["curl"].startswith("curl ")


def test_a_folder_holds_the_result_in_every_form(
    stage: tuple[Stage, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    stage[0].system = Platform("missing-field")
    out = tmp_path / "results" / "trial"
    assert main([*RENEWAL, "--target", stage[1], "--out", str(out), "--quiet"]) == 1
    assert capsys.readouterr().out == ""
    assert sorted(path.name for path in out.parent.rglob("*")) == [
        "badge.json",
        "badge.svg",
        "conform.har",
        "conform.html",
        "conform.json",
        "conform.junit.xml",
        "conform.txt",
        "trial",
    ]
    document = json.loads((out / "conform.json").read_text(encoding="utf-8"))
    root = ET.fromstring((out / "conform.junit.xml").read_text(encoding="utf-8"))  # noqa: S314 - our own text
    cases = {(case.get("classname"), case.get("name")): case for case in root.iter("testcase")}
    assert len(cases) == len(
        {(one.get("operation"), one.get("contract"), one["check"]) for one in document["verdicts"]}
    )
    failed = [key for key, case in cases.items() if case.find("failure") is not None]
    assert failed == [("provincial-platform.getCase", "body")]
    assert cases["provincial-platform.acceptCase", "reached"].find("skipped") is not None
    assert "body" in (out / "conform.txt").read_text(encoding="utf-8")
    assert main([*RENEWAL, "--target", stage[1], "--out", str(out)]) == 2
    assert "is there already" in capsys.readouterr().err


def test_nothing_personal_or_secret_is_told(
    stage: tuple[Stage, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every request and answer of a platform that fails everywhere is shown, and names nobody."""
    platform = Platform("no-problem")
    stage[0].system = platform
    monkeypatch.setattr("sim.cli.conform._tell_listening", lambda _, served: platform.partners.update(served))
    data = tmp_path / "citizens.csv"
    data.write_text(
        "name,citizen_number,mobile,address\n"
        "马测试,640099199003070015,19900990001,示例县示例街道1号\n欧阳测试,640099199003070023,19900990002,示例县示例街道2号\n",
        encoding="utf-8",
    )
    words = ("--target", stage[1], "--listen", "127.0.0.1:0", "--data", str(data), "--out", str(tmp_path / "out"))
    assert main([*RENEWAL, *words, "--verbose"]) == 1
    captured = capsys.readouterr()
    told = captured.out + captured.err + "".join(one.read_text("utf-8") for one in (tmp_path / "out").iterdir())
    assert told.count("curl ") > 10
    planted = ("马测试", "欧阳测试", "640099199003070015", "640099199003070023", "19900990001", "示例街道")
    for secret in (*planted, TOKEN_KEY.decode(), SIGNING_SECRET.decode(), "eyJ"):
        assert secret not in told, secret


def test_citizens_of_the_user_walk_the_errands(
    stage: tuple[Stage, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    stage[0].system = Platform()
    data = tmp_path / "citizens.csv"
    data.write_text("name,citizen_number,channel\n马测试,640099199003070015,pc\n", encoding="utf-8")
    code, document = result(capsys, *QUESTION, "--target", stage[1], "--data", str(data))
    assert code == 0
    assert [one["journey"] for one in document["errands"]] == ["query-duplicate-name"]


def test_every_fault_of_the_citizens_is_told_with_its_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    data = tmp_path / "citizens.csv"
    data.write_text(
        "name,citizen_number,token_variable\n马,640099199003070014,\n马,640099199003070015,hunter2\n马\n"
        "马,640099199003070015,TONGBAN_TOKEN_OF_NOBODY\n",
        encoding="utf-8",
    )
    assert main([*QUESTION, "--target", "http://127.0.0.1:1", "--data", str(data)]) == 2
    told = capsys.readouterr().err
    assert re.findall(r"citizens\.csv:(\d+)", told) == ["2", "3", "4", "5"]
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("conform", "renew-id-card", "--system", "hospital", "--target", "http://h"), "no journey calls 'hospital'"),
        (("conform", "renew", "--system", "payment", "--target", "http://h"), "there is no journey 'renew'"),
        (("conform", "none.yaml", "--system", "payment", "--target", "http://h"), "there is no file 'none.yaml'"),
        (QUESTION, "neither --target nor --listen is given"),
        ((*QUESTION, "--target", "h"), "is no base address"),
        ((*QUESTION, "--target", "http://h", "--listen", "9100"), "is no place to listen at"),
        ((*QUESTION, "--target", "http://h", "--check", "all"), "there is no check all"),
        ((*QUESTION, "--target", "http://h", "--auth", "issued", "--auth", "bearer"), "one token"),
        ((*QUESTION, "--target", "http://h", "--auth", "bearer"), "TONGBAN_TOKEN is not set"),
        ((*QUESTION, "--target", "http://h", "--auth", "signature"), "no credentials for queryDuplicateName"),
        ((*QUESTION, "--target", "http://h", "--auth", "client-credentials"), "names no token endpoint"),
        ((*QUESTION, "--target", "http://h", "--callback-base", "https://c"), "needs --listen"),
        ((*QUESTION, "--target", "http://h", "--time-limit", "5"), "not a span of time"),
        (("conform", "renew-id-card#no", "--system", "payment", "--target", "http://h"), "has no workflow 'no'"),
    ],
)
def test_bad_input_ends_with_2_and_a_remedy(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(list(words)) == 2
    assert told in capsys.readouterr().err


def test_a_system_that_only_calls_is_told_where_and_as_whom(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*QUESTION, "--listen", "127.0.0.1:0", "--time-limit", "100 ms"]) == 2
    told = capsys.readouterr().err
    assert re.search(r"^  provincial-platform +http://127\.0\.0\.1:\d+$", told, re.MULTILINE)
    assert len(re.findall(r"^  \S+ \d{2}0099\d{11}[0-9X] [0-9a-f]{32}$", told, re.MULTILINE)) == 6
    assert "provincial-platform sent no request" in told


def test_a_system_that_is_not_there_ends_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*QUESTION, "--target", "http://127.0.0.1:1"]) == 3
    assert "cannot be reached: Connection refused" in capsys.readouterr().err


def test_without_credentials_what_is_missing_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TONGBAN_TOKEN_KEY")
    assert main([*QUESTION, "--target", "http://127.0.0.1:1"]) == 2
    assert "set TONGBAN_TOKEN or TONGBAN_TOKEN_KEY" in capsys.readouterr().err


@pytest.mark.parametrize("name", CHECKS.names())
def test_every_check_is_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", name]) == 0
    check, told = CHECKS.get(name), capsys.readouterr().out
    assert told.startswith(f"{name}\n  asks  Ask whether")
    assert check.remedy.endswith(".")
    assert all(word in told for word in (check.remedy.split()[0], check.source.split()[0]))


def test_all_checks_are_listed_and_a_misspelt_one_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = result(capsys, "explain")
    assert code == 0
    assert [one["check"] for one in document["checks"]] == list(CHECKS.names())
    assert main(["explain", "idempotence"]) == 2
    assert "did you mean idempotency" in capsys.readouterr().err
