"""Progress before people: a bar with the time left on a terminal, a line now and then elsewhere, nothing when quiet."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sim.units import format_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.cli.output import Output

EVERY: Final = 5.0


class Lines:
    """Tells how far the work is in a line every few seconds.

    Parameters
    ----------
    tell : callable
        Takes a line.
    clock : callable
        Seconds, monotonic.
    """

    def __init__(self, tell: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._phase = ""
        self._started = self._told = clock()

    def __call__(self, phase: str, share: float) -> None:
        """Take what is being done and the share of it that is done."""
        now = self._clock()
        if phase != self._phase:
            self._phase, self._started, self._told = phase, now, now
        if now - self._told < EVERY:
            return
        self._told = now
        left = (now - self._started) * (1.0 - share) / share if share > 0.0 else None
        words = f"{phase}: {share:.0%}"
        self._tell(words if left is None else f"{words}, about {format_duration(max(left, 0.0))} left")


@contextmanager
def progress(output: Output) -> Iterator[Callable[[str, float], None]]:
    """Give a function that takes what is being done and the share of it that is done."""
    if not output.is_live:
        yield Lines(lambda line: output.note(line, level=1))
        return
    from rich.console import Console  # noqa: PLC0415 - only where a bar can be seen
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - as above

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        current = ""

        def show(phase: str, share: float) -> None:
            nonlocal current
            if phase != current:
                current = phase
                bar.reset(task, description=phase, total=1.0)
            bar.update(task, completed=share)

        yield show
