"""The scenario's own citizens at the stations of the mocks: load that a client meets.

Takes the visits of one replication, as ``tongban run`` has them, lets them queue and be served beside a client's calls.
Promises that without a client's calls every visit waits and is served as in the run. Beside them visits keep the
instants at which they came: whoever waits longer behind a client goes on to the next station as if it had not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.bundle.log import VISITS
from sim.bundle.record import STATION_COUNTS
from sim.distribution import DISTRIBUTIONS
from sim.draw import run_key
from sim.errors import UsageError
from sim.mock.http.station import Job
from sim.plan import op
from sim.plan import plan as columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from sim.engine import Engine
    from sim.mock.http.agenda import Agenda
    from sim.mock.http.station import Ending, Station
    from sim.plan import Plan
    from sim.plan.plan import Floats

MAX_VISITS: Final = 4_000_000
"""Visits that are kept: about 0.3 GB."""

ABANDONED: Final = STATION_COUNTS.index("abandoned")
# Operands of VISIT and ENTER, and of SCOPE (``sim.plan.call``, ``sim.plan.builder``).
_CODE, _LAW, _STEP, _BROKEN, _PATIENCE, _PATIENCE_STEP = 0, 3, 4, 5, 7, 8
_HANDLER: Final = 1


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """The visits of one replication.

    Parameters
    ----------
    plan : Plan
        What was run.
    seed : int
        Of its draws.
    visits : shape (n_visits,), ``sim.bundle.log.VISITS``
        Sorted by arrival.
    kept : shape (n_visits,), seconds
        How long the server was kept after the service for nested calls.
    """

    plan: Plan
    seed: int
    visits: NDArray[Any]
    kept: Floats


def simulate_background(plan: Plan, engine: Engine, *, seed: int, most: int = MAX_VISITS) -> Background:
    """Run replication 0 and keep its visits.

    Raises
    ------
    UsageError
        There are more visits than ``most``.
    """
    log = _Visits(most)
    engine.run(plan, seed=seed, replication=0, log=log)
    rows = np.concatenate([np.empty(0, VISITS), *log.chunks])
    kept = _kept(plan, rows)
    order = np.argsort(rows["arrived"], kind="stable")
    return Background(plan, seed, rows[order], kept[order])


class _Visits:
    """Keeps the visits of a run (``sim.bundle.log.Log``)."""

    def __init__(self, most: int) -> None:
        self.chunks: list[NDArray[Any]] = []
        self._left = most

    def journeys(self, rows: NDArray[Any]) -> None:
        """Keep nothing of journeys."""

    def visits(self, rows: NDArray[Any]) -> None:
        self._left -= len(rows)
        if self._left < 0:
            message = "the scenario has more visits than a mock can keep as background load"
            raise UsageError(message, "serve a smaller one (divisions.only, scale), or take --no-background")
        self.chunks.append(rows.copy())


def _kept(plan: Plan, rows: NDArray[Any]) -> Floats:
    """Return how long each visit's server was kept after its service, in seconds."""
    order = np.lexsort((np.arange(len(rows)), rows["path"], rows["k"], rows["stream"]))
    until = _released(plan, rows[order])
    kept = np.empty(len(rows))
    kept[order] = until - rows["left"][order]
    return kept


def _released(plan: Plan, rows: NDArray[Any]) -> Floats:
    """Return when each server is given back: after the nested calls of the same execution, or when one is too late.

    Parameters
    ----------
    rows : shape (n_visits,), ``sim.bundle.log.VISITS``
        Those of a branch of a journey one after the other, in the order in which they were over.
    """
    ops, seconds = plan.ops.tolist(), plan.op_floats[:, 0].tolist()
    until = rows["left"].copy()
    branch = list(zip(rows["stream"].tolist(), rows["k"].tolist(), rows["path"].tolist(), strict=True))
    places, arrived, left = (rows[name].tolist() for name in ("place", "arrived", "left"))
    for caller in np.flatnonzero(plan.ops[rows["place"], _CODE] == op.ENTER).tolist():
        first, last = places[caller], ops[places[caller]][_BROKEN]
        limits: list[tuple[int, float]] = []  # the deadlines that run: where each ends in the program, and when
        for inner in range(caller + 1, len(places)):
            place = places[inner]
            if branch[inner] != branch[caller] or not first < place < last:
                break
            while limits and limits[-1][0] <= place:
                limits.pop()
            if ops[place - 1][_CODE] == op.SCOPE:  # it begins with the visit that follows
                limits.append((ops[place - 1][_HANDLER], arrived[inner] + seconds[place - 1]))
            deadline = min((when for _, when in limits), default=math.inf)
            until[caller] = min(left[inner], deadline)
            if left[inner] > deadline:  # what goes on after it was left behind
                break
    return until


def _still_felt(background: Background, now: float) -> NDArray[np.int64]:
    """Return the visits that decide how stations are from an instant on: those since each was empty last before it.

    Where nobody can ever wait nothing is felt.
    """
    visits, plan = background.visits, background.plan
    over = visits["left"] + background.kept
    bounded = plan.stations[:, [columns.STATION_SERVERS, columns.STATION_SLOTS]].min(axis=1) < op.UNLIMITED
    bounded[plan.events[:, columns.EVENT_STATION]] = True
    found = [np.empty(0, np.int64)]
    for row in np.flatnonzero(bounded).tolist():
        here = np.flatnonzero(visits["station"] == row)
        finds_nobody = visits["arrived"][here[1:]] > np.maximum.accumulate(over[here])[:-1]
        begins = here[np.concatenate([[True], finds_nobody])] if len(here) else here
        past = begins[visits["arrived"][begins] <= now]
        found.append(here[here >= past[-1]] if len(past) else here)
    return np.sort(np.concatenate(found))


class Feed:
    """Lets a background come to the stations; of what came before the present, whatever the present depends on.

    Parameters
    ----------
    stations : sequence of Station
        By row of the Plan.
    origin : float
        Simulation time at which the agenda's instant is 0, in seconds.
    """

    def __init__(self, background: Background, stations: Sequence[Station], agenda: Agenda, *, origin: float) -> None:
        come = _still_felt(background, agenda.now + origin)
        self._plan = background.plan
        self._key = run_key(background.seed, 0)
        self._visits = background.visits[come]
        self._kept = background.kept[come]
        self._due = (self._visits["arrived"] - origin).tolist()
        self._stations = stations
        self._agenda = agenda
        self._origin = origin
        self._laws = [_sampler(self._plan, number) for number in range(len(self._plan.law_kind))]
        self._next = 0

    def begin(self) -> None:
        """Let the first visit be due."""
        if self._next < len(self._due):
            self._agenda.at(self._due[self._next], self._come)

    def _come(self) -> None:
        """Let the visit that is due come, and the next be due."""
        number = self._next
        self._next += 1
        self.begin()
        self._enter(number)

    def _enter(self, number: int) -> None:
        stream, k, _, place, row, visit, how, _, _, left = self._visits[number].item()
        station = self._stations[row]
        operands = self._plan.ops[place].tolist()
        key = (*self._key, k, int(self._plan.streams[stream, columns.STREAM_HASH]))
        keeps = operands[_CODE] == op.ENTER
        job = Job(
            service=lambda: self._laws[operands[_LAW]]((*key, operands[_STEP], visit)),
            on_end=partial(self._release, station, float(self._kept[number])) if keeps else None,
            priority_class=int(self._plan.streams[stream, columns.STREAM_CLASS]),
            keeps=keeps,
        )
        if operands[_PATIENCE] >= 0:
            job.patience = self._laws[operands[_PATIENCE]]((*key, operands[_PATIENCE_STEP], visit))
        if not station.enter(job) and how == ABANDONED:
            self._agenda.at(left - self._origin, partial(station.withdraw, job))

    def _release(self, station: Station, kept: float, ending: Ending) -> None:
        if ending != "served":
            return
        if kept > 0.0:
            self._agenda.at(self._agenda.now + kept, station.release)
        else:
            station.release()


def _sampler(plan: Plan, number: int) -> Callable[[tuple[int, ...]], float]:
    """Return what draws of a law of the Plan, by key."""
    law = DISTRIBUTIONS.get(DISTRIBUTIONS.names()[int(plan.law_kind[number])])
    a, b, c = plan.law_scalars[number].tolist()
    last = plan.law_table if law.is_table else c

    def sample(key: tuple[int, ...]) -> float:
        seconds = float(law.sample(a, b, last, key))
        return float(math.ceil(seconds)) if plan.clock > 0.0 else seconds

    return sample
