"""Recorded traffic is judged by what one exchange shows, and by nothing that it cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sim.conformance.check import CHECKS, probes
from sim.errors import UsageError
from tests.recordings import BASE, COUNT, answer, entry, judged, problem

if TYPE_CHECKING:
    from pathlib import Path

    from sim.conformance.verdict import Trial

EMPTY = "/duplicate-names?name="


def outcomes(trial: Trial) -> dict[str, str]:
    """Outcomes by check, of the operation that was recorded."""
    return {one.check: one.outcome for one in trial.verdicts if one.operation == "queryDuplicateName"}


def told(trial: Trial) -> list[tuple[str, str, str]]:
    worse = ("fail", "error", "review", "warning")
    return [(one.outcome, one.check, one.reason) for one in trial.verdicts if one.outcome in worse]


def test_traffic_that_keeps_the_contract_passes_and_is_counted(tmp_path: Path) -> None:
    trial = judged(tmp_path, entry(), entry("/style.css"), entry("https://cdn.example/x.js"))
    assert told(trial) == []
    assert trial.outcome == "pass"
    assert trial.recorded is not None
    assert (trial.recorded.entries, trial.recorded.matched, trial.requests) == (3, 1, 0)
    assert {check for check, outcome in outcomes(trial).items() if outcome == "pass"} == {
        "accepted",
        "answered",
        "body",
        "media-type",
        "reached",
        "status",
    }


def test_what_needs_requests_of_its_own_is_told_as_not_exercised(tmp_path: Path) -> None:
    trial = judged(tmp_path, entry())
    names = {probe.name for phase in ("before", "after", "instead") for probe in probes(phase)}
    found = outcomes(trial)
    assert {found[name] for name in names} == {"skip"}
    whole = {one.check: one.outcome for one in trial.verdicts if not one.operation}
    assert {"end-state", "callback", "callback-order", "request-security"} <= set(whole)
    assert set(whole.values()) == {"skip"}
    assert {one.check for one in trial.verdicts} == set(CHECKS.names()) - {
        *("code-list", "request-code-list", "header", "problem", "code-meaning"),
    }
    assert ("getCase", "skip") in {(one.operation, one.outcome) for one in trial.verdicts if one.check == "reached"}


@pytest.mark.parametrize(
    ("response", "check", "rule"),
    [
        (answer(200, {**COUNT, "count": "many"}), "body", "type"),
        (answer(200, COUNT, "text/html"), "media-type", "declared"),
        (answer(204, ""), "status", "declared"),
        (answer(400, COUNT), "problem", "problem"),
    ],
)
def test_a_breach_fails_the_check_meant_for_it(tmp_path: Path, response: Any, check: str, rule: str) -> None:
    trial = judged(tmp_path, entry(response=response))
    (failed,) = [one for one in trial.verdicts if (one.outcome, one.check) == ("fail", check)]
    assert (failed.operation, failed.rule) == ("queryDuplicateName", rule)
    assert failed.place is not None
    assert failed.place.line > 1
    assert trial.outcome == "fail"


def test_an_answer_that_never_came_fails(tmp_path: Path) -> None:
    trial = judged(tmp_path, entry(response={"status": 0, "content": {}}))
    assert told(trial) == [("fail", "answered", "no answer came that could be taken")]


def test_every_exchange_is_judged_not_the_first_alone(tmp_path: Path) -> None:
    trial = judged(tmp_path, entry(), entry(response=problem(400)), entry(response=problem(400)))
    (failed,) = [one for one in trial.verdicts if one.outcome == "fail"]
    assert (failed.check, failed.count, failed.received) == ("accepted", 2, "400")


def test_a_request_that_breaks_the_contract_and_is_refused_is_no_breach_of_the_system(tmp_path: Path) -> None:
    assert told(judged(tmp_path, entry(EMPTY, response=problem(400)))) == []


def test_a_request_that_breaks_the_contract_and_is_accepted_is_for_a_person_to_look_at(tmp_path: Path) -> None:
    trial = judged(tmp_path, entry(EMPTY))
    assert told(trial) == [("review", "accepted", "a recorded request that breaks the contract was accepted")]
    assert trial.counts()["review"] == 1


def test_a_value_that_was_redacted_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    trial = judged(tmp_path, entry(response=answer(200, {**COUNT, "counted_on": "<redacted>"})))
    assert {(outcome, check) for outcome, check, _ in told(trial)} == {("review", "body")}
    assert told(judged(tmp_path, entry("/duplicate-names?name=<redacted>", response=problem(400)))) == []


def test_a_body_that_was_left_out_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    trial = judged(tmp_path, entry(response={"content": {"size": 4096}}))
    assert {(outcome, check) for outcome, check, _ in told(trial)} == {("review", "body")}


def test_free_text_is_for_a_person_to_look_at(tmp_path: Path) -> None:
    trial = judged(tmp_path, entry(response=answer(200, "214 people", "text/plain")))
    assert ("review", "body", "the body is free content, which no schema describes") in told(trial)


def test_nothing_personal_or_secret_of_people_whom_nobody_knows_is_kept(tmp_path: Path) -> None:
    planted = {**COUNT, "name": "王小明", "count": "the sister of 王小明"}
    text = "王小明 lives here"
    trial = judged(
        tmp_path,
        entry("/duplicate-names?name=%E7%8E%8B%E5%B0%8F%E6%98%8E", response=answer(200, planted)),
        entry(response=answer(200, text, "text/plain")),
        keeps_exchanges=True,
    )
    assert told(trial)
    assert len(trial.exchanges) == 2
    shown = repr(trial.verdicts) + repr(trial.exchanges)
    for value in ("王小明", "%E7%8E%8B", "hunter2"):
        assert value not in shown, value
    assert trial.exchanges[1].is_cut


def test_exchanges_keep_the_moment_at_which_they_were_recorded(tmp_path: Path) -> None:
    (one,) = judged(tmp_path, entry(), keeps_exchanges=True).exchanges
    assert (one.started, one.seconds) == ("2022-07-26T01:00:00.000Z", 0.0125)


@pytest.mark.parametrize(
    ("target", "url", "matches"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/duplicate-names?name=x", True),
        ("http://127.0.0.1:8000/api/", "http://127.0.0.1:8000/api/duplicate-names?name=x", True),
        ("http://127.0.0.1", "http://127.0.0.1:80/duplicate-names?name=x", True),
        ("HTTPS://Platform.Example", "https://platform.example:443/duplicate-names?name=x", True),
        ("http://127.0.0.1:8000/api", "http://127.0.0.1:8000/apiary/duplicate-names?name=x", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8001/duplicate-names?name=x", False),
        ("http://127.0.0.1:8000", "https://127.0.0.1:8000/duplicate-names?name=x", False),
        ("http://127.0.0.1:8000", f"{BASE}/duplicate-names?name=x", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000@evil.example/duplicate-names?name=x", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:x/duplicate-names?name=x", False),
        ("http://127.0.0.1:8000", "http://[::1/duplicate-names", False),
        ("http://127.0.0.1:8000", "data:text/plain,x", False),
    ],
)
def test_an_exchange_belongs_to_the_system_below_its_address_alone(
    tmp_path: Path, target: str, url: str, *, matches: bool
) -> None:
    if matches:
        assert judged(tmp_path, entry(url), target=target).outcome == "pass"
    else:
        with pytest.raises(UsageError, match="belongs to an operation"):
            judged(tmp_path, entry(url), target=target)


def test_a_recording_of_which_nothing_matches_is_an_error_that_says_what_it_holds(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        judged(tmp_path, entry("http://10.0.0.1:8080/duplicate-names"), entry("http://10.0.0.1:8080/x"))
    assert "it holds http://10.0.0.1:8080" in str(caught.value)
    assert "say by --target under which of them provincial-platform was" in str(caught.value)


def test_requests_of_a_system_that_only_calls_are_judged(tmp_path: Path) -> None:
    trial = judged(tmp_path, entry(EMPTY), entry(), system="my-app")
    failed = [one for one in trial.verdicts if one.outcome == "fail"]
    assert {one.check for one in failed} == {"request-parameter"}
    assert failed[0].pointer.startswith("/name")
    assert outcomes(trial)["request-security"] == "pass"
    with pytest.raises(UsageError, match="only calls"):
        judged(tmp_path, entry(), system="my-app", target="http://h")
