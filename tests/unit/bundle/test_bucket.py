from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.bundle.bucket import BUCKETS, bucket, lower_bound, middle


@given(st.floats(min_value=2.0**-20, max_value=2.0**33, exclude_max=True))
def test_a_time_lies_in_its_bucket_and_near_its_middle(seconds: float) -> None:
    number = bucket(seconds)
    assert lower_bound(number) <= seconds < lower_bound(number + 1)
    assert abs(middle(number) - seconds) <= 0.008 * seconds


@pytest.mark.parametrize("number", [1, 2, 64, 65, 1000, BUCKETS - 1])
def test_the_least_time_of_a_bucket_is_its_lower_bound(number: int) -> None:
    assert bucket(lower_bound(number)) == number
    assert bucket(math.nextafter(lower_bound(number), 0.0)) == number - 1


def test_the_ends_hold_everything_beyond() -> None:
    assert bucket(0.0) == bucket(1e-9) == 0
    assert middle(0) == 0.0
    assert bucket(2.0**33) == bucket(1e300) == BUCKETS - 1
