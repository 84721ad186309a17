"""W1 and W2 in SimPy, as its documentation writes such models: a process a journey, a ``Resource`` a station."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import simpy

from benchmarks.peers.workload import Run, Stream, Workload

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    Process: TypeAlias = Generator[simpy.Event, object, None]
    Route: TypeAlias = list[tuple[simpy.Resource, Callable[[], float]]]


def journey(env: simpy.Environment, route: Route, run: Run) -> Process:
    """Visit one station after the other."""
    arrived = env.now
    for station, service in route:
        with station.request() as turn:
            yield turn
            yield env.timeout(service())
    run.services += len(route)
    run.finish(env.now - arrived)


def source(env: simpy.Environment, stream: Stream, work: Workload, route: Route, run: Run) -> Process:
    """Begin journeys until arrivals stop."""
    while True:
        yield env.timeout(work.random.expovariate(stream.rate))
        if env.now >= work.duration:
            return
        env.process(journey(env, route, run))


def main() -> None:
    work = Workload()
    with Run() as run:
        env = simpy.Environment()
        stations = [simpy.Resource(env, servers) for servers in work.servers]
        for stream in work.streams:
            places = [stations[number] for number in work.route(stream.office)]
            env.process(source(env, stream, work, list(zip(places, work.services, strict=True)), run))
        env.run()


if __name__ == "__main__":
    main()
