"""Findings become verdicts: counted, placed, redacted, and never better than they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.catalog import Catalog
from sim.conformance.trace import Found, Trace
from sim.conformance.trial.ledger import Ledger, Subject
from sim.conformance.verdict import Trial, Verdict
from sim.contract import Answer, Request, Violation
from sim.mock import make_citizen
from tests.partners import contract

if TYPE_CHECKING:
    from sim.conformance.verdict import Outcome

PLATFORM = contract("provincial-platform")
CITIZEN = make_citizen(1, "test", 0)
HEADERS = (("Content-Type", "application/json"), ("Authorization", "Bearer hunter2-hunter2"))


def trace(**changes: Any) -> Trace:
    body = f'{{"applicant_name": "{CITIZEN.name}", "note": "{CITIZEN.number} hunter3"}}'.encode()
    given: dict[str, Any] = {
        "sender": "tongban",
        "contract": PLATFORM,
        "operation": PLATFORM.operations["getCase"],
        "journey": "renew-id-card",
        "step": "progress",
        "citizen": 3,
        "person": CITIZEN,
        "base": "http://127.0.0.1:1",
        "bare": Request("GET", f"/cases/{CITIZEN.mobile}", (("q", CITIZEN.name),), HEADERS, body),
        "answer": Answer(200, (("Set-Cookie", "hunter4"),), body),
        "failure": None,
        "seconds": 0.25,
        "limit": 30.0,
    }
    given |= changes
    return Trace(**{"request": given["bare"], **given})


def breach(pointer: str = "/step_status", received: str = '"3"') -> Violation:
    place = "contracts/schemas/gbt39046.schema.json#/$defs/step_status/enum"
    return Violation("body", "enum", pointer, '["1", "2"]', received, place)


def ledger() -> Ledger:
    return Ledger(Catalog.bundled(), ("hunter3",))


def test_a_finding_is_placed_in_its_contract_and_shown_once() -> None:
    book = ledger()
    for _ in range(4):
        book.add("body", Found("fail", "it is broken", breach(), trace()))
    (verdict,) = book.verdicts()
    assert (verdict.count, verdict.step, verdict.citizen, verdict.operation) == (4, "progress", 3, "getCase")
    lines = (Catalog.bundled().root / "contracts/schemas/gbt39046.schema.json").read_text(encoding="utf-8").splitlines()
    assert verdict.place is not None
    assert '"enum": [' in lines[verdict.place.line - 1]
    assert verdict.answer is not None
    assert (verdict.answer.status, verdict.answer.seconds) == (200, 0.25)


def test_nothing_personal_or_secret_is_kept() -> None:
    book = ledger()
    book.add("body", Found("fail", f"{CITIZEN.name} is wrong", breach("/applicant_id_no", CITIZEN.number), trace()))
    text = repr(book.verdicts())
    planted = (CITIZEN.name, CITIZEN.number, CITIZEN.mobile, "hunter2", "hunter3", "hunter4")
    assert [value for value in planted if value in text] == []
    assert text.count("<redacted>") >= 6


def test_a_curl_line_has_variables_for_secrets() -> None:
    book = ledger()
    book.add("body", Found("fail", "", breach(), trace()))
    request = book.verdicts()[0].request
    assert request is not None
    assert '--header "Authorization: $TONGBAN_AUTHORIZATION"' in request.curl
    assert request.curl.startswith("curl --silent --show-error --include --request GET ")


def test_a_status_is_told_also_where_a_person_is_named() -> None:
    book = ledger()
    book.add("checksum", Found("fail", "", breach("/applicant_id_no", "200"), trace()))
    assert book.verdicts()[0].received == "200"


def test_a_check_that_found_something_does_not_pass_that_operation() -> None:
    book = ledger()
    book.add("body", Found("pass", trace=trace()))
    book.add("body", Found("fail", "", breach(), trace()))
    book.add("status", Found("pass", trace=trace()))
    book.add("status", Found("skip", "not come to"), Subject("provincial-platform", "getCase"))
    assert [(one.check, one.outcome) for one in book.verdicts()] == [("body", "fail"), ("status", "pass")]


def trial(*outcomes: Outcome) -> Trial:
    verdicts = tuple(Verdict("body", outcome, "c", "o") for outcome in outcomes)
    return Trial("s", "http://h", ("j",), (), 1, "2022-07-26T00:00:00Z", 1.0, 1, 0, "", (), verdicts)


def test_a_trial_passes_when_something_passed_and_nothing_failed_or_stayed_open() -> None:
    assert trial("pass", "skip", "omit", "warning", "review").passed
    assert not trial("pass", "fail").passed
    assert not trial("pass", "error").passed


def test_what_was_not_exercised_never_passes() -> None:
    assert not trial("skip", "omit").passed
    assert not trial().passed
    assert trial("skip").outcome == "skip"


def test_what_only_a_person_can_decide_neither_passes_nor_fails() -> None:
    assert (trial("review", "skip").outcome, trial("review").passed) == ("review", False)
    assert trial("review", "fail").outcome == "fail"
    assert trial("review", "pass").passed
    assert trial("review", "pass").counts()["review"] == 1


def test_of_the_worst_what_was_found_first_is_told_first() -> None:
    """A reader looks at the first: it has to be where an errand went wrong, not what the alphabet puts there."""
    book = ledger()
    book.add("body", Found("review", "look", trace=trace()))
    book.add("status", Found("fail", "it came first", breach(), trace(operation=PLATFORM.operations["getCase"])))
    book.add("answered", Found("fail", "it came later", breach(), trace(operation=PLATFORM.operations["acceptCase"])))
    assert [one.check for one in book.verdicts()] == ["status", "answered", "body"]
