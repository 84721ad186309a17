"""How cost and memory of an engine grow with the journeys."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import linear_regression
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.program import EngineProgram, Measurement


def measure_growth(engine: EngineProgram, workload: str, sizes: Sequence[int]) -> list[Measurement]:
    """Return the cost of runs of about so many journeys each, with the memory of a second run of the same size."""
    engine.measure(workload, 100)  # what is compiled once is on the disk from here on
    return [
        replace(engine.measure(workload, size), memory_megabytes=engine.footprint(workload, size))
        for size in sorted(sizes)
    ]


def exponent(sizes: Sequence[Measurement]) -> float:
    """Return the power of the services with which CPU seconds grow: the slope of their logarithms, 1 when linear.

    Returns
    -------
    float
        Not a number for fewer than two sizes.
    """
    if len(sizes) < 2:
        return math.nan
    services = [math.log(one.services) for one in sizes]
    return linear_regression(services, [math.log(one.cpu_seconds) for one in sizes]).slope
