"""Estimates as text: units and digits."""

import pytest

from sim.metric import Estimate
from sim.report.figure import cell, digits, figure_text, interval_text, plain
from sim.report.model import Cell
from sim.report.text import Words

EN = Words("en")


def estimate(
    value: float | None, half_width: float | None = None, *, metric: str = "waiting_time", unit: str = "s", n: int = 5
) -> Estimate:
    return Estimate(metric, unit, "mean", None, None, None, None, None, value, half_width, 0.95, n)


@pytest.mark.parametrize(
    ("value", "half_width", "expected"),
    [
        (9793.2, 126.4, ("9,793", "126")),
        (34.812, 1.7123, ("34.8", "1.7")),
        (93.7, 0.0412, ("93.700", "0.041")),
        (0.0, 0.0, ("0", "0")),
        (12.0, 0.0, ("12", "0")),
        (3.2049, 0.0, ("3.20", "0")),
        (0.000012, 0.000003, ("< 0.001", "< 0.001")),
        (12345.678, None, ("12,346", "")),
        (1.2345, None, ("1.23", "")),
    ],
)
def test_the_half_width_keeps_two_digits_and_the_figure_as_many_decimals(
    value: float, half_width: float | None, expected: tuple[str, str]
) -> None:
    assert digits(value, half_width) == expected


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (estimate(1234.0, 62.0), "20.6 ± 1.0 min"),
        (estimate(0.0123), "12.3 ms"),
        (estimate(0.8123, 0.0123, metric="utilisation", unit="1"), "81.2 ± 1.2 %"),
        (estimate(3.21, 0.12, metric="queue_length", unit="1"), "3.21 ± 0.12"),
        (estimate(408.0, 8.0, metric="throughput", unit="1/h"), "408.0 ± 8.0 per hour"),
        (estimate(12.0, 2.4, metric="rejections", unit="count"), "12.0 ± 2.4"),
    ],
)
def test_an_estimate_is_shown_in_the_unit_in_which_it_reads_best(made: Estimate, text: str) -> None:
    assert figure_text(made, EN) == text


def test_an_interval_names_level_and_number_of_replications() -> None:
    assert interval_text(estimate(60.0, 3.0), EN).replace("\N{NO-BREAK SPACE}", " ") == "± 3.0 s (95 %, n = 5)"


def test_a_missing_interval_says_why() -> None:
    assert interval_text(estimate(60.0, n=1), EN) == "no interval: 1 replication"
    assert interval_text(estimate(None, n=0), EN) == "no data"


def test_a_figure_without_data_is_a_dash() -> None:
    assert cell(estimate(None, n=0), EN) == Cell("-", mark="quiet")
    assert cell(None, EN) == Cell("-", mark="quiet")


def test_a_set_value_has_no_needless_digits() -> None:
    assert plain("waiting_time", "s", 1200.0, EN) == "20 min"
    assert plain("waiting_time", "s", 4.5, EN) == "4.5 s"
    assert plain("utilisation", "1", 0.78, EN) == "78 %"
    assert plain("waiting_time", "s", float("inf"), EN) == "no data"
