from __future__ import annotations

from dataclasses import replace

import pytest

from sim.bundle import ConformanceTable
from sim.cli.output import Output
from sim.cli.progress import EVERY, Lines, progress
from sim.cli.run_text import conformance_line, run_text
from sim.cli.text import amount, figure, table
from sim.metric import estimate, summarise
from sim.scenario.model import Objective
from tests.tiny_run import NO_TABLE, TABLE, tiny_bundle, tiny_record


@pytest.mark.parametrize(
    ("value", "unit", "half_width", "expected"),
    [
        (4.021, "s", 0.311, "4.02 ± 0.31 s"),
        (0.0, "s", 0.0, "0 s"),
        (0.0823, "s", None, "82.3 ms"),
        (3.2e-6, "s", None, "3.20 us"),
        (119.0, "s", None, "119 s"),
        (150.0, "s", 6.0, "2.50 ± 0.10 min"),
        (100_000.0, "s", None, "27.8 h"),
        (86400.0 * 3, "s", None, "3.00 d"),
        (1234.5, "1/h", 6.7, "1234 ± 7 /h"),
        (17.0, "count", None, "17.0"),
        (2.5, "1", None, "2.50"),
    ],
)
def test_figures_are_told_in_three_digits_and_a_fitting_unit(
    value: float, unit: str, half_width: float | None, expected: str
) -> None:
    assert amount(value, unit, half_width) == expected


def test_shares_are_told_as_per_cent() -> None:
    assert amount(0.801, "1", 0.009, is_share=True) == "80.1 ± 0.9 %"
    bundle = tiny_bundle(tiny_record())
    assert figure(estimate(bundle, "utilisation", "mean")) == "50.0 %"
    assert figure(estimate(bundle, "rejections", "share")) == "10.0 %"


def test_nothing_observed_is_a_dash() -> None:
    assert figure(None) == "-"


def test_columns_line_up_with_wide_characters() -> None:
    assert table(("a", "b"), [("窗口", "1"), ("x", "10")]).splitlines() == ["a      b", "窗口   1", "x     10"]


def test_conformance_in_a_line() -> None:
    assert conformance_line(NO_TABLE) == "not applicable: no journey has a contract"
    assert conformance_line(TABLE) == "95.0 % of 200 replayed calls conform; 1 of 2 operations not exercised"
    assert conformance_line(ConformanceTable(5, 1, (), (), (), (), 0)).startswith("- of 0 replayed calls")


def test_systems_that_no_mock_answered_for_are_told_with_the_reason() -> None:
    how = (("identity", "untrusted"), ("identity.ask", "examples"))
    bundle = tiny_bundle(table=replace(TABLE, mocked_by=how))
    lines = [line for line in run_text(bundle, summarise(bundle)).splitlines() if line.startswith("answered")]
    assert lines == ["answered by  examples of identity's contract: its mock is not trusted"]
    bundle = tiny_bundle(table=replace(TABLE, mocked_by=(("identity", "examples"),)))
    assert "answered by  examples of identity's contract: it has no mock\n" in run_text(bundle, summarise(bundle))
    assert "answered by" not in run_text(tiny_bundle(), summarise(tiny_bundle()))


def test_a_partial_run_with_one_replication_says_so() -> None:
    unmet = Objective("quick", "waiting_time", "post", None, None, None, "at_most", 1.0, "missed")
    bundle = tiny_bundle(tiny_record(), partial=True, objectives=(unmet,))
    text = run_text(bundle, summarise(bundle))
    assert "PARTIAL: 1 of 1 replications" in text
    assert "one replication gives no intervals" in text
    assert "? quick: waiting_time mean of post\n    - ≤ 1.00 s: no data (expected: missed)" in text
    assert "assumptions  1 figure that nobody measured, listed in the report" in text


def test_progress_in_lines_tells_the_time_left_now_and_then() -> None:
    now, told = [0.0], list[str]()
    lines = Lines(told.append, clock=lambda: now[0])
    for second in range(13):
        now[0] = float(second)
        lines("simulating", second / 20.0)
    assert EVERY == 5.0
    assert told == ["simulating: 25%, about 15 s left", "simulating: 50%, about 10 s left"]


def test_progress_is_silent_without_a_terminal_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(Output()) as show:
        show("simulating", 0.5)
    assert capsys.readouterr().err == ""
