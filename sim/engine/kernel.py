"""The fast engine: the Plan's interpreter compiled by numba, bit for bit what the reference engine gives.

``sim.engine.machine`` holds the compiled part, ``world`` and ``growth`` give it memory; here it runs and becomes a
record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.bundle.log import CHUNK
from sim.bundle.record import (
    STATION_COUNTS,
    STATION_SUMS,
    Record,
)
from sim.draw import run_key
from sim.engine.compiled import is_compiled, machine
from sim.engine.generate import machine_source
from sim.engine.growth import grown, lengthened
from sim.engine.machine import loop
from sim.engine.machine import memory as m
from sim.engine.tally import ARRIVALS, JOINED, REFUSED, REJECTED, STARTED, WAITED
from sim.engine.world import new_world

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.bundle.log import Log
    from sim.engine.base import OnProgress
    from sim.plan import Plan

STEPS: Final = 1 << 19
"""Steps between two looks at the outside: progress is told, an interruption is seen."""
LIVING: Final = ("tokens", "stays", "journeys", "counters", "nodes", "distant")
"""Arrays as long as there are journeys under way; they go before the record is made."""
PAGES_AT_ONCE: Final = 1024


class Kernel:
    """The compiled engine (``sim.engine.base.Engine``)."""

    name = "kernel"
    cold_start = 10.0

    def is_ready(self) -> bool:
        """Whether the interpreter lies compiled on the disk."""
        return is_compiled("tongban_machine", machine_source())

    def warm_up(self) -> None:
        """Load the compiled interpreter, or compile it."""
        machine().advance_at.compile("int64(int64, int64)")

    def run(
        self,
        plan: Plan,
        *,
        seed: int,
        replication: int,
        on_progress: OnProgress | None = None,
        log: Log | None = None,
    ) -> Record:
        """Run one replication; see ``sim.engine.base.Engine.run``."""
        world = new_world(plan, run_key(seed, replication), has_log=log is not None)
        advance = machine().advance_at
        entries = m.entries_of(world)
        while True:
            stop = advance(entries.ctypes.data, STEPS)
            if log is not None:
                _hand_over(world, log)
            if stop in (loop.DONE, loop.CUT_OFF):
                break
            if stop == loop.FULL:
                world = grown(world)
                entries = m.entries_of(world)
            if on_progress is not None:
                on_progress(min(float(world.run[0]["now"]) / plan.window_end, 1.0))
        world = world._replace(**{name: np.empty_like(getattr(world, name)[:0]) for name in LIVING})
        return record_of(world, plan, replication, drained=stop == loop.DONE)


def _hand_over(world: m.World, log: Log) -> None:
    """Hand the logged rows over in chunks."""
    run = world.run[0]
    for start in range(0, int(run["visit_rows"]), CHUNK):
        log.visits(world.visit_log[start : min(start + CHUNK, int(run["visit_rows"]))])
    if run["journey_rows"]:
        log.journeys(world.journey_log[: int(run["journey_rows"])])
    run["visit_rows"] = run["journey_rows"] = 0


def record_of(world: m.World, plan: Plan, replication: int, *, drained: bool) -> Record:
    """Return everything that was counted."""
    run = world.run[0]
    end_time = float(run["end_time"])
    size = plan.n_bins + 2
    split = len(plan.stations) * size
    counts = _columns(world, STATION_COUNTS, np.int64).reshape(-1, size, len(STATION_COUNTS))
    counts[:, :, ARRIVALS] = counts[:, :, [JOINED, REJECTED, REFUSED]].sum(axis=2)
    started, waited = counts[:, :, STARTED], counts[:, :, WAITED]
    world = _with_zeros(world, (started - waited).ravel())
    return Record(
        replication=replication,
        station_counts=counts,
        station_sums=_columns(world, STATION_SUMS, np.float64).reshape(-1, size, len(STATION_SUMS)),
        waiting=_histogram(world, 0, split, size),
        group_counts=world.group_counts,
        group_outcomes=world.group_outcomes,
        group_sums=world.group_sums,
        sojourn=_histogram(world, split, len(world.page_of), plan.n_outcomes),
        operation_counts=world.operations,
        operation_sums=world.operation_sums,
        end_time=end_time,
        events=int(run["events"]) + int(started.sum()),
        drained=drained,
    )


def _columns(world: m.World, names: tuple[str, ...], kind: type) -> NDArray[Any]:
    return np.stack([world.cells[name] for name in names], axis=1).astype(kind)


def _histogram(world: m.World, first: int, last: int, columns_a_row: int) -> NDArray[np.int64]:
    """Return (row // columns, row % columns, bucket, count) of all buckets in use, sorted."""
    row, octave = np.nonzero(world.page_of[first:last] >= 0)
    pages = world.page_of[first:last][row, octave]
    parts = []
    for start in range(0, len(pages), PAGES_AT_ONCE):
        counts = world.pages[pages[start : start + PAGES_AT_ONCE]]
        page, part = np.nonzero(counts)
        found = np.empty((len(page), 4), np.int64)
        found[:, 3] = counts[page, part]
        page += start
        found[:, 0], found[:, 1] = np.divmod(row[page], columns_a_row)
        found[:, 2] = octave[page] * m.PAGE + part - (m.PAGE - 1)
        parts.append(found)
    return np.concatenate(parts) if parts else np.empty((0, 4), np.int64)


def _with_zeros(world: m.World, zeros: NDArray[np.int64]) -> m.World:
    """Return the world with those who did not wait in bucket 0 of their station and bin."""
    rows = np.flatnonzero(zeros)
    missing = rows[world.page_of[rows, 0] < 0]
    used = int(world.run[0]["pages"])
    pages = lengthened(world.pages, used + len(missing), used)
    world.page_of[missing, 0] = used + np.arange(len(missing))
    pages[world.page_of[rows, 0], m.PAGE - 1] += zeros[rows]
    return world._replace(pages=pages)
