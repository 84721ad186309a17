from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.bundle import StationKey
from sim.bundle.bucket import bucket, middle
from sim.errors import UsageError
from sim.metric import METRICS, Places, Scope, estimate, interval, judge, series, summarise, summary_document
from sim.metric.registry import quantile_level, quantile_name
from sim.scenario.model import Objective
from tests.synthetic_day import synthetic_bundle
from tests.tiny_run import tiny_bundle, tiny_record

DESK = Scope(station="desk")
VISIT = Scope(journey="visit")
ONE = tiny_bundle(tiny_record(0, started=4))


def test_a_summary_gives_back_each_of_its_estimates_by_what_it_is_taken_of() -> None:
    summary = summarise(ONE)

    assert [summary.get(one.metric, one.statistic, one.scope) for one in summary.estimates] == list(summary.estimates)
    assert summary.get("waiting_time", "p42", DESK) is None
    assert summary.get("demand", "total") == summary.of("demand", "total", Scope())[0]


def test_summaries_of_the_same_figures_are_equal() -> None:
    assert summarise(ONE) == summarise(tiny_bundle(tiny_record(0, started=4)))


def test_series_are_the_same_whether_or_not_the_records_were_prepared() -> None:
    bundle = synthetic_bundle(replications=3, bins=12)
    places = [Places(bundle.layout, record) for record in bundle.records]

    for statistic in ("p50", "p95", "p99.9"):
        for scope in (Scope(), Scope(station="officer")):
            own = series(bundle, "waiting_time", statistic, scope)
            prepared = series(bundle, "waiting_time", statistic, scope, places=places)
            assert np.array_equal(own.value, prepared.value, equal_nan=True)
            assert np.array_equal(own.half_width, prepared.half_width, equal_nan=True)


@pytest.mark.parametrize("statistic", ["p0.1", "p25", "p50", "p95", "p99.9"])
def test_quantiles_are_those_of_all_times_written_out_one_by_one(statistic: str) -> None:
    bundle = synthetic_bundle(replications=1, bins=12)
    (record,) = bundle.records
    level = quantile_level(statistic)
    assert level is not None

    inside = (record.waiting[:, 1] >= 1) & (record.waiting[:, 1] <= 12)
    for metric, scope, table, rows in (
        ("waiting_time", Scope(), record.waiting[inside], range(len(bundle.layout.stations))),
        ("waiting_time", Scope(station="officer"), record.waiting[inside], [4]),
        ("sojourn_time", Scope(), record.sojourn, range(len(bundle.layout.groups))),
        ("sojourn_time", Scope(journey="renew-id-card"), record.sojourn, range(5)),
    ):
        times = sorted(
            middle(int(number)) for row, _, number, count in table.tolist() if row in rows for _ in range(count)
        )
        rank = max(1, math.ceil(level * len(times) - 1e-9))
        assert estimate(bundle, metric, statistic, scope).value == times[rank - 1]


def test_the_time_of_those_that_did_not_fail_leaves_out_the_failed_alone() -> None:
    bundle = synthetic_bundle(replications=1, bins=4)
    (record,) = bundle.records
    times = sorted(
        middle(int(number)) for _, end, number, count in record.sojourn.tolist() if end != 1 for _ in range(count)
    )

    assert bundle.layout.outcomes[1] == "failed"
    assert estimate(bundle, "processing_time", "p50").value == times[math.ceil(0.5 * len(times) - 1e-9) - 1]


def value(metric: str, statistic: str, scope: Scope) -> float | None:
    return estimate(ONE, metric, statistic, scope).value


def of_bucket(seconds: float) -> float:
    return middle(bucket(seconds))


# desk, both divisions, inside the window: 10 arrivals, 1 rejected, 1 refused, 8 joined, 7 started, 1 reneged;
# their waits are 0, 0, 0.5, 1, 2, 3 and 4 s, and 60 s of the one that left
@pytest.mark.parametrize(
    ("metric", "statistic", "expected"),
    [
        ("waiting_time", "mean", 10.5 / 7),
        ("waiting_time", "mean_of_all", 70.5 / 8),
        ("waiting_time", "p50", of_bucket(1.0)),
        ("waiting_time", "p25", 0.0),
        ("waiting_time", "p99", of_bucket(4.0)),
        ("waiting_time", "p85.7", of_bucket(3.0)),
        ("wait_probability", "share", 5 / 7),
        ("wait_probability", "share_of_all", 6 / 8),
        ("utilisation", "mean", 5400.0 / 10800.0),
        ("queue_length", "mean", 1800.1 / 7200.0),
        ("number_in_station", "mean", 7200.1 / 7200.0),
        ("services", "total", 7.0),
        ("services", "per_hour", 3.5),
        ("rejections", "share", 0.1),
        ("rejections", "total", 1.0),
        ("refusals", "share", 0.1),
        ("reneging", "share", 1 / 8),
        ("withdrawals", "total", 0.0),
        ("outage_losses", "share", 0.0),
    ],
)
def test_figures_of_a_station_are_those_of_the_window_and_all_its_divisions(
    metric: str, statistic: str, expected: float
) -> None:
    assert value(metric, statistic, DESK) == pytest.approx(expected, rel=1e-12)


# visit: 7 by app (4 completed, 1 failed, 1 withdrawn, 1 in flight), 3 by window (completed in 0.1 s each)
@pytest.mark.parametrize(
    ("metric", "statistic", "scope", "expected"),
    [
        ("demand", "total", VISIT, 10.0),
        ("throughput", "total", VISIT, 6.0),
        ("throughput", "per_hour", VISIT, 3.0),
        ("endings", "completed", VISIT, 7.0),
        ("endings", "failed", VISIT, 1.0),
        ("endings", "other", VISIT, 1.0),
        ("endings", "in_flight", VISIT, 1.0),
        ("sojourn_time", "mean", VISIT, 480.3 / 9),
        ("sojourn_time", "queueing_mean", VISIT, 45.1 / 9),
        ("sojourn_time", "p50", VISIT, of_bucket(50.0)),
        ("sojourn_time", "p50", Scope(channel="window"), of_bucket(0.1)),
        ("sojourn_time", "mean", Scope(journey="visit", channel="window"), 0.1),
        ("sojourn_time", "censored", Scope(channel="app"), 1 / 7),
    ],
)
def test_figures_of_journeys_are_those_that_began_inside_the_window(
    metric: str, statistic: str, scope: Scope, expected: float
) -> None:
    assert value(metric, statistic, scope) == pytest.approx(expected, rel=1e-12)


def test_figures_of_operations_are_shares_of_attempts() -> None:
    ask = Scope(operation="ask")
    assert value("time_outs", "share", ask) == 1 / 20
    assert value("retries", "share", ask) == 2 / 20
    assert value("call_success", "total", ask) == 17.0
    assert value("call_success", "share", Scope()) == 27 / 30


def test_conformance_is_of_the_operations_that_the_replay_judged() -> None:
    assert value("conformance", "share", Scope(operation="ask")) == 0.9
    assert value("conformance", "share", Scope()) == 0.9
    assert value("conformance", "failed", Scope()) == 2.0
    assert value("conformance", "share", Scope(operation="visit.desk")) is None


def test_a_station_without_a_number_of_servers_has_no_utilisation() -> None:
    found = estimate(ONE, "utilisation", "mean", Scope(station="post"))
    assert (found.value, found.half_width, found.n) == (None, None, 0)
    assert value("utilisation", "mean", Scope()) == value("utilisation", "mean", DESK)


def test_nothing_observed_is_no_value() -> None:
    post = Scope(station="post")
    assert value("waiting_time", "mean", post) is None
    assert value("waiting_time", "p95", post) is None
    assert value("rejections", "share", post) is None
    assert value("rejections", "total", post) == 0.0


def test_one_replication_has_no_interval() -> None:
    found = estimate(ONE, "waiting_time", "mean", DESK)
    assert (found.half_width, found.n, found.level) == (None, 1, 0.95)


def test_the_interval_over_replications_is_students() -> None:
    found = estimate(tiny_bundle(), "waiting_time", "mean", DESK)
    # means 1.5 and 0.7; t(1, 0.975) = 12.706205 (Law 2015, table T.1)
    assert found.value == pytest.approx(1.1)
    assert found.half_width == pytest.approx(12.706205 * 0.4, rel=1e-6)
    assert found.n == 2


def test_the_interval_of_three_values() -> None:
    mean, half_width, n = interval([1.0, 2.0, 3.0])
    assert (mean, n) == (2.0, 3)
    assert half_width == pytest.approx(4.302653 / math.sqrt(3.0), rel=1e-6)  # t(2, 0.975), the same table


def test_replications_that_say_nothing_are_left_out_of_the_interval() -> None:
    assert interval([None, 4.0, None]) == (4.0, None, 1)
    assert interval([None]) == (None, None, 0)
    assert interval([4.0, None, 4.0]) == (4.0, 0.0, 2)


def test_the_sum_does_not_depend_on_the_size_of_its_parts() -> None:
    mean, _, _ = interval([1e16, 1.0, -1e16, 1.0])
    assert mean == 0.5


def test_a_division_is_told_apart_where_a_station_stands_in_several() -> None:
    found = estimate(ONE, "utilisation", "mean", Scope(station="desk", division="640000"))
    assert found.value == 0.5 * 3600.0 / 3600.0
    assert found.division == "640000"
    scopes = {one.scope for one in summarise(ONE).of("utilisation")}
    assert scopes == {
        Scope(),
        DESK,
        Scope(station="desk", division="110000"),
        Scope(station="desk", division="640000"),
        Scope(station="post"),
    }


def test_a_single_division_is_not_told_twice() -> None:
    layout = replace(ONE.layout, stations=(StationKey("a", "1"), StationKey("b", "1"), StationKey("c", "")))
    bundle = replace(ONE, manifest=replace(ONE.manifest, layout=layout))
    scopes = {one.scope for one in summarise(bundle).of("utilisation")}
    assert scopes == {Scope(), Scope(station="a"), Scope(station="b"), Scope(station="c")}


def test_the_summary_holds_every_statistic_of_every_metric() -> None:
    summary = summarise(tiny_bundle())
    found = {(one.metric, one.statistic) for one in summary.estimates}
    assert found == {(name, statistic) for name, metric in METRICS for statistic in metric.statistics}
    assert summary.get("waiting_time", "p95", DESK) == estimate(tiny_bundle(), "waiting_time", "p95", DESK)
    assert summary.get("waiting_time", "p95", Scope(station="bank")) is None


def test_a_series_is_the_figure_of_each_bin() -> None:
    found = series(tiny_bundle(), "waiting_time", "mean", DESK)
    assert found.starts.tolist() == [0.0, 3600.0]
    assert found.width == 3600.0
    assert found.value == pytest.approx([(2.5 + 1.5) / 2, 0.5 / 3])
    assert found.half_width == pytest.approx([12.706205 * 0.5, 0.0], rel=1e-6)
    quantiles = series(ONE, "waiting_time", "p50", DESK).value
    assert quantiles.tolist() == [of_bucket(2.0), 0.0]
    assert series(ONE, "throughput", "per_hour", Scope(channel="window")).value.tolist() == [0.0, 1.0]


def test_a_series_has_gaps_where_nothing_was_observed() -> None:
    found = series(ONE, "utilisation", "mean", Scope(station="desk", division="640000"))
    assert np.isnan(found.value[0])
    assert found.value[1] == 0.5
    assert np.isnan(found.half_width).all()


@pytest.mark.parametrize(
    ("metric", "statistic", "scope", "told"),
    [
        ("patience", None, Scope(), "there is no metric 'patience'; use one of call_success"),
        ("utilisation", "p95", Scope(), "utilisation has no statistic 'p95'; use one of mean"),
        ("waiting_time", "p100", Scope(), "waiting_time has no statistic 'p100'"),
        ("waiting_time", None, Scope(station="bank"), "the run has no station 'bank'; known: desk, post"),
        ("waiting_time", None, Scope(journey="visit"), "the run has no journey 'visit'; known: none"),
        ("sojourn_time", None, Scope(journey="visit", channel="pc"), "no journey 'visit', channel 'pc'"),
    ],
)
def test_what_a_run_does_not_have_is_answered_with_what_it_has(
    metric: str, statistic: str | None, scope: Scope, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        estimate(ONE, metric, statistic, scope)


def test_a_metric_without_bins_has_no_series() -> None:
    with pytest.raises(UsageError, match="sojourn_time is not kept over time; use one of demand"):
        series(ONE, "sojourn_time")


def objective(**changes: Any) -> Objective:
    base = Objective("o", "waiting_time", "desk", None, None, None, "at_most", 10.0)
    return replace(base, **changes)


def test_an_objective_is_judged_by_its_mean() -> None:
    met = judge(objective(value=10.0), tiny_bundle())
    assert (met.outcome, met.decided, met.is_expected) == ("met", True, True)
    close = judge(objective(value=1.2), tiny_bundle())
    assert (close.outcome, close.decided) == ("met", False)
    missed = judge(objective(value=1.0, expect="missed"), tiny_bundle())
    assert (missed.outcome, missed.is_expected) == ("missed", True)


def test_an_objective_of_a_quantile_or_a_least_value() -> None:
    assert judge(objective(quantile=0.5, value=of_bucket(1.0)), ONE).outcome == "met"
    least = objective(metric="utilisation", bound="at_least", value=0.6)
    assert judge(least, ONE).outcome == "missed"
    assert not judge(least, ONE).decided


def test_an_objective_without_observation_is_not_met() -> None:
    verdict = judge(objective(station="post"), ONE)
    assert (verdict.outcome, verdict.is_expected, verdict.decided) == ("no data", False, False)


def test_the_document_of_a_summary_names_what_a_program_needs() -> None:
    bundle = tiny_bundle(objectives=(objective(value=2.0),))
    document = summary_document(bundle, summarise(bundle))
    assert document["digest"] == bundle.manifest.digest
    assert document["seconds"] == {"wall": 1.5, "engine": 1.25, "compile": 0.5, "replay": 0.25}
    objectives = document["objectives"]
    assert isinstance(objectives, list)
    (told,) = objectives
    assert isinstance(told, dict)
    assert (told["set"], told["unit"], told["verdict"]) == (2.0, "s", "met")


@pytest.mark.parametrize(("level", "name"), [(0.5, "p50"), (0.95, "p95"), (0.999, "p99.9"), (0.057, "p5.7")])
def test_quantiles_have_names(level: float, name: str) -> None:
    assert quantile_name(level) == name
    assert quantile_level(name) == level


@pytest.mark.parametrize("name", METRICS.names())
def test_every_metric_is_documented_with_its_units_and_source(name: str) -> None:
    metric = METRICS.get(name)
    assert metric.doc.endswith(".")
    assert metric.over
    assert metric.source
    assert set(metric.statistics.values()) <= {"s", "1/h", "1", "count"}
    assert metric.unit(next(iter(metric.statistics)))
