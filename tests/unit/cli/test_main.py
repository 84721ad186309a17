from __future__ import annotations

import json
import resource
import subprocess
import sys
from importlib import import_module
from typing import Any

import click
import pytest

from sim.cli import main
from sim.cli.group import COMMANDS
from sim.errors import DocumentError, EngineError, Fault, TargetError, UsageError

HEAVY = (
    "numpy",
    "numba",
    "matplotlib",
    "duckdb",
    "scipy",
    "starlette",
    "rich",
    "yaml",
    "simpy",
    "faker",
    "jsonschema_rs",
)

HELP = f"""
import sys
from sim.cli import main
assert main(["--help"]) == 0
loaded = [name for name in {HEAVY!r} if name in sys.modules]
assert not loaded, loaded
"""


def test_help_loads_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=False)  # noqa: S603 - the program above
    assert done.returncode == 0, done.stderr
    assert "doctor" in done.stdout


def test_help_costs_little_more_than_click_itself() -> None:
    def cpu(program: str) -> float:
        spent = []
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)  # noqa: S603 - as above
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return min(spent)

    assert cpu("from sim.cli import main; main(['--help'])") <= cpu("import click") + 0.036


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_there_and_its_help_begins_as_the_list_says(name: str) -> None:
    command = import_module(f"sim.cli.{name}").command
    assert isinstance(command, click.Command)
    assert command.help


def test_an_unknown_command_is_bad_usage_that_names_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nosuch"]) == 2
    assert capsys.readouterr().err == "error: No such command 'nosuch'; see tongban --help\n"


def test_errors_are_json_when_json_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--format=json", "--seed", "many", "mm1"]) == 2
    shown = capsys.readouterr()
    value = json.loads(shown.out)
    assert value["exit_code"] == 2
    assert "'many' is not a valid integer range" in value["error"]
    assert value["faults"] == []
    assert shown.err == ""


def fails_with(error: BaseException) -> click.Command:
    def fail() -> None:
        raise error

    return click.Command("fail", callback=fail)


FAULTS = (Fault("b.yaml", 2, 1, "/name", "is missing", "add it"), Fault("a.yaml", 9, 5, "/x/y", "is odd"))


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (UsageError("there is no bank", "open one"), 2, "error: there is no bank; open one\n"),
        (TargetError("no answer", "start it"), 3, "error: no answer; start it\n"),
        (
            DocumentError(FAULTS),
            2,
            "a.yaml:9:5: x.y: is odd\nb.yaml:2:1: name: is missing; add it\n2 faults in the documents\n",
        ),
        (KeyboardInterrupt(), 130, "\ninterrupted\n"),
        (click.Abort(), 130, "interrupted\n"),
    ],
)
def test_each_error_has_its_exit_code_and_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException, code: int, told: str
) -> None:
    monkeypatch.setattr("sim.cli.group.LazyGroup.get_command", lambda *_: fails_with(error))
    assert main(["run"]) == code
    assert capsys.readouterr().err == told


@pytest.mark.parametrize("error", [EngineError("a job was served twice"), ZeroDivisionError("oops")])
def test_a_bug_is_told_in_short_and_with_its_place_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    monkeypatch.setattr("sim.cli.group.LazyGroup.get_command", lambda *_: fails_with(error))
    assert main(["run"]) == 70
    short = capsys.readouterr().err
    assert str(error) in short
    assert "Traceback" not in short
    assert "-v" in short
    assert main(["-v", "run"]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_faults_are_json_objects(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TONGBAN_FORMAT", "json")
    monkeypatch.setattr("sim.cli.group.LazyGroup.get_command", lambda *_: fails_with(DocumentError(FAULTS)))
    assert main(["run"]) == 2
    value: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert value["error"] == "2 faults in the documents"
    assert value["faults"][0] == {
        "file": "a.yaml",
        "line": 9,
        "column": 5,
        "pointer": "/x/y",
        "message": "is odd",
        "remedy": "",
    }


def test_a_reader_that_went_away_is_no_error() -> None:
    program = f"{sys.executable} -m sim.cli --help | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["/bin/bash", "-c", program], capture_output=True, text=True, check=False)  # noqa: S603 - as above
    assert (done.returncode, done.stderr) == (0, "")


def test_a_file_that_ends_too_soon_is_a_bug_and_no_interruption(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> None:
        raise EOFError("ran out of input")

    monkeypatch.setattr("sim.cli.doctor.output_of", fail)
    assert main(["doctor"]) == 70
    assert "error: EOFError: ran out of input (at " in capsys.readouterr().err
