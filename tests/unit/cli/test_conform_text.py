"""A trial as text: what was found comes first, what a system sent steers no terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.cli.conform_text import trial_colours, trial_lines, trial_text
from sim.conformance.verdict import ContractPlace, Got, Sent, Trial, Verdict

if TYPE_CHECKING:
    from sim.conformance.verdict import Outcome


def verdict(check: str, outcome: Outcome, operation: str = "getCase", **more: Any) -> Verdict:
    return Verdict(check, outcome, "platform", operation, **more)


def trial(*verdicts: Verdict) -> Trial:
    return Trial("platform", "http://h", ("renew",), (), 1, "2022-07-26T00:00:00Z", 61.5, 10, 0, "", (), verdicts)


FAILED = verdict(
    "body",
    "fail",
    journey="renew",
    step="progress",
    citizen=2,
    count=3,
    reason="a code is wrong",
    rule="enum",
    part="body",
    pointer="/step_status",
    expected='["1", "2"]',
    received='"3"',
    place=ContractPlace("contracts/a.yaml", 4, 7, "/x"),
    request=Sent("tongban", "GET", "http://h/cases/1", (), "", "curl http://h/cases/1"),
    answer=Got(200, (), '{"step_status": "3"}', 0.1),
)


def test_the_first_failure_is_explained_below_the_tree() -> None:
    assert trial_text(trial(FAILED, verdict("status", "pass"))) == (
        "platform at http://h: checks failed\n"
        "renew: 0 errands, 10 requests, 1.02 min\n"
        "\n"
        "✗ platform getCase\n"
        "└── ✗ body at /step_status: a code is wrong (3 times)\n"
        "\n"
        "✗     1 fail     the system breaks the rule\n"
        "✓     1 pass     exercised, and nothing found\n"
        "\n"
        "level core        missed: 1 found\n"
        "level strictness  not exercised\n"
        "level security    not exercised\n"
        "level resilience  not exercised\n"
        "level callbacks   not exercised\n"
        "\n"
        "The first: body getCase\n"
        "  where     renew progress, citizen 2\n"
        "  what      a code is wrong\n"
        '  expected  ["1", "2"]\n'
        '  received  "3"\n'
        "  rule      enum of body /step_status\n"
        "  contract  contracts/a.yaml:4:7\n"
        '  answer    200 {"step_status": "3"}\n'
        "  again     curl http://h/cases/1\n"
        "  more      tongban explain body"
    )


def test_what_was_not_exercised_is_told_with_its_reason() -> None:
    text = trial_text(trial(verdict("status", "pass"), verdict("reached", "skip", "acceptCase", reason="not come to")))
    assert "✓ platform getCase: 1 check passed" in text
    assert "- platform acceptCase: not come to" in text
    assert "The first" not in text


def test_all_verdicts_are_listed_when_asked_for() -> None:
    text = trial_text(trial(verdict("status", "pass"), verdict("pagination", "omit", reason="no pages")), verbose=True)
    assert "├── ✓ status" in text
    assert "└──   pagination: no pages" in text


def test_what_a_system_sent_steers_no_terminal() -> None:
    hostile = verdict("body", "fail", reason="\x1b[2J\u202egone")
    text = trial_text(trial(hostile))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert r"\x1b[2J\u202egone" in text
    assert trial_colours(trial(hostile)).plain == text + "\n"


def test_a_terminal_gets_colours() -> None:
    text = trial_colours(trial(FAILED))
    assert {str(span.style) for span in text.spans} == {"bold red", "dim"}
    assert text.plain.rstrip("\n") == trial_text(trial(FAILED))


def test_levels_say_what_was_reached_and_what_waits_for_a_person() -> None:
    found = (verdict("status", "pass"), verdict("security-token", "review"), verdict("tolerance", "pass"))
    lines = [line.text for line in trial_lines(trial(*found)) if line.text.startswith("level ")]
    assert lines == [
        "level core        reached",
        "level strictness  not exercised",
        "level security    open: 1 to be looked at by a person",
        "level resilience  reached",
        "level callbacks   not exercised",
    ]


def test_what_only_a_person_can_decide_is_not_told_as_passed() -> None:
    assert trial_text(trial(verdict("body", "review"))).startswith("platform at http://h: a person has to decide\n")
