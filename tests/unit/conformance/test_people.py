"""Citizens of the user's own file: every column once, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.conformance.trial.people import read_people
from sim.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path


def faults(folder: Path, text: str) -> list[str]:
    path = folder / "citizens.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        read_people(path)
    return [one.message for one in caught.value.faults]


def test_a_column_that_stands_twice_is_told_once(tmp_path: Path) -> None:
    text = "name,citizen_number,channel,channel,mobile,mobile\n"
    assert faults(tmp_path, text) == ["the column 'channel' stands twice", "the column 'mobile' stands twice"]


def test_a_head_of_a_million_columns_is_refused(tmp_path: Path) -> None:
    head = ",".join(map(str, range(1_000_000)))
    assert faults(tmp_path, f"name,citizen_number,{head},0\n") == ["has more than 1000 columns"]
