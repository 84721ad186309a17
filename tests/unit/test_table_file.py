"""CSV files: bounded, complete, plain, and told with all their faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.document import MAX_BYTES
from sim.table_file import MAX_COLUMNS, MAX_FAULTS, MAX_ROWS, Form, Row, find_table_file, read_table_file

if TYPE_CHECKING:
    from pathlib import Path

    from sim.errors import Fault

FORM = Form(("code", "name"))
UNQUOTED = "correct the quoting; a cell has at most 131,072 characters"
RAGGED = "give each column one cell; quote a cell that holds a comma"
STEERS = "holds a character that controls a terminal or a page"


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(folder: Path, content: str | bytes, form: Form = FORM) -> tuple[tuple[Row, ...], list[str]]:
    path = folder / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    faults: list[Fault] = []
    rows, _ = read_table_file(path, form, faults)
    return rows, [str(fault) for fault in faults]


def test_rows_are_read_by_column_with_the_lines_where_they_begin(tmp_path: Path) -> None:
    rows, faults = read(tmp_path, '\ufeffcode, name\r\n1,"a, b"\r\n\r\n,\r\n2,"two\r\nlines"\r\n3, c \r\n')
    assert [(row.line, row["code"], row["name"]) for row in rows] == [
        (2, "1", "a, b"),
        (5, "2", "two\nlines"),
        (7, "3", "c"),
    ]
    assert rows[2].cells["name"] == " c "
    assert faults == []


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"code,name\n")
    assert read_table_file(tmp_path / "t.csv", FORM, []) == (
        (),
        "a71e0581e283b94badc8641a8eee7bc94daffd15eeb442fa4df21ce34304737f",
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            "",
            ["1:1: there is no column 'code'; add it; columns: ", "1:1: there is no column 'name'; add it; columns: "],
        ),
        ("code\n1\n", ["1:1: there is no column 'name'; add it; columns: code"]),
        (
            "code,x,code,x\n",
            [
                "1:1: there is no column 'name'; add it; columns: code, x, code, x",
                "1:1: the column 'code' stands twice; give each column its own name",
                "1:1: the column 'x' stands twice; give each column its own name",
            ],
        ),
        (
            'code,name\n1\n1,a\n1,2,3\n1,"\x1b[31m\n"\n"1,a\n',
            [
                f"2:1: has 1 cells, the header 2; {RAGGED}",
                f"4:1: has 3 cells, the header 2; {RAGGED}",
                f"5:1: {STEERS}; remove it from name",
                f"7:1: is not CSV: unexpected end of data; {UNQUOTED}",
            ],
        ),
        ('"code', [f"1:1: is not CSV: unexpected end of data; {UNQUOTED}"]),
        (b"code,name\n\xff,x\n", ["2:1: is not UTF-8 text; save the file as UTF-8"]),
        (
            f"code,name\n{'1' * 131_073},x\n",
            [f"2:1: is not CSV: field larger than field limit (131072); {UNQUOTED}"],
        ),
        ("a," * MAX_COLUMNS, [f"1:1: has more than {MAX_COLUMNS} columns; keep only the columns needed"]),
        ("x" * (MAX_BYTES + 1), [f" is larger than {MAX_BYTES} bytes; keep only the rows needed"]),
    ],
    ids=["empty", "short", "twice", "rows", "open", "latin", "long", "wide", "large"],
)
def test_all_that_is_not_accepted_is_told_with_its_place(tmp_path: Path, content: str | bytes, told: list[str]) -> None:
    _, faults = read(tmp_path, content)
    assert faults == [f"t.csv:{fault}" for fault in told]


def test_a_row_with_a_fault_is_left_out(tmp_path: Path) -> None:
    rows, faults = read(tmp_path, "code,name\n1\n2,b\n")
    assert [row["code"] for row in rows] == ["2"]
    assert len(faults) == 1


def test_a_column_that_a_closed_form_does_not_know_is_told(tmp_path: Path) -> None:
    _, faults = read(tmp_path, "code,name,note\n", Form(("code", "name"), is_open=False))
    assert faults == ["t.csv:1:1: the column 'note' is unknown; its columns are code, name"]


@pytest.mark.parametrize("cell", ["two\nlines", "a\tb"])
def test_a_cell_of_one_line_holds_no_layout(tmp_path: Path, cell: str) -> None:
    content = f'code,name\n1,"{cell}"\n'
    assert read(tmp_path, content)[1] == []
    assert read(tmp_path, content, Form(("code",), one_line=True))[1] == [f"t.csv:2:1: {STEERS}; remove it from name"]


def test_the_number_of_rows_is_bounded(tmp_path: Path) -> None:
    content = "code,name\n" + "1,x\n" * MAX_ROWS
    rows, faults = read(tmp_path, content)
    assert (len(rows), faults) == (MAX_ROWS, [])
    assert read(tmp_path, content + "2,y\n")[1] == [
        f"t.csv:{MAX_ROWS + 2}:1: has more than {MAX_ROWS} rows; keep only the rows needed"
    ]


def test_a_flood_of_faults_is_cut(tmp_path: Path) -> None:
    assert len(read(tmp_path, "code,name\n" + "1\n" * 50_000)[1]) == MAX_FAULTS
    assert len(read(tmp_path, ",".join(f"{name},{name}" for name in range(400)))[1]) == MAX_FAULTS


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    faults: list[Fault] = []
    assert read_table_file(tmp_path / "t.csv", FORM, faults) == ((), "")
    assert [str(fault) for fault in faults] == ["t.csv: there is no such file; check the path"]


def test_a_catalog_without_the_file_has_none_and_no_fault(tmp_path: Path) -> None:
    faults: list[Fault] = []
    assert find_table_file(Catalog(tmp_path), "contracts/t.csv", faults) is None
    assert faults == []


def test_a_link_that_leaves_the_catalog_is_told(tmp_path: Path) -> None:
    (tmp_path / "t.csv").symlink_to("/etc/hostname")
    faults: list[Fault] = []
    assert find_table_file(Catalog(tmp_path), "t.csv", faults) is None
    assert [fault.message for fault in faults] == ["'t.csv' leaves the catalog"]
