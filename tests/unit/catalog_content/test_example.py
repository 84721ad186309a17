"""Every example keeps its contract, by the jsonschema library and python-stdnum."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.catalog_content.documents import (
    CONTRACTS,
    JOURNEYS,
    Place,
    breaches,
    is_checked,
    operations,
    parameters,
    responses,
    schemas,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def _media() -> Iterator[tuple[str, Place]]:
    """Yield every media type of every request and response."""
    for operation in operations(callbacks=True):
        if "requestBody" in operation.place.value:
            for media in operation.place.child("requestBody", "content").values():
                yield f"{operation.name}-request", media
        for status, response in responses(operation):
            if "content" in response.value:
                for media in response.child("content").values():
                    yield f"{operation.name}-{status}", media


MEDIA = dict(_media())
CITIZEN_NUMBER = re.compile(r"(?<![0-9A-Za-z.])[1-9]\d{5}(?:19|20)\d\d[01]\d[0-3]\d{4}[0-9X](?![0-9A-Z])")


@pytest.mark.parametrize("media", MEDIA.values(), ids=MEDIA.keys())
def test_the_example_of_a_message_keeps_its_schema(media: Place) -> None:
    assert breaches(media.child("schema"), media.value["example"]) == []


def test_every_successful_answer_with_content_has_an_example() -> None:
    answers = [
        f"{operation.name}-{status}"
        for operation in operations(callbacks=True)
        for status, _ in responses(operation)
        if status < "300" and status != "204"
    ]
    assert [name for name in answers if "example" not in MEDIA[name].value] == []


def test_every_path_parameter_has_an_example_that_keeps_its_schema() -> None:
    for operation in operations():
        for parameter in parameters(operation):
            if parameter.value["in"] == "path" or "example" in parameter.value:
                assert breaches(parameter.child("schema"), parameter.value["example"]) == [], operation.name


def test_the_examples_of_a_schema_keep_it() -> None:
    examples = [(schema, one) for schema in schemas() for one in schema.value.get("examples", ())]
    assert len(examples) >= 10
    assert [breach for schema, one in examples for breach in breaches(schema, one)] == []


@pytest.mark.parametrize("flaw", [{"case_no": None}, {"case_result": "9"}, {"finished_at": "20220726T154000"}])
def test_the_oracle_finds_a_planted_flaw(flaw: dict[str, object]) -> None:
    media = MEDIA["decideCase-201"]
    assert breaches(media.child("schema"), {**media.value["example"], **flaw}) != []


@pytest.mark.parametrize("number", ["640099199208150026", "640099199208150028"])
def test_the_oracle_finds_a_wrong_check_character(number: str) -> None:
    media = MEDIA["verifyIdentity-request"]
    assert breaches(media.child("schema"), {**media.value["example"], "id_no": number}) != []


def test_a_parcel_left_in_a_locker_is_refused() -> None:
    media = MEDIA["deliverParcel-request"]
    assert breaches(media.child("schema"), {"receiver": "马晓芳", "parcel_action": "311"}) != []


def test_a_request_for_a_supplement_carries_no_result() -> None:
    media = MEDIA["decideCase-201"]
    waiting = {**media.value["example"], "step_status": "1"}
    assert breaches(media.child("schema"), waiting) != []
    told = {name: value for name, value in waiting.items() if name not in ("case_result", "finished_at")}
    assert breaches(media.child("schema"), told) == []


@pytest.mark.parametrize("amount", ["0", "0.5", "20.00", "12345678901234.99"])
def test_an_amount_has_at_most_sixteen_digits(amount: str) -> None:
    assert breaches(Place("schemas/money.schema.json", "", None), amount) == []


@pytest.mark.parametrize("amount", ["", "-1", "020", "1.234", "123456789012345", ".5", 20.0, "1e3"])
def test_anything_else_is_no_amount(amount: object) -> None:
    assert breaches(Place("schemas/money.schema.json", "", None), amount) != []


def test_people_in_examples_belong_to_no_county() -> None:
    files = [*CONTRACTS.rglob("*.yaml"), *CONTRACTS.rglob("*.json"), *JOURNEYS.glob("*.yaml")]
    numbers = {number for file in files for number in CITIZEN_NUMBER.findall(file.read_text("utf-8"))}
    people = {number for number in numbers if is_checked("citizen-number", number)}
    assert people == {"640099199208150027", "640099199003070015"}
    assert all(number[2:6] == "0099" for number in numbers)
