"""Code lists and the schemas that name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.contract import code_list_of, load_code_lists
from sim.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.contract.conftest import Faults, Loader

HEADER = "set,edition,code,label_en,label_zh,source,note\n"
LISTS = HEADER + 'level,2020,1,national,国家级,"A, annex",\nlevel,2020,2,provincial,省级,A,\n'


def coded(text: str) -> str:
    return (
        "openapi: 3.1.1\ninfo: {title: Desk, version: '1'}\npaths:\n  /a:\n    get:\n      operationId: a\n"
        "      responses: {'200': {description: ok}}\n"
        f"      parameters:\n        - name: level\n          in: query\n          schema: {text}\n"
    )


def write(folder: Path, text: str | bytes) -> Catalog:
    path = folder / "contracts/code-lists.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Catalog(folder.resolve())


def test_lists_are_read_by_set_and_edition(tmp_path: Path) -> None:
    lists = load_code_lists(write(tmp_path, LISTS))

    assert lists.names() == ("level@2020",)
    assert lists.codes("level", "2020") == ("1", "2")
    assert lists.codes("level", "2021") is None
    first = lists.lists["level", "2020"][0]
    assert (first.label_en, first.label_zh, first.source) == ("national", "国家级", "A, annex")


def test_a_catalog_without_the_file_has_no_lists(tmp_path: Path) -> None:
    assert load_code_lists(Catalog(tmp_path)).names() == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("set,code\n", "code-lists.csv:1:1: lacks the column edition, label_en, label_zh, source, note"),
        ("", "lacks the column set"),
        (HEADER + "level,2020,1\n", "code-lists.csv:2:1: a row needs 7 fields"),
        (HEADER + "level,,1,,,,\n", "code-lists.csv:2:1: a row needs 7 fields"),
        (LISTS + "level,2020,2,,,,\n", "code-lists.csv:4:1: the code '2' stands twice in level@2020"),
        (b"set\xff", "code-lists.csv:1:1: is not UTF-8 text"),
    ],
)
def test_a_faulty_file_is_told(text: str | bytes, message: str, tmp_path: Path) -> None:
    catalog = write(tmp_path, text)

    with pytest.raises(DocumentError) as caught:
        load_code_lists(catalog)

    assert message in str(caught.value)


def test_a_faulty_file_is_a_fault_of_the_contract(faults: Faults) -> None:
    found = faults(coded("{}"), **{"contracts__code-lists_dot_csv": "set\n"})

    assert found[0].startswith("contracts/code-lists.csv:1:1: lacks the column")


def test_a_schema_that_holds_the_codes_is_accepted_and_says_so(load: Loader) -> None:
    contract = load(
        coded("{enum: ['2', '1', null], x-code-list: level@2020}"), **{"contracts__code-lists_dot_csv": LISTS}
    )
    schema = contract.operations["a"].parameters[0].schema

    assert schema is not None
    assert code_list_of(schema) == ("level", "2020")


def test_a_list_that_is_not_at_hand_stays_open(load: Loader) -> None:
    schema = load(coded("{pattern: '^[0-9]$', x-code-list: mood@unlisted}")).operations["a"].parameters[0].schema

    assert schema is not None
    assert code_list_of(schema) == ("mood", "unlisted")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{enum: ['1', '3'], x-code-list: level@2020}",
            "11:26: paths./a.get.parameters.0.schema.enum: differs from the code list level@2020: "
            "lacks '2' and adds '3'; let enum hold exactly the codes of the list",
        ),
        (
            "{x-code-list: level@2020}",
            "11:33: paths./a.get.parameters.0.schema.x-code-list: differs from the code list level@2020: "
            "lacks '1', '2'; let enum hold exactly the codes of the list",
        ),
        (
            "{x-code-list: levels@2020}",
            "11:33: paths./a.get.parameters.0.schema.x-code-list: there is no code list levels@2020; "
            "did you mean level@2020?",
        ),
        (
            "{x-code-list: mood@1}",
            "11:33: paths./a.get.parameters.0.schema.x-code-list: there is no code list mood@1; "
            "add it to contracts/code-lists.csv, or write mood@unlisted",
        ),
        (
            "{x-code-list: level}",
            "11:33: paths./a.get.parameters.0.schema.x-code-list: 'level' does not name a code list; "
            "write <set>@<edition>",
        ),
    ],
)
def test_a_schema_that_differs_from_its_list_is_a_fault(text: str, message: str, faults: Faults) -> None:
    assert faults(coded(text), **{"contracts__code-lists_dot_csv": LISTS}) == [message]
