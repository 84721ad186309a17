"""Portable functions against the C library's, which is right to the last place or the one before."""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.draw import exp, log, normal_quantile


def ulps(value: float, truth: float) -> float:
    return abs(value - truth) / math.ulp(truth)


@given(st.floats(min_value=1e-300, max_value=1e300))
def test_log_is_right_within_one_ulp(x: float) -> None:
    assert x == 1.0 or ulps(log(x), math.log(x)) <= 1.0


@given(st.floats(min_value=-700.0, max_value=700.0))
def test_exp_is_right_within_one_ulp(x: float) -> None:
    assert ulps(exp(x), math.exp(x)) <= 1.0


@given(st.floats(min_value=1e-15, max_value=1.0 - 1e-15))
def test_the_normal_quantile_agrees_with_the_standard_library(u: float) -> None:
    assert normal_quantile(u) == pytest.approx(NormalDist().inv_cdf(u), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize(("x", "value"), [(-701.0, 0.0), (-1e308, 0.0), (701.0, 5.486124068793689e303), (0.0, 1.0)])
def test_exp_stays_finite_outside_its_range(x: float, value: float) -> None:
    assert exp(x) == value


def test_logarithms_of_one_is_zero() -> None:
    assert log(1.0) == 0.0
