"""What work costs: operations and the steps of inline journeys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.law import NO_LAW, read_backoff, read_law
from sim.scenario.model import Backoff, Call, Cost, InlineJourney, InlineStep
from sim.scenario.nesting import refuse_endless_calls
from sim.scenario.network import DELAY

if TYPE_CHECKING:
    from sim.scenario.model import Register
    from sim.scenario.reading import Node


def read_costs(top: Node) -> dict[str, Cost]:
    """Return what each operation costs, by operationId."""
    costs = {
        name: _read_cost(name, node, read_backoff(node.get("backoff"))) for name, node in top.section("operations")
    }
    refuse_endless_calls(top, costs)
    return costs


def read_journeys(top: Node) -> dict[str, InlineJourney]:
    """Return the journeys written in the scenario, by name."""
    return {name: InlineJourney(name, _read_steps(name, node)) for name, node in top.section("journeys")}


def _read_cost(name: str, node: Node, backoff: Backoff) -> Cost:
    service, patience, timeout = node.get("service"), node.get("patience"), node.get("timeout")
    limit = None if timeout is None else timeout.span
    if timeout is not None and limit == 0.0:
        timeout.fault("a call that may take no time always fails", "write a time above 0 s, or remove it")
    return Cost(
        operation=name,
        station=_find_station(node),
        service=NO_LAW if service is None else read_law(service),
        calls=tuple(_read_call(call) for call in node.listing("calls")),
        patience=None if patience is None else read_law(patience),
        timeout=limit,
        on_timeout="cancel" if node.text_of("on_timeout", "orphan") == "cancel" else "orphan",
        backoff=backoff,
    )


def _find_station(node: Node) -> str:
    station = node.get("station")
    if station is None:
        return DELAY
    known = node.reading.names("stations")
    if station.text not in known and station.text != DELAY:
        station.unknown("station", known)
    return station.text


def _read_call(node: Node) -> Call:
    operation = node if isinstance(node.value, str) else node.get("operation")
    if operation is None:
        return Call("", "office")
    known = node.reading.names("operations")
    if operation.text not in known:
        operation.unknown("operation", known)
    return Call(operation.text, _read_register(node))


def _read_register(node: Node) -> Register:
    names: dict[str, Register] = {"home": "home", "office": "office", "none": "none"}
    return names[node.text_of("division", "office")]


def _read_steps(journey: str, node: Node) -> tuple[InlineStep, ...]:
    steps: list[InlineStep] = []
    taken: set[str] = {step.text_of("name", "") for step in node.elements()}
    named: set[str] = set()
    for step in node.elements():
        name = step.get("name")
        if name is not None and name.text in named:
            name.fault(f"the step {name.text} stands twice in the journey {journey}", "name each step once")
        chosen = _free_name(step.text_of("station", DELAY), taken) if name is None else name.text
        named.add(chosen)
        taken.add(chosen)
        steps.append(_read_step(journey, chosen, step))
    return tuple(steps)


def _free_name(stem: str, taken: set[str]) -> str:
    """Return a name that is not taken: the stem, else the stem and the first free number from 2."""
    number, name = 1, stem
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name


def _read_step(journey: str, name: str, node: Node) -> InlineStep:
    retry = node.get("retry")
    cost = _read_cost(f"{journey}.{name}", node, read_backoff(retry))
    return InlineStep(
        name=name,
        cost=cost,
        division=_read_register(node),
        retry_limit=0 if retry is None else retry.count_of("limit", 0),
        retry_after=0.0 if retry is None else retry.span_of("after", 0.0),
        channels=tuple(channel.text for channel in node.listing("channels")),
    )
