"""The scenario's time in front of the mocks: what each call waits and how long it is served.

Takes a scenario, gives every call its queue, its service and its nested calls before the world answers it; promises the
engines' draws where a client names the arrival, step and visit that it plays, else draws by the number of the call.

A client names them in headers: ``Tongban-Stream`` (line of demand and division: ``id-card/640000``),
``Tongban-Arrival`` (which arrival of the stream, from 0), ``Tongban-Step`` (the step's path in the Plan:
``renew-id-card/submit``), ``Tongban-Visit`` (which execution of the step, from 0) and ``Tongban-Division`` (whose
platform serves it).
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.discipline import DISCIPLINES
from sim.distribution import DISTRIBUTIONS
from sim.draw import name_hash, run_key
from sim.errors import UsageError
from sim.mock.http.background import Feed
from sim.mock.http.station import Job, Station
from sim.mock.problem import Problem
from sim.plan import plan as columns
from sim.plan.station import event_arrays, span_of, station_array, station_rows
from sim.plan.stream import streams_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.model import Request
    from sim.mock.http.agenda import Agenda
    from sim.mock.http.background import Background
    from sim.mock.http.station import Ending
    from sim.scenario import Cost, Law, Scenario

OWN_STREAM: Final = "#mock"
"""Stream of calls that name none."""
LAST_VISIT: Final = (1 << 24) - 1
LAST_ARRIVAL: Final = (1 << 28) - 1
RETRY_AFTER: Final = 10


class NoAnswer(Exception):  # noqa: N818  # an outcome
    """Whoever waited has left: there is nobody to answer."""


class Identity(NamedTuple):
    """Which draw a call is: stream, arrival in it, step path, visit; and class and division of the stream."""

    stream: str
    arrival: int
    step: str
    visit: int
    priority_class: int
    division: str


@dataclass(slots=True)
class Timing:
    """What a call has met, in seconds of the world."""

    waited: float = 0.0
    served: float = 0.0

    @property
    def header(self) -> str:
        """The value of a ``Server-Timing`` header (W3C Server Timing), in milliseconds."""
        return f"queue;dur={self.waited * 1000.0:.3f}, service;dur={self.served * 1000.0:.3f}"


class Traffic:
    """The stations of a scenario and what its operations cost.

    Parameters
    ----------
    scenario : Scenario
    agenda : Agenda
        Its instant 0 is the scenario's start.
    seed : int
        Of the draws: replication 0 of a run with that seed.
    background : Background, optional
        The scenario's own citizens; without it the load is the client's alone.

    Raises
    ------
    UsageError
        A station's discipline is one that only engines know.
    """

    def __init__(self, scenario: Scenario, agenda: Agenda, *, seed: int, background: Background | None = None) -> None:
        self.scenario = scenario
        self._background = background
        self._agenda = agenda
        self._key = run_key(seed, 0)
        self._span = span_of(scenario)
        self._rows = station_rows(scenario)
        self._divisions = {division.code for division in scenario.divisions if division.simulated}
        self._per_division = {station.name for station in scenario.stations if station.per_division}
        self._streams = {one.name: one for one in streams_of(scenario, self._span)}
        self._calls: dict[str, int] = {}
        self.stations: dict[tuple[str, str], Station] = {}
        self.restart()

    def restart(self) -> None:
        """Empty all stations and begin at the scenario's start, carried-over days before it included."""
        self._calls.clear()
        table = station_array(self._rows, self._span).tolist()
        self.stations = {
            (row.station.name, row.division): _station(row.station.name, row.station.discipline, numbers, self._agenda)
            for row, numbers in zip(self._rows, table, strict=True)
        }
        events, instants = event_arrays(self.scenario, self._rows, self._span)
        every = list(self.stations.values())
        for (number, kind, value), when in zip(events.tolist(), instants.tolist(), strict=True):
            self._agenda.at(when - self._span.origin, partial(every[number].change, kind, value))
        if self._background is not None:
            Feed(self._background, every, self._agenda, origin=self._span.origin).begin()
        self._agenda.catch_up()

    def uncosted(self, operations: Mapping[str, object]) -> list[str]:
        """Return the operations that the scenario gives no cost: they are answered at once."""
        return sorted(operations.keys() - self.scenario.costs.keys())

    async def pass_through(self, operation_id: str, request: Request) -> Timing:
        """Let a call queue and be served.

        Raises
        ------
        Problem
            429: the queue is full; 503: the station, or one that a nested call needs, is down; 400: a header names
            nothing of the scenario.
        NoAnswer
            It left the queue.
        """
        cost = self.scenario.costs.get(operation_id)
        if cost is None:
            return Timing()
        self._agenda.catch_up()
        return await self._execute(cost, self._identity(operation_id, request))

    async def _execute(self, cost: Cost, identity: Identity) -> Timing:
        """Execute an operation: its own queue and service, then its nested calls, the server being kept."""
        station = self._station_of(cost, identity)
        timing = Timing()
        if station is None:
            timing.served = self._draw(cost.service, identity, "service")
            await self._pause(timing.served)
        else:
            await self._visit(station, cost, identity, timing)
        try:
            for call in cost.calls:
                await self._nested(self.scenario.costs[call.operation], identity)
        finally:
            if station is not None and cost.calls:
                station.release()
        return timing

    async def _visit(self, station: Station, cost: Cost, identity: Identity, timing: Timing) -> None:
        ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        job = Job(
            lambda: self._draw(cost.service, identity, "service"),
            partial(_tell, ended),
            identity.priority_class,
            keeps=bool(cost.calls),
            patience=self._draw(cost.patience, identity, "patience") if cost.patience is not None else None,
        )
        status = station.enter(job)
        if status:
            raise _turned_away(status)
        try:
            ending = await ended
        except asyncio.CancelledError:
            station.withdraw(job)
            raise
        timing.waited, timing.served = job.waited, job.served
        if ending == "outage":
            raise _turned_away(503)
        if ending != "served":
            raise NoAnswer

    async def _nested(self, cost: Cost, caller: Identity) -> None:
        """Execute a nested call within its time-out; whatever fails below, the caller answers 503."""
        identity = caller._replace(step=f"{caller.step}/{cost.operation}")
        task = asyncio.ensure_future(self._execute(cost, identity))
        late: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        limit = None
        if cost.timeout is not None:
            limit = self._agenda.at(self._agenda.now + cost.timeout, partial(_settle, late))
        try:
            await asyncio.wait((task, late), return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                if cost.on_timeout == "cancel":
                    task.cancel()
                task.add_done_callback(_dropped)  # an orphan goes on, nobody asks for its answer
                raise _turned_away(503)
            if task.exception() is not None:
                raise _turned_away(503)
        finally:
            late.cancel()
            if limit is not None:
                limit.cancel()

    async def _pause(self, seconds: float) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = self._agenda.at(self._agenda.now + seconds, partial(_settle, done))
        try:
            await done
        finally:
            entry.cancel()

    def _station_of(self, cost: Cost, identity: Identity) -> Station | None:
        """Return where a call queues; None where its division has no queues in this scenario."""
        division = identity.division if cost.station in self._per_division else ""
        return self.stations.get((cost.station, division))

    def _draw(self, law: Law, identity: Identity, purpose: str) -> float:
        """Draw a time by the key that the engines use."""
        entry = DISTRIBUTIONS.get(law.name)
        step = name_hash(f"{identity.step}#{purpose}")
        key = (*self._key, identity.arrival, name_hash(identity.stream), step, identity.visit)
        if entry.is_table:
            seconds = entry.sample(0.0, float(len(law.table)), law.table, key)
        else:
            seconds = entry.sample(*entry.encode(dict(law.parameters)), key)
        return float(math.ceil(seconds)) if self.scenario.clock > 0.0 else seconds

    def _identity(self, operation_id: str, request: Request) -> Identity:
        told = {name.lower(): value for name, value in request.headers if name.lower().startswith("tongban-")}
        stream = self._streams.get(told.get("tongban-stream", ""))
        if stream is None and "tongban-stream" in told:
            raise _unknown("Tongban-Stream", f"one of the scenario's streams, such as {next(iter(self._streams), '')}")
        number = self._calls.get(operation_id, 0)
        self._calls[operation_id] = number + 1
        division = told.get("tongban-division") or (stream.division if stream is not None else "")
        known = {division.code for division in self.scenario.divisions}
        if division and division not in known:
            raise _unknown("Tongban-Division", "the code of a division of the scenario")
        return Identity(
            stream.name if stream is not None else OWN_STREAM,
            _whole(told, "Tongban-Arrival", number, LAST_ARRIVAL),
            told.get("tongban-step", operation_id),
            _whole(told, "Tongban-Visit", 0, LAST_VISIT),
            stream.line.priority_class if stream is not None else 0,
            division or min(self._divisions, default=""),
        )


def _station(name: str, discipline: str, numbers: list[int], agenda: Agenda) -> Station:
    how = DISCIPLINES.get(discipline)
    if how.preemptive or how.shares:
        remedy = "take one where services are not interrupted (fifo, priority, lifo), by --set or in the scenario"
        raise UsageError(f"mocks cannot serve the station {name} by {discipline}", remedy)
    servers, slots, places = (numbers[column] for column in _COLUMNS)
    return Station(agenda, servers, slots, places, by_class=how.by_class, newest_first=how.newest_first)


_COLUMNS: Final = (columns.STATION_SERVERS, columns.STATION_SLOTS, columns.STATION_QUEUE)


def _whole(told: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = told.get(name.lower())
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) <= most):
        raise _unknown(name, f"a whole number from 0 to {most}")
    return int(text)


def _unknown(name: str, wanted: str) -> Problem:
    return Problem(400, f"the header {name} is not {wanted}", "invalid-request")


def _turned_away(status: int) -> Problem:
    kind, detail = {429: ("queue-full", "the queue is full"), 503: ("out-of-service", "the system is out of service")}[
        status
    ]
    return Problem(status, detail, kind, headers={"Retry-After": RETRY_AFTER})


def _tell(ended: asyncio.Future[Ending], ending: Ending) -> None:
    if not ended.done():
        ended.set_result(ending)


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _dropped(task: asyncio.Task[Timing]) -> None:
    """Take note of how an orphan ended, so that nobody complains that nobody did."""
    if not task.cancelled():
        task.exception()
