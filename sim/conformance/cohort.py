"""Who is replayed: synthetic citizens with the inputs of a workflow.

Takes a workflow's inputs schema, gives citizens with complete inputs; promises that every value of every choice
(``enum``, a boolean) comes at least five times, spread evenly, in an order that the seed decides.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, uuid5

from sim.document import escape_pointer
from sim.errors import DocumentError
from sim.mock import citizens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sim.document import JsonValue
    from sim.errors import Fault
    from sim.journey.model import Journey, Workflow
    from sim.mock import Citizen

AT_LEAST: Final = 5
"""Citizens that take each value of a choice."""
CHANNEL: Final = "channel"

_DATE = "%Y%m%d"
FROM_CITIZEN: Final[Mapping[str, Callable[[Citizen], str]]] = {
    "name": lambda citizen: citizen.name,
    "applicant_name": lambda citizen: citizen.name,
    "citizen_number": lambda citizen: citizen.number,
    "id_no": lambda citizen: citizen.number,
    "applicant_id_no": lambda citizen: citizen.number,
    "deceased_number": lambda citizen: citizen.parent_number,
    "mobile": lambda citizen: citizen.mobile,
    "contact_mobile": lambda citizen: citizen.mobile,
    "address": lambda citizen: citizen.address,
    "birth_date": lambda citizen: citizen.birth_date.strftime(_DATE),
    "sex": lambda citizen: citizen.sex,
    "home_division": lambda citizen: citizen.home_division,
    "office_division": lambda citizen: citizen.office_division,
    "division": lambda citizen: citizen.office_division,
}
"""Inputs that a citizen fills, by the names that journeys use."""


@dataclass(frozen=True, slots=True)
class Participant:
    """One citizen of a replay and what they bring to the workflow.

    Parameters
    ----------
    inputs : mapping
        Of the workflow, complete.
    """

    citizen: Citizen
    inputs: Mapping[str, JsonValue]

    @property
    def channel(self) -> str:
        """The channel it comes by; ``any`` for a workflow without that input."""
        return str(self.inputs.get(CHANNEL, "any"))


def participants(
    journey: Journey, workflow: Workflow, *, seed: int, count: int, offices: Sequence[str]
) -> Iterator[Participant]:
    """Return the citizens that replay a workflow.

    Parameters
    ----------
    count : int
        Citizens; more where a choice has so many values that five of each need more.
    offices : sequence of str
        Divisions whose platforms take part.

    Raises
    ------
    DocumentError
        An input is required that neither a citizen nor a default nor a choice fills.
    """
    most = max((len(values) for values in _all_choices(_properties(workflow)).values()), default=0)
    people = citizens(seed, _stream(journey, workflow), offices=offices)
    yield from participants_of(people, journey, workflow, seed=seed, count=max(count, AT_LEAST * most))


def participants_of(
    people: Iterable[Citizen], journey: Journey, workflow: Workflow, *, seed: int, count: int
) -> Iterator[Participant]:
    """Return given citizens with the inputs of a workflow, the values of every choice spread evenly.

    Parameters
    ----------
    count : int
        Most of them.

    Raises
    ------
    DocumentError
        As ``participants``.
    """
    properties = _properties(workflow)
    choices = _all_choices(properties)
    _check_filled(journey, workflow, properties, choices)
    stream = _stream(journey, workflow)
    combinations = _combinations(choices, random.Random(f"{seed}/{stream}"), count)  # noqa: S311  # an order, no secret
    for combination, citizen in zip(combinations, people, strict=False):
        identity = identity_of(f"{seed}/{stream}/{citizen.number}")
        yield Participant(citizen, _inputs(properties, combination, citizen, identity))


def identities(workflow: Workflow) -> frozenset[str]:
    """Return the inputs that are to differ from errand to errand: those of ``format: uuid`` without a choice."""
    properties = _properties(workflow)
    return frozenset(
        name
        for name, schema in properties.items()
        if schema.get("format") == "uuid" and name not in FROM_CITIZEN and not _choices(schema)
    )


def identity_of(text: str) -> str:
    """Return the UUID that a text decides (RFC 9562, section 5.5)."""
    return str(uuid5(NAMESPACE_URL, text))


def _stream(journey: Journey, workflow: Workflow) -> str:
    return f"{journey.name}#{workflow.workflow_id}"


def _all_choices(properties: Mapping[str, Mapping[str, JsonValue]]) -> dict[str, list[JsonValue]]:
    """Return the inputs that have a choice, with their values."""
    return {name: values for name, schema in properties.items() if (values := _choices(schema))}


def _properties(workflow: Workflow) -> dict[str, Mapping[str, JsonValue]]:
    properties = workflow.inputs.get("properties", {})
    held = properties.items() if isinstance(properties, dict) else ()
    return {name: schema if isinstance(schema, dict) else {} for name, schema in held}


def _choices(schema: Mapping[str, JsonValue]) -> list[JsonValue]:
    values = schema.get("enum")
    if isinstance(values, list):
        return list(values)
    return [True, False] if schema.get("type") == "boolean" else []


def _combinations(
    choices: Mapping[str, Sequence[JsonValue]], order: random.Random, count: int
) -> Iterator[dict[str, JsonValue]]:
    size = prod(len(values) for values in choices.values())
    rounds, rest = divmod(count, size)
    every = [dict(zip(choices, values, strict=True)) for values in product(*choices.values())] if rounds else []
    order.shuffle(every)
    for _ in range(rounds):
        yield from every
    columns = {name: _spread(values, order, rest) for name, values in choices.items()}
    for index in range(rest):
        yield {name: column[index] for name, column in columns.items()}


def _spread(values: Sequence[JsonValue], order: random.Random, count: int) -> list[JsonValue]:
    """Return ``count`` values in random order, each equally often to within one."""
    column = [values[index % len(values)] for index in range(count)]
    order.shuffle(column)
    return column


def _inputs(
    properties: Mapping[str, Mapping[str, JsonValue]],
    combination: Mapping[str, JsonValue],
    citizen: Citizen,
    identity: str,
) -> dict[str, JsonValue]:
    """Return the inputs of one errand; ``identity`` fills those of ``format: uuid``."""
    inputs: dict[str, JsonValue] = {}
    for name, schema in properties.items():
        if name in combination:
            inputs[name] = combination[name]
        elif name in FROM_CITIZEN:
            inputs[name] = FROM_CITIZEN[name](citizen)
        elif schema.get("format") == "uuid":
            inputs[name] = identity
        elif "const" in schema:
            inputs[name] = schema["const"]
        elif "default" in schema:
            inputs[name] = schema["default"]
    return inputs


def _check_filled(
    journey: Journey,
    workflow: Workflow,
    properties: Mapping[str, Mapping[str, JsonValue]],
    choices: Mapping[str, Sequence[JsonValue]],
) -> None:
    required = workflow.inputs.get("required", [])
    faults = [
        _unfilled(journey, workflow, str(name))
        for name in (required if isinstance(required, list) else [])
        if name not in choices and name not in FROM_CITIZEN and not _is_filled(properties.get(str(name), {}))
    ]
    if faults:
        raise DocumentError(faults)


def _is_filled(schema: Mapping[str, JsonValue]) -> bool:
    return "const" in schema or "default" in schema or schema.get("format") == "uuid"


def _unfilled(journey: Journey, workflow: Workflow, name: str) -> Fault:
    pointer = f"{workflow.pointer}/inputs/properties/{escape_pointer(name)}"
    known = ", ".join(FROM_CITIZEN)
    return journey.document.fault(
        pointer,
        f"the replay has no value for the input {name!r}",
        f"give it a default, an enum or `format: uuid`, or name it as one of {known}",
        of_key=True,
    )
