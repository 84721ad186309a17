"""What a machine cannot decide is left to a person: refusals by another declared status, and free content."""

from __future__ import annotations

from typing import Any

import pytest

from sim.catalog import Catalog
from sim.conformance.bench import Bench
from sim.conformance.trace import Trace
from sim.conformance.trial.judging import Judge
from sim.conformance.trial.ledger import Ledger
from sim.contract import Answer, Request, Violation
from tests.partners import contract

PLATFORM = contract("provincial-platform")
OPERATION = PLATFORM.operations["queryDuplicateName"]
RULE = Violation("header", "security", "", "", "", "contracts/x.yaml#/a")


def trace(status: int, media_type: str = "application/json", body: bytes = b"{}") -> Trace:
    request = Request("GET", "/duplicate-names", (("name", "x"),), (), b"")
    answer = Answer(status, (("Content-Type", media_type),), body) if status else None
    return Trace(
        "tongban", PLATFORM, OPERATION, "j", "s", 1, None, "http://h", request, request, answer, None, 0.1, 1.0
    )


def bench() -> Bench:
    given: Any = None  # a refusal is decided from the answer alone
    return Bench(PLATFORM, OPERATION, given, None, None, given, given, None, given)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (401, "pass"),
        (403, "pass"),
        (400, "review"),
        (429, "review"),
        (418, "fail"),
        (500, "fail"),
        (200, "fail"),
        (0, "error"),
    ],
)
def test_a_refusal_by_another_declared_status_is_for_a_person(status: int, outcome: str) -> None:
    """The operation declares 400, 401 and 429; 503 too, which is no refusal."""
    found = bench().refuses(trace(status), (401, 403), "a request without credentials", RULE)
    assert found.outcome == outcome
    if outcome == "review":
        assert found.violation is not None
        assert (found.violation.expected, found.violation.received) == ("401 or 403", str(status))


def body_outcomes(one: Trace) -> list[str]:
    ledger = Ledger(Catalog.bundled(), ())
    Judge(ledger, frozenset(("body",))).exchange(one)
    return [verdict.outcome for verdict in ledger.verdicts()]


def test_free_content_of_a_success_is_for_a_person() -> None:
    assert body_outcomes(trace(200, "text/plain", b"214 people")) == ["review"]
    assert body_outcomes(trace(200, "application/pdf; x=1", b"%PDF")) == ["review"]


def test_json_is_for_the_machine_and_so_is_what_no_success_says() -> None:
    good = b'{"name": "x", "division": "640000", "count": 1, "counted_on": "20220725"}'
    assert body_outcomes(trace(200, "application/json; charset=utf-8", good)) == ["pass"]
    assert set(body_outcomes(trace(200))) == {"fail"}
    assert "review" not in body_outcomes(trace(400, "text/plain", b"no"))
