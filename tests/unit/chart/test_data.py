"""The data of charts: tidy tables that equal the series they come from."""

import csv
import io
import math
from datetime import datetime

import pytest

from sim.chart import CHARTS, Table, View, write_csv
from sim.metric import Scope, series, summarise
from tests.synthetic_day import synthetic_bundle


@pytest.fixture(scope="module")
def view() -> View:
    bundle = synthetic_bundle()
    return View(bundle, summarise(bundle))


def read(table: Table) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(write_csv(table))))


def number(text: str) -> float:
    return float(text) if text else math.nan


@pytest.mark.parametrize(
    ("chart", "column", "metric", "statistic", "scope"),
    [
        ("waiting", "waiting_time_s", "waiting_time", "p95", Scope(station="service-window")),
        ("waiting", "waiting_time_s", "waiting_time", "p50", Scope(station="kiosk")),
        ("queue_length", "queue_length", "queue_length", "mean", Scope(station="officer")),
        ("throughput", "journeys_per_h", "demand", "per_hour", Scope()),
        ("throughput", "journeys_per_h", "throughput", "per_hour", Scope(channel="kiosk")),
    ],
)
def test_chart_data_equal_the_series_bit_for_bit(
    view: View, chart: str, column: str, metric: str, statistic: str, scope: Scope
) -> None:
    expected = series(view.bundle, metric, statistic, scope)

    rows = [
        row
        for row in read(CHARTS.get(chart).tabulate(view))
        if (row["metric"], row["statistic"]) == (metric, statistic)
        and (row["station"], row["channel"]) == (scope.station or "", scope.channel or "")
    ]

    half_width = column.replace(column.removesuffix("_s").removesuffix("_per_h"), "half_width")
    start = view.bundle.manifest.start
    assert [number(row[column]) for row in rows] == pytest.approx(expected.value.tolist(), rel=0, abs=0, nan_ok=True)
    assert [number(row[half_width]) for row in rows] == pytest.approx(
        expected.half_width.tolist(), rel=0, abs=0, nan_ok=True
    )
    assert [(datetime.fromisoformat(row["bin_start"]) - start).total_seconds() for row in rows] == list(expected.starts)


def test_utilisation_data_hold_the_whole_window_beside_the_bins(view: View) -> None:
    rows = [row for row in read(CHARTS.get("utilisation").tabulate(view)) if row["station"] == "officer"]
    whole = [row for row in rows if float(row["bin_width_s"]) == 86400.0]

    estimate = view.summary.get("utilisation", "mean", Scope(station="officer"))
    assert estimate is not None
    assert [float(row["utilisation"]) for row in whole] == [estimate.value]
    assert len(rows) == 97


def test_outcome_data_count_every_journey_once(view: View) -> None:
    rows = read(CHARTS.get("outcomes").tabulate(view))
    whole = [row for row in rows if not row["channel"]]

    begun = view.summary.get("demand", "total")
    assert begun is not None
    assert begun.value is not None
    assert sum(float(row["journeys"]) for row in whole) == pytest.approx(begun.value)
    assert sum(float(row["share"]) for row in whole) == pytest.approx(1.0)
    assert {row["outcome"] for row in whole} == {*view.bundle.layout.outcomes, "in flight"}


def test_a_bin_without_observation_is_an_empty_cell(view: View) -> None:
    rows = read(CHARTS.get("waiting").tabulate(view))
    night = [row for row in rows if row["station"] == "service-window" and row["bin_start"].startswith("2022-07-26T02")]

    assert {row["waiting_time_s"] for row in night} == {""}


def test_a_cell_cannot_start_a_formula() -> None:
    table = Table(("name",), (("=HYPERLINK(1)",), ("plain",)))

    assert write_csv(table) == "name\n'=HYPERLINK(1)\nplain\n"
