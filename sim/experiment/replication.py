"""Replications on all cores.

Takes a Plan and the name of an engine, gives one record a replication, promises that the records do not depend on the
number of workers or on which worker ran what, and that what is finished survives an interruption or lost workers.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from sim.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sim.bundle.record import Record

POLL: Final = 0.2
SUBMISSIONS: Final = 3

Stop = Literal["", "interrupted", "workers lost"]


class Task(Protocol):
    """One replication as a picklable function: what a worker runs."""

    def warm_up(self) -> None:
        """Do what is done once a process."""
        ...

    def __call__(self, replication: int, on_progress: Callable[[float], None]) -> Record:
        """Return the record; ``on_progress`` takes the share of simulated time that is done."""
        ...


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


@dataclass(frozen=True, slots=True)
class _Result:
    record: Record
    cpu: float
    warm_up: float


@dataclass(slots=True)
class _Finished:
    results: dict[int, _Result] = field(default_factory=dict)

    def __contains__(self, number: int) -> bool:
        return number in self.results

    def __len__(self) -> int:
        return len(self.results)

    def add(self, result: _Result) -> None:
        self.results[result.record.replication] = result

    def outcome(self, stop: Stop) -> Outcome:
        results = [self.results[number] for number in sorted(self.results)]
        return Outcome(
            records=tuple(result.record for result in results),
            cpu=math.fsum(result.cpu for result in results),
            warm_up=math.fsum(result.warm_up for result in results),
            stop=stop,
        )


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
        Partial after Ctrl-C, or when workers were killed ``SUBMISSIONS`` times.

    Raises
    ------
    EngineError
        Workers were killed ``SUBMISSIONS`` times and nothing is finished.
    Exception
        What a replication raised.
    """
    finished = _Finished()
    report = on_progress or _ignore
    try:
        if min(workers, replications) == 1:
            _run_here(task, replications, finished, report)
            return finished.outcome("")
        for _ in range(SUBMISSIONS):
            missing = [number for number in range(replications) if number not in finished]
            try:
                _run_pool(task, missing, workers, finished, report)
            except BrokenProcessPool:
                continue
            return finished.outcome("")
    except KeyboardInterrupt:
        return finished.outcome("interrupted")
    if not len(finished):
        message = f"worker processes were killed {SUBMISSIONS} times, perhaps for want of memory; try --workers 1"
        raise EngineError(message)
    return finished.outcome("workers lost")


def _ignore(share: float, finished: int) -> None:
    """Take progress and do nothing with it."""


def _run_here(task: Task, replications: int, finished: _Finished, report: Callable[[float, int], None]) -> None:
    latest = 0.0

    def on_progress(share: float) -> None:
        nonlocal latest
        now = time.monotonic()
        if now - latest >= POLL:
            latest = now
            done = len(finished)
            report((done + share) / replications, done)

    for number in range(replications):
        finished.add(_timed(task, number, on_progress, is_first=number == 0))
        report(len(finished) / replications, len(finished))


def _run_pool(
    task: Task, missing: Sequence[int], workers: int, finished: _Finished, report: Callable[[float, int], None]
) -> None:
    context = multiprocessing.get_context("spawn")
    shares = context.RawArray("d", max(missing) + 1)
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(min(workers, len(missing)), context, _initialise, (task, shares))
    total = len(finished) + len(missing)
    waiting: set[Future[_Result]] = set()
    try:
        with _interruptions_held():
            waiting = {pool.submit(_work, number) for number in missing}
        while waiting:
            done, waiting = wait(waiting, timeout=POLL, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=_is_broken):
                finished.add(future.result())
            running = sum(shares[number] for number in missing if number not in finished)
            report((len(finished) + running) / total, len(finished))
    except BaseException:
        for future in waiting:
            if future.done() and not _is_broken(future):
                finished.add(future.result())
        for child in set(multiprocessing.active_children()) - others:
            child.kill()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _interruptions_held() -> Iterator[None]:
    """Hold Ctrl-C back while workers are started: they inherit it, so that it reaches this process alone."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _is_broken(future: Future[Any]) -> bool:
    """Return whether a future failed: those that are well are taken first, so that nothing finished is lost."""
    return future.cancelled() or future.exception() is not None


_task: Task | None = None
_shares: Any = None
_is_warm = False


def _initialise(task: Task, shares: object) -> None:
    global _task, _shares
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _task, _shares = task, shares


def _end_with_parent() -> None:
    """End this worker when its parent is killed: waiting workers would stay for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(number: int) -> _Result:
    global _is_warm
    if _task is None:
        message = "a worker was not initialised"
        raise EngineError(message)

    def on_progress(share: float) -> None:
        _shares[number] = share

    is_first, _is_warm = not _is_warm, True
    return _timed(_task, number, on_progress, is_first=is_first)


def _timed(task: Task, number: int, on_progress: Callable[[float], None], *, is_first: bool) -> _Result:
    started = time.process_time()
    if is_first:
        task.warm_up()
    warmed = time.process_time()
    record = task(number, on_progress)
    return _Result(record, time.process_time() - warmed, warmed - started)
