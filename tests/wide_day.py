"""A synthetic day as wide as a national one: many stations, outcomes, operations, assumed figures, and a baseline."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.bundle import Comparison, Difference, Ending, Source
from sim.scenario.model import Assumption, Objective, Statement, Text
from tests.synthetic_day import DESKS, Desk, synthetic_bundle

if TYPE_CHECKING:
    from sim.bundle import Bundle, Record

STATIONS = 40
OUTCOMES = 30
OPERATIONS = 60
ENDINGS = 300
LINES = ("id-card", "residence", "name-query")


def difference(
    metric: str, unit: str, before: float, after: float, line: str | None = None, half_width: float | None = 0.1
) -> Difference:
    """Return a figure before and after, of all journeys or of a line."""
    ratio = after / before if before else None
    sides = (before, after, after - before, half_width)
    return Difference(metric, "mean", unit, None, line, None, None, *sides, ratio, None, 0.95, 2)


def comparison(lines: tuple[str, ...] = LINES) -> Comparison:
    """Return a comparison in which residence registration takes longer and the others less of everything."""
    found = []
    for line in (None, *lines):
        days = 3.0 if line == "residence" else 0.5
        found += [
            difference("materials_submitted", "1", 5.0, 1.0, line),
            difference("visits_in_person", "1", 3.0, 1.0, line),
            difference("waiting_in_person", "s", 1200.0, 300.0, line, 60.0),
            difference("processing_time", "s", 2 * 86400.0, days * 86400.0, line, 3600.0),
        ]
    title = Text("On paper", "纸质办理")
    return Comparison("scenario", "paper", title, "ab" * 32, "cd" * 32, tuple(found))


STATEMENTS = (
    Statement("materials", Text("Materials", "材料"), "materials_submitted", "change", -0.62, "about", "W004"),
    Statement("waiting", Text("Waiting", "等候"), "waiting_in_person", "change", -0.5, "beyond", "W006"),
)


def with_baseline(bundle: Bundle) -> Bundle:
    """Return a bundle beside a baseline, with what was published of it."""
    return replace(bundle, manifest=replace(bundle.manifest, comparison=comparison(), statements=STATEMENTS))


def wide_bundle(*, replications: int = 2, bins: int = 8) -> Bundle:
    """Return a day whose tables would each fill a screen and more."""
    extra = tuple(
        Desk(
            f"desk-{place:02}", 300.0 + place, 20, title=f"Desk of the service number {place:02}", chinese=f"岗{place}"
        )
        for place in range(STATIONS - len(DESKS))
    )
    bundle = with_baseline(synthetic_bundle(replications=replications, bins=bins, desks=(*DESKS, *extra)))
    names = tuple(f"end-{place:02}" for place in range(OUTCOMES - len(bundle.layout.outcomes)))
    layout = replace(bundle.layout, outcomes=bundle.layout.outcomes + names)
    row = bundle.conformance.rows[0]
    rows = tuple(
        replace(row, contract=f"system-{place % 20:02}", operation=f"operation{place:02}", **_verdict(place))
        for place in range(OPERATIONS)
    )
    endings = tuple(Ending("renew", "app", "step", f"action-{place:03}", place % 3) for place in range(ENDINGS))
    manifest = replace(
        bundle.manifest,
        layout=layout,
        assumptions=tuple(Assumption(f"{_kind(place)}.figure-{place:02}", "a note") for place in range(50)),
        objectives=tuple(_objective(place) for place in range(12)),
        sources=tuple(Source("contract", f"contracts/system-{place:02}.yaml", "ab" * 32) for place in range(20)),
    )
    return replace(
        bundle,
        manifest=manifest,
        records=tuple(_widened(record, len(names)) for record in bundle.records),
        conformance=replace(bundle.conformance, rows=rows, endings=endings),
    )


def _verdict(place: int) -> dict[str, Any]:  # fields of a row
    if place == 7:
        return {"verdict": "fail", "refused": 100}
    return {"verdict": "omit", "calls": 0, "exercised": ()} if place % 6 == 0 else {}


def _kind(place: int) -> str:
    return ("operations", "operations", "stations", "calendars")[place % 4]


def _objective(place: int) -> Objective:
    """Return an objective on a desk's wait: met, the first ones with the least room; the last one missed."""
    limit = 0.001 if place == 11 else 1e6 * (place + 1)
    station = "officer" if place == 11 else f"desk-{place:02}"
    return Objective(f"wait-{place:02}", "waiting_time", station, None, None, 0.95, "at_most", limit)


def _widened(record: Record, outcomes: int) -> Record:
    """Return a record with further outcomes, each rarer than the one before: taken from what completed."""
    ends = np.pad(record.group_outcomes, ((0, 0), (0, outcomes)))
    for place in range(outcomes):
        ends[0, -outcomes + place] = outcomes - place
    ends[0, 0] -= ends[0, -outcomes:].sum()
    sums = np.pad(record.group_sums, ((0, 0), (0, outcomes), (0, 0)))
    return replace(record, group_outcomes=ends, group_sums=sums)
