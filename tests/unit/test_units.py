"""Spans and times of day, read and written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.units import SECONDS, format_duration, parse_clock, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("80 ms", 0.08),
        ("80ms", 0.08),
        ("15 us", 15e-6),
        ("20 min", 1200.0),
        ("1.5 h", 5400.0),
        ("1 h 30 min", 5400.0),
        ("1h30min", 5400.0),
        ("24 h", 86400.0),
        ("2 week", 1209600.0),
        ("0 s", 0.0),
        ("0.1 s", 0.1),
        ("3 ms", 0.003),
    ],
)
def test_a_span_is_read_in_seconds(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10",
        "s",
        "5 m",
        "-5 s",
        "5 minutes",
        "1,5 s",
        "5 s 3",
        "1e3 s",
        "nan s",
        ".5 s",
        "5. s",
        "\u0663 s",
        "\uff15 s",
    ],
)
def test_what_is_no_span_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="is not a span of time; write a number and a unit"):
        parse_duration(text)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.integers(0, 10**9), st.sampled_from(sorted(SECONDS)))
def test_a_whole_number_of_a_unit_is_exactly_its_seconds(number: int, unit: str) -> None:
    fraction = {"us": 1_000_000, "ms": 1_000}.get(unit)
    expected = number / fraction if fraction else number * SECONDS[unit]

    assert parse_duration(f"{number} {unit}") == expected


@pytest.mark.parametrize(
    ("text", "seconds"), [("00:00", 0.0), ("09:30", 34200.0), ("10:00:01", 36001.0), ("24:00", 86400.0)]
)
def test_a_time_of_day_is_read_in_seconds_after_midnight(text: str, seconds: float) -> None:
    assert parse_clock(text) == seconds


@pytest.mark.parametrize("text", ["", "9:30", "10", "25:00", "10:60", "10:00:60", "24:00:01", "1\uff10:00", "10:00 "])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a time of day; write HH:MM|is past the end of the day"):
        parse_clock(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 s"),
        (86400.0, "1 d"),
        (5400.0, "1.5 h"),
        (90.0, "1.5 min"),
        (1.0, "1 s"),
        (0.0801, "80.1 ms"),
        (0.9999996, "1000 ms"),
        (12e-6, "12 us"),
        (-90.0, "-1.5 min"),
        (86400.0 * 1234, "1234 d"),
    ],
)
def test_a_span_is_written_in_its_largest_unit(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.floats(1e-6, 1e9))
def test_a_span_written_and_read_keeps_three_digits(seconds: float) -> None:
    assert parse_duration(format_duration(seconds)) == pytest.approx(seconds, rel=5.1e-3)
