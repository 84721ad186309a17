"""Negative cases: each breaks one rule in one place, and the contract really refuses it."""

from __future__ import annotations

import json

import pytest

from sim.conformance.mutation import Kind, cases, members, variation
from sim.contract import Request, violations_of_request
from sim.mock.message import encode_body
from tests.partners import CARD, contract

PLATFORM = contract("provincial-platform")
NUMBER = "640099199003070015"
DRAFT = {
    "implementation_code": CARD,
    "applicant_name": "马测试",
    "applicant_id_no": NUMBER,
    "applicant_division": "640000",
    "entry_point": "app",
}
HEADERS = (("Content-Type", "application/json"), ("Idempotency-Key", "0123456789"))


def post(path: str, body: object) -> Request:
    return Request("POST", path, (), HEADERS, json.dumps(body).encode())


def broken(operation: str, request: Request, kind: Kind) -> list[tuple[str, str]]:
    """Rule and place of each case; each is refused for that alone."""
    known = PLATFORM.operations[operation]
    assert violations_of_request(PLATFORM, known, request) == ()
    found = list(cases(PLATFORM, known, request, kind))
    for case in found:
        assert case.violation in violations_of_request(PLATFORM, known, case.request)
    return [(case.violation.rule, f"{case.violation.part}{case.violation.pointer}") for case in found]


def test_every_required_field_and_header_is_left_out_once() -> None:
    expected = [("required", f"body/{name}") for name in DRAFT] + [("required", "header/Idempotency-Key")]
    assert broken("prefillForm", post("/cases", DRAFT), "required") == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("type", [("type", f"body/{name}") for name in DRAFT]),
        ("enum", [("enum", "body/entry_point")]),
        ("additional", [("additionalProperties", "body/x_tongban_unknown")]),
        ("range", []),
    ],
)
def test_a_rule_is_broken_where_the_schema_has_it(kind: Kind, expected: list[tuple[str, str]]) -> None:
    assert broken("prefillForm", post("/cases", DRAFT), kind) == expected


def test_a_length_is_broken_by_one_character() -> None:
    known = PLATFORM.operations["prefillForm"]
    long, empty = cases(PLATFORM, known, post("/cases", DRAFT), "length")
    assert len(json.loads(long.request.body)["applicant_name"]) == 101
    assert json.loads(empty.request.body)["applicant_name"] == ""


def test_a_wrong_check_character_keeps_the_form() -> None:
    known = PLATFORM.operations["prefillForm"]
    found = list(cases(PLATFORM, known, post("/cases", DRAFT), "checksum"))
    assert {case.violation.rule for case in found} == {"x-checksum"}
    numbers = [json.loads(case.request.body)["applicant_id_no"] for case in found]
    assert [number[:-1] for number in numbers] == [NUMBER[:-1]] * 10  # the digits and X, without the right one
    assert NUMBER not in numbers


def test_members_of_a_list_are_entered_at_the_first_item() -> None:
    body = {
        "materials": [{"material_name": "照片", "material_taken": "1"}, {"material_name": "x", "material_taken": "0"}]
    }
    request = post("/cases/1/supplements", body)
    places = [member.pointer for member in members(PLATFORM.operations["submitSupplement"], request)]
    assert places == [
        (),
        ("materials",),
        ("materials", 0),
        ("materials", 0, "material_name"),
        ("materials", 0, "material_taken"),
    ]
    assert ("required", "body/materials/0/material_name") in broken("submitSupplement", request, "required")


def test_a_required_query_parameter_is_left_out() -> None:
    request = Request("GET", "/duplicate-names", (("name", "马"), ("division", "640000")), (), b"")
    assert broken("queryDuplicateName", request, "required") == [("required", "query/name")]


def test_numbers_of_a_query_leave_their_range() -> None:
    request = Request("GET", "/cases", (), (), b"")
    expected = [("minimum", "query/page"), ("maximum", "query/page"), ("minimum", "query/page_size")]
    assert broken("listCases", request, "range") == [*expected, ("maximum", "query/page_size")]


def test_a_variation_keeps_the_contract_and_says_something_else() -> None:
    known = PLATFORM.operations["prefillForm"]
    request = post("/cases", DRAFT)
    other = variation(PLATFORM, known, request)
    assert other is not None
    assert violations_of_request(PLATFORM, known, other) == ()
    assert json.loads(other.body) != DRAFT


def test_a_request_without_body_has_no_members() -> None:
    request = Request("GET", "/cases/1", (), (), b"")
    assert members(PLATFORM.operations["getCase"], request) == []
    assert broken("getCase", request, "type") == []


def test_a_body_that_is_no_json_has_no_cases() -> None:
    request = Request("POST", "/cases", (), HEADERS, encode_body({})[:1])
    assert list(cases(PLATFORM, PLATFORM.operations["prefillForm"], request, "enum")) == []
