from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import EngineError
from sim.experiment.replication import SUBMISSIONS, run_replications
from tests.tiny_run import FullTask, HalfTask, KilledTask, TinyTask


def test_records_are_in_order_and_the_same_for_any_number_of_workers() -> None:
    alone = run_replications(TinyTask(), 3, workers=1)
    shared = run_replications(TinyTask(), 3, workers=2)
    assert [(one.replication, one.events) for one in alone.records] == [(0, 100), (1, 101), (2, 102)]
    assert [(one.replication, one.events) for one in shared.records] == [(0, 100), (1, 101), (2, 102)]
    assert alone.stop == shared.stop == ""


def test_progress_grows_to_the_whole_and_counts_what_is_finished() -> None:
    seen: list[tuple[float, int]] = []
    run_replications(TinyTask(), 2, workers=1, on_progress=lambda share, done: seen.append((share, done)))
    assert seen == sorted(seen)
    assert seen[-1] == (1.0, 2)


def test_an_interruption_keeps_what_is_finished() -> None:
    outcome = run_replications(TinyTask(interrupts=2), 5, workers=1)
    assert [one.replication for one in outcome.records] == [0, 1]
    assert outcome.stop == "interrupted"


def test_an_error_of_the_engine_reaches_the_caller() -> None:
    with pytest.raises(ValueError, match="on fire"):
        run_replications(TinyTask(raises=1), 2, workers=2)
    assert multiprocessing.active_children() == []


def test_the_work_of_a_killed_worker_is_done_again(tmp_path: Path) -> None:
    counter = tmp_path / "kills"
    counter.touch()
    outcome = run_replications(TinyTask(kills=counter), 2, workers=2)
    assert counter.read_bytes() == b"."
    assert [one.events for one in outcome.records] == [100, 101]
    assert outcome.stop == ""


def test_workers_that_are_always_killed_leave_what_is_finished(tmp_path: Path) -> None:
    counter, first = tmp_path / "kills", tmp_path / "first"
    counter.touch()

    def on_progress(_share: float, finished: int) -> None:
        if finished:
            first.touch()

    task = TinyTask(kills=counter, times=9, after=first)
    outcome = run_replications(task, 2, workers=2, on_progress=on_progress)
    assert [one.replication for one in outcome.records] == [0]
    assert outcome.stop == "workers lost"
    assert len(counter.read_bytes()) == SUBMISSIONS


def test_a_worker_killed_while_it_answers_is_replaced(tmp_path: Path) -> None:
    counter = tmp_path / "kills"
    counter.touch()
    outcome = run_replications(HalfTask(kills=counter), 3, workers=2)
    assert counter.read_bytes() == b"."
    assert [len(one.waiting) for one in outcome.records] == [50_000, 50_000, 50_000]


def test_a_note_says_where_in_the_worker_an_error_arose() -> None:
    with pytest.raises(ValueError, match="on fire") as caught:
        run_replications(TinyTask(raises=0), 2, workers=2)
    assert "tiny_run.py" in "".join(caught.value.__notes__)


def test_workers_that_finish_nothing_are_an_error_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="--workers 1"):
        run_replications(KilledTask(), 2, workers=2)


FIRST = """
from pathlib import Path
from sim.experiment.worker import Worker, interruptions_held
from tests.tiny_run import TinyTask
with interruptions_held():
    worker = Worker.start(TinyTask())
status = Path(f"/proc/{worker.process.pid}/status").read_text()
worker.end()
print(status)
"""


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="only Linux tells what a process blocks")
def test_the_first_worker_of_a_process_holds_ctrl_c_back_too() -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", FIRST], cwd=root, capture_output=True, text=True, check=True)  # noqa: S603 - the program above
    blocked = next(line.split()[1] for line in done.stdout.splitlines() if line.startswith("SigBlk:"))
    assert int(blocked, 16) & 1 << (signal.SIGINT - 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_memory_is_told_at_once_where_nothing_is_finished(tmp_path: Path, workers: int) -> None:
    with pytest.raises(MemoryError):
        run_replications(FullTask(0, tmp_path), 2, workers=workers)
    assert multiprocessing.active_children() == []


def test_a_full_memory_keeps_what_other_workers_finished(tmp_path: Path) -> None:
    first = tmp_path / "first"

    def on_progress(_share: float, finished: int) -> None:
        if finished:
            first.touch()

    outcome = run_replications(FullTask(1, first), 2, workers=2, on_progress=on_progress)
    assert [one.replication for one in outcome.records] == [0]
    assert outcome.stop == "workers lost"
