"""The page of a trial: whole, escaped, asking for nothing, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pkgutil import iter_modules
from typing import Any, get_args

import pytest

import sim.conformance.check
from sim.chart import Language
from sim.conformance.check import LEVELS
from sim.conformance.requirement import Requirement, RequirementResult
from sim.conformance.verdict import (
    MEANINGS,
    OUTCOMES,
    ContractPlace,
    ErrandEnd,
    Got,
    Recorded,
    Sent,
    StepPlace,
    Verdict,
)
from sim.report.text import Words
from sim.report.trial import trial_page
from sim.report.trial.page import MOST, make_page
from sim.report.trial.text import TEXTS
from tests.recordings import trial

EVIL = "<script>alert(1)</script>\"'&"
LANGUAGES = get_args(Language)
FAILED = Verdict(
    "body",
    "fail",
    "platform",
    "getCase",
    journey="renew",
    step="progress",
    citizen=2,
    count=3,
    reason="the body of the answer breaks enum",
    rule="enum",
    part="body",
    pointer="/step_status",
    expected='["1", "2"]',
    received=EVIL,
    place=ContractPlace("contracts/a.yaml", 4, 7, "/x"),
    request=Sent("tongban", "GET", "http://h/cases/1", (), "", f"curl '{EVIL}'"),
    answer=Got(200, (), EVIL, 0.1),
)
STEPS = (
    StepPlace("renew", "submit", "platform", "submit"),
    StepPlace("renew", "pay", "payment", "payNotice"),
    StepPlace("renew", "inner", "", ""),
    StepPlace("renew", "inner/progress", "platform", "getCase"),
    StepPlace("renew", "progress", "platform", "getCase"),
    StepPlace("renew", "accept", "platform", "acceptCase"),
)
VERDICTS = (
    FAILED,
    Verdict("status", "pass", "platform", "submit"),
    Verdict("body", "pass", "platform", "submit"),
    Verdict("reached", "skip", "platform", "acceptCase", reason="no journey of this trial comes to it"),
    Verdict("end-state", "pass", "platform", ""),
)


class Reader(HTMLParser):
    """Collects what would ask for something, and what is nested wrongly."""

    VOID = frozenset(("meta", "br", "link", "img", "input"))

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.targets: list[str] = []
        self.anchors: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.open += [] if tag in self.VOID else [tag]
        self.targets += [value or "" for name, value in attrs if name in ("href", "src", "action", "data")]
        self.anchors |= {value or "" for name, value in attrs if name == "id"}
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


def given(**changes: Any) -> Any:
    ends = tuple(ErrandEnd("renew", number, "completed", None, 4, reached=True) for number in (1, 2))
    return trial(*changes.pop("verdicts", VERDICTS), **{"steps": STEPS, "errands": ends, **changes})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_whole_and_asks_for_nothing(language: Language) -> None:
    page = trial_page(given(system=EVIL, bound=EVIL), language)
    reader = read(page)
    assert not reader.tags & {"script", "link", "img", "iframe", "object", "form"}
    assert all(target.startswith("#") and target[1:] in reader.anchors for target in reader.targets)
    assert "default-src 'none'" in page
    assert re.findall(r"url\((?!\"data:)", page) == []
    assert f'<html lang="{language}">' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_system_sent_is_escaped(language: Language) -> None:
    page = trial_page(given(system=EVIL, target=EVIL, bound=EVIL, journeys=(EVIL,)), language)
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 6


def test_a_finding_is_explained_with_all_that_is_known() -> None:
    (finding,) = make_page(given(), Words("en", TEXTS)).findings
    assert (finding.title, finding.subject, finding.mark) == (
        "The answer's body keeps its schema",
        "platform getCase",
        "bad",
    )
    assert {name: value for name, value, _ in finding.facts} == {
        "what": "the body of the answer breaks enum (3 times)",
        "where": "renew progress, citizen 2",
        "expected": '["1", "2"]',
        "received": EVIL,
        "rule": "enum of body /step_status",
        "contract": "contracts/a.yaml:4:7 #/x",
        "answer": f"200 {EVIL}",
        "send again": f"curl '{EVIL}'",
        "more": "tongban explain body",
    }


def test_the_tree_of_a_journey_says_of_every_step_how_it_stands() -> None:
    (branch,) = make_page(given(), Words("en", TEXTS)).branches
    assert branch.ends == "2 of 2 errands came to their end: completed 2 times"
    assert [(row.step, row.depth, row.words, row.mark, len(row.findings)) for row in branch.rows] == [
        ("submit", 0, "2 checks passed", "good", 0),
        ("pay", 0, "payment, played by tongban", "quiet", 0),
        ("inner", 0, "enters another workflow", "quiet", 0),
        ("progress", 1, "fail", "bad", 0),
        ("progress", 0, "fail", "bad", 1),
        ("accept", 0, "not exercised", "open", 0),
    ]


def test_what_was_not_exercised_is_never_shown_as_passed() -> None:
    page = make_page(given(verdicts=VERDICTS[3:4]), Words("en", TEXTS))
    assert page.headline == "Nothing passed. The core class is not reached."
    assert {level.value for level in page.levels} == {"not exercised"}
    assert page.mark == "open"
    assert [row.mark for row in page.branches[0].rows if row.mark == "good"] == []
    (row,) = page.unexercised.rows
    assert [cell.text for cell in row] == [
        "The operation is reached",
        "no journey of this trial comes to it",
        "acceptCase",
    ]


def test_what_waits_for_a_person_is_counted_and_is_no_failure() -> None:
    review = Verdict("security-token", "review", "platform", "submit", reason="r")
    page = make_page(given(verdicts=(*VERDICTS[1:], review)), Words("en", TEXTS))
    assert page.headline == "All that was exercised passed. The core class is reached. 1 finding waits for a person."
    assert [(one.title, one.value, one.mark) for one in page.levels][2] == ("security", "open", "open")
    assert page.findings[0].outcome == "review"


def test_no_more_findings_are_shown_than_a_reader_can_take() -> None:
    page = make_page(given(verdicts=(FAILED,) * (MOST + 3)), Words("en", TEXTS))
    assert (len(page.findings), page.more) == (MOST, 3)


def test_recorded_traffic_is_told_as_such() -> None:
    page = make_page(given(recorded=Recorded("traffic.har", 9, 4)), Words("zh", TEXTS))
    assert page.subtitle[0] == "录制的流量\N{FULLWIDTH COLON}traffic.har"
    assert page.subtitle[2] == "9 次交换中有 4 次属于契约"


def test_every_check_level_and_outcome_has_its_words() -> None:
    names = {one.name.replace("_", "-") for one in iter_modules(sim.conformance.check.__path__)} - {"base"}
    keys = [f"check.{name}" for name in names]
    keys += [f"{kind}.{level}" for kind in ("level", "about") for level in LEVELS]
    keys += [f"{kind}.{outcome}" for kind in ("outcome", "meaning") for outcome in OUTCOMES]
    assert [key for key in keys if key not in TEXTS] == []
    assert {key for key in TEXTS if key.startswith("check.")} == {f"check.{name}" for name in names}
    assert set(MEANINGS) == set(OUTCOMES)


def test_both_languages_fill_in_the_same_values() -> None:
    holes = re.compile(r"\{(\w+)\}")
    assert [key for key, text in TEXTS.items() if set(holes.findall(text.en)) != set(holes.findall(text.zh))] == []
    assert all(re.search(r"[\u4e00-\u9fff]", text.zh) for key, text in TEXTS.items() if key != "of")


REQUIREMENTS = (
    RequirementResult(Requirement("set@1", "https://h/1", f"Keep {EVIL}", "SHALL", ("system",)), "passed"),
    RequirementResult(
        Requirement("set@2", "https://h/2", "Answer", "SHOULD", ("system",)), "failed", "status at getCase: wrong"
    ),
    RequirementResult(Requirement("set@3", "https://h/3", "Sign", "SHALL", ("system",), not_tested="no"), "not tested"),
)


@pytest.mark.parametrize(
    ("language", "lead", "failed"),
    [("en", "1 failed, 1 passed, 1 not tested.", "failed"), ("zh", "不满足 1 项、满足 1 项、不测试 1 项。", "不满足")],
)
def test_requirements_stand_on_the_page_the_failed_ones_first(language: Language, lead: str, failed: str) -> None:
    tried = given(requirements=REQUIREMENTS)
    page = make_page(tried, Words(language, TEXTS))
    assert page.lead == lead
    assert [row[0].text for row in page.requirements.rows] == ["set@2", "set@1", "set@3"]
    _, outcome, text, reason = page.requirements.rows[0]
    assert (outcome.text, outcome.mark, text.text) == (failed, "bad", "SHOULD: Answer")
    assert reason.text == {"en": "status at getCase: wrong", "zh": "getCase 的 status\uff1awrong"}[language]
    assert EVIL not in trial_page(tried, language)
    assert 'id="requirements"' in trial_page(tried, language)
    assert 'id="requirements"' not in trial_page(given(), language)


def test_what_a_partner_called_at_a_step_is_told_there() -> None:
    relayed = replace(FAILED, operation="pushCase", step="submit > pushCase")
    (branch,) = make_page(given(verdicts=(relayed,), journeys=("renew",)), Words("en", TEXTS)).branches
    assert [row.step for row in branch.rows if row.findings] == ["submit"]
