"""Small scenarios made in a line or two, for tests of the plan and the engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.bundle.record import GROUP_SUMS, OPERATION_COUNTS, STATION_COUNTS, STATION_SUMS, Layout, Record
from sim.engine import get_engine
from sim.plan import CallShare, compile_plan
from sim.scenario.model import (
    Calendar,
    Channel,
    Cost,
    DemandLine,
    Division,
    InlineJourney,
    InlineStep,
    Law,
    Scenario,
    Station,
    StationFault,
    Text,
)
from tests.workflows import journey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.journey.model import Workflow

MONDAY = datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=8)))
FLAT = (1.0 / 24.0,) * 24
ANY = (Channel("any", 1.0, FLAT),)


def fixed(seconds: float) -> Law:
    return Law("deterministic", (("value", seconds),))


def exponential(mean: float) -> Law:
    return Law("exponential", (("mean", mean),))


def station(name: str = "desk", servers: int | None = 1, **changes: Any) -> Station:  # fields of Station
    return Station(name, per_division=False, servers=(servers,), **changes)


def cost(operation: str, at: str = "desk", service: Law | None = None, **changes: Any) -> Cost:  # fields of Cost
    return Cost(operation, at, service or fixed(1.0), **changes)


def step(
    name: str, at: str = "desk", service: Law | None = None, **changes: Any
) -> InlineStep:  # of Cost or InlineStep
    own = {key: changes.pop(key) for key in ("retry_limit", "retry_after", "channels") if key in changes}
    division = changes.pop("division", "office")
    return InlineStep(name, cost(f"visit.{name}", at, service, **changes), division, **own)


def line(name: str = "visits", rate: float = 1.0, **changes: Any) -> DemandLine:  # fields of DemandLine
    given = {"journey": "visit", "rates": (("", rate),), "channels": ANY, "process": "regular", **changes}
    return DemandLine(name, **given)


def fault(effect: Any, at: float, duration: float, name: str = "desk") -> StationFault:  # a Literal
    return StationFault("down", name, None, at, duration, effect)


def division(code: str, population: int = 1_000_000, *, simulated: bool = True) -> Division:
    return Division(code, Text(code, code), population, simulated)


def office_hours(*shifts: tuple[float, float, float]) -> Calendar:
    return Calendar("office", shifts)


def scenario(steps: Sequence[InlineStep] = (), stations: list[Station] | None = None, **changes: Any) -> Scenario:
    """One journey ``visit`` of these steps; regular arrivals at 1 s, 2 s, ... unless the demand says else."""
    duration = changes.get("duration", 10.5)
    given: dict[str, Any] = {
        "name": "test",
        "title": Text("Test", "测试"),
        "path": Path("test.yaml"),
        "start": MONDAY,
        "duration": duration,
        "end": "drain",
        "drain_limit": 1e6,
        "carry_over_days": 0,
        "warm_up": 0.0,
        "interval": duration - changes.get("warm_up", 0.0),
        "clock": 0.0,
        "replications": 1,
        "seed": 1,
        "divisions": (),
        "stations": tuple(stations or [station()]),
        "costs": {},
        "journeys": {"visit": InlineJourney("visit", tuple(steps))},
        "demand": (line(),),
        "outcomes": {},
        "faults": (),
        "objectives": (),
        "assumptions": (),
        "replay_citizens": 0,
        "sources": (),
        **changes,
    }
    return Scenario(**given)


class Result:
    """A record with its columns by name, summed over the measured window and after it."""

    def __init__(self, record: Record, layout: Layout) -> None:
        self.record = record
        self.layout = layout

    def count(self, column: str, name: str = "desk") -> int:
        rows = [number for number, key in enumerate(self.layout.stations) if key.name == name]
        return int(self.record.station_counts[rows, :, STATION_COUNTS.index(column)].sum())

    def total(self, column: str, name: str = "desk") -> float:
        rows = [number for number, key in enumerate(self.layout.stations) if key.name == name]
        return float(self.record.station_sums[rows, :, STATION_SUMS.index(column)].sum())

    def operation(self, column: str, name: str) -> int:
        rows = [number for number, key in enumerate(self.layout.operations) if key.operation == name]
        return int(self.record.operation_counts[rows, OPERATION_COUNTS.index(column)].sum())

    def outcome(self, name: str) -> int:
        return int(self.record.group_outcomes[:, self.layout.outcomes.index(name)].sum())

    def sojourn(self, column: str = "sojourn") -> float:
        return float(self.record.group_sums[:, :, GROUP_SUMS.index(column)].sum())

    def values(self) -> list[bytes]:
        """Everything that two equal runs share, as bytes."""
        arrays = [getattr(self.record, name) for name in Record.__slots__]
        return [np.asarray(value).tobytes() for value in arrays]


def run(
    made: Scenario,
    *workflows: Workflow,
    seed: int = 1,
    replication: int = 0,
    shares: Mapping[str, CallShare] | None = None,
    editions: Mapping[str, Mapping[str, CallShare]] | None = None,
) -> Result:
    """Run a scenario; workflows, the first the errand, take the place of its inline journey."""
    if workflows:
        made = replace(made, journeys={})
    compiled = compile_plan(made, {"visit": journey(*workflows)} if workflows else {}, shares, editions)
    engine = "reference"
    return Result(get_engine(engine).run(compiled.plan, seed=seed, replication=replication), compiled.layout)
