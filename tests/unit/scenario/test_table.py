"""CSV files of scenarios: a source in every row, and plain numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.errors import DocumentError, Fault
from sim.scenario.table import read_number, read_table

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


def test_a_row_without_a_source_is_told_beside_the_other_faults(tmp_path: Path) -> None:
    assert told(tmp_path / "t.csv", b"code,source\n1, \n1\n") == [
        "t.csv:2:1: says no source; fill the column source, be it with `assumed`",
        "t.csv:3:1: has 1 cells, the header 2; give each column one cell; quote a cell that holds a comma",
    ]


def test_a_file_without_the_column_source_is_told(tmp_path: Path) -> None:
    assert told(tmp_path / "t.csv", b"code\n1\n") == [
        "t.csv:1:1: there is no column 'source'; add it; columns: code",
    ]


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "1e3", "1_000", "", "٣", "0x10", "1 2"])
def test_a_cell_that_is_no_plain_number_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"code,source\n{text},x\n", encoding="utf-8")
    rows, _ = read_table(path, ("code",))
    faults: list[Fault] = []
    assert read_number(rows[0], "code", faults) == 0.0
    assert [str(fault) for fault in faults] == [
        f"t.csv:2:1: {text!r} in column code is not a number of at least 0; write a number"
    ]
