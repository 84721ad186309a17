"""The interval of a failed share."""

from typing import Any

import pytest
from scipy.stats import binomtest

from sim.bundle import ConformanceRow
from sim.conformance import failed_interval


def row(calls: int, refused: int = 0, breached: int = 0) -> ConformanceRow:
    changes: Any = {"calls": calls, "refused": refused, "breached": breached}
    return ConformanceRow("a", "b", "", warned=0, declared=(), exercised=(), verdict="pass", **changes)


@pytest.mark.parametrize(
    ("calls", "refused", "breached"), [(200, 0, 0), (200, 60, 0), (200, 20, 40), (5, 5, 0), (7, 1, 1)]
)
def test_it_is_wilson_s(calls: int, refused: int, breached: int) -> None:
    wilson = binomtest(refused + breached, calls).proportion_ci(0.95, method="wilson")
    assert failed_interval(row(calls, refused, breached)) == pytest.approx((wilson.low, wilson.high), abs=1e-12)


def test_without_calls_there_is_none() -> None:
    assert failed_interval(row(0)) is None
