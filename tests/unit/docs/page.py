"""The project's Markdown pages and their fenced blocks, for tests that hold the text against the product."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]

_DIRECTIVE = re.compile(r"<!-- (?P<name>file|exit): (?P<value>\S+) -->")


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Parameters
    ----------
    file : str
        ``<!-- file: NAME -->`` before it: the reader saves it under that name.
    exit_code : int
        ``<!-- exit: N -->`` before it: what its last command ends with.
    """

    page: str
    line: int
    language: str
    text: str
    file: str = ""
    exit_code: int = 0

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """All pages of the project: those at its root, of docs/ and of results/."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "results" / "README.md"])


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page in order."""
    directives: dict[str, str] = {}
    opened: tuple[int, str] | None = None
    lines: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if opened is not None and line == "```":
            start, language = opened
            text = "\n".join(lines) + "\n"
            exit_code = int(directives.get("exit", "0"))
            yield Block(name_of(page), start, language, text, directives.get("file", ""), exit_code)
            directives, opened, lines = {}, None, []
        elif opened is not None:
            lines.append(line)
        elif line.startswith("```"):
            opened = (number, line.removeprefix("```"))
        elif match := _DIRECTIVE.fullmatch(line):
            directives[match["name"]] = match["value"]
        elif line:
            directives = {}
    assert opened is None, f"{name_of(page)}: a fenced block is not closed"


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
