"""Every law against an independent implementation, interpreted and compiled."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from sim.distribution import DISTRIBUTIONS
from sim.engine.compiled import draws

if TYPE_CHECKING:
    from sim.draw import Key

N = 4000


def keys() -> list[Key]:
    return [(1, 2, k, 3, 4, 5) for k in range(N)]


def sample(name: str, values: dict[str, float]) -> list[float]:
    law = DISTRIBUTIONS.get(name)
    a, b, c = law.encode(values)
    return [law.sample(a, b, c, key) for key in keys()]


CASES: list[tuple[str, dict[str, float], Any]] = [  # frozen distributions of scipy have no public type
    ("exponential", {"mean": 2.0}, stats.expon(scale=2.0)),
    ("erlang", {"mean": 2.0, "shape": 3.0}, stats.gamma(3.0, scale=2.0 / 3.0)),
    ("gamma", {"mean": 2.0, "cv": 0.5}, stats.gamma(4.0, scale=0.5)),
    ("gamma", {"mean": 2.0, "cv": 2.0}, stats.gamma(0.25, scale=8.0)),
    ("lognormal", {"mean": 2.0, "cv": 0.8}, stats.lognorm(math.sqrt(math.log1p(0.64)), scale=2.0 / math.sqrt(1.64))),
    ("uniform", {"low": 1.0, "high": 4.0}, stats.uniform(1.0, 3.0)),
    ("triangular", {"low": 1.0, "mode": 2.0, "high": 5.0}, stats.triang(0.25, 1.0, 4.0)),
    ("weibull", {"mean": 2.0, "shape": 1.5}, stats.weibull_min(1.5, scale=2.0 / math.gamma(1.0 + 1.0 / 1.5))),
]


@pytest.mark.parametrize(("name", "values", "truth"), CASES)
def test_a_law_has_the_distribution_of_its_name(name: str, values: dict[str, float], truth: Any) -> None:
    assert stats.kstest(sample(name, values), truth.cdf).pvalue > 0.001


@pytest.mark.parametrize(("name", "values", "truth"), CASES)
def test_the_stated_mean_is_the_mean(name: str, values: dict[str, float], truth: Any) -> None:
    assert DISTRIBUTIONS.get(name).mean(values) == pytest.approx(truth.mean(), rel=1e-9)


def test_the_hyperexponential_has_its_mean_and_variation() -> None:
    share, short, long = DISTRIBUTIONS.get("hyperexponential").encode({"mean": 3.0, "cv": 2.0})
    mean = share * short + (1.0 - share) * long
    square = 2.0 * (share * short**2 + (1.0 - share) * long**2)
    assert mean == pytest.approx(3.0)
    assert math.sqrt(square - mean**2) / mean == pytest.approx(2.0)


def test_the_hyperexponential_draws_its_two_phases() -> None:
    drawn = sample("hyperexponential", {"mean": 3.0, "cv": 2.0})
    share, short, long = DISTRIBUTIONS.get("hyperexponential").encode({"mean": 3.0, "cv": 2.0})

    def cdf(x: Any) -> Any:
        return 1.0 - share * np.exp(-x / short) - (1.0 - share) * np.exp(-x / long)

    assert stats.kstest(drawn, cdf).pvalue > 0.001


def test_the_empirical_law_draws_each_observation_alike() -> None:
    law = DISTRIBUTIONS.get("empirical")
    drawn = [law.sample(1.0, 4.0, [9.0, 1.0, 2.0, 3.0, 4.0, 9.0], key) for key in keys()]
    counts = [drawn.count(value) for value in (1.0, 2.0, 3.0, 4.0)]
    assert sum(counts) == N
    assert float(stats.chisquare(counts).pvalue) > 0.001


@pytest.mark.parametrize("name", [name for name in DISTRIBUTIONS.names() if name != "empirical"])
def test_compiled_and_interpreted_draws_have_the_same_bits(name: str) -> None:
    values = {"mean": 2.0, "cv": 1.3, "shape": 3.0, "low": 1.0, "mode": 2.0, "high": 5.0, "value": 2.5}
    values |= {"share": 0.9, "first": 0.5, "second": 5.0}
    law = DISTRIBUTIONS.get(name)
    a, b, c = law.encode({one.name: values[one.name] for one in law.parameters})
    number = DISTRIBUTIONS.names().index(name)
    compiled = [draws().draw(number, a, b, c, 0.0, *key) for key in keys()]
    assert compiled == [law.sample(a, b, c, key) for key in keys()]


def test_a_whole_second_clock_rounds_draws_up() -> None:
    number = DISTRIBUTIONS.names().index("deterministic")
    assert draws().draw(number, 1.25, 0.0, 0.0, 1.0, 0, 0, 0, 0, 0, 0) == 2.0


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("erlang", {"mean": 1.0, "shape": 2.5}, "whole number"),
        ("uniform", {"low": 2.0, "high": 1.0}, "low must not be above high"),
        ("triangular", {"low": 1.0, "mode": 4.0, "high": 3.0}, "must rise"),
    ],
)
def test_values_that_do_not_fit_each_other_are_told(name: str, values: dict[str, float], message: str) -> None:
    assert message in str(DISTRIBUTIONS.get(name).check(values))


def test_a_value_outside_its_range_is_told() -> None:
    (mean,) = DISTRIBUTIONS.get("exponential").parameters
    assert (mean.check(0.0), mean.check(1.0)) == ("mean must be above 0", None)


def test_every_law_says_what_it_is_and_where_it_comes_from() -> None:
    for _, law in DISTRIBUTIONS:
        assert law.name == "deterministic" or "References\n" in (law.sample.__doc__ or "")
        assert all(one.meaning for one in law.parameters)
