"""``tongban contracts diff``: what it prints and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.catalog import Catalog
from sim.cli import main
from tests.unit.contract.diff.editions import CODES, DESK
from tests.unit.docs.page import ROOT, blocks

BREAKING = DESK.replace("required: [name, kind]", "required: [name, kind, mail]")
HARMLESS = DESK.replace("secret: {type: string}", "secret: {type: string, deprecated: true}")
PROVIDER = DESK.replace("enum: [open, closed]", "enum: [open]")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    (contracts / "code-lists.csv").write_text(CODES, encoding="utf-8")
    for name, text in (("desk", DESK), ("breaking", BREAKING), ("harmless", HARMLESS), ("provider", PROVIDER)):
        (contracts / f"{name}.openapi.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_breaking_change_ends_with_one_and_says_where_and_what_to_do(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["contracts", "diff", "desk", "contracts/breaking.openapi.yaml"]) == 1
    lines = capsys.readouterr().out.splitlines()
    before = DESK[: DESK.index("        mail:")].count("\n") + 1
    after = BREAKING[: BREAKING.index("required: [name, kind, mail]")].count("\n") + 1
    assert lines == [
        "desk 1 (contracts/desk.openapi.yaml) -> breaking 1 (contracts/breaking.openapi.yaml)",
        "",
        "Breaking (1)",
        "",
        "property-made-required (consumer breaking, provider harmless): 'mail' was optional and is required",
        "    openCase: request body /mail",
        f"    old: contracts/desk.openapi.yaml:{before}:9 /components/schemas/Application/properties/mail",
        f"    new: contracts/breaking.openapi.yaml:{after}:30 /components/schemas/Application/required/2",
        "    remedy: wait until every sender gives it",
        "",
        "1 change: 1 breaking, 0 risky, 0 harmless; "
        "1 break consumers, 0 break providers that keep to the older edition",
    ]


def test_the_guide_shows_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = list(blocks(ROOT / "docs" / "guides" / "compare-contract-editions.md"))
    monkeypatch.chdir(tmp_path)
    for block in given:
        if block.file:
            Path(block.file).parent.mkdir(parents=True, exist_ok=True)
            Path(block.file).write_text(block.text, encoding="utf-8")
    assert main(["contracts", "diff", *(f"office/contracts/permit-{n}.openapi.yaml" for n in (1, 2))]) == 1
    assert capsys.readouterr().out == next(block.text for block in given if block.language == "text")


def test_what_breaks_nobody_ends_with_zero(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "diff", "desk", "harmless"]) == 0
    assert "Harmless (1)" in capsys.readouterr().out
    assert main(["contracts", "diff", "desk", "desk"]) == 0
    assert capsys.readouterr().out.endswith("\n\nno changes: both editions promise the same\n")


@pytest.mark.parametrize(("party", "code"), [("both", 1), ("provider", 1), ("consumer", 0)])
def test_one_says_whose_side_decides(party: str, code: int, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "diff", "desk", "provider", "--for", party, "--format", "json"]) == code
    value = json.loads(capsys.readouterr().out)
    assert value["for"] == party
    assert value["counts"]["breaking"] == code


def test_json_holds_everything_that_is_known_of_a_change(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "diff", "desk", "breaking", "--format", "json"]) == 1
    value = json.loads(capsys.readouterr().out)
    assert (value["old"]["system"], value["new"]["file"]) == ("desk", "contracts/breaking.openapi.yaml")
    assert value["counts"] == {"breaking": 1, "risky": 0, "harmless": 0}
    (change,) = value["changes"]
    assert change["rule"] == "property-made-required"
    assert (change["consumer"], change["provider"], change["severity"]) == ("breaking", "harmless", "breaking")
    assert (change["operation"], change["direction"], change["part"], change["field"]) == (
        "openCase",
        "request",
        "body",
        "/mail",
    )
    assert change["new"]["pointer"] == "/components/schemas/Application/required/2"
    assert change["breaks"] == []


def test_the_steps_of_bundled_journeys_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An edition elsewhere is held against a bundled one: the bundled journeys are asked."""
    bundled = Catalog.bundled().root / "contracts"
    for path in bundled.rglob("*"):
        if path.is_file():
            target = tmp_path / "contracts" / path.relative_to(bundled)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    edited = tmp_path / "contracts" / "identity.openapi.yaml"
    text = edited.read_text(encoding="utf-8")
    edited.write_text(text.replace("required: [name, user_no, real_name", "required: [name, real_name"), "utf-8")
    assert main(["contracts", "diff", "identity", str(edited), "--format", "json"]) == 1
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert change["rule"] == "property-made-optional"
    assert {(step["journey"], step["step"], step["reason"]) for step in change["breaks"]} >= {
        ("renew-id-card", "identify", "reads /user_no")
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("desk", "nosuch"), "there is no contract 'nosuch'; use a path to a file, or one of: breaking, "),
        (("desk", "contracts/nosuch.openapi.yaml"), "there is no file 'contracts/nosuch.openapi.yaml'; check the path"),
        (("desk", "a" * 5000 + ".yaml"), "there is no file 'aaa"),
        (("desk",), "Missing argument 'B'"),
    ],
)
def test_bad_input_ends_with_two(
    arguments: tuple[str, ...], told: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["contracts", "diff", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_an_edition_with_faults_is_told_with_its_places(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("contracts/bad.openapi.yaml").write_text(DESK.replace("format: email", "colour: red"), encoding="utf-8")
    assert main(["contracts", "diff", "desk", "bad"]) == 2
    assert "contracts/bad.openapi.yaml:" in capsys.readouterr().err


def test_an_overlay_is_compared_as_the_edition_that_it_makes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("contracts/overlays").mkdir()
    Path("contracts/overlays/lenient.overlay.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: Lenient, version: '1'}\nextends: ../desk.openapi.yaml\n"
        "actions:\n  - target: $.components.schemas.Application.properties.name\n    update: {maxLength: 20}\n",
        encoding="utf-8",
    )
    assert main(["contracts", "diff", "contracts/overlays/lenient.overlay.yaml", "desk", "--format", "json"]) == 0
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert (change["rule"], change["message"]) == ("length-widened", "maxLength was 20 and is 30")
    assert change["old"]["file"] == "contracts/overlays/lenient.overlay.yaml"
    assert main(["contracts", "diff", "desk", "lenient"]) == 1
