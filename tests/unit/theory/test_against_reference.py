"""Closed forms against the exact values of the reference cases, which were computed apart from them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from sim.theory import (
    Stationary,
    erlang_a,
    erlang_b,
    md1,
    mg1,
    mg1_priority,
    mm1,
    mmc,
    mmc_priority,
    mmc_waiting_quantile,
    mmck,
)

REFERENCE = Path(__file__).parents[2] / "validation" / "queueing.json"
CASES: dict[str, Any] = {case["id"]: case for case in json.loads(REFERENCE.read_text(encoding="utf-8"))["cases"]}

SYMBOLS = {
    "rho": "utilisation",
    "rho_carried": "utilisation",
    "utilisation": "utilisation",
    "Pw": "wait_probability",
    "Wq": "waiting_time",
    "Wq_accepted": "waiting_time",
    "W": "sojourn_time",
    "Lq": "queue_length",
    "L": "number_in_system",
    "B": "blocking_probability",
    "Pab": "abandonment_probability",
    "throughput": "throughput",
}
VARIATION = {"mg1-det-l0.8": 0.0, "mg1-erlang4-l0.9": 0.5, "mg1-gamma-cv1.5-l0.5": 1.5, "mg1-lognormal-cv2-l0.6": 2.0}


def of_family(family: str, prefix: str = "") -> list[str]:
    return [name for name, case in CASES.items() if case["family"] == family and name.startswith(prefix)]


def rate_and_station(name: str) -> tuple[float, dict[str, Any]]:
    model = CASES[name]["model"]
    return model["streams"][0]["arrivals"]["rate"], model["stations"][0]


def expected(name: str) -> dict[str, float]:
    return {metric["symbol"]: metric["value"] for metric in CASES[name]["metrics"]}


def assert_agrees(name: str, found: Stationary) -> None:
    known = {symbol: value for symbol, value in expected(name).items() if symbol in SYMBOLS}
    assert known
    for symbol, value in known.items():
        assert getattr(found, SYMBOLS[symbol]) == pytest.approx(value, rel=1e-9), symbol


@pytest.mark.parametrize("name", of_family("mmc"))
def test_mmc(name: str) -> None:
    rate, station = rate_and_station(name)
    service_rate, servers = 1.0 / station["service"]["mean"], station["servers"]
    assert_agrees(name, mmc(rate, service_rate, servers))
    for metric in CASES[name]["metrics"]:
        if metric["statistic"] == "quantile":
            found = mmc_waiting_quantile(rate, service_rate, servers, metric["quantile"])
            assert found == pytest.approx(metric["value"], rel=1e-9)


@pytest.mark.parametrize("name", of_family("finite-buffer", "mmck"))
def test_mmck(name: str) -> None:
    rate, station = rate_and_station(name)
    servers = station["servers"]
    assert_agrees(name, mmck(rate, 1.0 / station["service"]["mean"], servers, servers + station["queue"]))


@pytest.mark.parametrize("name", of_family("erlang-b"))
def test_erlang_b_is_mmck_without_waiting_places(name: str) -> None:
    rate, station = rate_and_station(name)
    servers = station["servers"]
    assert erlang_b(rate, servers) == pytest.approx(expected(name)["B"], rel=1e-9)
    assert_agrees(name, mmck(rate, 1.0, servers, servers))


@pytest.mark.parametrize("name", of_family("erlang-a"))
def test_erlang_a(name: str) -> None:
    rate, station = rate_and_station(name)
    assert_agrees(name, erlang_a(rate, 1.0, station["servers"], 1.0 / station["patience"]["mean"]))


@pytest.mark.parametrize("name", sorted(VARIATION))
def test_mg1(name: str) -> None:
    rate, _ = rate_and_station(name)
    assert_agrees(name, mg1(rate, 1.0, VARIATION[name]))


def test_mg1_with_weibull_services() -> None:
    rate, station = rate_and_station("mg1-weibull-k0.5-l0.4")
    shape, scale = station["service"]["shape"], station["service"]["scale"]
    mean = scale * math.gamma(1.0 + 1.0 / shape)
    square = scale**2 * math.gamma(1.0 + 2.0 / shape)
    assert_agrees("mg1-weibull-k0.5-l0.4", mg1(rate, mean, math.sqrt(square / mean**2 - 1.0)))


def test_md1_is_mg1_without_variation() -> None:
    assert_agrees("mg1-det-l0.8", md1(0.8, 1.0))


def test_priority_of_one_server() -> None:
    known = expected("priority-nonpreemptive-1")
    assert mg1_priority((0.3, 0.5), (1.0, 1.0), (1.0, 1.0)) == pytest.approx((known["Wq_class1"], known["Wq_class2"]))


def test_priority_with_other_laws() -> None:
    known = expected("priority-nonpreemptive-3")
    mean, square = 0.9 * 0.5 + 0.1 * 5.0, 2.0 * (0.9 * 0.25 + 0.1 * 25.0)
    found = mg1_priority((0.25, 0.3), (1.0, mean), (0.0, math.sqrt(square / mean**2 - 1.0)))
    assert found == pytest.approx((known["Wq_class1"], known["Wq_class2"]))


def test_priority_of_ten_servers() -> None:
    known = expected("priority-np-mm10")
    found = mmc_priority((2.0, 3.0, 4.0), 1.0, 10)
    assert found == pytest.approx((known["Wq_class1"], known["Wq_class2"], known["Wq_class3"]))


def test_mm1_is_mmc_with_one_server() -> None:
    assert mm1(0.5, 1.0) == mmc(0.5, 1.0, 1)
    assert mm1(0.8, 1.0).waiting_time == pytest.approx(4.0)


@pytest.mark.parametrize("wrong", ["mm1(1.0, 1.0)", "mmc(2.0, 1.0, 2)", "mg1(1.0, 1.0, 1.0)", "mmck(1.0, 1.0, 3, 2)"])
def test_parameters_without_a_stationary_state_are_refused(wrong: str) -> None:
    name, _, arguments = wrong.removesuffix(")").partition("(")
    function = {"mm1": mm1, "mmc": mmc, "mg1": mg1, "mmck": mmck}[name]
    numbers = [float(word) if "." in word else int(word) for word in arguments.split(", ")]
    with pytest.raises(ValueError, match=r"stable|capacity"):
        function(*numbers)  # type: ignore[operator] # four functions of different arity
