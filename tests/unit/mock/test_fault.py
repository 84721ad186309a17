"""Faults by rate."""

import pytest

from sim.errors import UsageError
from sim.mock.http import Fault, Faults, parse_chaos


def test_faults_are_read() -> None:
    assert parse_chaos("status=503:0.02, latency=2s:0.05,drop=0.01") == (
        Fault("status", 0.02, status=503),
        Fault("latency", 0.05, seconds=2.0),
        Fault("drop", 0.01),
    )
    assert parse_chaos("") == ()


@pytest.mark.parametrize(
    "text",
    ["status=503", "status=200:0.1", "status=x:0.1", "latency=2:0.1", "latency=1 h:0.1", "drop=0", "drop=1.5", "drop=a",
     "nothing=0.1", "drop", "drop=nan", "status=503:inf"],
)  # fmt: skip
def test_what_is_no_fault_is_told(text: str) -> None:
    with pytest.raises(UsageError, match=r"\S"):
        parse_chaos(text)


def test_the_share_of_the_calls_meets_a_fault_the_same_ones_for_the_same_seed() -> None:
    first, second = (Faults(7, parse_chaos("status=503:0.2,drop=0.1")) for _ in range(2))
    met = [first.meet("identity", None) for _ in range(2000)]
    assert met == [second.meet("identity", None) for _ in range(2000)]
    statuses = sum(one is not None and one.status == 503 for one in met)
    drops = sum(one is not None and one.is_dropped for one in met)
    both = sum(one is not None and one.is_dropped and one.status == 503 for one in met)
    # binomial: 400 +- 18, 200 +- 13, 40 +- 6; four standard deviations
    assert (abs(statuses - 400) < 72, abs(drops - 200) < 54, abs(both - 40) < 25) == (True, True, True)


def test_a_fault_of_one_operation_leaves_the_others_alone() -> None:
    faults = Faults(1, (Fault("drop", 1.0, system="payment", operation="payNotice"),))
    assert faults.meet("payment", "payNotice") is not None
    assert faults.meet("payment", "getPayment") is None
    assert faults.meet("identity", "payNotice") is None
    assert faults.meet("payment", None) is None


def test_faults_that_begin_anew_meet_the_same_calls_again() -> None:
    faults = Faults(7, parse_chaos("status=503:0.2,drop=0.1"))
    first = [faults.meet("identity", None) for _ in range(200)]
    assert [faults.meet("identity", None) for _ in range(200)] != first
    faults.restart(faults.active)
    assert [faults.meet("identity", None) for _ in range(200)] == first
