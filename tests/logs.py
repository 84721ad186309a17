"""The log of one replication, as rows with names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.bundle.record import STATION_COUNTS
from sim.engine import get_engine
from sim.plan import compile_plan
from sim.plan.station import span_of
from sim.plan.stream import streams_of
from tests.scenarios import Result
from tests.workflows import journey

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.journey.model import Workflow
    from sim.scenario.model import Scenario


class Kept:
    """A log that keeps every chunk."""

    def __init__(self) -> None:
        self.journey_chunks: list[NDArray[Any]] = []
        self.visit_chunks: list[NDArray[Any]] = []

    def journeys(self, rows: NDArray[Any]) -> None:
        self.journey_chunks.append(rows.copy())

    def visits(self, rows: NDArray[Any]) -> None:
        self.visit_chunks.append(rows.copy())


class Visit(NamedTuple):
    line: str
    k: int
    station: str
    how: str
    arrived: float
    started: float
    left: float
    visit: int
    path: int
    place: int


class Ended(NamedTuple):
    line: str
    k: int
    outcome: str
    arrived: float
    ended: float
    waited: float


class Logged(Result):
    """A result with its log."""

    visits: list[Visit]
    journeys: list[Ended]

    def times(self, line: str = "visits", station: str = "desk") -> list[tuple[float, float, float]]:
        """Arrival, first begin of service and leaving of the visits of a line, by arrival."""
        chosen = [one for one in self.visits if (one.line, one.station) == (line, station)]
        return sorted((one.arrived, one.started, one.left) for one in chosen)

    def ends(self) -> dict[str, float]:
        """When the last journey of each line ended, in the order of these ends."""
        return {one.line: one.ended for one in self.journeys}


def logged(made: Scenario, *workflows: Workflow, engine: str = "reference", seed: int = 1) -> Logged:
    """Run a scenario with a log; a line is the name of a stream, with its division where there are some."""
    if workflows:
        made = replace(made, journeys={})
    compiled = compile_plan(made, {"visit": journey(*workflows)} if workflows else {})
    kept, layout = Kept(), compiled.layout
    result = Logged(get_engine(engine).run(compiled.plan, seed=seed, replication=0, log=kept), layout)
    lines = [one.name for one in streams_of(made, span_of(made))]
    visits = [row for chunk in kept.visit_chunks for row in chunk]
    ended = [row for chunk in kept.journey_chunks for row in chunk]
    result.visits = [
        Visit(
            lines[row["stream"]],
            int(row["k"]),
            layout.stations[row["station"]].name,
            STATION_COUNTS[row["how"]],
            float(row["arrived"]),
            float(row["started"]),
            float(row["left"]),
            int(row["visit"]),
            int(row["path"]),
            int(row["place"]),
        )
        for row in visits
    ]
    result.journeys = [
        Ended(
            lines[row["stream"]],
            int(row["k"]),
            layout.outcomes[row["outcome"]],
            float(row["arrived"]),
            float(row["ended"]),
            float(row["waited"]),
        )
        for row in ended
    ]
    return result
