"""Coded fields take their codes from the lists, and the lists from their sources."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.unit.catalog_content.documents import CONTRACTS, Place, schemas

COLUMNS = ["set", "edition", "code", "label_en", "label_zh", "source", "note"]
# Members by list: counted in the sources. `yes_no` and the names of review channels stand in the standard's tables.
SIZES = {
    "actor_nature@gbt39046-2020": 4,
    "auth_level@provincial-login": 4,
    "case_operation@jnconstant": 8,
    "case_result@ea-jc-step-done": 7,
    "case_type@gbt39046-2020": 3,
    "case_type@zhejiang-case-library": 2,
    "handling_form@gbt39046-2020": 5,
    "item_type@gbt39046-2020": 12,
    "level@gbt39046-2020": 7,
    "login_certificate_type@provincial-login": 4,
    "parcel_action@kdniao": 30,
    "parcel_state@kdniao": 7,
    "review_case_status@zhejiang-review": 3,
    "review_channel@gbt39046-2020": 7,
    "review_channel@provincial-review": 7,
    "review_round@zhejiang-review": 2,
    "review_user_type@provincial-review": 2,
    "satisfaction@gbt39046-2020": 5,
    "satisfaction@zhejiang-review": 5,
    "service_object@gbt39046-2020": 6,
    "special_procedure@gbt39046-2020": 2,
    "step_status@gbt39046-2020": 2,
    "yes_no@gbt39046-2020": 2,
}
# Choices for which no source has a list: a word that is new here is looked up in the lists first.
WORDS = frozenset(Path(__file__).with_name("words.txt").read_text("utf-8").split())


def _rows() -> list[dict[str, str]]:
    with (CONTRACTS / "code-lists.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _lists() -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in _rows():
        found[f"{row['set']}@{row['edition']}"].append(row["code"])
    return dict(found)


LISTS = _lists()
CODED = [schema for schema in schemas() if "x-code-list" in schema.value]


def test_the_table_has_its_columns() -> None:
    assert list(_rows()[0]) == COLUMNS


def test_every_list_is_whole() -> None:
    assert {name: len(codes) for name, codes in LISTS.items()} == SIZES


def test_a_code_stands_once_in_its_list_and_so_does_its_label() -> None:
    for column in ("code", "label_en", "label_zh"):
        seen = Counter((row["set"], row["edition"], row[column]) for row in _rows())
        assert [key for key, count in seen.items() if count > 1] == []


def test_every_code_names_its_source() -> None:
    assert [row["code"] for row in _rows() if not (row["source"] and row["label_en"] and row["label_zh"])] == []


@pytest.mark.parametrize("schema", CODED, ids=lambda schema: f"{schema.file}{schema.pointer}")
def test_a_coded_field_takes_exactly_its_list(schema: Place) -> None:
    reference = schema.value["x-code-list"]
    if reference.endswith("@unlisted"):
        assert "enum" not in schema.value
        assert {"pattern", "maxLength"} & schema.value.keys()
    else:
        assert schema.value["enum"] == LISTS[reference]


def test_many_fields_are_coded() -> None:
    assert len(CODED) >= 15


def test_a_choice_without_a_list_is_made_of_words_not_codes() -> None:
    free = [schema for schema in schemas() if "enum" in schema.value and "x-code-list" not in schema.value]
    words = {word for schema in free for word in schema.value["enum"]}
    assert words == WORDS
    assert [word for word in words if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", word)] == []


def test_the_national_contracts_take_the_standard_where_sources_contradict_it() -> None:
    used = {schema.value["x-code-list"] for schema in CODED}
    assert "satisfaction@gbt39046-2020" in used
    assert not {name for name in used if name.partition("@")[2] in ("zhejiang-review", "provincial-review")}


def test_the_two_orders_of_satisfaction_are_each_others_reverse() -> None:
    labels = {
        edition: [row["label_en"] for row in _rows() if (row["set"], row["edition"]) == ("satisfaction", edition)]
        for edition in ("gbt39046-2020", "zhejiang-review")
    }
    assert labels["gbt39046-2020"] == labels["zhejiang-review"][::-1]
    assert labels["gbt39046-2020"][0] == "very satisfied"


def test_names_of_lists_and_editions_are_plain() -> None:
    assert [name for name in LISTS if not re.fullmatch(r"[a-z_]+@[a-z0-9-]+", name)] == []
