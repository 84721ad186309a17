"""The pages hold together: links lead somewhere, decisions are complete, the project speaks of itself alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.docs.page import ROOT, blocks, name_of, pages, prose

if TYPE_CHECKING:
    from pathlib import Path

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
SECTIONS = ["Status", "Context", "Decision", "Consequences", "Measured"]
SHELVES = ("tutorials", "guides", "reference", "explanations", "decisions")
WIDEST = 120

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_MACHINE_PATH = re.compile(r"(?<![\w.$~/])/(?:home|root|tmp|usr|var|work|Users|mnt|opt)\b|\b[A-Z]:\\")
_AMERICAN = re.compile(
    r"\b\w*(?:behavior|license[sd]?\b|color\b|center\b|utiliz|normaliz|serializ|optimiz|modeling|canceled|catalogs?ue)\w*",
    re.IGNORECASE,
)


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings have on GitHub."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.replace("`", "")).strip().lower() for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(re.sub(r"`[^`\n]*`", "", prose(page))):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT), f"{link} leaves the project"
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors(target), f"{link}: there is no such heading"


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_no_line_names_a_path_of_a_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8").replace("file:///etc/hostname", "")
    assert _MACHINE_PATH.findall(text) == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_spelling_is_british(page: Path) -> None:
    """Code, links and tables apart: they hold other people's names and titles."""
    text = re.sub(r"`[^`]*`|\]\([^)]*\)|^\|.*$", "", prose(page), flags=re.MULTILINE)
    assert [match.group() for match in _AMERICAN.finditer(text)] == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_a_page_has_one_title_and_lines_that_fit(page: Path) -> None:
    text = prose(page)
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    assert text.startswith("# ")
    long = [line for line in text.splitlines() if len(line) > WIDEST and not line.startswith(("|", "![", "- ["))]
    assert long == []


def test_every_page_of_the_shelves_is_listed() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    listed = {link for link in _LINK.findall(index) if link.endswith(".md")}
    shelved = {
        path.relative_to(ROOT / "docs").as_posix() for shelf in SHELVES for path in (ROOT / "docs" / shelf).glob("*")
    }
    assert listed == shelved


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_a_decision_is_one_page_with_all_its_sections(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.match(rf"# {page.name[:4]} \S", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert re.search(r"\d", text.partition("## Measured")[2]), "a measurement has a number"
    assert len(text.splitlines()) <= 60


def test_the_readme_shows_a_result_and_two_commands_on_its_first_screen() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    screen = "\n".join(text.splitlines()[:30])
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", screen)
    assert (ROOT / picture).read_bytes().startswith(b"\x89PNG")
    first = next(block for block in blocks(ROOT / "README.md"))
    assert [line.partition("#")[0].strip() for line in first.text.splitlines()] == ["make demo", "make test"]
