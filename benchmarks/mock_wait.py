"""How far the waits of a client at a mock are from those of the simulation, for the very same arrivals.

    python -m benchmarks.mock_wait

The engine runs ``documents/scenarios/wait.yaml``, one station. A client then sends its first 2,000 arrivals to
``tongban mock --scenario ... --speed 1 --no-background`` at the same instants, over HTTP, and names each, so that the
mock draws the same service times. A wait is what the client measures: from the instant of the arrival to the answer,
less the drawn service. Ends with 1 when the means differ by more than 5 %. Takes as long as the arrivals do, about 3.5
minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import numpy as np

from sim.catalog import Catalog
from sim.engine import choose_engine
from sim.plan import compile_plan
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

SCENARIO: Final = Path(__file__).parent / "documents" / "scenarios" / "wait.yaml"
GUIDE: Final = "/items/11640099MB0009902H4640709900001/guide"
TOLERANCE: Final = 0.05
LEAD: Final = 1.0
"""Seconds between the first look at the clock and the first arrival."""


class Visits:
    """Keeps the visits of a run (``sim.bundle.log.Log``)."""

    def __init__(self) -> None:
        self.chunks: list[NDArray[Any]] = []

    def journeys(self, rows: NDArray[Any]) -> None:
        """Keep nothing of journeys."""

    def visits(self, rows: NDArray[Any]) -> None:
        """Keep a copy."""
        self.chunks.append(rows.copy())


def simulated(count: int) -> tuple[list[float], float]:
    """Return the instants of the first arrivals, and their mean wait in the engine's run, both in seconds."""
    scenario = load_scenario(Catalog.around(SCENARIO), SCENARIO)
    plan, log = compile_plan(scenario, {}).plan, Visits()
    choose_engine("auto", plan, 1).run(plan, seed=scenario.seed, replication=0, log=log)
    rows = np.sort(np.concatenate(log.chunks), order="k")[:count]
    if len(rows) < count:
        raise SystemExit(f"the scenario has {len(rows)} arrivals")
    return rows["arrived"].tolist(), float((rows["started"] - rows["arrived"]).mean())


@contextmanager
def served() -> Iterator[str]:
    """Start the mock; gives the host and port of the platform."""
    words = ["--port", "0", "--format", "json", "-q", "--scenario", str(SCENARIO), "--speed", "1", "--no-background"]
    command = [sys.executable, "-m", "sim.cli", "mock", "provincial-platform", *words]
    root = Path(__file__).resolve().parents[1]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)  # noqa: S603 - the command above
    try:
        assert process.stdout is not None  # noqa: S101 - for the type checker
        ready = json.loads(process.stdout.readline())
        yield urlsplit(ready["systems"]["provincial-platform"]).netloc
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


async def ask(netloc: str, number: int, due: float) -> tuple[float, float, float]:
    """Call at an instant of ``time.monotonic``; return when it was answered, and queue and service as the mock says.

    All in seconds. The connection is open before the call is due, as a client's would be.
    """
    host, _, port = netloc.rpartition(":")
    await asyncio.sleep(max(0.0, due - 0.1 - time.monotonic()))
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"GET {GUIDE} HTTP/1.1\r\nHost: {netloc}\r\nConnection: close\r\nTongban-Stream: visits\r\n"
    await asyncio.sleep(max(0.0, due - time.monotonic()))
    writer.write(f"{head}Tongban-Arrival: {number}\r\nTongban-Step: visit/ask\r\n\r\n".encode())
    answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    answered = time.monotonic()
    writer.close()
    if not answer.startswith("HTTP/1.1 200 "):
        raise SystemExit(f"call {number} was answered {answer.splitlines()[0]}")
    timing = answer.lower().partition("server-timing: queue;dur=")[2].partition("\r\n")[0]
    queue, _, service = timing.partition(", service;dur=")
    return answered, float(queue) / 1000.0, float(service) / 1000.0


async def play(netloc: str, arrivals: list[float]) -> tuple[float, float]:
    """Play arrivals; return the mean wait that the client measures, and the one that the mock tells, in seconds."""
    start = time.monotonic() + LEAD - arrivals[0]
    calls = (ask(netloc, number, start + arrival) for number, arrival in enumerate(arrivals))
    answers = await asyncio.gather(*calls)
    waits = [
        answered - start - arrival - service for (answered, _, service), arrival in zip(answers, arrivals, strict=True)
    ]
    return sum(waits) / len(waits), sum(queue for _, queue, _ in answers) / len(answers)


def main() -> int:
    """Measure, print, and return 1 when the waits are too far apart."""
    parser = argparse.ArgumentParser(description="Waits at a mock beside simulated ones.")
    parser.add_argument("--count", type=int, default=2000)
    options = parser.parse_args()
    arrivals, expected = simulated(options.count)
    with served() as netloc:
        measured, told = asyncio.run(play(netloc, arrivals))
    error = measured / expected - 1.0
    print(f"simulated mean wait of {options.count} arrivals: {expected * 1000.0:.1f} ms")
    print(
        f"measured by the client: {measured * 1000.0:.1f} ms ({error:+.2%}); told by the mock: {told * 1000.0:.1f} ms"
    )
    return int(abs(error) > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
