"""Planted defects: each is found by the check meant for it, with rule and pointer, and hurts only where it is read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sim.bundle import Finding
from sim.conformance import Replay, replay_scenario
from sim.conformance.caller import Errand
from sim.conformance.replay import replay_errands
from sim.errors import DocumentError, UsageError
from sim.journey import load_journey
from sim.mock import Call, Code, Problem, Reply
from tests.partners import catalog_with, codec, national
from tests.partners import journey as bundled_journey
from tests.scenarios import line, scenario

PLATFORM, CERTIFICATE = "mocks/provincial-platform.py", "mocks/certificate.py"
RENEW, NAMES = "scenarios/journeys/renew-id-card.arazzo.yaml", "scenarios/journeys/query-duplicate-name.arazzo.yaml"


def replayed(folder: Path, journey: str, file: str, old: str, new: str, *, trusted: bool = True) -> Replay:
    catalog = catalog_with(folder, (file, old, new), trusted=trusted)
    named = scenario(demand=(line("x", journey=journey),), journeys={}, replay_citizens=15)
    return replay_scenario(catalog, named, {journey: load_journey(catalog, journey)}, use_cache=False)


def told(findings: tuple[Finding, ...]) -> set[tuple[str, str, str, str, str, str]]:
    return {(one.operation, one.direction, one.part, one.rule, one.pointer, one.verdict) for one in findings}


def counted(**changes: Any) -> dict[str, Any]:
    body = {"name": "马晓芳", "count": 3, "counted_on": date(2022, 7, 25), **changes}
    return {name: value for name, value in body.items() if value is not None}


def raising(*arguments: Any, **options: Any) -> Callable[[Call], Reply]:
    def refuse(call: Call) -> Reply:
        raise Problem(*arguments, **options)

    return refuse


def answering(*arguments: Any) -> Callable[[Call], Reply]:
    def answer(call: Call) -> Reply:
        return Reply(*arguments)

    return answer


@cache
def names() -> Errand:
    journey = bundled_journey("query-duplicate-name")
    return Errand(journey, journey.main)


def replayed_with(behaviour: Callable[[Call], Reply]) -> Replay:
    """The duplicate-name journey with one mock function planted."""
    platform = national()["provincial-platform"]
    mock = replace(platform.mock, operations={**platform.mock.operations, "queryDuplicateName": behaviour})
    systems = {"provincial-platform": replace(platform, mock=mock)}
    return replay_errands(systems, codec(), scenario(replay_citizens=15), (names(),))


@pytest.mark.parametrize(
    ("behaviour", "part", "rule", "pointer", "verdict"),
    [
        (answering(201, counted()), "status", "declared", "", "warning"),
        (answering(418, {"title": "teapot", "status": 418}), "status", "declared", "", "warning"),
        (answering(200, counted(count=None)), "body", "required", "/count", "fail"),
        (answering(200, counted(counted_on=None)), "body", "required", "/counted_on", "warning"),
        (answering(200, counted(count="many")), "body", "type", "/count", "fail"),
        (answering(200, counted(count=-1)), "body", "minimum", "/count", "fail"),
        (answering(200, counted(division="x")), "body", "pattern", "/division", "warning"),
        (answering(200, {}), "body", "required", "", "fail"),
        (answering(200, counted(), {"Content-Type": "text/html"}), "media-type", "declared", "", "fail"),
        (answering(400, {"title": "no", "status": 500}), "body", "problem", "/status", "warning"),
        (answering(400, {"status": 400}), "body", "required", "/title", "warning"),
        (answering(400, {"title": "no"}, {"Content-Type": "text/html"}), "media-type", "problem", "", "fail"),
        (raising(503, "no"), "header", "required", "/Retry-After", "warning"),
        (raising(429, "no", headers={"Retry-After": 0}), "header", "minimum", "/Retry-After", "warning"),
    ],
)
def test_a_defect_of_an_answer_is_found(
    behaviour: Callable[[Call], Reply], part: str, rule: str, pointer: str, verdict: str
) -> None:
    replay = replayed_with(behaviour)
    assert ("queryDuplicateName", "response", part, rule, pointer, verdict) in told(replay.table.findings)
    share = replay.failures["queryDuplicateName"]
    assert (share.refused, share.breached) == (0.0, 1.0 if verdict == "fail" else 0.0)
    row = next(row for row in replay.table.rows if row.operation == "queryDuplicateName")
    assert row.verdict == verdict
    assert {row.breached, row.warned} == {0, row.calls}


def test_an_altered_code_is_found_and_fails_where_the_journey_reads_it(tmp_path: Path) -> None:
    altered = 'Code("step_status", "to do"), "7"'
    replay = replayed(
        tmp_path, "renew-id-card", PLATFORM, 'Code("step_status", "to do"), Code("step_status", "done")', altered
    )
    assert ("decideCase", "response", "body", "enum", "/step_status", "fail") in told(replay.table.findings)
    assert replay.table.unfinished > 0


def test_a_wrong_check_character_is_found_in_a_nested_answer_and_in_what_is_made_of_it(tmp_path: Path) -> None:
    replay = replayed(
        tmp_path, "renew-id-card", CERTIFICATE, '.001.{check}"', """.001.{'A' if check != 'A' else 'B'}\""""
    )
    found = told(replay.table.findings)
    pointer = "certificate_identifier"
    assert ("queryCertificate", "response", "body", "x-checksum", f"/certificates/0/{pointer}", "fail") in found
    assert ("prefillForm", "response", "body", "x-checksum", f"/materials/0/{pointer}", "fail") in found


def test_an_extra_property_in_a_closed_request_is_refused_and_the_call_fails(tmp_path: Path) -> None:
    number = "            id_no: $inputs.citizen_number\n"
    replay = replayed(tmp_path, "renew-id-card", RENEW, number, f"{number}            nickname: 小马\n")
    found = told(replay.table.findings)
    assert ("verifyIdentity", "request", "body", "additionalProperties", "/nickname", "fail") in found
    row = next(row for row in replay.table.rows if row.operation == "verifyIdentity")
    assert (row.refused, row.breached, row.verdict) == (row.calls, 0, "fail")
    assert row.exercised == ("400",)


def test_a_wrong_parameter_of_a_request_is_refused(tmp_path: Path) -> None:
    replay = replayed(tmp_path, "query-duplicate-name", NAMES, "value: $inputs.name}", "value: '123'}")
    assert ("queryDuplicateName", "request", "query", "pattern", "/name", "fail") in told(replay.table.findings)
    assert replay.failures["queryDuplicateName"].refused == 1.0


def test_a_difference_between_nested_calls_is_seen(tmp_path: Path) -> None:
    replay = replayed(
        tmp_path,
        "renew-id-card",
        PLATFORM,
        '    _verify(call, body["applicant_name"], body["applicant_id_no"])\n    found',
        "    found",
    )
    assert replay.nested["submitApplication"] == frozenset({"queryCertificate"})


def test_an_untrusted_catalog_s_mocks_stay_unexecuted_and_the_table_says_so(tmp_path: Path) -> None:
    trace = tmp_path / "executed"
    line = 'REVIEW = "审核"\n'
    side_effect = f"import pathlib\npathlib.Path({str(trace)!r}).touch()\n{line}"
    replay = replayed(tmp_path, "query-duplicate-name", PLATFORM, line, side_effect, trusted=False)
    assert not trace.exists()
    assert replay.table.mocked_by == (("provincial-platform", "untrusted"),)
    assert replay.table.findings == ()


def test_an_operation_without_function_is_answered_from_its_example_and_listed(tmp_path: Path) -> None:
    replay = replayed(tmp_path, "query-duplicate-name", PLATFORM, "def query_duplicate_name", "def _unused")
    assert ("provincial-platform", "mock") in replay.table.mocked_by
    assert ("provincial-platform.queryDuplicateName", "examples") in replay.table.mocked_by
    assert replay.failures["queryDuplicateName"].breached == 0.0


def test_a_mock_that_raises_is_told_with_its_file() -> None:
    def fails(call: Call) -> Reply:
        return Reply(200, {"name": call.query["surname"]})

    with pytest.raises(DocumentError, match=r"provincial-platform\.py: queryDuplicateName raised KeyError: 'surname'"):
        replayed_with(fails)


def test_a_mock_that_says_what_its_edition_cannot_is_told() -> None:
    with pytest.raises(DocumentError, match="/count: a member of the code list 'nothing'"):
        replayed_with(answering(200, counted(count=Code("nothing", "x"))))


def test_an_input_that_nothing_fills_is_a_fault_of_the_journey(tmp_path: Path) -> None:
    old = "required: [name, office_division]\n      properties:\n"
    new = "required: [name, shoe_size]\n      properties:\n        shoe_size: {type: integer}\n"
    with pytest.raises(DocumentError, match="the replay has no value for the input 'shoe_size'") as caught:
        replayed(tmp_path, "query-duplicate-name", NAMES, old, new)
    assert caught.value.faults[0].line > 1


def test_a_replay_that_makes_no_call_is_an_error(tmp_path: Path) -> None:
    catalog = catalog_with(tmp_path, (NAMES, "enum: [app, mini-program, pc]", "maxLength: 20"))
    named = scenario(demand=(line("x", journey="query-duplicate-name"),), journeys={}, replay_citizens=0)
    journeys = {"query-duplicate-name": load_journey(catalog, "query-duplicate-name")}
    with pytest.raises(UsageError, match="the replay made no call"):
        replay_scenario(catalog, named, journeys, use_cache=False)
