"""The numbers of a workload, taken from its compiled scenario, so that every program runs the same model.

Takes one of the scenarios w1 to w3, gives a ``Model``, written as JSON for programs in Python and as plain numbers for
those in C and C++; promises that a scenario with anything else in it is refused, not misread.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.catalog import Catalog
from sim.distribution import DISTRIBUTIONS
from sim.draw import name_hash, run_key
from sim.errors import UsageError
from sim.plan import compile_plan, op
from sim.plan import plan as columns
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.plan import Compiled, Plan

WORKLOADS: Final = ("w1", "w2", "w3")
BINS: Final = 10
SCENARIOS: Final = Path(__file__).parent / "documents" / "scenarios"

LAWS: Final = ("exponential", "lognormal")
CODES: Final = frozenset((op.VISIT, op.JUMP, op.COUNT, op.FAILED, op.RETRY, op.END))
DELTAS: Final = {op.DRAIN: 1, op.UNDRAIN: -1}


@dataclass(frozen=True, slots=True)
class Stream:
    """A source of journeys: its published hash, office, class, group, and rate in journeys per second."""

    hash: int
    office: int
    priority_class: int
    group: int
    rate: float


@dataclass(frozen=True, slots=True)
class Step:
    """One visit of a journey.

    Parameters
    ----------
    law : str
        ``exponential``, whose ``a`` is the mean in seconds, or ``lognormal``, whose ``a`` and ``b`` are mean and
        standard deviation of the logarithm of seconds.
    patience : float
        Longest wait, in seconds; 0 is without limit.
    service, backoff, operation : int
        Names of the draws and the row of the counters, for the program in C.
    stations : tuple of int
        Station by office.
    """

    law: str
    a: float
    b: float
    patience: float
    service: int
    backoff: int
    operation: int
    stations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a step is repeated; the first wait in seconds, its factor and its jitter."""

    limit: int
    after: float
    factor: float
    jitter: float


@dataclass(frozen=True, slots=True)
class Change:
    """An instant, in seconds, at which a station closes (delta 1) or opens again (-1)."""

    at: float
    station: int
    delta: int


@dataclass(frozen=True, slots=True)
class Model:
    """A workload: Poisson streams of journeys, each of the same steps.

    Parameters
    ----------
    duration, limit : float
        When arrivals stop and when the run has to be over, in seconds.
    edges : tuple of float
        Edges of the bins, in seconds.
    servers : tuple of int
        By station.
    """

    workload: str
    seed: int
    key: tuple[int, int]
    duration: float
    limit: float
    edges: tuple[float, ...]
    servers: tuple[int, ...]
    steps: tuple[Step, ...]
    groups: int
    streams: tuple[Stream, ...]
    retry: Retry
    changes: tuple[Change, ...]

    def as_json(self) -> str:
        """Return the model for ``benchmarks/peers/model.py``."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """Return the model for ``benchmarks/peers/model.h`` and ``simgrid.cpp``: numbers alone, floats in full."""
        return "\n".join(" ".join(_word(value) for value in line) for line in self._lines()) + "\n"

    def _lines(self) -> Iterator[tuple[object, ...]]:
        yield *self.key, name_hash("#arrival")
        yield self.duration, self.limit, len(self.edges) - 1, *self.edges
        yield len(self.servers), *self.servers
        yield len(self.steps[0].stations), len(self.steps)
        for step in self.steps:
            numbers = (step.a, step.b, step.service, step.patience, step.backoff, step.operation)
            yield LAWS.index(step.law), *numbers, *step.stations
        yield self.groups, len(self.streams)
        for stream in self.streams:
            yield stream.hash, stream.office, stream.priority_class, stream.group, stream.rate
        yield self.retry.limit, self.retry.after, self.retry.factor, self.retry.jitter
        yield (len(self.changes),)
        for change in self.changes:
            yield change.at, change.station, change.delta


def document(workload: str) -> Path:
    """Return the scenario of a workload."""
    return SCENARIOS / f"{workload}.yaml"


def settings_of(workload: str, journeys: int) -> dict[str, str]:
    """Return the ``--set`` values that give a workload about so many journeys, in ``BINS`` bins."""
    seconds = journeys * {"w1": 10, "w2": 34, "w3": 34}[workload] // 68
    interval = max(1, round(seconds / BINS))
    return {"duration": f"{interval * BINS} s", "interval": f"{interval} s"}


def compiled(workload: str, journeys: int) -> tuple[Compiled, int]:
    """Return the compiled scenario of a workload and its seed."""
    path = document(workload)
    scenario = load_scenario(Catalog.around(path), path, settings=settings_of(workload, journeys))
    return compile_plan(scenario, {}), scenario.seed


def model_of(workload: str, journeys: int) -> Model:
    """Return the model of a workload with about so many journeys.

    Raises
    ------
    UsageError
        The scenario holds something that the other programs do not know.
    """
    whole, seed = compiled(workload, journeys)
    plan = whole.plan
    _refuse_unknown(plan)
    return Model(
        workload=workload,
        seed=seed,
        key=run_key(seed, 0),
        duration=plan.window_end,
        limit=plan.limit,
        edges=plan.edges,
        servers=tuple(plan.stations[:, columns.STATION_SERVERS].tolist()),
        steps=tuple(_steps(plan)),
        groups=plan.n_groups,
        streams=tuple(_streams(plan)),
        retry=_retry(plan),
        changes=tuple(_changes(plan)),
    )


def _steps(plan: Plan) -> Iterator[Step]:
    names = DISTRIBUTIONS.names()
    visits = [row for row in plan.ops.tolist() if row[0] == op.VISIT]
    backoffs = [row[4] for row in plan.ops.tolist() if row[0] == op.RETRY] or [0] * len(visits)
    operations = [row[1] for row in plan.ops.tolist() if row[0] == op.FAILED]
    for row, backoff, operation in zip(visits, backoffs, operations, strict=True):
        _, target, _, law, service, _, _, patience, _, _ = row
        a, b, _ = plan.law_scalars[law].tolist()
        limit = float(plan.law_scalars[patience, 0]) if patience >= 0 else 0.0
        stations = tuple(plan.target_rows[target].tolist())
        yield Step(names[plan.law_kind[law]], a, b, limit, service, backoff, operation, stations)


def _streams(plan: Plan) -> Iterator[Stream]:
    for row, rates in zip(plan.streams.tolist(), plan.stream_rates.tolist(), strict=True):
        office, rank, group = (row[n] for n in (columns.STREAM_OFFICE, columns.STREAM_CLASS, columns.STREAM_GROUP))
        yield Stream(row[columns.STREAM_HASH], office, rank, group, rates[0])


def _retry(plan: Plan) -> Retry:
    found = [(row[1], *plan.op_floats[n].tolist()) for n, row in enumerate(plan.ops.tolist()) if row[0] == op.RETRY]
    return Retry(*found[0]) if found else Retry(0, 0.0, 1.0, 0.0)


def _changes(plan: Plan) -> Iterator[Change]:
    for (station, kind, _), at in zip(plan.events.tolist(), plan.event_time.tolist(), strict=True):
        yield Change(at, station, DELTAS[kind])


def _refuse_unknown(plan: Plan) -> None:
    """Refuse what the other programs would run otherwise."""
    laws = DISTRIBUTIONS.names()
    visits = plan.ops[plan.ops[:, 0] == op.VISIT]
    retries = plan.ops[:, 0] == op.RETRY
    kinds = {laws[plan.law_kind[row[3]]] for row in visits}
    patience = {laws[plan.law_kind[row[7]]] for row in visits if row[7] >= 0}
    ranks = {bool(by_class) for by_class in plan.stations[:, columns.STATION_BY_CLASS]}
    classes = set(plan.streams[:, columns.STREAM_CLASS].tolist())
    entries = set(plan.channel_entry.tolist())
    repeats = {(int(row[1]), *floats) for row, floats in zip(plan.ops[retries], plan.op_floats[retries], strict=True)}
    known = {
        "an instruction": set(plan.ops[:, 0].tolist()) <= CODES,
        "a second journey": len(entries) == 1,
        "a law": kinds <= set(LAWS),
        "a patience that is drawn": patience <= {"deterministic"},
        "patience in some steps": len({row[7] >= 0 for row in visits}) == 1,
        "repeats that differ": len(repeats) <= 1 and int(retries.sum()) in (0, len(visits)),
        "a visit without a queue": bool((plan.target_rows >= 0).all()) and not visits[:, 2].any(),
        "a bounded queue": bool((plan.stations[:, columns.STATION_QUEUE] == op.UNLIMITED).all()),
        "a discipline": not plan.stations[:, columns.STATION_BY_CLASS + 1 :].any(),
        "classes that count in some stations": len(ranks) == 1 and (True in ranks or classes == {0}),
        "more than three classes": classes <= {0, 1, 2},
        "an event": {int(row[columns.EVENT_KIND]) for row in plan.events} <= set(DELTAS),
        "a profile": bool((plan.stream_rates == plan.stream_rates[:, :1]).all()) and plan.phase == 0.0,
        "a share of other divisions": not plan.stream_floats[:, columns.STREAM_CROSS].any(),
        "a channel": bool((plan.streams[:, columns.STREAM_CHANNELS] == 1).all()),
        "an arrival process": not plan.streams[:, columns.STREAM_PROCESS].any(),
        "a warm-up or carry-over": plan.window_start == 0.0 and not plan.stream_floats[:, columns.STREAM_FROM].any(),
        "a clock": plan.clock == 0.0,
    }
    unknown = [what for what, is_known in known.items() if not is_known]
    if unknown:
        message = f"the scenario has what the other programs do not know: {', '.join(unknown)}"
        raise UsageError(message, "keep the workloads to what benchmarks/model.py describes")


def _word(value: object) -> str:
    return value.hex() if isinstance(value, float) else str(value)
