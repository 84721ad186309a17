"""Code lists and the schemas that name them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.contract import code_list_of, load_code_lists
from sim.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable
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
        ("set,code\n", "code-lists.csv:1:1: there is no column 'edition'; add it; columns: set, code"),
        ("", "there is no column 'set'"),
        (HEADER + "level,2020,1\n", "code-lists.csv:2:1: has 3 cells, the header 7"),
        (HEADER + "level,,1,,,,\n", "code-lists.csv:2:1: set, edition or code is empty"),
        (LISTS + "level,2020,2,,,,\n", "code-lists.csv:4:1: the code '2' stands twice in level@2020"),
        (b"set\xff", "code-lists.csv:1:1: is not UTF-8 text"),
        (HEADER.replace("note", "note,set"), "code-lists.csv:1:1: the column 'set' stands twice"),
        (LISTS + 'level,2020,3,"a,b,c,d\n', "code-lists.csv:4:1: is not CSV: unexpected end of data"),
        (
            LISTS + f"level,2020,3,{'a' * 131_073},b,c,\n",
            "code-lists.csv:4:1: is not CSV: field larger than field limit",
        ),
        (
            LISTS + "level,2020,3,a\0b,b,c,\n",
            "code-lists.csv:4:1: holds a character that controls a terminal or a page",
        ),
        (LISTS + "level,2020,\x1b[31m,a,b,c,\n", "code-lists.csv:4:1: holds a character that controls"),
        (LISTS + "level,2020,3,a\u2028b,b,c,\n", "code-lists.csv:4:1: holds a character that controls"),
        (LISTS + 'level,2020,3,a,b,"c\nd",\nlevel,,,,,,\n', "code-lists.csv:6:1: set, edition or code is empty"),
        (b" " * (8 * 1024 * 1024 + 1), "code-lists.csv: is larger than 8388608 bytes"),
    ],
)
def test_a_faulty_file_is_told(text: str | bytes, message: str, tmp_path: Path) -> None:
    catalog = write(tmp_path, text)

    with pytest.raises(DocumentError) as caught:
        load_code_lists(catalog)

    assert message in str(caught.value)


def test_rows_that_are_all_wrong_are_not_all_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        load_code_lists(write(tmp_path, HEADER + "a\n" * 100_000))

    assert len(caught.value.faults) == 200


def test_a_long_code_that_stands_twice_is_shown_in_part(tmp_path: Path) -> None:
    row = f"level,2020,{'9' * 100_000},,,,\n"
    with pytest.raises(DocumentError) as caught:
        load_code_lists(write(tmp_path, HEADER + row + row))

    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("/etc/hostname", "leaves the catalog; keep referenced documents inside the catalog"),
        ("/dev/zero", "leaves the catalog"),
        ("../../outside.csv", "leaves the catalog"),
        ("nowhere.csv", "names no file"),
        ("code-lists.csv", "is not a path"),
    ],
)
def test_a_file_that_is_a_link_elsewhere_is_not_read(target: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text(LISTS)
    folder = tmp_path / "catalog" / "contracts"
    folder.mkdir(parents=True)
    (folder / "code-lists.csv").symlink_to(target)

    with pytest.raises(DocumentError, match=message):
        load_code_lists(Catalog(folder.parent.resolve()))


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_told_and_not_waited_for(make: Callable[[Path], None], tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    make(tmp_path / "contracts" / "code-lists.csv")

    with pytest.raises(DocumentError, match="names no file"):
        load_code_lists(Catalog(tmp_path.resolve()))


def test_a_faulty_file_is_a_fault_of_the_contract(faults: Faults) -> None:
    found = faults(coded("{}"), **{"contracts__code-lists_dot_csv": "set\n"})

    assert found[0].startswith("contracts/code-lists.csv:1:1: there is no column")


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
