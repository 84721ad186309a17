"""The command that compares."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import program
from benchmarks.compare import main
from benchmarks.program import c_program, peers

if TYPE_CHECKING:
    from pathlib import Path


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["compare", *words])
    return main()


def test_an_unknown_peer_is_refused_with_those_there_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "--peers", "arena") == 1
    assert "there is no peer arena; use simpy, salabim, ciw, simgrid, c" in capsys.readouterr().err


def test_a_peer_that_is_not_installed_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "PYTHON", program.ROOT / "nowhere" / "python")
    why = {one.name: one.missing("w1") for one in peers(tmp_path) if one.name in ("simpy", "salabim", "ciw")}
    assert why == dict.fromkeys(("simpy", "salabim", "ciw"), "nowhere/python is missing: make benchmark-peers")


def test_a_peer_without_a_program_for_a_workload_says_so(tmp_path: Path) -> None:
    why = {one.name: one.missing("w3") for one in peers(tmp_path) if one.name in ("ciw", "simgrid")}
    assert why == {"ciw": "it has no program for w3", "simgrid": "it has no program for w3"}


def test_a_missing_compiler_is_named_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert c_program(tmp_path).missing("w2") == "there is no gcc: apt-get install gcc libc6-dev"


@pytest.mark.parametrize("words", [("--journeys", "0"), ("--rounds", "1.5"), ("--workload", "w4")])
def test_a_wrong_option_is_refused(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as stopped:
        call(monkeypatch, *words)
    assert stopped.value.code == 2
