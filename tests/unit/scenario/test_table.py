"""CSV files: bounded, complete, with a source in every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.document import MAX_BYTES
from sim.errors import DocumentError, Fault
from sim.scenario.table import MAX_ROWS, read_table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def told(path: Path, content: bytes) -> list[str]:
    path.write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        read_table(path, ("code",))
    return [str(fault) for fault in caught.value.faults]


def test_rows_are_read_by_column_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('﻿code, source\r\n1,"a, b"\r\n\r\n2,"two\nlines"\r\n', encoding="utf-8")
    rows, digest = read_table(path, ("code",))
    assert [(row.line, row["code"], row["source"]) for row in rows] == [(2, "1", "a, b"), (5, "2", "two\nlines")]
    assert len(digest) == 64


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        (
            b"",
            [
                "t.csv:1: there is no column 'code'; add it; columns: ",
                "t.csv:1: there is no column 'source'; add it; columns: ",
            ],
        ),
        (b"code\n1\n", ["t.csv:1: there is no column 'source'; add it; columns: code"]),
        (b"code,code,source\n", ["t.csv:1: a column stands twice; give each column its own name"]),
        (
            b"code,source\n1\n1,2,3\n",
            [
                "t.csv:2: has 1 cells, the header 2; give each column one cell",
                "t.csv:3: has 3 cells, the header 2; give each column one cell",
            ],
        ),
        (b"code,source\n1, \n", ["t.csv:2: says no source; fill the column source, be it with `assumed`"]),
        (b"code,source\n\xff,x\n", ["t.csv:2: is not UTF-8 text; save the file as UTF-8"]),
        (b'code,source\n"1,x\n', ["t.csv:2: is not CSV: unexpected end of data; correct the quoting"]),
        (
            b"code,source\n" + b"1" * 200_000 + b",x\n",
            ["t.csv:2: is not CSV: field larger than field limit (131072); correct the quoting"],
        ),
        (b"x" * (MAX_BYTES + 1), [f"t.csv: is larger than {MAX_BYTES} bytes; keep only the rows needed"]),
    ],
)
def test_what_is_not_accepted_is_told(tmp_path: Path, content: bytes, messages: list[str]) -> None:
    assert told(tmp_path / "t.csv", content) == messages


def test_the_number_of_rows_is_bounded(tmp_path: Path) -> None:
    content = b"code,source\n" + b"1,x\n" * (MAX_ROWS + 1)
    assert told(tmp_path / "t.csv", content) == [
        f"t.csv:{MAX_ROWS + 2}: has more than {MAX_ROWS} rows; keep fewer rows"
    ]


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "1e3", "1_000", "", "٣", "0x10", "1 2"])
def test_a_cell_that_is_no_plain_number_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"code,source\n{text},x\n", encoding="utf-8")
    rows, _ = read_table(path, ("code",))
    faults: list[Fault] = []
    assert rows[0].number("code", faults) == 0.0
    assert [str(fault) for fault in faults] == [
        f"t.csv:2: {text!r} in column code is not a number of at least 0; write a number"
    ]
