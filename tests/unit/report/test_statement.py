"""Published statements: whether a run's figure agrees, by hand."""

from __future__ import annotations

import pytest

from sim.report.statement import Own, answer
from sim.scenario.model import Statement, Text


def statement(value: float, bound: str) -> Statement:
    return Statement("x", Text("x", "x"), "materials_submitted", "change", value, bound, "W004")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("published", "bound", "own", "half_width", "expected"),
    [
        (-0.62, "about", -0.60, 0.01, "reproduced"),
        (-0.62, "about", -0.70, 0.01, "not_reproduced"),
        (-0.62, "about", -0.66, 0.02, "undecided"),
        (-0.5, "beyond", -0.6, 0.05, "reproduced"),
        (-0.5, "beyond", -0.4, 0.05, "not_reproduced"),
        (-0.5, "beyond", -0.52, 0.05, "undecided"),
        (-0.5, "beyond", 0.9, None, "not_reproduced"),
        (0.3, "beyond", 0.31, None, "reproduced"),
    ],
)
def test_a_statement_agrees_with_the_whole_interval_or_not_at_all(
    published: float, bound: str, own: float, half_width: float | None, expected: str
) -> None:
    assert answer(statement(published, bound), Own(own, half_width)) == expected


def test_without_a_figure_there_is_no_agreement() -> None:
    assert answer(statement(-0.5, "beyond"), None) == "no_figure"
