"""A world prepared by journeys: an errand is walked up to a step, and what it left is there to be worked on.

Takes the name of a journey and of the step at which the errand is to wait, gives what it made on the way; promises that
every call passed the same gate as any other, so that the state is one that could have come about.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl
from uuid import NAMESPACE_URL, uuid5

from sim.conformance.cohort import FROM_CITIZEN
from sim.errors import UsageError
from sim.journey import execute, load_journey
from sim.mock import Caller, authorise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.catalog import Catalog
    from sim.contract import Answer
    from sim.document import JsonValue
    from sim.journey import Journey, OutgoingCall, Step, Workflow
    from sim.mock import Citizen, World

_FROM_BODY: Final = "$response.body#/"


@dataclass(frozen=True, slots=True, eq=False)
class Preparation:
    """An errand that is to be walked up to a step.

    Parameters
    ----------
    text : str
        As the user wrote it.
    step : str or None
        Path of the step at which it waits, which is not taken; None: it is walked to its end.
    inputs : mapping
        What the workflow gets in place of its defaults.
    """

    text: str
    journey: Journey
    workflow: Workflow
    step: str | None
    inputs: Mapping[str, str]

    @property
    def systems(self) -> tuple[str, ...]:
        """Names of the systems that it calls."""
        return tuple(sorted({contract.name for contract in self.journey.contracts.values()}))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an errand left.

    Parameters
    ----------
    text : str
        The preparation's.
    waits_at : str
        The step at which it waits; ``""`` where it has ended.
    outcome : str
        How it ended; ``waits`` where it has not.
    values : mapping
        Outputs of its steps that are texts or numbers: case and payment numbers.
    """

    text: str
    citizen: Citizen
    waits_at: str
    outcome: str
    values: Mapping[str, str]


def read_preparation(catalog: Catalog, text: str) -> Preparation:
    """Read ``journey``, ``journey@step`` or ``journey#workflow@step?input=value&...``.

    Raises
    ------
    UsageError
        There is no such journey, workflow, step or input.
    DocumentError
        The journey has faults.
    """
    named, _, query = text.partition("?")
    target, _, step = named.partition("@")
    document, _, workflow_id = target.partition("#")
    journey = load_journey(catalog, document)
    workflow = journey.workflows.get(workflow_id) if workflow_id else journey.main
    if workflow is None:
        raise UsageError(f"{document} has no workflow {workflow_id!r}", f"use one of {', '.join(journey.workflows)}")
    steps = [one.step_id for one in workflow.steps]
    if step and step.partition("/")[0] not in steps:
        raise UsageError(f"{document} has no step {step!r}", f"use one of {', '.join(steps)}")
    inputs = dict(parse_qsl(query, keep_blank_values=True))
    properties = workflow.inputs.get("properties")
    known = properties if isinstance(properties, dict) else {}
    strange = next((name for name in inputs if name not in known), None)
    if strange is not None:
        raise UsageError(f"{document} has no input {strange!r}", f"use one of {', '.join(known)}")
    return Preparation(text, journey, workflow, step or None, inputs)


def prepare_world(world: World, preparation: Preparation, citizen: Citizen, token: str) -> Prepared:
    """Walk an errand up to its step in a world that knows the citizen by a token.

    Raises
    ------
    UsageError
        The errand ended before it came to the step, or its inputs do not fit.
    DocumentError
        A mock's code failed.
    """
    caller = _Walker(world, preparation, token)
    try:
        execution = execute(preparation.journey, preparation.workflow, _inputs(preparation, citizen), caller)
    except _ArrivedError:
        return Prepared(preparation.text, citizen, preparation.step or "", "waits", caller.values)
    if preparation.step is not None:
        last = execution.steps[-1] if execution.steps else None
        how = f"{last.path} answered {last.answer.status if last.answer else 'nothing'}" if last else "no step was run"
        message = (
            f"--prepare {preparation.text}: the errand ended ({execution.outcome}) before {preparation.step}: {how}"
        )
        raise UsageError(message, "choose another step, or inputs that lead to it: journey@step?input=value")
    return Prepared(preparation.text, citizen, "", execution.outcome, caller.values)


def _inputs(preparation: Preparation, citizen: Citizen) -> dict[str, JsonValue]:
    properties = preparation.workflow.inputs.get("properties")
    found: dict[str, JsonValue] = {}
    for name, schema in properties.items() if isinstance(properties, dict) else ():
        if name in FROM_CITIZEN:
            found[name] = FROM_CITIZEN[name](citizen)
        elif isinstance(schema, dict) and schema.get("format") == "uuid":
            found[name] = str(uuid5(NAMESPACE_URL, f"{preparation.text}/{citizen.number}"))
        if name in preparation.inputs:
            found[name] = _typed(schema, preparation.inputs[name])
    return found


def _typed(schema: JsonValue, text: str) -> JsonValue:
    """Return an input as its schema's type, where the text says such a value."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    if kind in ("boolean", "integer", "number"):
        try:
            value: JsonValue = json.loads(text)
        except ValueError:
            return text
        return value
    return text


class _ArrivedError(Exception):
    """The errand has come to the step at which it is to wait."""


@dataclass(slots=True)
class _Walker:
    """Sends an errand's calls into a world, until it comes to its step."""

    world: World
    preparation: Preparation
    token: str
    values: dict[str, str] = field(default_factory=dict)

    def send(self, call: OutgoingCall) -> Answer:
        """Return the answer to a call."""
        if call.path == self.preparation.step:
            raise _ArrivedError
        caller = Caller(self.world.keyring, self.token if call.operation.actor is None else None)
        request = authorise(call.request, call.contract, call.operation, caller, now=self.world.instant)
        answer = self.world.send(call.contract.name, request)
        if "/" not in call.path and ":" not in call.path:
            self._note(self.preparation.workflow.step(call.path), answer)
        return answer

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.world.clock.advance(seconds)

    def _note(self, step: Step, answer: Answer) -> None:
        """Keep the outputs of a step that are members of its answer."""
        try:
            body = json.loads(answer.body) if answer.body else None
        except ValueError:
            return
        for name, text in step.outputs.items():
            member = text.removeprefix(_FROM_BODY)
            value = body.get(member) if isinstance(body, dict) and text.startswith(_FROM_BODY) else None
            if isinstance(value, (str, int, float)):
                self.values[name] = str(value)
