"""Scenarios that nobody writes by mistake: text that steers a terminal, floods, numbers beyond all bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.errors import DocumentError, UsageError
from sim.scenario.source import MAX_VALUES
from sim.scenario.structure import MAX_FAULTS
from sim.scenario.table import read_table
from sim.table_file import MAX_FAULTS as MAX_ROW_FAULTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.scenario.conftest import Load

TINY = """\
tongban: 1
name: own
duration: 100 s
stations: {desk: {servers: 1}}
journeys: {visit: [{station: desk, service: 1 s}]}
demand: [{name: visits, journey: visit, per_second: 0.5}]
"""
DIVISIONS = "code,name_en,name_zh,population_2020,source\n"


def told(load: Load, text: str, **files: str) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        load(text, files={name.replace("_", "."): content for name, content in files.items()})
    return [str(fault) for fault in caught.value.faults]


STEERING = [r"\e[31mred", r"a\nb", r"\0", r"\x9b31m", r"\u202egnp.exe", r"\u2028"]


@pytest.mark.parametrize("text", STEERING)
@pytest.mark.parametrize("form", ['"{}"', '{{en: "{}"}}', '{{en: a, zh: "{}"}}'])
def test_a_title_is_one_line_that_steers_nothing(load: Load, form: str, text: str) -> None:
    (fault,) = told(load, TINY + f"title: {form.format(text)}\n")
    assert fault.endswith(
        "write one line of at most 200 characters, without characters that control a terminal or a page"
    )


def test_a_note_may_have_lines_and_nothing_else_that_steers(load: Load) -> None:
    note = TINY.replace("{servers: 1}", '{servers: 1, assumed: {servers: "NOTE"}}')
    assert load(note.replace("NOTE", r"one\ntwo\tthree")).assumptions[0].note == "one\ntwo\tthree"
    (fault,) = told(load, note.replace("NOTE", r"\e[2J"))
    assert fault.endswith("write at most 1,000 characters, none that controls a terminal or a page")


def test_a_cell_that_steers_is_told(load: Load) -> None:
    content = DIVISIONS + '640000,"a\x1b[31m",b,1,x\n630000,a,"b\u202e",1,x\n620000,"two\nlines",b,1,x\n'
    assert told(load, TINY + "divisions: {file: d.csv}\n", d_csv=content) == [
        "d.csv:2:1: holds a character that controls a terminal or a page; remove it from name_en",
        "d.csv:3:1: holds a character that controls a terminal or a page; remove it from name_zh",
    ]


def test_divisions_without_a_row_are_not_taken_for_no_divisions(load: Load) -> None:
    assert told(load, TINY + "divisions: {file: d.csv}\n", d_csv=DIVISIONS) == [
        "own.yaml:7:19: divisions.file: the file holds no row; add a row for each division, or remove `divisions`"
    ]


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        (("servers: 1", "servers: 1000000000000000000"), "write at most 1000000"),
        (("servers: 1", "servers: 1, queue: 1000000000000000000000000"), "write at most 1000000000"),
        (("per_second: 0.5", "per_second: 1.0e+300"), "write at most 1000000000000"),
        (("name: own", "name: own\nscale: 1.0e+9"), "write at most 1000000"),
        (("name: own", "name: own\nreplications: 1000000000"), "write a whole number from 1 to 10000"),
        (("servers: 1", "servers: 0"), "a station needs at least 1 server, or remove the station"),
    ],
)
def test_a_number_that_is_too_large_is_told_with_the_largest(load: Load, change: tuple[str, str], remedy: str) -> None:
    (fault,) = told(load, TINY.replace(*change))
    assert fault.endswith(f"is not allowed; {remedy}")


def test_a_flood_of_unknown_keys_is_cut(load: Load) -> None:
    assert len(told(load, TINY + "".join(f"key{number}: 1\n" for number in range(20_000)))) == MAX_FAULTS


def test_a_flood_of_ragged_rows_is_cut(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("code,source\n" + "1\n" * 50_000)
    with pytest.raises(DocumentError) as caught:
        read_table(tmp_path / "t.csv", ("code",))
    assert len(caught.value.faults) == MAX_ROW_FAULTS


def test_documents_that_extend_each_other_are_bounded_together(load: Load) -> None:
    large = f"extra: [{'1, ' * (MAX_VALUES // 2)}1]\n"
    assert told(load, f"extends: a.yaml\n{large}", a_yaml=TINY + large) == [
        f"a.yaml:1:1: brings the documents that extend each other to more than {MAX_VALUES:,} values; "
        "write smaller documents"
    ]


def test_a_setting_that_is_no_unicode_is_told(load: Load) -> None:
    with pytest.raises(UsageError, match="--set title: is not UTF-8 text; write a plain YAML value"):
        load(TINY, settings={"title": "\udcff"})
