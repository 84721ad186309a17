"""The example project and the guide's tests run, as a reader runs them: in a process of their own."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from sim.cli.group import cli
from sim.document import parse_document
from tests.unit.docs.page import blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

pytest_plugins = ("pytester",)

ROOT = Path(__file__).resolve().parents[3]
OPTIONS = ("-p", "sim.pytest_plugin", "-p", "no:cacheprovider")


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return pytester


def test_the_example_project_passes(project: pytest.Pytester) -> None:
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache", "ruff.toml")
    shutil.copytree(ROOT / "examples" / "payment-client", project.path, ignore=ignored, dirs_exist_ok=True)
    project.runpytest_subprocess(*OPTIONS).assert_outcomes(passed=8)


def test_the_tests_of_the_guide_pass(project: pytest.Pytester) -> None:
    page = ROOT / "docs" / "guides" / "test-with-pytest.md"
    (shown,) = [block for block in blocks(page) if block.file]
    path = project.path / shown.file
    path.parent.mkdir()
    path.write_text(shown.text, encoding="utf-8")
    project.runpytest_subprocess(*OPTIONS, "payments").assert_outcomes(passed=3)


def test_the_mock_of_a_guide_is_tested_as_the_guide_says(project: pytest.Pytester) -> None:
    for shown in blocks(ROOT / "docs" / "guides" / "write-a-partner.md"):
        if shown.file:
            path = project.path / shown.file
            path.parent.mkdir(exist_ok=True)
            path.write_text(shown.text, encoding="utf-8")
    project.runpytest_subprocess(*OPTIONS).assert_outcomes(passed=1)


def test_pipelines_use_commands_and_options_that_there_are() -> None:
    page = ROOT / "docs" / "guides" / "run-in-ci.md"
    pipelines = [block.text for block in blocks(page) if block.language == "yaml"]
    assert len(pipelines) == 2
    for pipeline in pipelines:
        assert parse_document(pipeline.encode(), path=page, file=page.name).value
        typed = [shlex.split(found) for found in re.findall(r"tongban ([a-z]+ [^>\n]*)", pipeline)]
        assert [words[0] for words in typed] == ["mock", "conform", "contracts"]
        for words in typed:
            command = command_of(cli, words)
            known = {name for option in command.params for name in option.opts}
            assert {word for word in words if word.startswith("-")} <= known


def command_of(group: click.Group, words: Sequence[str]) -> click.Command:
    """The command that words name, in a group of its own or not."""
    command = group.get_command(click.Context(group), words[0])
    assert command is not None, words
    return command_of(command, words[1:]) if isinstance(command, click.Group) else command


def test_the_guide_names_every_setting(project: pytest.Pytester) -> None:
    text = (ROOT / "docs" / "guides" / "test-with-pytest.md").read_text(encoding="utf-8")
    told = project.runpytest_inprocess(*OPTIONS, "--help").stdout.str()
    settings = [word for word in told.split() if word.startswith("tongban_")]
    assert len(settings) == 7
    for name in settings:
        assert f"| `{name}` |" in text


def test_the_guide_names_what_partners_offer() -> None:
    from sim.pytest_plugin import Partners  # noqa: PLC0415 - heavy, and for this test alone

    text = (ROOT / "docs" / "guides" / "test-with-pytest.md").read_text(encoding="utf-8")
    table = text.partition("## What partners offer")[2].partition("## What is asserted")[0]
    inside = {"answer_by", "end_faults"}
    for name in {name for name in vars(Partners) if not name.startswith("_")} - inside:
        assert f"`{name}" in table, f"{name} is not in the guide"
