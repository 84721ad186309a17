"""The scenario that another one is compared with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sim.scenario.model import Scenario
    from sim.scenario.reading import Node

SAME: Final = ("start", "duration", "warm_up", "interval", "carry_over_days", "clock", "seed", "divisions")
"""What both must have: else the citizens, or the time in which they are counted, are not the same."""


def with_baseline(top: Node, scenario: Scenario, load: Callable[[Path], Scenario]) -> Scenario:
    """Return a scenario with the baseline that it names under ``baseline``; itself where it names none.

    Parameters
    ----------
    top : Node
        The whole document; faults are noted there.
    load : callable
        Loads the baseline, with the same settings and without a baseline of its own.
    """
    place = top.get("baseline")
    path = None if place is None else _path(place)
    if place is None or path is None:
        return scenario
    if path == scenario.path.resolve():
        place.fault("a scenario is not its own baseline", "name the scenario that this one is compared with")
        return scenario
    try:
        baseline = load(path)
    except DocumentError as error:
        place.reading.faults += error.faults
        return scenario
    except UsageError as error:
        place.fault(f"{place.text}: {error.message}", f"{error.remedy}; settings hold for both scenarios")
        return scenario
    _compare(place, scenario, baseline)
    sources = tuple(dict.fromkeys((*scenario.sources, *baseline.sources)))
    return replace(scenario, baseline=baseline, sources=sources)


def _path(place: Node) -> Path | None:
    reading = place.reading
    base = reading.source.bases.get(place.pointer, reading.source.document.path)
    try:
        return reading.catalog.resolve(place.text, base=base.resolve())
    except UsageError as error:
        place.fault(error.message, error.remedy)
        return None


def _compare(place: Node, scenario: Scenario, baseline: Scenario) -> None:
    for name in SAME:
        if getattr(baseline, name) != getattr(scenario, name):
            message = f"{place.text} has another {name.replace('_', ' ')}"
            place.fault(message, "let both scenarios have the same: else they do not meet the same citizens")
    if not {line.name for line in baseline.demand} & {line.name for line in scenario.demand}:
        message = f"{place.text} has no demand line of a name that stands here"
        place.fault(message, "give lines that belong together the same name")
