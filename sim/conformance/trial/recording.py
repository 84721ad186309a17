"""All exchanges of a trial, for those who want to see them: redacted when they are taken, bounded in number and size.

Takes traces as they end, gives frozen exchanges in the order in which they began; promises that what is not kept is
told as cut.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sim.conformance.trial.shown import got_of, redactor_of, sent_of
from sim.conformance.verdict import Exchange

if TYPE_CHECKING:
    from sim.conformance.trace import Trace
    from sim.conformance.verdict import Got, Sent

MOST: Final = 64 * 1024
"""Characters of a body that are kept."""
ROOM: Final = 64 * 1024 * 1024
"""Characters of all bodies together; those that come later are left out."""


@dataclass(slots=True, eq=False)
class Recording:
    """Keeps exchanges.

    Parameters
    ----------
    hidden : tuple of str
        Secrets of the trial.
    is_on : bool
        Whether anything is kept: nobody may want it.
    """

    hidden: tuple[str, ...]
    is_on: bool = True
    _kept: list[Exchange] = field(default_factory=list)
    _room: int = ROOM
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, trace: Trace, *, probe: str = "", began: datetime | None = None) -> None:
        """Keep an exchange that has just ended.

        Parameters
        ----------
        probe : str
            Check that sent it; empty for the journey itself.
        began : datetime or None
            In UTC; None: it has just ended.
        """
        if not self.is_on:
            return
        began = began or datetime.now(UTC) - timedelta(seconds=trace.seconds)
        redactor = redactor_of(trace, self.hidden)
        with self._lock:
            most = min(MOST, max(self._room, 0))
        request, answer = sent_of(redactor, trace, most=most), got_of(redactor, trace, most=most)
        sizes = [len(request.body), len(answer.body) if answer is not None else 0]
        exchange = Exchange(
            started=began.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            contract=trace.contract.name,
            operation=trace.operation.operation_id,
            journey=trace.journey,
            step=trace.step,
            citizen=trace.citizen,
            probe=probe,
            request=request,
            answer=answer,
            failure=redactor.scrub(trace.failure.detail) if trace.failure is not None else "",
            seconds=round(trace.seconds, 6),
            is_cut=any(size > most for size in sizes) or _is_hidden(trace, request, answer),
        )
        with self._lock:
            self._room -= sum(sizes)
            self._kept.append(exchange)

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return what was kept, in the order in which it began."""
        return tuple(sorted(self._kept, key=lambda one: one.started))


def _is_hidden(trace: Trace, request: Sent, answer: Got | None) -> bool:
    """Tell whether of a body only its length is kept."""
    sides = [(request.body, trace.request.body)]
    if answer is not None and trace.answer is not None:
        sides.append((answer.body, trace.answer.body))
    return any(shown == f"<{len(body)} bytes>" for shown, body in sides)
