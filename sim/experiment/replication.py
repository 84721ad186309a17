"""Replications on all cores.

Takes a task (a Plan and an engine's name), gives one record a replication, promises that the records do not depend on
the number of workers or on which worker ran what, and that what is finished survives an interruption or lost workers.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final, Literal, Self

from sim.errors import EngineError
from sim.experiment.worker import OUT_OF_MEMORY, POLL, Result, Worker, interruptions_held, run_task, seldom

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from sim.bundle.record import Record
    from sim.experiment.worker import Task

SUBMISSIONS: Final = 3
"""How often one replication is begun, when its worker is killed, before the run stops."""

Stop = Literal["", "interrupted", "workers lost"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the replications gave.

    Parameters
    ----------
    records : tuple of Record
        Those finished, by replication.
    cpu : float
        CPU seconds of the finished replications, on all workers.
    warm_up : float
        CPU seconds of what each worker does once: loading or compiling laws.
    stop : str
        ``""`` when all are finished, else why not.
    """

    records: tuple[Record, ...]
    cpu: float
    warm_up: float
    stop: Stop


def run_replications(
    task: Task, replications: int, *, workers: int, on_progress: Callable[[float, int], None] | None = None
) -> Outcome:
    """Run replications 0 to ``replications - 1``.

    Parameters
    ----------
    task : Task
        Runs one; pickled to the workers.
    workers : int
        Processes, >= 1; with one, or for one replication, everything runs in this process.
    on_progress : callable, optional
        Takes the share of all work that is done and the number of replications finished, about five times a second.

    Returns
    -------
    Outcome
        Partial after Ctrl-C, or when the worker of one replication was killed ``SUBMISSIONS`` times.

    Raises
    ------
    EngineError
        Workers were killed and nothing is finished.
    MemoryError
        The memory was full and nothing is finished.
    Exception
        What a replication raised.
    """
    finished: dict[int, Result] = {}
    report = on_progress or _ignore
    try:
        if min(workers, replications) == 1:
            _run_here(task, replications, finished, report)
        else:
            with _Crew(task, replications, finished) as crew:
                crew.run(workers, report)
    except KeyboardInterrupt:
        return _outcome(finished, "interrupted")
    except _WorkersLostError as lost:
        if not finished:
            raise EngineError(str(lost)) from lost
        return _outcome(finished, "workers lost")
    return _outcome(finished, "")


class _WorkersLostError(Exception):
    """A replication's worker ended each time it was begun."""


def _ignore(share: float, finished: int) -> None:
    """Take progress and do nothing with it."""


def _outcome(finished: dict[int, Result], stop: Stop) -> Outcome:
    results = [finished[number] for number in sorted(finished)]
    return Outcome(
        records=tuple(result.record for result in results),
        cpu=math.fsum(result.cpu for result in results),
        warm_up=math.fsum(result.warm_up for result in results),
        stop=stop,
    )


def _run_here(task: Task, replications: int, finished: dict[int, Result], report: Callable[[float, int], None]) -> None:
    on_progress = seldom(lambda share: report((len(finished) + share) / replications, len(finished)))
    for number in range(replications):
        finished[number] = run_task(task, number, on_progress, is_first=number == 0)
        report(len(finished) / replications, len(finished))


@dataclass(slots=True)
class _Crew:
    """Workers, what they do, and what is left to do."""

    task: Task
    replications: int
    finished: dict[int, Result]
    busy: dict[Connection, Worker] = field(default_factory=dict)
    waiting: deque[int] = field(default_factory=deque)
    submissions: Counter[int] = field(default_factory=Counter)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.busy.values():
            worker.end()

    def run(self, workers: int, report: Callable[[float, int], None]) -> None:
        """Run everything, telling progress."""
        self.waiting.extend(range(self.replications))
        for _ in range(min(workers, self.replications)):
            self._start()
        while len(self.finished) < self.replications:
            for pipe in wait(list(self.busy), timeout=POLL):
                self._take(self.busy[pipe])  # type: ignore[index] # only these were waited for
            running = math.fsum(worker.share for worker in self.busy.values())
            report((len(self.finished) + running) / self.replications, len(self.finished))

    def _start(self) -> None:
        with interruptions_held():
            worker = Worker.start(self.task)
            self.busy[worker.pipe] = worker
        self._next(worker)

    def _next(self, worker: Worker) -> None:
        """Give a worker the next replication, or end it."""
        if not self.waiting:
            del self.busy[worker.pipe]
            worker.end()
            return
        number = self.waiting.popleft()
        self.submissions[number] += 1
        worker.give(number)

    def _take(self, worker: Worker) -> None:
        message = worker.read()
        if isinstance(message, Result):
            self.finished[worker.number] = message
            self._next(worker)
        elif isinstance(message, float):
            worker.share = message
        elif isinstance(message, Exception):
            raise message
        else:
            self._replace(worker)

    def _replace(self, worker: Worker) -> None:
        """Begin the replication of a dead worker again, with a new one."""
        del self.busy[worker.pipe]
        code = worker.end()
        if code == OUT_OF_MEMORY:
            if not self.finished:
                raise MemoryError
            message = f"the memory was full in replication {worker.number}"
            raise _WorkersLostError(message)
        if self.submissions[worker.number] >= SUBMISSIONS:
            message = (
                f"the worker of replication {worker.number} ended {SUBMISSIONS} times (exit code {code}), perhaps for "
                "want of memory; try --workers 1"
            )
            raise _WorkersLostError(message)
        self.waiting.appendleft(worker.number)
        self._start()
