"""What a second worker gives: the same replications on one and on two, turn by turn."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.program import BenchmarkError

if TYPE_CHECKING:
    from benchmarks.program import EngineProgram

WORKERS: Final = (1, 2)


@dataclass(frozen=True, slots=True)
class CoreRun:
    """One run: its workers, its seconds by the clock (start of the workers included), CPU seconds of its engine."""

    workers: int
    wall_seconds: float
    engine_seconds: float


def measure_cores(engine: EngineProgram, workload: str, journeys: int, replications: int, rounds: int) -> list[CoreRun]:
    """Run with one and two workers, so many rounds.

    Raises
    ------
    BenchmarkError
        The results depend on the number of workers.
    """
    found = []
    digests = set()
    for _ in range(rounds):
        for workers in WORKERS:
            answer = engine.run(workload, journeys, replications=replications, workers=workers)
            shutil.rmtree(answer["bundle"])
            digests.add(answer["digest"])
            seconds = answer["seconds"]
            found.append(CoreRun(workers, seconds["wall"], seconds["engine"]))
    if len(digests) > 1:
        message = f"the results depend on the number of workers: {', '.join(sorted(digests))}"
        raise BenchmarkError(message)
    return found
