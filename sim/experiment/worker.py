"""One worker process and the pipe to it.

``concurrent.futures`` shares one result pipe and its lock among all workers: one that is killed while it writes leaves
the others, and the reader, waiting for ever. Here each worker has a pipe of its own: its death is an end of file.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.resource_tracker import ensure_running
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from sim.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from sim.bundle.record import Record

POLL: Final = 0.2
"""Seconds between two reports of progress."""
OUT_OF_MEMORY: Final = 77
"""Exit code of a worker whose memory is full."""


class Task(Protocol):
    """One replication as a picklable function: what a worker runs."""

    def warm_up(self) -> None:
        """Do what is done once a process."""
        ...

    def __call__(self, replication: int, on_progress: Callable[[float], None]) -> Record:
        """Return the record; ``on_progress`` takes the share of simulated time that is done."""
        ...


@dataclass(frozen=True, slots=True)
class Result:
    """A finished replication and the CPU seconds it took; ``warm_up`` is what came once before it."""

    record: Record
    cpu: float
    warm_up: float


Message: TypeAlias = "float | Result | Exception"
"""What a worker says: the share that is done, the result, or what went wrong."""


@dataclass(slots=True, eq=False)
class Worker:
    """A worker process, seen from its parent.

    Parameters
    ----------
    number : int
        The replication it was given last; -1 before.
    share : float
        How much of it is done, 0 to 1.
    """

    process: SpawnProcess
    pipe: Connection
    number: int = -1
    share: float = 0.0

    @classmethod
    def start(cls, task: Task) -> Worker:
        """Start a process; begun while interruptions are held, it never sees Ctrl-C."""
        context = multiprocessing.get_context("spawn")
        pipe, far_end = context.Pipe()
        process = context.Process(target=_serve, args=(task, far_end), daemon=True)
        process.start()
        far_end.close()  # the worker holds the only one: its death ends the file
        return cls(process, pipe)

    def give(self, number: int) -> None:
        """Give it a replication."""
        self.number, self.share = number, 0.0
        try:
            self.pipe.send(number)
        except OSError:
            return  # it is dead, which the next reading tells

    def read(self) -> Message | None:
        """Return what it says, None when it is dead."""
        try:
            message: Message = self.pipe.recv()
        except (EOFError, OSError):
            return None
        return message

    def end(self) -> int:
        """Kill it and return its exit code."""
        self.process.kill()
        self.process.join()
        self.pipe.close()
        return self.process.exitcode or 0


@contextmanager
def interruptions_held() -> Iterator[None]:
    """Hold Ctrl-C back; processes started meanwhile inherit that for their whole life."""
    ensure_running()  # else the first process starts it, and it lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def run_task(task: Task, number: int, on_progress: Callable[[float], None], *, is_first: bool) -> Result:
    """Run one replication and measure it; the first of a process warms up before."""
    started = time.process_time()
    if is_first:
        task.warm_up()
    warmed = time.process_time()
    record = task(number, on_progress)
    return Result(record, time.process_time() - warmed, warmed - started)


def seldom(tell: Callable[[float], None]) -> Callable[[float], None]:
    """Return a function that passes progress on, at most once in ``POLL`` seconds."""
    latest = -POLL

    def on_progress(share: float) -> None:
        nonlocal latest
        now = time.monotonic()
        if now - latest >= POLL:
            latest = now
            tell(float(share))

    return on_progress


def _serve(task: Task, pipe: Connection) -> None:
    """Run replications until the parent closes the pipe."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    is_first = True
    while True:
        try:
            number = pipe.recv()
        except EOFError:
            return
        pipe.send(_answer(task, number, seldom(pipe.send), is_first=is_first))
        is_first = False


def _answer(task: Task, number: int, on_progress: Callable[[float], None], *, is_first: bool) -> Result | Exception:
    try:
        return run_task(task, number, on_progress, is_first=is_first)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # even an answer takes memory
    except Exception as error:
        error.add_note("in a worker:\n" + traceback.format_exc())
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own, a moment ago
        except Exception:
            return EngineError(f"{type(error).__name__}: {error}")
        return error


def _end_with_parent() -> None:
    """End this process when its parent is killed: a worker must not outlive it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
