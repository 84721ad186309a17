"""The process around a command: streams that were closed, terminals that know few letters, signals that end it.

Takes the process as its parent left it, gives standard streams that can be written to, promises that being told to end
is an interruption as Ctrl-C is, and that nothing is left for the interpreter to fail on when it exits.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDINGS: Final = ("SIGTERM", "SIGHUP")
"""Signals by which schedulers and closing terminals end a process."""
COLLECTED: Final = (50_000, 20, 50)
"""When the collector looks: after so many new objects, and each 20th and 50th time deeper."""
_FULL: Final = b"error: the memory is full; lower the demand by --set scale=..., shorten the run, or use --workers 1\n"
_FULL_JSON: Final = b'{"error": "%s", "exit_code": 2, "faults": []}\n' % _FULL[7:-1]


def open_streams() -> None:
    """Give every standard stream a file, and let none fail on a letter that its encoding lacks.

    A closed one would give its number to the next file that is opened, which then would take what is printed.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - open for the whole life of the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def settle_streams() -> None:
    """Drop what a stream cannot take any more: the interpreter would fail on it when it exits."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def endings_interrupt() -> Iterator[None]:
    """Take the signals of ``ENDINGS`` for Ctrl-C, where nobody else has taken or refused them."""
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in (getattr(signal, name) for name in ENDINGS if hasattr(signal, name)):
            if signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Let the collector look for garbage less often: of a catalog it finds none, and took a quarter of the time."""
    before = gc.get_threshold()
    gc.set_threshold(*COLLECTED)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def leave_full_memory(code: int, *, is_json: bool) -> NoReturn:
    """End the process with a message that is ready: even to leave in order takes memory."""
    with suppress(OSError):
        os.write(1 if is_json else 2, _FULL_JSON if is_json else _FULL)
    os._exit(code)
