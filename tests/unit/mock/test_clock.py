"""The virtual clock."""

from datetime import UTC, datetime

import pytest

from sim.mock import CHINA, VirtualClock


def test_it_moves_when_told_and_shows_china_standard_time() -> None:
    clock = VirtualClock(datetime(2022, 7, 26, 1, 0, tzinfo=UTC))
    clock.advance(90.0)
    assert clock.now == datetime(2022, 7, 26, 9, 1, 30, tzinfo=CHINA)
    assert clock.now.tzinfo is CHINA
    assert clock.timestamp == 1_658_797_290


def test_it_does_not_go_back() -> None:
    clock = VirtualClock(datetime(2022, 7, 26, tzinfo=CHINA))
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance(-1.0)


def test_it_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        VirtualClock(datetime(2022, 7, 26))  # the case under test
