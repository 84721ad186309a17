"""What the peers in Python share: the model's numbers, service times from the standard library, the measurement.

They run as ``python -m benchmarks.peers.NAME MODEL.json`` and print one line of JSON; nothing here imports the product.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Callable

STATUS = Path("/proc/self/status")


class Stream(NamedTuple):
    """Poisson arrivals: journeys per second, office, priority class."""

    rate: float
    office: int
    rank: int


class Workload:
    """A model as ``benchmarks/model.py`` writes it, read from the file named on the command line.

    ``random`` is the one generator of the run; ``services`` draw the service time of each step, in seconds.
    """

    def __init__(self) -> None:
        model: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
        self.random = random.Random(model["seed"])  # noqa: S311 - a simulation, no secret
        self.duration: float = model["duration"]
        self.servers: list[int] = model["servers"]
        self.streams = [Stream(one["rate"], one["office"], one["priority_class"]) for one in model["streams"]]
        self.services = [self._law(**step) for step in model["steps"]]
        self.patience: list[float] = [step["patience"] for step in model["steps"]]
        self.offices: list[list[int]] = [step["stations"] for step in model["steps"]]
        self.retry: dict[str, float] = model["retry"]
        self.changes: list[dict[str, float]] = model["changes"]

    def _law(self, law: str, a: float, b: float, **_: object) -> Callable[[], float]:
        if law == "exponential":
            return partial(self.random.expovariate, 1.0 / a)
        return partial(self.random.lognormvariate, a, b)

    def route(self, office: int) -> list[int]:
        """Return the station of each step for an office."""
        return [stations[office] for stations in self.offices]

    def backoff(self, repeat: int) -> float:
        """Draw the wait before a repeat, counted from 0, in seconds."""
        spread = self.random.uniform(1.0 - self.retry["jitter"], 1.0 + self.retry["jitter"])
        return self.retry["after"] * self.retry["factor"] ** repeat * spread


class Run:
    """What a program counts, and what its run costs: CPU seconds and the peak of its memory over the start."""

    def __init__(self) -> None:
        self.journeys = 0
        self.services = 0
        self.sojourn = 0.0

    def __enter__(self) -> Self:
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
        self._memory = _megabytes("VmRSS")
        self._began = time.process_time()
        return self

    def __exit__(self, *failure: object) -> None:
        spent = time.process_time() - self._began
        memory = _megabytes("VmHWM") - self._memory
        if failure == (None, None, None):
            measured = {
                "journeys": self.journeys,
                "services": self.services,
                "cpu_seconds": spent,
                "mean_sojourn": self.sojourn / self.journeys,
                "memory_megabytes": memory,
            }
            print(json.dumps(measured))

    def finish(self, sojourn: float) -> None:
        """Count a journey that ended, after so many seconds."""
        self.journeys += 1
        self.sojourn += sojourn


def _megabytes(name: str) -> float:
    words = dict(line.split(":", 1) for line in STATUS.read_text(encoding="utf-8").splitlines())
    return float(words[name].split()[0]) / 1024.0
