"""Callbacks in order."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from sim.conformance.check.base import walk_check
from sim.conformance.check.callback import event_of, tells
from sim.conformance.trace import Found
from sim.contract import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.check.callback import Event
    from sim.conformance.trace import Walk


@walk_check(
    "callback-order",
    source="OpenAPI 3.1.1, section 4.8.18 (Callback Object)",
    remedy="Send the callbacks of one subject one after the other, each after the one before it was taken.",
    level="callbacks",
)
def callback_order(walk: Walk) -> Iterator[Found]:
    """Ask whether callbacks come in the order of what they tell."""
    came = [event_of(one.operation, one.trace.bare) for one in walk.arrivals]
    due = [event_of(notice.operation, notice.request) for notice in walk.due]
    first = [next((place for place, one in enumerate(came) if tells(event, one)), None) for event in due]
    places = [place for place in first if place is not None]
    if len(places) < 2:
        return
    late = next((place for place, after in pairwise(places) if after < place), None)
    if late is None:
        yield Found("pass", trace=walk.arrivals[places[0]].trace)
        return
    arrival = walk.arrivals[min(places)]
    place = f"{getattr(arrival.trace.contract, 'file', '')}#{arrival.operation.pointer}"
    violation = Violation("body", "callback-order", "", _shown(came[late]), _shown(came[min(places)]), place)
    yield Found(
        "warning", "a callback came before an earlier one; receivers must count on that", violation, arrival.trace
    )


def _shown(event: Event) -> str:
    return " ".join([event[0], *(f"{name} {value}" for name, value in event[1])])
