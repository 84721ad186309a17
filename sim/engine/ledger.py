"""Writes the log of a replication: rows of journeys and visits, handed on a chunk at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.bundle.log import CHUNK, JOURNEYS, VISITS
from sim.engine.order import PATH_MASK, PATH_SHIFT
from sim.engine.token import SERVED

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.bundle.log import Log
    from sim.engine.token import Journey, Token

UNSERVED: Final = float("nan")


class Chunks:
    """Rows of one kind, kept until they fill a chunk."""

    __slots__ = ("_filled", "_rows", "_take")

    def __init__(self, kind: np.dtype[Any], take: Callable[[NDArray[Any]], None]) -> None:
        self._rows = np.empty(CHUNK, kind)
        self._filled = 0
        self._take = take

    def add(self, row: tuple[float, ...]) -> None:
        """Take a row; hand all on when they fill a chunk."""
        self._rows[self._filled] = row
        self._filled += 1
        if self._filled == CHUNK:
            self.flush()

    def flush(self) -> None:
        """Hand on what there is."""
        if self._filled:
            self._take(self._rows[: self._filled])
            self._filled = 0


class Ledger:
    """The log of one replication under way."""

    __slots__ = ("_journeys", "_visits")

    def __init__(self, log: Log) -> None:
        self._journeys = Chunks(JOURNEYS, log.journeys)
        self._visits = Chunks(VISITS, log.visits)

    def journey(self, one: Journey, outcome: int, now: float) -> None:
        """Write down that a journey ends now."""
        self._journeys.add((one.stream, one.k, one.group, outcome, one.arrived, now, one.waited))

    def visit(self, token: Token, station: int, how: int, now: float) -> None:
        """Write down that a visit is over now, before the token goes on; ``how`` is a column of ``STATION_COUNTS``."""
        has_begun = token.state == SERVED or token.left >= 0.0
        started = token.service_start if has_begun else UNSERVED
        path = (token.key & PATH_MASK) >> PATH_SHIFT
        one = token.journey
        row = (one.stream, one.k, path, token.place, station, token.visit, how, token.arrival_time, started, now)
        self._visits.add(row)

    def close(self) -> None:
        """Hand on the rest."""
        self._journeys.flush()
        self._visits.flush()
