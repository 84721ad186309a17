"""W1 and W2 in Ciw: a network with process-based routing.

It has no way to stop arrivals and go on, so it runs until as many journeys have ended as the scenario has arrivals on
average.
"""

from __future__ import annotations

from typing import Any

import ciw  # type: ignore[import-not-found,unused-ignore] # it lives in the peers' own environment

from benchmarks.peers.workload import Run, Workload


class Service(ciw.dists.Distribution):  # type: ignore[misc,unused-ignore] # see the import
    """The service time of the step at which a customer is: it knows how much of its route is left."""

    def __init__(self, work: Workload) -> None:
        super().__init__()
        self.services = work.services

    def sample(self, t: float | None = None, ind: Any = None) -> float:  # noqa: ARG002 - its interface
        """Return a time in seconds."""
        return self.services[-1 - len(ind.route)]()


def main() -> None:
    work = Workload()
    routes = {route[0]: route for route in (work.route(stream.office) for stream in work.streams)}
    rates = {work.route(stream.office)[0]: stream.rate for stream in work.streams}
    with Run() as run:
        network = ciw.create_network(
            arrival_distributions=[
                ciw.dists.Exponential(rates[number]) if number in rates else None for number in range(len(work.servers))
            ],
            service_distributions=[Service(work) for _ in work.servers],
            number_of_servers=work.servers,
            # its nodes are numbered from 1
            routing=ciw.routing.ProcessBased(
                lambda ind, _: [number + 1 for number in routes[ind.starting_node - 1][1:]]
            ),
        )
        ciw.seed(1)
        simulation = ciw.Simulation(network)
        journeys = round(work.duration * sum(rates.values()))
        simulation.simulate_until_max_customers(journeys, method="Finish")
        ended = simulation.nodes[-1].all_individuals
        for individual in ended:
            run.finish(individual.data_records[-1].exit_date - individual.data_records[0].arrival_date)
        under_way = [individual for node in simulation.transitive_nodes for individual in node.all_individuals]
        run.services = sum(len(individual.data_records) for individual in (*ended, *under_way))


if __name__ == "__main__":
    main()
