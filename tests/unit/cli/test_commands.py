from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sim.bundle import write_bundle
from sim.catalog import Catalog
from sim.cli import main
from sim.cli.doctor import EXAMINATIONS
from tests.tiny_run import tiny_bundle

GOOD = """\
tongban: 1
name: good
duration: 100 s
stations: {desk: {servers: 1}}
journeys: {visit: [{station: desk, service: {law: exponential, mean: 1 s}}]}
demand: [{name: visits, journey: visit, per_second: 0.5}]
"""

FIVE_FAULTS = """\
tongban: 1
name: bad
duration: 100 apples
colour: red
stations: {desk: {servers: 0}}
journeys: {visit: [{station: counter, service: {law: exponential, mean: 1 s}}]}
demand: [{name: visits, journey: visit, per_second: -1}]
"""

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(8)
)

HOSTILE = {
    "bomb": (BOMB, "grows beyond"),
    "duplicate key": (GOOD.replace("name: good", "name: good\nname: better"), "the key 'name' stands twice"),
    "deep": ("[" * 100_000, "is nested deeper than 256 levels"),
    "loop": (GOOD.replace("name: good", "name: good\nextends: bad.yaml"), "extends"),
    "outside": (GOOD.replace("name: good", "name: good\nextends: ../../../etc/passwd"), "leaves the catalog"),
    "address": (GOOD.replace("name: good", "name: good\nextends: http://localhost:1/a.yaml"), "nothing is fetched"),
    "tag": (GOOD.replace("name: good", "name: !!python/object/apply:os.system [ls]"), "the tag"),
    "no text": ("\udcff", "is not UTF-8 text"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_check_finds_nothing_in_a_good_scenario(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("good.yaml").write_text(GOOD, encoding="utf-8")
    assert main(["check", "good.yaml"]) == 0
    assert capsys.readouterr().out == "1 document: no faults\n"


def test_check_tells_every_fault_with_its_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yaml").write_text(FIVE_FAULTS, encoding="utf-8")
    assert main(["check", "bad.yaml"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "1 document: 5 faults"
    assert [line.split(": ")[0].rpartition(":")[0] for line in lines[:-1]] == [
        f"bad.yaml:{line}" for line in range(3, 8)
    ]


def test_check_as_json_counts_and_lists_faults(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yaml").write_text(FIVE_FAULTS, encoding="utf-8")
    Path("good.yaml").write_text(GOOD, encoding="utf-8")
    assert main(["check", "--format", "json", "good.yaml", "bad.yaml"]) == 1
    value = json.loads(capsys.readouterr().out)
    assert value["files"] == [
        {"file": "good.yaml", "kind": "scenario", "faults": 0},
        {"file": "bad.yaml", "kind": "scenario", "faults": 5},
    ]
    assert value["faults"][0]["line"] == 3


def test_check_knows_a_document_by_its_first_key(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("list.yaml").write_text("- 1\n", encoding="utf-8")
    assert main(["check", "list.yaml"]) == 1
    told = (
        "list.yaml:1:1: is neither a contract, an overlay, a journey nor a scenario; "
        "begin it with openapi:, overlay:, arazzo:, tongban:\n"
    )
    assert capsys.readouterr().out.startswith(told)


def test_check_of_a_missing_file_is_bad_usage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nosuch.yaml"]) == 2
    assert capsys.readouterr().err == "error: there is no file nosuch.yaml; check the path\n"


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_document_is_refused_and_leaves_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    text, told = HOSTILE[name]
    Path("bad.yaml").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert main(["run", "bad.yaml"]) == 2
    shown = capsys.readouterr()
    assert told in shown.err
    assert re.match(r"bad\.yaml:\d+:\d+: ", shown.err)
    assert main(["check", "bad.yaml"]) == 1
    assert [path.name for path in folder.iterdir()] == ["bad.yaml"]


def test_a_reference_to_the_net_in_a_contract_is_a_fault(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contract = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/a": {
                "get": {
                    "operationId": "a",
                    "responses": {
                        "200": {
                            "description": "d",
                            "content": {"application/json": {"schema": {"$ref": "http://localhost:1/s.json"}}},
                        }
                    },
                }
            }
        },
    }
    Path("contracts").mkdir()
    Path("contracts/a.openapi.yaml").write_text(json.dumps(contract), encoding="utf-8")
    assert main(["check", "contracts/a.openapi.yaml"]) == 1
    assert "nothing is fetched" in capsys.readouterr().out


def test_the_contracts_of_the_bundled_catalog_are_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "list", "--format", "json"]) == 0
    value: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert tuple(entry["system"] for entry in value) == Catalog.bundled().names("contract")
    assert all(entry["operations"] and entry["title"] and entry["version"] for entry in value)
    assert any("renew-id-card" in entry["journeys"] for entry in value)


def test_a_catalog_without_contracts_lists_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("contracts").mkdir()
    assert main(["contracts", "list"]) == 0
    assert capsys.readouterr().out == "the catalog has no contracts\n"


def test_a_contract_is_listed_on_three_lines_whatever_it_calls_itself(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    info = {"title": "one\ntwo\x1b[31m" + "x" * 300, "version": "1\n2"}
    contract = {"openapi": "3.1.1", "info": info, "paths": {}}
    Path("contracts").mkdir()
    Path("contracts/a.openapi.yaml").write_text(json.dumps(contract), encoding="utf-8")
    assert main(["contracts", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["system", "a", "one", "journeys:"]
    assert lines[2].startswith("    one two\\x1b[31mxxx")
    assert lines[2].endswith("xxx...")
    assert len(lines[2]) < 220


def test_a_file_whose_name_steers_is_told_and_steers_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("contracts").mkdir()
    Path("contracts/a\n\x1b[31m.openapi.yaml").write_text("{}", encoding="utf-8")
    assert main(["contracts", "list"]) == 2
    assert capsys.readouterr().err.startswith(r"error: 'contracts/a\n\x1b[31m.openapi.yaml' is no name of a document; ")


def test_the_doctor_finds_this_machine_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--format", "json"]) == 0
    checks = json.loads(capsys.readouterr().out)["checks"]
    assert len(checks) == len(EXAMINATIONS)
    assert all(check["good"] and check["detail"] for check in checks)


def test_the_doctor_tells_what_to_do(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.cli.doctor.EXAMINATIONS", EXAMINATIONS[:2])
    monkeypatch.setattr("sim.cli.doctor.LIBRARIES", ("numpy", "nosuch-library"))
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["✗ libraries: missing nosuch-library", "    install tongban again with its dependencies"]


@pytest.mark.parametrize(
    ("form", "begins"),
    [("json", '{"scenario": "tiny"'), ("csv", "metric,"), ("markdown", "# "), ("junit", "<?xml")],
)
def test_a_report_for_programs_goes_to_stdout(
    folder: Path, capsys: pytest.CaptureFixture[str], form: str, begins: str
) -> None:
    bundle = write_bundle(tiny_bundle(), Path("results"))
    assert main(["report", str(bundle.path), "--format", form]) == 0
    assert capsys.readouterr().out.startswith(begins)


def test_a_report_page_goes_beside_the_bundle_or_where_one_says(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = write_bundle(tiny_bundle(), Path("results"))
    assert main(["report", "tiny"]) == 0
    assert capsys.readouterr().out == f"{bundle.path}/report.html\n"
    assert main(["report", "tiny", "--format", "csv", "--out", "elsewhere"]) == 0
    assert [path.name for path in Path("elsewhere").iterdir()] == ["report.csv"]


def test_a_report_for_print_goes_beside_the_bundle(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = write_bundle(tiny_bundle(), Path("results"))

    assert main(["report", "tiny", "--pdf", "--lang", "zh"]) == 0

    assert capsys.readouterr().out == f"{bundle.path}/report.pdf\n"
    assert Path(f"{bundle.path}/report.pdf").read_bytes().startswith(b"%PDF")


def test_a_report_of_nothing_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "nosuch"]) == 2
    assert "there is no bundle 'nosuch'; give a folder that `tongban run` made" in capsys.readouterr().err
    Path("empty").mkdir()
    assert main(["report", "empty", "--format", "json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"].startswith("empty is not a bundle")
