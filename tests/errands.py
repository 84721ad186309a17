"""Jobs that come once each, for tests that need exact times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.scenario.model import InlineJourney
from tests.scenarios import fixed, line, scenario, station, step

if TYPE_CHECKING:
    from sim.scenario.model import InlineStep, Scenario


def once(*jobs: tuple[str, int, float, float], **changes: Any) -> Scenario:  # fields of Scenario, or the desk
    """Jobs (name, class, arrival between 2 s and 3.9 s, service in seconds) that come once each to one desk."""
    return errands(
        *((name, priority, at, step("a", service=fixed(work))) for name, priority, at, work in jobs), **changes
    )


def errands(*jobs: tuple[str, int, float, InlineStep], **changes: Any) -> Scenario:  # fields of Scenario, or the desk
    """Jobs (name, class, arrival between 2 s and 3.9 s, what is done) that come once each."""
    desk = changes.pop("desk", station())
    given: dict[str, Any] = {"stations": [desk], "duration": 3.9, **changes}
    return scenario(
        journeys={name: InlineJourney(name, (one,)) for name, _, _, one in jobs},
        demand=tuple(line(name, 1.0 / at, journey=name, priority_class=priority) for name, priority, at, _ in jobs),
        **given,
    )
