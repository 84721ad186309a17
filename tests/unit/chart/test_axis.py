"""Axes: instants, units and numbers for people."""

from datetime import datetime, timedelta, timezone

import pytest

from sim.chart.axis import clock, number, percent, ticks, time_unit

MIDNIGHT = datetime(2022, 7, 26, tzinfo=timezone(timedelta(hours=8)))
DAY = 86400.0


def test_a_day_has_ticks_at_round_hours_and_ends_at_24() -> None:
    assert [text for _, text in ticks(MIDNIGHT, 0.0, DAY, 5)] == ["00:00", "06:00", "12:00", "18:00", "24:00"]


def test_ticks_stand_at_round_instants_of_the_clock_whatever_the_start() -> None:
    start = MIDNIGHT + timedelta(minutes=33)

    assert ticks(start, 0.0, 3 * 3600.0, 4) == [(1620.0, "01:00"), (5220.0, "02:00"), (8820.0, "03:00")]


def test_a_few_seconds_have_ticks_in_seconds() -> None:
    assert [text for _, text in ticks(MIDNIGHT, 0.0, 20.0, 5)] == [
        "00:00:00",
        "00:00:05",
        "00:00:10",
        "00:00:15",
        "00:00:20",
    ]


def test_ticks_of_weeks_are_dates() -> None:
    assert ticks(MIDNIGHT, 0.0, 14 * DAY, 3)[0] == (0.0, "07-26")


def test_a_single_bin_still_has_a_tick() -> None:
    assert ticks(MIDNIGHT, 0.0, 1.0, 2)


@pytest.mark.parametrize(("span", "expected"), [(DAY, "10:15"), (600.0, "10:15:00"), (3 * DAY, "07-26 10:15")])
def test_an_instant_is_as_exact_as_its_axis(span: float, expected: str) -> None:
    assert clock(MIDNIGHT, 36900.0, span=span) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0, "0"), (12345.6, "12,346"), (12.34, "12.3"), (0.0123, "0.0123"), (1e-9, "1.0e-09")]
)
def test_numbers_have_three_significant_digits(value: float, expected: str) -> None:
    assert number(value) == expected


def test_a_share_is_in_per_cent() -> None:
    assert percent(0.0423) == "4.2 %"


@pytest.mark.parametrize(
    ("seconds", "unit"),
    [(0.0, "s"), (2e-5, "us"), (0.02, "ms"), (99.0, "s"), (1200.0, "min"), (9000.0, "h"), (2e5, "d")],
)
def test_times_are_shown_in_the_unit_that_reads_best(seconds: float, unit: str) -> None:
    assert time_unit(seconds) == unit
