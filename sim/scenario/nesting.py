"""Nested calls: they end, and they stay few.

A Plan writes nested calls out in full, so calls that come back to themselves have no end, and ten operations that each
call the next ten times would grow without bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.model import Cost
    from sim.scenario.reading import Node

MAX_DEPTH: Final = 32
MAX_CALLS: Final = 1_000
_MAX_TOLD = 20


class Size(NamedTuple):
    """How deep the calls of an operation go, and how many there are, itself included."""

    depth: int
    calls: int


def refuse_endless_calls(top: Node, costs: Mapping[str, Cost]) -> None:
    """Tell operations that call themselves, by themselves or through others, and those whose calls grow too many."""
    sizes = call_sizes(costs)
    told = 0
    for name, node in top.section("operations"):
        calls = node.get("calls") or node
        if name in sizes:
            depth, count = sizes[name]
            if depth > MAX_DEPTH or count > MAX_CALLS:
                message = (
                    f"its nested calls are {count:,}, {depth} deep" if count <= MAX_CALLS else "has too many calls"
                )
                calls.fault(message, f"keep them to {MAX_CALLS:,} in all and {MAX_DEPTH} deep")
        elif told < _MAX_TOLD and (route := _route_back(name, costs)):
            told += 1
            shown = route if len(route) <= 10 else [*route[:8], "...", name]
            calls.fault(f"{name} calls itself: {' -> '.join(shown)}", "remove one of these calls")


def call_sizes(costs: Mapping[str, Cost]) -> dict[str, Size]:
    """Return the size of every operation whose calls come to an end."""
    callees = {name: [call.operation for call in cost.calls if call.operation in costs] for name, cost in costs.items()}
    callers: dict[str, list[str]] = {name: [] for name in costs}
    for name, called in callees.items():
        for callee in called:
            callers[callee].append(name)
    open_calls = {name: len(called) for name, called in callees.items()}
    ready = [name for name, count in open_calls.items() if count == 0]
    sizes: dict[str, Size] = {}
    for name in ready:  # grows while it is read: an operation joins when all it calls have been sized
        below = [sizes[callee] for callee in callees[name]]
        deepest = max((size.depth for size in below), default=0)
        sizes[name] = Size(deepest + 1, min(MAX_CALLS * 2, 1 + sum(size.calls for size in below)))
        for caller in callers[name]:
            open_calls[caller] -= 1
            if open_calls[caller] == 0:
                ready.append(caller)
    return sizes


def _route_back(name: str, costs: Mapping[str, Cost]) -> list[str]:
    """Return a shortest chain of calls from an operation to itself; empty where there is none."""
    came_from = {name: ""}
    front = [name]
    for each in front:
        for call in costs[each].calls if each in costs else ():
            if call.operation == name:
                return [*_trace(each, came_from), name]
            if call.operation not in came_from:
                came_from[call.operation] = each
                front.append(call.operation)
    return []


def _trace(name: str, came_from: Mapping[str, str]) -> list[str]:
    route = [name]
    while came_from[route[-1]]:
        route.append(came_from[route[-1]])
    return route[::-1]
