"""Every command and Python example of the pages runs: in one folder, page after page, scaled down."""

from __future__ import annotations

import contextlib
import io
import shlex
from typing import TYPE_CHECKING

import pytest

import sim.cli.report  # noqa: F401 - it must hold the real writer before a run is made without one
from sim.cli import main
from tests.unit.docs.page import ROOT, Block, blocks, name_of, pages

if TYPE_CHECKING:
    from pathlib import Path

# Commands that set up the environment or run the gate itself; make and .ci/run hold them.
SET_UP = (
    "make ",
    "python3 -m venv ",
    "python -m pytest ",  # of a new catalog: the tests of `tongban new` run it
    "sed -n ",
    ".venv/bin/lint-imports",
    ".venv/bin/python -m ",
    ".venv/bin/uv ",
)

# The same scenarios, small: what is told of them is their form, not their figures.
SMALL = {
    "mm1": ("duration=4000 s", "warm_up=500 s"),
    "desk.yaml": ("duration=200 h", "warm_up=20 h"),
    "objective.yaml": ("duration=200 h", "warm_up=20 h"),
    "ningxia-day": ("scale=0.02", "replay.citizens=5"),
    "cards/scenarios/library.yaml": ("replay.citizens=10",),
    "cards/scenarios/term.yaml": ("replay.citizens=10",),
    "office/online.yaml": ("duration=60 h", "warm_up=6 h"),
    "town/scenarios/today.yaml": ("duration=200 h", "warm_up=20 h"),
    "town/scenarios/drift.yaml": ("duration=200 h", "warm_up=20 h"),
}

PAGES = [page for page in pages() if any(block.language in ("sh", "python") for block in blocks(page))]


class Reader:
    """Follows the pages in a folder: saves files, types commands, runs Python."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def follow(self, page: Path) -> None:
        printed = ""
        for block in blocks(page):
            if block.file:
                self._save(block)
            elif block.language == "sh":
                printed = self._type(block)
            elif block.language == "python":
                self._run(block)
            elif block.language == "text" and printed:
                self._compare(block, printed)
                printed = ""

    def _save(self, block: Block) -> None:
        path = self.folder / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")

    def _type(self, block: Block) -> str:
        """Type the commands of a block; return what the last one printed."""
        printed = ""
        lines = [line for line in block.text.splitlines() if line]
        for line in lines:
            if line.startswith(SET_UP):
                continue
            words = shlex.split(line, comments=True)
            assert words[0].rpartition("/")[2] == "tongban", f"{block.place}: is {line!r} set-up, or can it run here?"
            expected = block.exit_code if line == lines[-1] else 0
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                code = main(small(words[1:]))
            assert code == expected, f"{block.place}: {line} ends with {code}\n{output.getvalue()}"
            printed = output.getvalue()
        return printed

    def _run(self, block: Block) -> None:
        program = compile(block.text, block.place, "exec")
        with contextlib.redirect_stdout(io.StringIO()) as output:
            exec(program, {"__name__": "__main__"})  # noqa: S102 - the text is ours, and running it is the point
        assert output.getvalue()

    def _compare(self, block: Block, printed: str) -> None:
        """Hold what a page shows against what was printed, line by line, by the first word: the figures are small."""
        given = iter([first_word(line) for line in printed.splitlines()])
        for line in block.text.splitlines():
            if line and not line.startswith(" "):
                assert first_word(line) in given, f"{block.place}: {line!r} is not printed in that order:\n{printed}"


def first_word(line: str) -> str:
    """Return the first word of a line that is no number; a verdict's sign counts as one."""
    return next((word for word in line.split() if not word[0].isdigit()), "")


def small(words: list[str]) -> list[str]:
    """Return a command as it is run here, in this process: a scenario scaled down, the whole catalog checked once."""
    if words == ["check", "--format", "json"]:
        return [*words, str(ROOT / "scenarios" / "mm1.yaml")]
    if words[0] != "run":
        return words
    settings = [word for setting in SMALL[words[1]] for word in ("--set", setting)]
    return [*words, *settings, "--workers", "1", "--replications", "1" if words[1] == "ningxia-day" else "2"]


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader(tmp_path_factory.mktemp("reader"))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_can_be_followed(page: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs leave out report and charts, which take seconds; ``report`` makes them."""
    monkeypatch.setattr("sim.report.write_report", lambda *_, **__: ())
    monkeypatch.chdir(reader.folder)
    if not (reader.folder / "results").exists():
        main(small(["run", "mm1", "--quiet"]))
    reader.follow(page)


def test_faults_are_shown_as_they_are_told(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tutorial shows faults with their places: these lines are the same, word for word."""
    page = ROOT / "docs" / "tutorials" / "first-scenario.md"
    given = list(blocks(page))
    monkeypatch.chdir(reader.folder)
    for block in given:
        if block.file:
            (reader.folder / block.file).write_text(block.text, encoding="utf-8")
    for name in ("desk.yaml", "wrong.yaml"):
        place = next(number for number, block in enumerate(given) if block.text == f"tongban check {name}\n")
        with contextlib.redirect_stdout(io.StringIO()) as output:
            main(["check", name])
        assert output.getvalue() == given[place + 1].text


def test_set_up_is_what_the_makefile_does() -> None:
    """The steps without make, in the README, are those of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    typed = makefile.replace("--quiet ", "").replace("--disable-pip-version-check ", "")
    typed = (
        typed.replace("$(BIN)", ".venv/bin").replace("$(RUN)", ".venv/bin/python -m").replace("$(PYTHON)", "python3")
    )
    readme = [block for block in blocks(ROOT / "README.md") if block.language == "sh"]
    steps = [line for block in readme[1:3] for line in block.text.splitlines()]
    assert len(steps) == 11
    for step in steps:
        assert step in typed.replace("$$", "$"), f"README.md: {step!r} is not in the Makefile"
