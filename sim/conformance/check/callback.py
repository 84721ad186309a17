"""Callbacks that come."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sim.conformance.check.base import walk_check
from sim.conformance.mutation import body_of
from sim.conformance.trace import Found
from sim.contract import Violation, child_schema, code_list_of, resolve_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.trace import Walk
    from sim.contract import Operation, Request

Event: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]
"""Name of a callback, and what it tells: names and values."""


@walk_check(
    "callback",
    source="OpenAPI 3.1.1, section 4.8.18 (Callback Object)",
    remedy="Send the callback after the change was stored, and again until it is taken, under one idempotency key.",
    level="callbacks",
)
def callback(walk: Walk) -> Iterator[Found]:
    """Ask whether every callback that is due comes at least once, and a repeat under the same idempotency key."""
    last = next((trace for trace in reversed(walk.traces) if trace.operation.callbacks), None)
    for notice in walk.due:
        event = event_of(notice.operation, notice.request)
        arrivals = [one for one in walk.arrivals if tells(event, event_of(one.operation, one.trace.bare))]
        place = f"{getattr(last.contract, 'file', '') if last else ''}#{notice.operation.pointer}"
        name = notice.operation.operation_id
        if not arrivals:
            violation = Violation("body", "callback", "", f"{name} {_told(event)}", "no such callback", place)
            yield Found("fail", "a callback did not come", violation, last)
        elif len({_key(one.trace.request) for one in arrivals}) > 1:
            received = f"{len(arrivals)} with different keys"
            violation = Violation("header", "callback", "/Idempotency-Key", "one key for one event", received, place)
            yield Found("fail", "a callback came again under another idempotency key", violation, arrivals[-1].trace)
        else:
            yield Found("pass", trace=arrivals[0].trace)


def tells(event: Event, other: Event) -> bool:
    """Tell whether a callback tells an event: it may carry more codes than are due."""
    return event[0] == other[0] and set(event[1]) <= set(other[1])


def event_of(operation: Operation, request: Request) -> Event:
    """Return what a callback tells: its name, and the members of its body that are codes or flags."""
    body = body_of(request)
    content = operation.request_body.content if operation.request_body is not None else {}
    schema = next((one.schema for name, one in content.items() if "json" in name), None)
    told = []
    for name, value in sorted(body.items()) if isinstance(body, dict) else ():
        member = child_schema(resolve_schema(schema), "properties", name) if schema is not None else None
        if isinstance(value, bool) or (member is not None and code_list_of(member) is not None):
            told.append((name, str(value)))
    return operation.operation_id, tuple(told)


def _told(event: Event) -> str:
    return ", ".join(f"{name} {value}" for name, value in event[1])


def _key(request: Request) -> str:
    return next((value for name, value in request.headers if name.lower() == "idempotency-key"), "")
