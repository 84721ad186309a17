"""`statements`: what others published, read and refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.scenario.model import Text
from tests.unit.scenario.test_source import BASE, OWN, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scenario import Scenario

    Load = Callable[..., Scenario]


def test_a_published_level_is_read(load: Load) -> None:
    text = (
        "statements: [{name: online, title: {en: Online, zh: 网办}, metric: fully_online, level: 0.344, source: W2,\n"
        "  note: {en: Higher here, zh: 偏高}}]\n"
    )
    (one,) = load(OWN + text, files={"base.yaml": BASE}).statements
    assert (one.name, one.title.zh, one.metric, one.kind, one.value, one.bound, one.source) == (
        "online",
        "网办",
        "fully_online",
        "level",
        0.344,
        "about",
        "W2",
    )
    assert one.note == Text("Higher here", "偏高")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{name: x, metric: y}", "needs either change or level; give one of them"),
        ("{name: x, metric: y, change: -0.5, level: 1}", "needs either change or level; give one of them"),
        ("{name: x, metric: y, change: -0.5}", "says what changed, and there is no baseline"),
    ],
)
def test_a_statement_that_nothing_can_be_held_against_is_refused(load: Load, text: str, fault: str) -> None:
    assert any(fault in one for one in told(load, OWN + f"statements: [{text}]\n", base=BASE))
