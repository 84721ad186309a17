"""Small panels, one a station: which are worth one, and how they are laid out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.chart.model import shown
from sim.chart.text import listed, say
from sim.metric import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.chart.model import View
    from sim.metric import Series
    from sim.scenario.model import Text

NAMED: Final = 12  # stations in a sentence


@dataclass(frozen=True, slots=True)
class Choice:
    """Stations of a chart.

    Parameters
    ----------
    shown : tuple of Scope
        Those with a panel, the highest first.
    quiet : tuple of Scope
        Those that never pass the threshold: named in the message, without a panel.
    idle : tuple of Scope
        Those without any observation.
    hidden : int
        Those beyond the largest number of panels.
    """

    shown: tuple[Scope, ...]
    quiet: tuple[Scope, ...]
    idle: tuple[Scope, ...]
    hidden: int


def stations(view: View) -> tuple[Scope, ...]:
    """Return every station of a run by name, divisions together, in the run's order."""
    return tuple(dict.fromkeys(Scope(station=key.name) for key in view.bundle.layout.stations))


def choose(view: View, line: Callable[[Scope], Series], *, above: float, most: int) -> Choice:
    """Return which stations deserve a panel.

    Parameters
    ----------
    line : callable
        The series of a station that decides.
    above : float
        In the unit of the series: a station whose largest value is not above it is quiet.
    most : int
        Number of panels for which there is room.
    """
    highest = {scope: _highest(line(scope)) for scope in stations(view)}
    idle = tuple(scope for scope, value in highest.items() if value is None)
    known = {scope: value for scope, value in highest.items() if value is not None}
    quiet = tuple(scope for scope, value in known.items() if value <= above)
    loud = sorted((scope for scope in known if scope not in quiet), key=lambda scope: -known[scope])
    place = shown(len(loud), most)
    return Choice(tuple(loud[:place]), quiet, idle, len(loud) - place)


def name_or_count(view: View, key: str, scopes: Sequence[Scope], *, value: str) -> Text:
    """Return a sentence about stations that names them, ``<key>``, or where they are many counts them, ``<key>.many``.

    Parameters
    ----------
    value : str
        Their common figure.
    """
    if len(scopes) > NAMED:
        return say(f"{key}.many", value=value, n=len(scopes))
    return say(key, value=value, stations=listed(view.station(scope) for scope in scopes))


def _highest(series: Series) -> float | None:
    return float(np.nanmax(series.value)) if np.isfinite(series.value).any() else None
