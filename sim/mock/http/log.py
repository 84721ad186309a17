"""What the server tells of itself: a line a request, without anything that a request held."""

from __future__ import annotations

from traceback import format_exception
from typing import TYPE_CHECKING

from sim.mock.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.mock.world import Exchange


class Log:
    """Writes lines for people.

    A line names operations by their templates, never by the path, query or body that came: those may name a person.

    Parameters
    ----------
    tell : callable or None
        Takes a line; None: nothing is told.
    """

    def __init__(self, tell: Callable[[str], None] | None = None) -> None:
        self._tell = tell

    def answered(self, exchange: Exchange, seconds: float) -> None:
        """Tell one exchange and how long it took."""
        if self._tell is None:
            return
        operation = exchange.operation
        name = f"{operation.method} {operation.path} {operation.operation_id}" if operation else "(no operation)"
        who = f" by {exchange.caller}" if exchange.caller else f" {seconds * 1000.0:.1f} ms"
        self._tell(f"{exchange.system} {name} {exchange.answer.status}{who}")

    def note(self, text: str) -> None:
        """Tell something else."""
        if self._tell is not None:
            self._tell(text)

    def failed(self, error: BaseException) -> None:
        """Tell an error of the mock with its place."""
        if self._tell is not None:
            self._tell(Redactor(()).scrub("".join(format_exception(error)).rstrip()))
