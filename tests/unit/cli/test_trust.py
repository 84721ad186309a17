"""Whose mocks are loaded: the option, the variable, the configuration; and what is told where none are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.cli import main
from sim.cli.new import make_catalog
from sim.cli.trust import configuration_file, trusted_catalogs, with_trust
from sim.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

SMALL = ("--set", "replay.citizens=10", "--replications", "1", "--workers", "1", "--format", "json")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a configuration, and no variable that speaks of trust."""
    for name in ("TONGBAN_TRUST_MOCKS", "TONGBAN_RUN_TRUST_MOCKS", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("sim.report.write_report", lambda *_, **__: ())
    return tmp_path / "home"


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    make_catalog(tmp_path / "cards")
    monkeypatch.chdir(tmp_path / "cards")
    return Catalog((tmp_path / "cards").resolve())


def configure(home: Path, text: str) -> Path:
    path = home / ".config" / "tongban" / "config.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def answered(capsys: pytest.CaptureFixture[str], *words: str) -> list[list[str]]:
    """What answered in a run of the catalog in the current folder."""
    assert main(["run", "library-card", *SMALL, *words]) == 0
    value: list[list[str]] = json.loads(capsys.readouterr().out)["conformance"]["mocked_by"]
    return value


def test_a_catalog_is_not_trusted_by_itself(catalog: Catalog) -> None:
    assert not with_trust(catalog, asked=False).trusted
    assert with_trust(catalog, asked=True).trusted


def test_the_bundled_catalog_is_trusted_whatever_the_configuration_says(home: Path) -> None:
    configure(home, "no such key: 1")
    assert with_trust(Catalog.bundled(), asked=False).trusted


def test_a_catalog_without_mocks_needs_no_configuration(tmp_path: Path, home: Path) -> None:
    configure(home, "no such key: 1")
    assert not with_trust(Catalog(tmp_path), asked=False).trusted


def test_a_run_without_trust_says_what_answered_and_what_to_do(
    catalog: Catalog, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "library-card", *SMALL[:-2]]) == 0
    told = capsys.readouterr()
    assert "answered by  examples of library-card's contract: its mock is not trusted\n" in told.out
    assert told.err == (
        "the mocks of library-card are not loaded, as the catalog is not trusted; the examples of the contracts "
        "answered; --trust-mocks loads them\n"
    )


def test_a_run_with_trust_lets_the_mock_answer_and_says_so_in_what_reproduces_it(
    catalog: Catalog, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "library-card", *SMALL[:-2], "--trust-mocks"]) == 0
    told = capsys.readouterr()
    assert "answered by" not in told.out
    assert told.err == ""
    (manifest,) = catalog.root.glob("results/*/manifest.json")
    command = json.loads(manifest.read_text(encoding="utf-8"))["command"]
    assert command == "tongban run library-card --seed 1 --replications 1 --trust-mocks --set replay.citizens=10"


def test_a_stored_run_without_trust_is_told_anew_with_it(catalog: Catalog, capsys: pytest.CaptureFixture[str]) -> None:
    assert answered(capsys) == [["library-card", "untrusted"]]
    assert answered(capsys, "--trust-mocks") == [["library-card", "mock"]]
    (manifest,) = catalog.root.glob("results/*/manifest.json")
    assert "--trust-mocks" in json.loads(manifest.read_text(encoding="utf-8"))["command"]


@pytest.mark.parametrize("variable", ["TONGBAN_TRUST_MOCKS", "TONGBAN_RUN_TRUST_MOCKS"])
def test_a_variable_says_the_same_as_the_option(
    variable: str, catalog: Catalog, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "1")
    assert answered(capsys) == [["library-card", "mock"]]
    monkeypatch.setenv(variable, "0")
    assert answered(capsys) == [["library-card", "untrusted"]]


def test_a_catalog_that_the_configuration_names_is_trusted(
    catalog: Catalog, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(home, f"trusted-catalogs:\n  - ~/elsewhere\n  - {catalog.root}\n")
    assert answered(capsys) == [["library-card", "mock"]]


def test_a_link_to_the_catalog_names_it_too(catalog: Catalog, home: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(catalog.root)
    path = configure(home, f"trusted-catalogs: [{tmp_path / 'link'}]\n")
    assert trusted_catalogs(path) == {catalog.root}


def test_a_folder_above_or_below_is_another_catalog(catalog: Catalog, home: Path) -> None:
    configure(home, f"trusted-catalogs: [{catalog.root.parent}, {catalog.root / 'mocks'}]\n")
    assert not with_trust(catalog, asked=False).trusted


def test_the_configuration_stands_where_the_variable_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "shared"))
    assert configuration_file() == tmp_path / "shared" / "tongban" / "config.yaml"


@pytest.mark.parametrize("value", ["", "relative", "."])
def test_a_variable_that_is_no_absolute_path_is_ignored(
    value: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", value)
    assert configuration_file() == home / ".config" / "tongban" / "config.yaml"


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "trusted-catalogs: []\n", "{}"])
def test_a_configuration_may_be_empty(text: str, home: Path) -> None:
    assert trusted_catalogs(configure(home, text)) == frozenset()


def test_there_need_be_no_configuration(home: Path) -> None:
    assert trusted_catalogs(None) == trusted_catalogs(home / "nosuch.yaml") == frozenset()


def test_all_faults_of_a_configuration_are_told_with_their_places(
    catalog: Catalog, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "trusted-catalogs:\n  - cards\n  - 5\n  - /good\n  - '~nobody-of-that-name/x'\ntrusted: true\n"
    path = configure(home, text)
    assert main(["run", "library-card"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{path}:2:5: trusted-catalogs.0: 'cards' is not the path of a folder; write a path that begins with / or ~/",
        f"{path}:3:5: trusted-catalogs.1: 5 is not the path of a folder; write a path that begins with / or ~/",
        f"{path}:5:5: trusted-catalogs.3: '~nobody-of-that-name/x' is not the path of a folder; write a path that "
        "begins with / or ~/",
        f"{path}:6:1: trusted: the key 'trusted' is unknown; known: trusted-catalogs",
        "4 faults in the documents",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- /a\n", ":1:1: is not a mapping; begin it with trusted-catalogs:"),
        ("trusted-catalogs: /a\n", ":1:19: trusted-catalogs: is not a list; list the folders"),
        ("trusted-catalogs:\n", "trusted-catalogs: is not a list; list the folders"),
        ('trusted-catalogs: ["/a\\0"]\n', ":1:20: trusted-catalogs.0: '/a\\x00' is not the path of a folder"),
        ("trusted-catalogs: !!python/name:os.system\n", "the tag"),
    ],
)
def test_a_configuration_of_another_shape_is_refused(text: str, told: str, home: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        trusted_catalogs(configure(home, text))
    assert told in str(caught.value)


def test_nothing_is_trusted_by_a_file_inside_the_catalog(catalog: Catalog) -> None:
    for place in ("config.yaml", ".config/tongban/config.yaml", "tongban/config.yaml"):
        path = catalog.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"trusted-catalogs: [{catalog.root}]\n", encoding="utf-8")
    assert not with_trust(catalog, asked=False).trusted
