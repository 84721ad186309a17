"""The world around a command: closed and full streams, poor encodings, signals, odd names, text that steers."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.cli import main
from sim.cli.failure import MAX_TOLD, fault_lines
from sim.cli.output import Output, print_json
from sim.cli.process import endings_interrupt, open_streams, settle_streams
from sim.errors import Fault
from sim.steering import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

SCENARIO = """\
tongban: 1
name: counter
duration: 100 s
stations: {desk: {servers: 1}}
journeys: {visit: [{station: desk, service: 1 s}]}
demand: [{name: visits, journey: visit, per_second: 0.5}]
"""


def shell(script: str, folder: Path, words: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    """Run a command of tongban in a shell, where ``$TONGBAN`` is the command."""
    command = ["/bin/sh", "-c", script.replace("$TONGBAN", f"{sys.executable} -m sim.cli {' '.join(words)}")]
    path = str(Path(__file__).parents[3])
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": path})  # noqa: S603 - the command above


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "├── ✗ ± 马"), ("ascii", "|-- x +- \\u9a6c"), ("gbk", "├── x ± 马")]
)
def test_signs_that_stdout_does_not_take_stand_in_letters(
    encoding: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace")
    monkeypatch.setattr(sys, "stdout", stream)
    Output().result({}, "├── ✗ ± 马")
    stream.flush()
    assert stream.buffer.getvalue().decode(encoding).rstrip() == told


@pytest.mark.parametrize(
    ("script", "code", "error"),
    [
        ("$TONGBAN >&-", 1, b""),
        ("$TONGBAN 2>&-", 1, b""),
        ("$TONGBAN <&- >&- 2>&-", 1, b""),
        (
            "$TONGBAN > /dev/full",
            2,
            b"error: No space left on device; check the path, its permissions and the free space\n",
        ),
        ("$TONGBAN --nosuch 2> /dev/full", 2, b""),
    ],
)
def test_a_stream_that_is_closed_or_full_is_no_bug(tmp_path: Path, script: str, code: int, error: bytes) -> None:
    (tmp_path / "bad.yaml").write_text("tongban: 2\n")
    done = shell(script, tmp_path, ["check", "bad.yaml"])
    assert (done.returncode, done.stderr) == (code, error)


def test_a_reader_that_goes_away_is_no_failure(tmp_path: Path) -> None:
    done = shell("{ $TONGBAN; echo $? >&2; } | :", tmp_path, ["contracts", "list"])
    assert done.stderr == b"0\n"


def test_a_closed_stream_is_opened_before_its_number_goes_to_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    open_streams()
    sys.stdout.write("to nobody")
    sys.stdout.close()


def test_a_letter_that_the_terminal_lacks_is_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(content, encoding="ascii"))
    open_streams()
    sys.stdout.write("宁夏 ± \udcff\n")
    print_json({"title": "宁夏"})
    settle_streams()
    assert content.getvalue() == rb"\u5b81\u590f \xb1 \udcff" + b'\n{"title": "\\u5b81\\u590f"}\n'


def test_json_is_unicode_where_stdout_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(content, encoding="UTF-8"))
    print_json({"title": "宁夏"})
    settle_streams()
    assert content.getvalue().decode() == '{"title": "宁夏"}\n'


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_being_told_to_end_is_an_interruption(number: int) -> None:
    with pytest.raises(KeyboardInterrupt), endings_interrupt():
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) is signal.SIG_DFL


def test_a_signal_that_is_refused_stays_refused() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with endings_interrupt():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_nothing_steers_the_terminal() -> None:
    assert harmless("\x1b[31mred\x1b]0;title\x07 \x9b31m\x7f") == r"\x1b[31mred\x1b]0;title\x07 \x9b31m\x7f"
    assert harmless("a\u202eb\u2066c\u2028d") == r"a\u202eb\u2066c\u2028d"
    assert harmless("宁夏 é ± \u2713\ttab\nline") == "宁夏 é ± \u2713\ttab\nline"


def test_keys_and_names_of_files_are_shown_without_what_steers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("\x1b[31m\nx.yaml").write_text(SCENARIO + '"\\e]0;key\\a": 1\n')
    assert main(["check", "\x1b[31m\nx.yaml"]) == 1
    told = capsys.readouterr().out
    assert told.startswith(r"\x1b[31m\nx.yaml:7:1: \x1b]0;key\x07: there is no key")
    assert "\x1b" not in told
    assert len(told.splitlines()) == 2


def test_faults_are_told_as_far_as_people_can_read() -> None:
    faults = [Fault("x.yaml", line, 1, "", "is wrong") for line in range(1, MAX_TOLD + 1502)]
    lines = fault_lines(faults).splitlines()
    assert lines[0] == "x.yaml:1:1: is wrong"
    assert lines[MAX_TOLD:] == ["... and 1,501 more; correct these first"]


@pytest.mark.parametrize("command", ["check", "report", "run"])
@pytest.mark.parametrize("name", ["a" * 300, f"{'a' * 300}.yaml", "x\udcff.yaml", "\udcff"])
def test_a_path_that_the_system_refuses_is_bad_input(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([command, name]) == 2
    assert "; " in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_bad_usage_before_anything_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("counter.yaml").write_text(SCENARIO)
    assert main(["run", "counter.yaml", "--out", "a" * 300]) == 2
    assert "File name too long; choose another folder with --out" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["counter.yaml"]


def test_a_scenario_that_only_extends_another_is_known_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("counter.yaml").write_text(SCENARIO)
    Path("other.yaml").write_text("extends: counter.yaml\nseed: 2\n")
    assert main(["check", "other.yaml"]) == 0
    assert capsys.readouterr().out == "1 document: no faults\n"


def test_a_current_folder_that_is_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert main(["run", "mm1"]) == 2
    assert "No such file or directory; check the path" in capsys.readouterr().err


FULL = """
import sim.cli, sim.cli.doctor, sys
def fail(*_):
    raise MemoryError
sim.cli.doctor.output_of = fail
sys.exit(sim.cli.main(sys.argv[1:]))
"""


@pytest.mark.parametrize("words", [[], ["--format", "json"]])
def test_a_full_memory_is_told_with_words_that_are_ready(words: list[str]) -> None:
    command = [sys.executable, "-c", FULL, *words, "doctor"]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - the program above
    remedy = "the memory is full; lower the demand by --set scale=..., shorten the run, or use --workers 1"
    assert done.returncode == 2
    assert done.stderr == ("" if words else f"error: {remedy}\n")
    assert done.stdout == (f'{{"error": "{remedy}", "exit_code": 2, "faults": []}}\n' if words else "")
