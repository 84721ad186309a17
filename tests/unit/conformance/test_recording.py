"""Exchanges of a trial are kept as they went, without what is personal, and not without bound."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sim.conformance.trace import Trace
from sim.conformance.transport import NoAnswer
from sim.conformance.trial import recording
from sim.conformance.trial.recording import Recording
from sim.contract import Answer, Request
from sim.mock import make_citizen
from tests.partners import contract

if TYPE_CHECKING:
    import pytest

PLATFORM = contract("provincial-platform")
CITIZEN = make_citizen(1, "test", 0)
HEADERS = (("Content-Type", "application/json"), ("Authorization", "Bearer hunter2-hunter2"))


def trace(**changes: Any) -> Trace:
    body = json.dumps({"applicant_name": CITIZEN.name, "note": f"of {CITIZEN.number}"}, ensure_ascii=False).encode()
    request = Request("POST", "/cases", (("name", "王小明"), ("page", "1")), HEADERS, body)
    given: dict[str, Any] = {
        "sender": "tongban",
        "contract": PLATFORM,
        "operation": PLATFORM.operations["prefillForm"],
        "journey": "renew-id-card",
        "step": "prefill",
        "citizen": 3,
        "person": CITIZEN,
        "base": "http://127.0.0.1:1",
        "bare": request,
        "request": request,
        "answer": Answer(201, HEADERS[:1], body),
        "failure": None,
        "seconds": 0.25,
        "limit": 30.0,
    }
    return Trace(**{**given, **changes})


def kept(*traces: Trace, **changes: Any) -> Any:
    book = Recording(("hunter3",), **changes)
    for one in traces:
        book.add(one)
    return book.exchanges()


def test_an_exchange_is_kept_without_what_is_personal_or_secret() -> None:
    (one,) = kept(trace())
    assert (one.operation, one.journey, one.step, one.citizen, one.is_cut) == (
        "prefillForm",
        "renew-id-card",
        "prefill",
        3,
        False,
    )
    assert one.request.url == "http://127.0.0.1:1/cases?name=<redacted>&page=1"
    assert json.loads(one.request.body) == {"applicant_name": "<redacted>", "note": "of <redacted>"}
    assert [value for value in (CITIZEN.name, CITIZEN.number, "hunter2", "王小明") if value in repr(one)] == []


def test_without_an_answer_the_reason_is_kept() -> None:
    (one,) = kept(trace(answer=None, failure=NoAnswer("timeout", f"nothing from {CITIZEN.number} hunter3")))
    assert (one.answer, one.failure) == (None, "nothing from <redacted> <redacted>")


def test_exchanges_come_in_the_order_in_which_they_began() -> None:
    book = Recording(())
    for second in (3, 1, 2):
        book.add(trace(step=str(second)), began=datetime(2022, 7, 26, 1, 0, second, tzinfo=UTC))
    assert [one.step for one in book.exchanges()] == ["1", "2", "3"]
    assert book.exchanges()[0].started == "2022-07-26T01:00:01.000Z"


def test_nothing_is_kept_that_nobody_asked_for() -> None:
    assert kept(trace(), is_on=False) == ()


def test_a_long_body_is_cut_and_told_as_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST", 100)
    (one,) = kept(trace(answer=Answer(200, (), json.dumps(["x" * 500]).encode())))
    assert (len(one.answer.body), one.is_cut) == (103, True)


def test_bodies_together_are_bounded() -> None:
    book = Recording((), True, [], 300)  # noqa: FBT003 - a field of a dataclass
    for _ in range(50):
        book.add(trace(answer=Answer(200, (), json.dumps(["x" * 200]).encode())))
    assert sum(len(one.answer.body) + len(one.request.body) for one in book.exchanges() if one.answer) < 1000
    assert book.exchanges()[-1].is_cut


def test_of_a_body_that_is_no_text_its_length_is_kept() -> None:
    (one,) = kept(trace(answer=Answer(200, (), b"\xff\xd8\xff")))
    assert (one.answer.body, one.is_cut) == ("<3 bytes>", True)
