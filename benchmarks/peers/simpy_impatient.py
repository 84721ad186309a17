"""W3 in SimPy.

Patience is ``request | timeout``, as in its documentation's bank with reneging; classes are those of
``PriorityResource``; the outage is requests that go before all others and keep what they get.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import simpy

from benchmarks.peers.workload import Run, Stream, Workload

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    Process: TypeAlias = Generator[simpy.Event, object, None]

BEFORE_ALL = -1


class Visit(NamedTuple):
    """A step of a route; the patience is in seconds."""

    station: simpy.PriorityResource
    service: Callable[[], float]
    patience: float


def journey(env: simpy.Environment, route: list[Visit], rank: int, work: Workload, run: Run) -> Process:
    """Visit one station after the other; give up when a step failed for good."""
    arrived = env.now
    last = work.retry["limit"]
    for station, service, patience in route:
        repeat = 0
        while True:
            with station.request(priority=rank) as turn:
                yield turn | env.timeout(patience)
                if turn.triggered:
                    yield env.timeout(service())
                    run.services += 1
                    break
            if repeat == last:
                run.finish(env.now - arrived)
                return
            yield env.timeout(work.backoff(repeat))
            repeat += 1
    run.finish(env.now - arrived)


def source(env: simpy.Environment, stream: Stream, route: list[Visit], work: Workload, run: Run) -> Process:
    """Begin journeys until arrivals stop."""
    while True:
        yield env.timeout(work.random.expovariate(stream.rate))
        if env.now >= work.duration:
            return
        env.process(journey(env, route, stream.rank, work, run))


def outage(env: simpy.Environment, station: simpy.PriorityResource, begin: float, end: float) -> Process:
    """Close a station: whoever is served there is served to the end, and nobody else is."""
    yield env.timeout(begin)
    held = [station.request(priority=BEFORE_ALL) for _ in range(int(station.capacity))]
    yield env.timeout(end - begin)
    for turn in held:
        if turn.triggered:
            station.release(turn)
        else:
            turn.cancel()


def main() -> None:
    work = Workload()
    with Run() as run:
        env = simpy.Environment()
        stations = [simpy.PriorityResource(env, servers) for servers in work.servers]
        for stream in work.streams:
            places = [stations[number] for number in work.route(stream.office)]
            route = [Visit(*each) for each in zip(places, work.services, work.patience, strict=True)]
            env.process(source(env, stream, route, work, run))
        for begin, end in zip(work.changes[::2], work.changes[1::2], strict=True):
            env.process(outage(env, stations[int(begin["station"])], begin["at"], end["at"]))
        env.run()


if __name__ == "__main__":
    main()
