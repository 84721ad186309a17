"""Fairness: Gini coefficients by hand and by definition, spread of the divisions' waits."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from sim.metric.fairness import gini


@pytest.mark.parametrize(
    ("sizes", "means", "expected"),
    [
        ([5, 5], [60.0, 60.0], 0.0),
        ([1, 1], [0.0, 8.0], 0.5),
        ([1, 3], [10.0, 2.0], 0.375),  # 10, 2, 2, 2: 48 of differences / (2 x 16 x 4)
        ([3, 1], [0.0, 1.0], 0.75),
    ],
)
def test_the_gini_coefficient_of_groups_known_by_hand(sizes: list[int], means: list[float], expected: float) -> None:
    assert gini(sizes, means) == pytest.approx(expected, abs=1e-12)


def test_the_gini_coefficient_is_half_the_relative_mean_difference() -> None:
    source = random.Random(3)  # noqa: S311 - numbers to try, no secret
    for _ in range(50):
        sizes = [source.randint(1, 9) for _ in range(6)]
        means = [source.expovariate(0.01) for _ in range(6)]
        people = [mean for mean, size in zip(means, sizes, strict=True) for _ in range(size)]
        apart = math.fsum(abs(one - other) for one, other in itertools.product(people, repeat=2))
        by_definition = apart / (2.0 * len(people) * math.fsum(people))
        assert gini(sizes, means) == pytest.approx(by_definition, rel=1e-12)


def test_where_nobody_waits_there_is_nothing_to_be_unequal_about() -> None:
    assert gini([3, 4], [0.0, 0.0]) is None
