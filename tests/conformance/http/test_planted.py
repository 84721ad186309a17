"""Nothing planted is written: no citizen number, name, phone, address, token or key, in anything that a run leaves."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

import sim.mock
from sim.cli import main
from sim.contract import Request
from sim.mock.redact import Redactor
from tests.planted import places, texts_of
from tests.reference_gate import SIGNING_SECRET, TOKEN_KEY, Stage, running
from tests.reference_platform import Platform
from tests.served import served

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sim.mock import Citizen

PEOPLE = (
    ("马测试", "640099199003070015", "19900990001", "示例县示例街道1号"),
    ("欧阳测试", "640099199003070023", "19900990002", "示例县示例街道2号"),
)
TOKEN = "t0ken-planted-in-the-environment"  # noqa: S105 - planted
SECRETS = (TOKEN_KEY.decode(), SIGNING_SECRET.decode())
PLANTED = (*(value for person in PEOPLE for value in person), *SECRETS)


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_TOKEN_KEY", TOKEN_KEY.decode())
    monkeypatch.setenv("TONGBAN_SIGNING_SECRET", SIGNING_SECRET.decode())
    monkeypatch.setenv("TONGBAN_EXPIRED_TOKEN", TOKEN)


@pytest.fixture(scope="module")
def stage() -> Iterator[tuple[Stage, str]]:
    stage = Stage(Platform())
    with running(stage) as url:
        yield stage, url


def no_redaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything through: what stands at personal places too."""
    monkeypatch.setattr(Redactor, "scrub", lambda _, text: text)
    monkeypatch.setattr(Redactor, "text", lambda _, text, **__: text)
    for module in ("mock.redact", "mock.http.control", "mock.record_text", "conformance.trial.shown"):
        for name in ("PERSONAL_PROPERTIES", "SECRET_HEADERS"):
            monkeypatch.setattr(f"sim.{module}.{name}", frozenset(), raising=False)


# A trial.


class Talkative(Platform):
    """A platform that says names where the contract has no room for them."""

    def _do_show(self, case: dict[str, Any], body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        status, shown = super()._do_show(case, body)
        number = case["applicant_id_no"]
        return status, {**shown, "step_status": f"of {number}", "step_name": f"{shown['applicant_name']} {number}" * 50}


def trial(stage: tuple[Stage, str], folder: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    """Try a platform that fails everywhere; return all that was printed and written."""
    platform = Talkative("no-problem")
    stage[0].system = platform
    data = folder / "citizens.csv"
    rows = "".join(f"{','.join(person)}\n" for person in PEOPLE)
    data.write_text(f"name,citizen_number,mobile,address\n{rows}", encoding="utf-8")
    words = ["conform", "renew-id-card", "--system", "provincial-platform", "--citizens", "1", "--wait-limit", "10 ms"]
    words += ["--target", stage[1], "--listen", "127.0.0.1:0", "--data", str(data), "--verbose"]
    out = folder / "written"
    printed: list[tuple[str, str]] = []
    for form, language in (("text", "en"), ("json", "zh")):
        more = ["--format", form, "--lang", language, "--out", str(out / form), "--evidence", str(out / f"{form}.zip")]
        assert main([*words, *more]) == 1
        captured = capsys.readouterr()
        printed += [(f"{form} stdout", captured.out), (f"{form} stderr", captured.err)]
    return [*printed, *texts_of(out)]


def test_a_trial_writes_nothing_planted(
    stage: tuple[Stage, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = trial(stage, tmp_path, capsys)
    suffixes = {place.rpartition(".")[2] for place, _ in texts}
    assert suffixes >= {"json", "xml", "txt", "html", "har", "svg", "zip"}
    assert sum(text.count("curl ") for _, text in texts) > 100
    assert places(texts, (*PLANTED, TOKEN)) == []


def test_the_search_finds_what_a_trial_writes_without_redaction(
    stage: tuple[Stage, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    no_redaction(monkeypatch)
    found = places(trial(stage, tmp_path, capsys), PLANTED)
    for suffix in ("json stdout", ".json", ".xml", ".html", ".har"):  # the text explains the first finding alone
        values = {value for place, value in found if place.endswith(suffix)}
        assert values & set(PLANTED), suffix
    assert any(".zip/" in place for place, _ in found)


def test_the_search_sees_through_archives_and_other_ways_to_write(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "evidence.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "x" * 1000 + PEOPLE[0][0])
    (tmp_path / "b.txt").write_text(json.dumps({"name": PEOPLE[0][0]}), encoding="utf-8")
    (tmp_path / "c.txt").write_text("%E9%A9%AC%E6%B5%8B%E8%AF%95", encoding="utf-8")
    (tmp_path / "d.txt").write_text("&#39532;&#27979;&#35797;", encoding="utf-8")
    (tmp_path / "e.txt").write_text("eHjpqazmtYvor5V5", encoding="utf-8")  # xx...y
    (tmp_path / "f-640099199003070015").write_text("", encoding="utf-8")
    found = places(texts_of(tmp_path), PLANTED[:1])
    assert [place for place, _ in found] == ["b.txt", "c.txt", "d.txt", "e.txt", "evidence.zip/a.txt", "names"]


# A mock.


def told(seen: list[Citizen] | None = None) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Send a mock what is right and what is wrong; return its log and its list of requests, and what was planted."""
    with served(names=["provincial-platform", "identity"]) as town:
        citizen, token = town.citizen, town.token
        body = {"applicant_name": citizen.name, "applicant_id_no": citizen.number, "contact_mobile": citizen.mobile}
        for data in (json.dumps(body), json.dumps([body]), f"{citizen.name} {citizen.number}", "{" + citizen.mobile):
            headers = (("Content-Type", "application/json"), ("Idempotency-Key", f"key-of-{citizen.number}"))
            bare = Request("POST", "/cases", (), headers, data.encode())
            town.send("provincial-platform", town.signed("provincial-platform", "prefillForm", bare, token=token))
            town.send("provincial-platform", town.signed("provincial-platform", "prefillForm", bare))
        town.get("provincial-platform", f"/cases/{citizen.number}", Authorization=f"Bearer {token}")
        town.get("provincial-platform", f"/cases?mobile={citizen.mobile}&name=x", Authorization=f"Bearer {token}")
        town.get("identity", f"/{citizen.number}?token={token}")
        shown = [
            (path, json.dumps(town.control("GET", path), ensure_ascii=False)) for path in ("/requests", "/callbacks")
        ]
        secret = next(iter(town.world.keyring.secrets.values())).decode()
        return [("log", "\n".join(town.lines)), *shown], (*citizen.personal_values, token, secret)


def test_a_mock_tells_nothing_planted() -> None:
    texts, planted = told()
    assert all(len(text) > 1 for _, text in texts)
    assert places(texts, planted) == []


def test_the_search_finds_what_a_mock_tells_without_redaction(monkeypatch: pytest.MonkeyPatch) -> None:
    no_redaction(monkeypatch)
    texts, planted = told()
    found = places(texts, planted)
    assert {place for place, _ in found} == {"/requests"}  # the log never quotes a message
    assert {planted[0], planted[2]} <= {value for _, value in found}  # number and name


# A run.


def run(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[Any, set[str]]:
    """Run a scenario whose mock says names where it must not; return all that was written, and its citizens' values."""
    planted: set[str] = set()
    make = sim.mock.citizens

    def noting(*words: Any, **named: Any) -> Iterable[Citizen]:
        for citizen in make(*words, **named):
            planted.update((citizen.name, citizen.number, citizen.mobile, citizen.address))
            yield citizen

    monkeypatch.setattr("sim.conformance.cohort.citizens", noting)
    monkeypatch.setattr("sim.conformance.cache.cache_folder", lambda: folder / "replays")
    monkeypatch.chdir(folder)
    assert main(["new", "town"]) == 0
    mock = folder / "town/mocks/library-card.py"
    text, right = mock.read_text(encoding="utf-8"), "f\"A{call.count('application'):06d}\""
    assert right in text
    wrong = "f\"of {call.body['name']}, {call.body['address']}\""
    mock.write_text(text.replace(right, wrong), encoding="utf-8")
    words = [
        "run",
        "town/scenarios/library-card.yaml",
        "--trust-mocks",
        "--set",
        "replay.citizens=10",
        "--set",
        "duration=1 h",
    ]
    words += ["--engine", "reference", "--replications", "1", "--workers", "1", "--out", "out"]
    assert main(words) in (0, 4)  # so short a day may miss its objective
    captured = capsys.readouterr()
    return [("stdout", captured.out), ("stderr", captured.err), *texts_of(folder)], planted


def test_a_run_writes_nothing_of_its_citizens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts, planted = run(tmp_path, capsys, monkeypatch)
    assert len(planted) >= 40
    assert any("/application_no" in text for place, text in texts if place.endswith(".html"))  # there are findings
    assert places(texts, planted) == []


def test_the_search_finds_what_a_run_writes_without_redaction(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    no_redaction(monkeypatch)
    texts, planted = run(tmp_path, capsys, monkeypatch)
    suffixes = {place.rpartition(".")[2] for place, _ in places(texts, planted)}
    assert suffixes >= {"parquet", "html"}
