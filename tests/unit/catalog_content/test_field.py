"""Fields named after GB/T 39046-2020 have the format of its tables (fields-gbt39046.csv)."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from tests.unit.catalog_content.documents import Place, breaches, document, resolve, schemas

FILE = "schemas/gbt39046.schema.json"
# GB/T 39554.1-2020 practice, the one exception: 12 and 31 characters.
EXCEPTIONS = {"basic_code": 12, "implementation_code": 31}
# A resident's number, narrower than the an..18 of the standard.
NARROWER = {"id_no", "applicant_id_no"}
MOMENTS = {
    "YYYYMMDDThhmmss": "20220726T235959",
    "YYYYMMDDhhmmss": "20220726235959",
    "YYYYMMDDhh:mm:ss": "2022072623:59:59",
    "YYYYMMDD": "20220726",
}


def _fields() -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / "fields-gbt39046.csv").open(encoding="utf-8", newline="") as file:
        return {row["name_en"]: row for row in csv.DictReader(file)}


FIELDS = _fields()
SIZED = {name: row["format"] for name, row in FIELDS.items() if re.fullmatch(r"an?(\.\.)?\d+", row["format"])}
DIGITS = {name: row["format"] for name, row in FIELDS.items() if re.fullmatch(r"n(\.\.)?\d+", row["format"])}
DATED = {name: row["format"] for name, row in FIELDS.items() if row["type"] in ("date", "datetime")}


def _field(name: str) -> Place:
    return Place(FILE, f"/$defs/{name}", None)


def _accepts(name: str, value: object) -> bool:
    return breaches(_field(name), value) == []


def test_every_field_of_the_tables_has_its_schema() -> None:
    assert list(document(FILE)["$defs"]) == list(FIELDS)


def test_a_field_tells_its_tables_and_its_chinese_name() -> None:
    for name, row in FIELDS.items():
        held = document(FILE)["$defs"][name]
        assert row["name_zh"] in held["title"]
        assert f"table {row['table']} item {row['item_no']}" in held["description"]


def _sample(name: str, length: int) -> str | None:
    """Return a text of a length that the field's pattern would take, None for identifiers of fixed length."""
    schema = resolve(Place(FILE, "", document(FILE)).child("$defs", name)).value
    if "x-checksum" in schema or "enum" in schema or name in EXCEPTIONS:
        return None
    digits = name.endswith("id_no") or name in ("mobile", "contact_mobile", "case_no")
    return ("1" if digits else "证") * length


@pytest.mark.parametrize(("name", "form"), SIZED.items(), ids=SIZED)
def test_a_text_has_at_most_the_length_of_the_standard(name: str, form: str) -> None:
    length = int(re.sub(r"\D", "", form))
    longest, longer = _sample(name, length), _sample(name, length + 1)
    if longest is None:
        return
    assert _accepts(name, longest)
    assert not _accepts(name, longer)
    assert not _accepts(name, "")
    if form.startswith("a."):
        assert not _accepts(name, "王1")


@pytest.mark.parametrize(("name", "form"), DIGITS.items(), ids=DIGITS)
def test_a_digit_field_takes_digits_alone(name: str, form: str) -> None:
    length = int(re.sub(r"\D", "", form))
    if FIELDS[name]["type"] == "number":
        assert _accepts(name, 10**length - 1)
        assert not _accepts(name, 10**length)
    else:
        assert not _accepts(name, "9" * (length + 1))
        assert not _accepts(name, "x" * length)
        assert ".." in form or length == 1 or not _accepts(name, "9" * (length - 1))


@pytest.mark.parametrize(("name", "form"), DATED.items(), ids=DATED)
def test_a_moment_has_the_form_that_its_table_says(name: str, form: str) -> None:
    assert [sample for sample in MOMENTS.values() if _accepts(name, sample)] == [MOMENTS[form]]


@pytest.mark.parametrize("text", ["20220229T120000", "20220726T240000", "20221301T120000"])
def test_a_moment_that_does_not_exist_is_refused(text: str) -> None:
    assert not _accepts("applied_at", text)


@pytest.mark.parametrize(("name", "length"), EXCEPTIONS.items())
def test_item_codes_follow_the_item_catalogues(name: str, length: int) -> None:
    code = {"basic_code": "640709900001", "implementation_code": "11640099MB0009902H4640709900001"}[name]
    assert len(code) == length
    assert _accepts(name, code)
    assert not _accepts(name, code[:-1])


@pytest.mark.parametrize(
    "code", ["11370800MB285591843370117002011", "12441500196720244T3442199806003"], ids=["municipal", "institution"]
)
def test_implementation_codes_seen_in_public_are_accepted(code: str) -> None:
    assert _accepts("implementation_code", code)


@pytest.mark.parametrize(
    "identifier",
    [
        "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
        "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
        "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
    ],
)
def test_certificate_identifiers_seen_in_public_are_accepted(identifier: str) -> None:
    schema = Place("schemas/certificate-identifier.schema.json", "", None)
    assert breaches(schema, identifier) == []
    assert breaches(schema, identifier[:-1] + ("1" if identifier[-1] != "1" else "2")) != []


@pytest.mark.parametrize("code", ["91110000600037341L", "11100000000013338W", "11370800MB28559184"])
def test_credit_codes_seen_in_public_are_accepted(code: str) -> None:
    assert _accepts("uscc", code)
    assert not _accepts("uscc", code[:-1] + ("1" if code[-1] != "1" else "2"))


def test_a_property_with_the_name_of_a_field_is_that_field() -> None:
    strangers = []
    for schema in schemas():
        if schema.file in (FILE, "schemas/problem.schema.json"):
            continue
        for name, held in schema.child("properties").items() if "properties" in schema.value else ():
            if name not in FIELDS or not isinstance(held.value, dict) or "const" in held.value:
                continue
            reference = held.value.get("$ref", "").removeprefix("" if "/" not in schema.file else "schemas/")
            reference = reference if reference.startswith("schemas/") else f"schemas/{reference}"
            is_narrower = name in NARROWER and reference == "schemas/citizen-number.schema.json"
            if reference != f"{FILE}#/$defs/{name}" and not is_narrower:
                strangers.append(f"{schema.file}{schema.pointer}/properties/{name}")
    assert strangers == []
