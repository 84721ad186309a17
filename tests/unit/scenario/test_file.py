"""Files that a scenario names hold what they should."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.errors import DocumentError

if TYPE_CHECKING:
    from tests.unit.scenario.conftest import Load

SAMPLE = Path(__file__).with_name("sample.yaml").read_text(encoding="utf-8")
DIVISIONS = "code,name_en,name_zh,population_2020,source\n"
HOURS = "".join(f"{hour},1,1,x\n" for hour in range(24))


def told(load: Load, name: str, content: str, text: str = SAMPLE) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        load(text, files={f"data/{name}.csv": content})
    return [str(fault) for fault in caught.value.faults]


def test_a_missing_column_is_told_in_the_file_alone(load: Load) -> None:
    assert told(load, "divisions", "code,name_en,name_zh,source\n120000,a,b,c\n") == [
        "data/divisions.csv:1:1: there is no column 'population_2020'; add it; columns: code, name_en, name_zh, source"
    ]


def test_a_code_that_is_not_six_digits_is_told(load: Load) -> None:
    faults = told(load, "divisions", DIVISIONS + "12,a,b,3,c\n120000,a,b,3,c\n660000,a,b,0,c\n")
    assert faults == ["data/divisions.csv:2:1: the code '12' is not six digits; correct it"]


def test_a_division_that_stands_twice_is_told(load: Load) -> None:
    faults = told(load, "divisions", DIVISIONS + "120000,a,b,3,c\n120000,a,b,4,c\n660000,a,b,0,c\n")
    assert faults == ["own.yaml:16:19: divisions.file: a division stands twice in it; keep one row for each code"]


def test_divisions_without_people_cannot_share_a_total(load: Load) -> None:
    faults = told(load, "divisions", DIVISIONS + "120000,a,b,0,c\n660000,a,b,0,c\n")
    assert faults == [
        "own.yaml:55:45: demand.1.per_hour: the divisions of this line have no people by whom to spread it; "
        "list others under `divisions`"
    ]


def test_a_profile_needs_every_hour_once(load: Load) -> None:
    header = "hour,day,night,source\n"
    assert told(load, "profiles", header + HOURS.replace("7,1,1,x\n", "", 1)) == [
        "own.yaml:23:15: profiles.day.file: the file has no row for the hours 7; add them, with weight 0 if need be",
        "own.yaml:24:16: profiles.dark.file: the file has no row for the hours 7; add them, with weight 0 if need be",
    ]
    assert told(load, "profiles", header + HOURS + "24,1,1,x\n7,1,1,x\n") == [
        "data/profiles.csv:26:1: the hour '24' is not new and from 0 to 23; correct it",
        "data/profiles.csv:27:1: the hour '7' is not new and from 0 to 23; correct it",
    ]


def test_a_profile_without_its_column_is_told(load: Load) -> None:
    assert told(load, "profiles", "hour,day,source\n" + "".join(f"{hour},1,x\n" for hour in range(24))) == [
        "data/profiles.csv:1:1: there is no column 'night'; add it; columns: hour, day, source"
    ]


def test_a_weight_that_is_no_number_is_told(load: Load) -> None:
    content = "hour,day,night,source\n" + HOURS.replace("3,1,1,x", "3,many,1,x", 1)
    assert told(load, "profiles", content) == [
        "data/profiles.csv:5:1: 'many' in column day is not a number of at least 0; write a number"
    ]


def test_observed_times_without_a_row_are_told(load: Load) -> None:
    text = SAMPLE.replace("{law: empirical, values: [1 d, 2 d]}", "{law: empirical, file: data/times.csv}")
    assert told(load, "times", "seconds,source\n", text) == [
        "own.yaml:43:40: journeys.visit.2.service.file: the file holds no row; add observed times"
    ]


def test_a_profile_is_given_once(load: Load) -> None:
    with pytest.raises(DocumentError, match="a profile needs either weights or file; give one of them"):
        load(SAMPLE.replace("day: {file: data/profiles.csv}", "day: {source: nobody}"))
