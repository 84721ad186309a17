"""W3 in salabim: patience as ``fail_delay``, classes as request priorities, the outage as a capacity of 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import salabim  # type: ignore[import-not-found,unused-ignore] # it lives in the peers' own environment

from benchmarks.peers.workload import Run, Stream, Workload

if TYPE_CHECKING:
    from collections.abc import Generator

salabim.yieldless(False)  # noqa: FBT003 - its interface


class Journey(salabim.Component):  # type: ignore[misc,unused-ignore] # see the import
    """One journey."""

    def setup(self, route: list[Any], rank: int, work: Workload, run: Run) -> None:
        """Take what ``process`` needs."""
        self.route, self.rank, self.work, self.run = route, rank, work, run

    def process(self) -> Generator[object, None, None]:
        """Visit one station after the other; give up when a step failed for good."""
        arrived = self.env.now()
        work = self.work
        last = work.retry["limit"]
        for station, service, patience in zip(self.route, work.services, work.patience, strict=True):
            repeat = 0
            while True:
                yield self.request((station, 1, self.rank), fail_delay=patience)
                if not self.failed():
                    break
                if repeat == last:
                    self.run.finish(self.env.now() - arrived)
                    return
                yield self.hold(work.backoff(repeat))
                repeat += 1
            yield self.hold(service())
            self.release(station)
            self.run.services += 1
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
            Journey(route=self.route, rank=self.stream.rank, work=self.work, run=self.run)


class Outage(salabim.Component):  # type: ignore[misc,unused-ignore] # see the import
    """Closes a station for a while."""

    def setup(self, station: Any, begin: float, end: float) -> None:
        """Take what ``process`` needs."""
        self.station, self.begin, self.end = station, begin, end

    def process(self) -> Generator[object, None, None]:
        """Take the servers away; whoever is served is served to the end."""
        servers = self.station.capacity()
        yield self.hold(self.begin)
        self.station.set_capacity(0)
        yield self.hold(self.end - self.begin)
        self.station.set_capacity(servers)


def main() -> None:
    work = Workload()
    with Run() as run:
        env = salabim.Environment(trace=False, random_seed=1)
        stations = [salabim.Resource(capacity=servers, monitor=False) for servers in work.servers]
        for stream in work.streams:
            route = [stations[number] for number in work.route(stream.office)]
            Source(stream=stream, route=route, work=work, run=run)
        for begin, end in zip(work.changes[::2], work.changes[1::2], strict=True):
            Outage(station=stations[int(begin["station"])], begin=begin["at"], end=end["at"])
        env.run()


if __name__ == "__main__":
    main()
