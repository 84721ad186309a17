"""The memory of an engine over its start: ``python -m benchmarks.footprint WORKLOAD JOURNEYS ENGINE``.

The engine runs a hundred journeys first, so that what is loaded or compiled once belongs to the start.
"""

from __future__ import annotations

import sys

from benchmarks.model import compiled
from benchmarks.peers.workload import Run
from sim.bundle.record import STATION_COUNTS
from sim.engine import get_engine

STARTED = STATION_COUNTS.index("started")


def main() -> None:
    workload, journeys, name = sys.argv[1:]
    engine = get_engine(name)
    engine.warm_up()
    small, seed = compiled(workload, 100)
    engine.run(small.plan, seed=seed, replication=0)
    whole, seed = compiled(workload, int(journeys))
    with Run() as run:
        record = engine.run(whole.plan, seed=seed, replication=0)
        run.journeys = int(record.group_outcomes.sum())
        run.services = int(record.station_counts[:, :, STARTED].sum())
        run.sojourn = float(record.group_sums[:, :, 0].sum())


if __name__ == "__main__":
    main()
