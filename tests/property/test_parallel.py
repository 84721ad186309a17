"""Parallel steps against the longest path through their graph."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenarios import cost, fault, fixed, run, scenario, station
from tests.workflows import call, workflow

if TYPE_CHECKING:
    from sim.journey.model import Step


class Graph(NamedTuple):
    """For each step its seconds, whether its station is down, and the earlier steps it waits for."""

    seconds: list[float]
    down: list[bool]
    waits: list[list[int]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    size = draw(st.integers(1, 9))
    waits = [sorted(draw(st.sets(st.integers(0, number - 1), max_size=3))) if number else [] for number in range(size)]
    seconds = [draw(st.integers(1, 9)) + math.sqrt(number + 2.0) / 7.0 for number in range(size)]
    return Graph(seconds, [draw(st.integers(0, 7)) == 0 for _ in range(size)], waits)


def longest(graph: Graph) -> tuple[float, int]:
    """Return when the last branch ends and how many steps were begun.

    A step whose station is down fails as it begins; what still waits then is cancelled, what has begun goes on.
    """
    begins: list[float] = []
    ends: list[float] = []
    for seconds, down, waits in zip(*graph, strict=True):
        begins.append(max((ends[one] for one in waits), default=0.0))
        ends.append(math.inf if down else begins[-1] + seconds)
    failed = min((begin for begin, down in zip(begins, graph.down, strict=True) if down), default=math.inf)
    begun = [number for number, begin in enumerate(begins) if begin <= failed and begin < math.inf]
    return max(begins[one] if graph.down[one] else ends[one] for one in begun), len(begun)


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_parallel_steps_end_with_the_longest_path_of_what_was_begun(graph: Graph) -> None:
    steps: list[Step] = []
    costs = {}
    for number, (seconds, down, waits) in enumerate(zip(*graph, strict=True)):
        steps.append(call(f"s{number}", depends_on=tuple(f"s{one}" for one in waits)))
        costs[f"s{number}"] = cost(f"s{number}", "broken" if down else "desk", fixed(seconds))
    made = scenario(
        stations=[station(servers=None), station("broken")],
        costs=costs,
        duration=1.5,
        faults=(fault("fail", 0.5, 1e5, "broken"),),
    )
    result = run(made, workflow("w", steps, parallel=True))
    end, begun = longest(graph)
    assert result.sojourn() == pytest.approx(end, rel=1e-12)
    assert sum(result.operation("attempts", f"s{number}") for number in range(len(steps))) == begun
    assert result.outcome("failed") == any(graph.down[one] for one in range(len(steps)) if math.isfinite(end))
