"""W1 and W2 in salabim, in its faster form: with ``yield``, resources without monitors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import salabim  # type: ignore[import-not-found,unused-ignore] # it lives in the peers' own environment

from benchmarks.peers.workload import Run, Stream, Workload

if TYPE_CHECKING:
    from collections.abc import Generator

salabim.yieldless(False)  # noqa: FBT003 - its interface


class Journey(salabim.Component):  # type: ignore[misc,unused-ignore] # see the import
    """One journey."""

    def setup(self, route: list[Any], work: Workload, run: Run) -> None:
        """Take what ``process`` needs."""
        self.route, self.work, self.run = route, work, run

    def process(self) -> Generator[object, None, None]:
        """Visit one station after the other."""
        arrived = self.env.now()
        for station, service in zip(self.route, self.work.services, strict=True):
            yield self.request(station)
            yield self.hold(service())
            self.release(station)
        self.run.services += len(self.route)
        self.run.finish(self.env.now() - arrived)


class Source(salabim.Component):  # type: ignore[misc,unused-ignore] # see the import
    """One stream of arrivals."""

    def setup(self, stream: Stream, route: list[Any], work: Workload, run: Run) -> None:
        """Take what ``process`` needs."""
        self.stream, self.route, self.work, self.run = stream, route, work, run

    def process(self) -> Generator[object, None, None]:
        """Begin journeys until arrivals stop."""
        while True:
            yield self.hold(self.work.random.expovariate(self.stream.rate))
            if self.env.now() >= self.work.duration:
                return
            Journey(route=self.route, work=self.work, run=self.run)


def main() -> None:
    work = Workload()
    with Run() as run:
        env = salabim.Environment(trace=False, random_seed=1)
        stations = [salabim.Resource(capacity=servers, monitor=False) for servers in work.servers]
        for stream in work.streams:
            route = [stations[number] for number in work.route(stream.office)]
            Source(stream=stream, route=route, work=work, run=run)
        env.run()


if __name__ == "__main__":
    main()
