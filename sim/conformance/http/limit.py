"""How much one call may take, and how much the whole run."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class CallLimits:
    """Bounds of one call.

    Parameters
    ----------
    connect_seconds : float
        To open a connection, TLS included.
    silence_seconds : float
        Between two pieces of an answer.
    total_seconds : float
        From the first byte sent to the last one taken; a step's ``timeout`` may be shorter.
    head_bytes, body_bytes : int
        Of an answer.
    """

    connect_seconds: float = 5.0
    silence_seconds: float = 30.0
    total_seconds: float = 30.0
    head_bytes: int = 64 * 1024
    body_bytes: int = 10 * MIB


class SpentError(Exception):
    """The run has used up its requests or its time; the message says which."""


class Budget:
    """Requests and time of a whole run.

    Parameters
    ----------
    requests : int
        Most that are sent to the system under test.
    seconds : float
        Wall time.
    tick : callable
        Real seconds that never go back.
    """

    def __init__(self, requests: int, seconds: float, *, tick: Callable[[], float] = time.monotonic) -> None:
        self.sent = 0
        self._most = requests
        self._seconds = seconds
        self._tick = tick
        self._end = tick() + seconds
        self._lock = threading.Lock()
        self._over = threading.Event()

    def take(self) -> None:
        """Count one request.

        Raises
        ------
        SpentError
            There is none left, or no time.
        """
        with self._lock:
            if self.sent >= self._most:
                raise SpentError(f"--max-requests {self._most} was reached")
            self._check_time()
            self.sent += 1

    @property
    def left(self) -> float:
        """Seconds left, >= 0."""
        return max(0.0, self._end - self._tick())

    def wait(self, seconds: float) -> None:
        """Let real time pass.

        Raises
        ------
        SpentError
            The run has less time than that.
        """
        if seconds >= self.left and not self._over.is_set():
            raise SpentError(f"--time-limit {self._seconds:g} s was reached, as a journey waits {seconds:g} s")
        self._over.wait(seconds)
        self._check_time()

    def stop(self) -> None:
        """End the run: nothing more is sent, and who waits goes on at once."""
        self._over.set()

    def _check_time(self) -> None:
        if self._over.is_set():
            raise SpentError("it was interrupted")
        if self._tick() >= self._end:
            raise SpentError(f"--time-limit {self._seconds:g} s was reached")
