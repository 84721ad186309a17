"""Levels and badges: green says that core was reached, and nothing less."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from sim.conformance.check import CHECKS, LEVELS
from sim.conformance.level import checks_of, standings
from sim.conformance.trial.badge import COLOURS, Badge, badge_document, badge_of, badge_picture
from sim.conformance.verdict import Verdict
from tests.recordings import trial

if TYPE_CHECKING:
    from sim.conformance.verdict import Outcome

CORE, SECURITY = "status", "security-token"


def found(check: str, outcome: Outcome, operation: str = "getCase") -> Verdict:
    return Verdict(check, outcome, "platform", operation)


def reached(*verdicts: Verdict, bound: str = "") -> list[str]:
    return [one.level for one in standings(trial(*verdicts, bound=bound)) if one.is_reached]


def test_every_check_has_a_level_and_every_level_has_checks() -> None:
    assert {check.level for _, check in CHECKS} == set(LEVELS)
    assert all(CHECKS.get(name).level == "security" for name in CHECKS.names() if "security" in name)
    assert CHECKS.get("idempotency").level == "resilience"
    assert CHECKS.get("negative-type").level == "strictness"
    assert CHECKS.get("callback-order").level == "callbacks"
    assert CHECKS.get("end-state").level == "core"


def test_the_checks_of_levels_are_all_of_them_and_no_others() -> None:
    assert checks_of(("callbacks",)) == {"callback", "callback-order"}
    assert checks_of(tuple(LEVELS)) == set(CHECKS.names())


def test_a_level_is_reached_where_something_passed_and_nothing_was_found() -> None:
    assert reached(found(CORE, "pass"), found(SECURITY, "pass"), found("callback", "skip")) == ["core", "security"]


@pytest.mark.parametrize("outcome", ["fail", "error", "review"])
def test_a_level_is_not_reached_where_something_failed_or_stays_open(outcome: Outcome) -> None:
    assert reached(found(CORE, "pass"), found(SECURITY, "pass"), found(SECURITY, outcome, "other")) == ["core"]
    assert reached(found(CORE, "pass"), found(CORE, outcome, "other"), found(SECURITY, "pass")) == []


@pytest.mark.parametrize("outcome", ["skip", "omit"])
def test_what_was_not_exercised_reaches_no_level(outcome: Outcome) -> None:
    assert reached(found(CORE, outcome)) == []
    assert [one.outcome for one in standings(trial(found(CORE, outcome)))] == ["skip"] * len(LEVELS)


def test_a_warning_keeps_no_level_from_being_reached() -> None:
    assert reached(found(CORE, "pass"), found(CORE, "warning", "other")) == ["core"]


def test_a_trial_that_ended_early_reaches_nothing() -> None:
    assert reached(found(CORE, "pass"), bound="--time-limit 1 s was reached") == []
    assert badge_of(trial(found(CORE, "pass"), bound="--time-limit")).message == "ended early"


@pytest.mark.parametrize(
    ("verdicts", "message", "colour"),
    [
        ((found(CORE, "pass"),), "core", "brightgreen"),
        ((found(CORE, "pass"), found("tolerance", "pass")), "core + resilience", "brightgreen"),
        ((found(CORE, "pass"), found("tolerance", "fail")), "core", "brightgreen"),
        ((found(CORE, "fail"), found("tolerance", "pass")), "failing", "red"),
        ((found(CORE, "error"),), "undecided", "orange"),
        ((found(CORE, "review"),), "to be reviewed", "yellow"),
        ((found(CORE, "skip"), found("tolerance", "pass")), "not exercised", "lightgrey"),
        ((), "not exercised", "lightgrey"),
    ],
)
def test_a_badge_says_what_was_reached(verdicts: tuple[Verdict, ...], message: str, colour: str) -> None:
    badge = badge_of(trial(*verdicts))
    assert badge_document(badge) == {
        "schemaVersion": 1,
        "label": "tongban platform",
        "message": message,
        "color": colour,
        "isError": colour == "red",
    }


def test_the_picture_is_well_formed_whatever_a_system_is_called() -> None:
    picture = badge_picture(Badge('</text><script>"&\x00\x1b政务' + "x" * 500, "<&>", "red"))
    root = ET.fromstring(picture)  # noqa: S314 - our own text
    assert {one.tag.rpartition("}")[2] for one in root.iter()} == {"svg", "title", "rect", "path", "g", "text"}
    texts = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0].startswith('</text><script>"&??政务xxx')
    assert [len(text) for text in texts] == [80, 3]
    assert "href" not in picture
    assert "url(" not in picture


@pytest.mark.parametrize("colour", COLOURS.values())
def test_white_letters_can_be_read_on_every_colour(colour: str) -> None:
    """WCAG 2.2, success criterion 1.4.3: 4.5 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5
