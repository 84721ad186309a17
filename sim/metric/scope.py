"""Which rows of a record a figure is taken of."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sim.errors import UsageError
from sim.metric.model import Scope

if TYPE_CHECKING:
    from sim.bundle.record import Layout
    from sim.metric.registry import Subject

_NAMES = tuple(Scope.__dataclass_fields__)


def scopes_of(layout: Layout, subject: Subject) -> dict[Scope, tuple[int, ...]]:
    """Return everything that a summary is taken of, with its rows, sorted: all rows first, then each part.

    Stations: each by name, and each division of those that stand in several. Journeys: each, each channel, each channel
    of a journey. Operations: each.
    """
    rows = _named(layout, subject)
    divisions = Counter(row.station for row in rows)
    found: dict[Scope, list[int]] = {Scope(): []}
    for index, row in enumerate(rows):
        parts = {Scope(), row, Scope(station=row.station, journey=row.journey, operation=row.operation)}
        if row.channel is not None:
            parts.add(Scope(channel=row.channel))
        if row.division is not None and divisions[row.station] == 1:
            parts.remove(row)
        for part in parts:
            found.setdefault(part, []).append(index)
    return {scope: tuple(found[scope]) for scope in sorted(found, key=_order)}


def rows_of(layout: Layout, subject: Subject, scope: Scope) -> tuple[int, ...]:
    """Return the rows of a subject that a scope means.

    Raises
    ------
    UsageError
        There is none.
    """
    wanted = [(name, getattr(scope, name)) for name in _NAMES if getattr(scope, name) is not None]
    rows = _named(layout, subject)
    found = tuple(i for i, row in enumerate(rows) if all(getattr(row, name) == value for name, value in wanted))
    if wanted and not found:
        asked = ", ".join(f"{name} {value!r}" for name, value in wanted)
        known = {str(value) for row in rows for name, _ in wanted if (value := getattr(row, name)) is not None}
        listed = ", ".join(sorted(known)) or f"none, as this is a figure of each {subject}"
        raise UsageError(f"the run has no {asked}", f"known: {listed}")
    return found


def _named(layout: Layout, subject: Subject) -> list[Scope]:
    """Return what each row of a subject is, in order."""
    if subject == "station":
        return [Scope(station=key.name, division=key.division or None) for key in layout.stations]
    if subject == "journey":
        return [Scope(journey=key.journey, channel=key.channel) for key in layout.groups]
    return [Scope(operation=key.operation) for key in layout.operations]


def _order(scope: Scope) -> tuple[str, ...]:
    return tuple(getattr(scope, name) or "" for name in _NAMES)
