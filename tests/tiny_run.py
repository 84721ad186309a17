"""The smallest records that hold every kind of value, written down by hand, and tasks that return them."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import numpy as np

from sim.bundle import (
    FORMAT,
    Bundle,
    ConformanceRow,
    ConformanceTable,
    Ending,
    Finding,
    GroupKey,
    Label,
    Layout,
    Manifest,
    OperationKey,
    Record,
    Replay,
    Source,
    Spent,
    StationKey,
    result_digest,
)
from sim.bundle.bucket import bucket
from sim.scenario.model import Assumption, Objective, Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LAYOUT = Layout(
    stations=(StationKey("desk", "110000"), StationKey("desk", "640000"), StationKey("post", "")),
    groups=(GroupKey("errands", "visit", "app"), GroupKey("errands", "visit", "window")),
    operations=(
        OperationKey("visit", "app", "ask"),
        OperationKey("visit", "window", "visit.desk", is_visit=True, is_in_person=True),
    ),
    outcomes=("completed", "failed", "withdrawn"),
    origin=3600.0,
    window_start=3600.0,
    window_end=10800.0,
    n_bins=2,
)

TABLE = ConformanceTable(
    citizens=200,
    seed=7,
    rows=(
        ConformanceRow("identity", "ask", "", 200, 10, 0, 2, ("200", "4XX"), ("200",), "fail"),
        ConformanceRow("identity", "forget", "", 0, 0, 0, 0, ("204",), (), "omit"),
    ),
    findings=(
        Finding("identity", "ask", "", "request", "body", "required", "/name", "a value", "none", "x#/y", "fail", 10),
    ),
    endings=(Ending("visit", "app", "ask", "default", 200),),
    mocked_by=(("identity", "mock"),),
    unfinished=0,
)

NO_TABLE = ConformanceTable(0, 7, (), (), (), (), 0)


def tiny_record(replication: int = 0, *, started: int = 4) -> Record:
    """Return a record: the first desk has ``started`` services in bin 1 and 2 in bin 2, each waited 1, 2, 3, ... s."""
    counts = np.zeros((3, 4, 12), np.int64)
    sums = np.zeros((3, 4, 5))
    # arrivals rejected refused joined started waited reneged abandoned failed suspended preempted completed
    counts[0, 1] = (started + 3, 1, 1, started + 1, started, started, 1, 0, 0, 0, 0, started)
    counts[0, 2] = (2, 0, 0, 2, 2, 1, 0, 0, 0, 0, 0, 2)
    counts[1, 2] = (1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1)
    counts[0, 0] = (9, 0, 0, 9, 9, 9, 0, 0, 0, 0, 0, 9)
    waits = float(sum(range(1, started + 1)))
    sums[0, 1] = (1800.0, 2700.0, 3600.0, waits, 60.0)
    sums[0, 2] = (0.1, 900.0, 3600.0, 0.5, 0.0)
    sums[1, 2] = (0.0, 1800.0, 3600.0, 0.0, 0.0)
    sums[2, 1] = (0.0, 7200.0, 0.0, 0.0, 0.0)
    waiting = [(0, 0, bucket(5000.0), 9)]
    waiting += [(0, 1, bucket(float(second)), 1) for second in range(1, started + 1)]
    waiting += [(0, 2, 0, 1), (0, 2, bucket(0.5), 1), (1, 2, 0, 1)]
    groups = np.zeros((2, 4, 2), np.int64)
    groups[0, 1:3] = ((6, 2), (1, 3))
    groups[1, 2:4] = ((3, 1), (0, 2))
    outcomes = np.array([[4, 1, 1], [3, 0, 0]], np.int64)
    group_sums = np.zeros((2, 3, 2))
    group_sums[0] = ((400.0, 40.0), (50.0, 5.0), (30.0, 0.0))
    group_sums[1, 0] = (0.1 + 0.2, 0.1)
    sojourn = [(0, 0, bucket(100.0), 4), (0, 1, bucket(50.0), 1), (0, 2, bucket(30.0), 1), (1, 0, bucket(0.1), 3)]
    operations = np.array([[20, 17, 1, 0, 0, 1, 1, 2, 0], [10, 10, 0, 0, 0, 0, 0, 0, 2]], np.int64)
    return Record(
        replication=replication,
        station_counts=counts,
        station_sums=sums,
        waiting=np.array(waiting, np.int64),
        group_counts=groups,
        group_outcomes=outcomes,
        group_sums=group_sums,
        sojourn=np.array(sojourn, np.int64),
        operation_counts=operations,
        operation_sums=np.array([[0.5], [44.75]]),
        end_time=12345.6789,
        events=27,
        drained=True,
    )


def tiny_bundle(
    *records: Record, table: ConformanceTable = TABLE, partial: bool = False, objectives: tuple[Objective, ...] = ()
) -> Bundle:
    """Return a bundle of the given records, by default two that differ."""
    kept = records or (tiny_record(0, started=4), tiny_record(1, started=2))
    manifest = Manifest(
        format=FORMAT,
        product="0.1.0",
        name="tiny",
        title=Text("A tiny run", "小运行"),
        start=datetime(2022, 7, 26, tzinfo=UTC),
        seed=7,
        replications=len(kept),
        engine="reference",
        input_digest="0123456789abcdef" * 4,
        digest=result_digest(LAYOUT, kept, table),
        started=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        seconds=Spent(1.5, 1.25, 0.5, 0.25),
        command="tongban run tiny",
        partial=partial,
        platform="Linux",
        versions=(("python", "3.11.7"),),
        sources=(Source("scenario", "scenarios/tiny.yaml", "ab" * 32),),
        labels=(Label("station", "desk", Text("Desk", "窗口")),),
        assumptions=(Assumption("stations.desk.servers", "a guess"),),
        objectives=objectives,
        replay=Replay.of(table),
        layout=LAYOUT,
    )
    return Bundle(manifest, kept, table)


@dataclass(frozen=True)
class TinyTask:
    """Returns records; can be told to fail, to interrupt itself or to be killed.

    Parameters
    ----------
    raises, interrupts : int or None
        Replication that raises, or that behaves as if Ctrl-C was pressed.
    kills : Path or None
        Replication 1 is killed as long as this file has fewer than ``times`` bytes; each time it gets one more.
    after : Path or None
        Replication 1 begins when this file exists.
    """

    raises: int | None = None
    interrupts: int | None = None
    kills: Path | None = None
    times: int = 1
    after: Path | None = None

    def warm_up(self) -> None:
        """Do nothing."""

    def __call__(self, replication: int, on_progress: Callable[[float], None]) -> Record:
        """Return a record that depends on the replication alone."""
        on_progress(0.5)
        if replication == self.raises:
            message = "the desk is on fire"
            raise ValueError(message)
        if replication == self.interrupts:
            raise KeyboardInterrupt
        while replication == 1 and self.after is not None and not self.after.exists():
            os.sched_yield()
        if replication == 1 and self.kills is not None and len(self.kills.read_bytes()) < self.times:
            self.kills.write_bytes(self.kills.read_bytes() + b".")
            os.kill(os.getpid(), signal.SIGKILL)
        return replace(tiny_record(replication, started=4 + replication), events=100 + replication)


@dataclass(frozen=True)
class KilledTask:
    """Kills its worker, always."""

    def warm_up(self) -> None:
        """Be killed."""
        os.kill(os.getpid(), signal.SIGKILL)

    def __call__(self, replication: int, on_progress: Callable[[float], None]) -> Record:
        """Return what is never asked for."""
        on_progress(1.0)
        return tiny_record(replication)


@dataclass(frozen=True)
class HalfTask:
    """Answers with a record too large for a pipe; replication 1 is killed once when half of it is sent."""

    kills: Path

    def warm_up(self) -> None:
        """Do nothing."""

    def __call__(self, replication: int, on_progress: Callable[[float], None]) -> Record:
        """Return a large record."""
        on_progress(1.0)
        if replication == 1 and not self.kills.read_bytes():
            self.kills.write_bytes(b".")
            Connection._send = _send_half_and_die  # type: ignore[attr-defined] # what a kill at the wrong time does
        return replace(tiny_record(replication), waiting=np.zeros((50_000, 4), np.int64))


def _send_half_and_die(pipe: Connection, text: bytes) -> None:
    os.write(pipe.fileno(), bytes(text[: max(len(text) // 2, 4)]))
    if len(text) > 1000:
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class FullTask:
    """Finds the memory full in a replication.

    Parameters
    ----------
    first : int
        The first replication that does; those before it are as ``TinyTask``'s.
    after : Path
        The others begin when this file exists.
    """

    first: int
    after: Path

    def warm_up(self) -> None:
        """Do nothing."""

    def __call__(self, replication: int, on_progress: Callable[[float], None]) -> Record:
        """Return a record or fail."""
        if replication < self.first:
            return TinyTask()(replication, on_progress)
        while self.first and not self.after.exists():
            os.sched_yield()
        raise MemoryError
