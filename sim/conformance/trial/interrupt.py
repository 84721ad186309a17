"""Ctrl-C while a trial waits: what waits in threads is ended, so that the program ends at once."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE: Final = 0.1
ENDING: Final = 3.0
"""Seconds that an interrupted trial gets to end."""


def interruptible(act: Callable[[], None], stop: Callable[[], None]) -> None:
    """Do something in a thread of its own, and raise what it raises.

    Parameters
    ----------
    stop : callable
        Makes it end soon, when this thread is interrupted.

    Raises
    ------
    KeyboardInterrupt
        This thread was interrupted.
    """
    failed: list[BaseException] = []

    def guarded() -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)

    thread = Thread(target=guarded, name="tongban conform", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(PAUSE)  # a signal that comes as a wait begins does not end it
    except KeyboardInterrupt:
        stop()
        thread.join(ENDING)
        raise
    if failed:
        raise failed[0]
