"""Verdicts: a call fails by its request, or by what is read of its answer, and by nothing undecided."""

import pytest

from sim.conformance.check import CHECKS, Judged
from sim.conformance.judge import judge
from sim.contract import Answer, Request, Violation
from sim.journey import Read
from tests.partners import contract


def breach(part: str, pointer: str = "", *, rule: str = "type", certain: bool = True) -> Violation:
    return Violation(part, rule, pointer, "x", "y", "a.yaml#/b", certain)


def verdicts(
    *, request: tuple[Violation, ...] = (), answer: tuple[Violation, ...] = (), reads: tuple[Read, ...] = ()
) -> list[str]:
    platform = contract("provincial-platform")
    judged = Judged(
        platform,
        platform,
        platform.operations["getCase"],
        Request("GET", "/cases/1", (), (), b""),
        Answer(200, (), b""),
        request,
        answer,
    )
    return [found.verdict for found in judge(judged, reads)]


@pytest.mark.parametrize("part", ["path", "query", "header", "cookie", "body", "media-type"])
def test_a_refused_request_fails_whatever_its_part(part: str) -> None:
    assert verdicts(request=(breach(part),)) == ["fail"]


@pytest.mark.parametrize(
    ("broken", "read", "verdict"),
    [
        ("/a", "/a", "fail"),
        ("/a/b", "/a", "fail"),
        ("/a", "/a/b", "fail"),
        ("", "/a", "fail"),
        ("/a", "", "fail"),
        ("/ab", "/a", "warning"),
        ("/b", "/a", "warning"),
    ],
)
def test_a_breach_of_the_body_fails_where_it_meets_what_is_read(broken: str, read: str, verdict: str) -> None:
    assert verdicts(answer=(breach("body", broken),), reads=(Read("body", read),)) == [verdict]


@pytest.mark.parametrize(
    ("violation", "read", "verdict"),
    [
        (breach("media-type"), Read("body", "/a"), "fail"),
        (breach("media-type"), Read("status", ""), "warning"),
        (breach("header", "/Location"), Read("header", "/location"), "fail"),
        (breach("header", "/Location"), Read("header", "/etag"), "warning"),
        (breach("header", "/Location"), Read("body", "/location"), "warning"),
        (breach("status"), Read("status", ""), "warning"),
    ],
)
def test_other_parts_fail_where_they_are_read(violation: Violation, read: Read, verdict: str) -> None:
    assert verdicts(answer=(violation,), reads=(read,)) == [verdict]


def test_without_reads_a_breach_is_a_warning() -> None:
    assert verdicts(answer=(breach("body", ""),)) == ["warning"]


def test_what_could_not_be_decided_is_an_error_and_never_fails() -> None:
    undecided = breach("body", certain=False, rule="unevaluated")
    assert verdicts(request=(undecided,), answer=(undecided,), reads=(Read("body", ""),)) == ["error", "error"]


def test_every_part_of_a_message_is_judged_once() -> None:
    request = tuple(breach(part) for part in ("path", "query", "header", "cookie", "body", "media-type"))
    answer = tuple(breach(part) for part in ("status", "media-type", "header", "body"))
    assert sorted(verdicts(request=request, answer=answer)) == ["fail"] * 6 + ["warning"] * 4


def test_every_check_says_what_it_asks_and_where_the_rule_stands() -> None:
    for name, check in CHECKS:
        assert check.name == name
        assert check.meaning.startswith("Ask whether")
        assert any(word in check.source for word in ("OpenAPI", "RFC"))
