"""What runtime expressions see while a workflow runs.

Takes the inputs of a run, the outputs of its steps and the exchange of the step at hand, gives the value of any runtime
expression, promises that a response body is parsed once, within bounds, and that a value which is not there is absent,
never an error.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sim.contract.json_text import JsonBoundError, JsonTextError, parse_json
from sim.contract.media_type import is_json
from sim.journey.criterion import fill
from sim.journey.expression import is_expression, parse_expression
from sim.journey.value import ABSENT, Special, find, find_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.model import Answer, Request
    from sim.document import JsonValue
    from sim.journey.expression import Expression
    from sim.journey.value import Value


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call of a step and its answer.

    Parameters
    ----------
    parameters : mapping
        Evaluated parameters by place and name; names of headers in lower case.
    payload : JsonValue
        The evaluated request body, ``ABSENT`` where there is none.
    content : JsonValue
        The parsed body of the answer: JSON as values, anything else as text; ``ABSENT`` where there is none.
    """

    request: Request | None = None
    parameters: Mapping[tuple[str, str], JsonValue] = field(default_factory=dict)
    payload: Value = ABSENT
    answer: Answer | None = None
    content: Value = ABSENT


@dataclass(slots=True)
class Finished:
    """A workflow that has run: what it was given and what it gave."""

    inputs: Mapping[str, JsonValue]
    outputs: Mapping[str, JsonValue]


@dataclass(slots=True)
class Scope:
    """The values of one run of a workflow.

    Parameters
    ----------
    outputs : dict
        Outputs by step.
    finished : dict
        Workflows of the journey that have run, by id; shared by all scopes of an execution.
    namespace : str
        What stands before the ids of workflows in ``finished``: that of the document the workflow comes from.
    exchange : Exchange
        Of the step at hand.
    called : mapping or None
        Outputs of the workflow that the step at hand has called.
    """

    inputs: Mapping[str, JsonValue]
    finished: dict[str, Finished]
    namespace: str = ""
    outputs: dict[str, Mapping[str, JsonValue]] = field(default_factory=dict)
    exchange: Exchange = field(default_factory=Exchange)
    called: Mapping[str, JsonValue] = field(default_factory=dict)

    def look(self, expression: Expression) -> Value:
        """Return the value of a runtime expression, ``ABSENT`` where there is none."""
        if expression.root == "inputs":
            return find_named(expression, self.inputs)
        if expression.root == "steps":
            return find_named(expression, self.outputs.get(expression.owner, {}))
        if expression.root == "outputs":
            return find_named(expression, self.called)
        if expression.root == "workflows":
            other = self.finished.get(self.namespace + expression.owner)
            values = {} if other is None else other.inputs if expression.part == "inputs" else other.outputs
            return find_named(expression, values)
        return _look_at(self.exchange, expression)

    def evaluate(self, value: JsonValue) -> Value:
        """Return a value of a document with every runtime expression in it replaced.

        A member whose expression has no value is left out of its object; an item becomes null. Depth is bounded by the
        gate that the document passed.
        """
        if isinstance(value, str):
            return self.look(parse_expression(value)) if is_expression(value) else fill(value, self.look)
        if isinstance(value, dict):
            members = {key: self.evaluate(child) for key, child in value.items()}
            return {key: child for key, child in members.items() if not isinstance(child, Special)}
        if isinstance(value, list):
            items = [self.evaluate(child) for child in value]
            return [None if isinstance(item, Special) else item for item in items]
        return value


def parse_content(answer: Answer) -> Value:
    """Return the body of an answer as a value; ``ABSENT`` where it is empty, or announced as JSON and is none."""
    if not answer.body:
        return ABSENT
    content_type = header(answer.headers, "content-type") or ""
    if is_json(content_type):
        try:
            return parse_json(answer.body)
        except (JsonTextError, JsonBoundError):
            return ABSENT
    return answer.body.decode("utf-8", errors="replace")


def header(headers: tuple[tuple[str, str], ...], name: str) -> str | None:
    """Return the first header of a name, compared without case; None where there is none."""
    return next((value for key, value in headers if key.lower() == name.lower()), None)


def _look_at(exchange: Exchange, expression: Expression) -> Value:
    if expression.reads_answer:
        return _answer_value(exchange, expression)
    request = exchange.request
    if request is None:
        return ABSENT
    if expression.root == "method":
        return request.method
    if expression.root == "url":
        return request.path + ("?" + urlencode(request.query) if request.query else "")
    if expression.part == "body":
        return find(exchange.payload, expression.pointer or ())
    return _request_parameter(exchange, request, expression)


def _answer_value(exchange: Exchange, expression: Expression) -> Value:
    answer = exchange.answer
    if answer is None:
        return ABSENT
    if expression.root == "statusCode":
        return answer.status
    if expression.part == "body":
        return find(exchange.content, expression.pointer or ())
    found = header(answer.headers, expression.name)
    return ABSENT if found is None else found


def _request_parameter(exchange: Exchange, request: Request, expression: Expression) -> Value:
    name = expression.name.lower() if expression.part == "header" else expression.name
    if (expression.part, name) in exchange.parameters:
        return exchange.parameters[expression.part, name]
    found = header(request.headers, name) if expression.part == "header" else None
    return ABSENT if found is None else found
