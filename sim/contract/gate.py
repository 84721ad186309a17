"""Messages that keep their contract, known as such at little cost.

Takes requests and answers of an operation, gives what was read of those that surely conform; promises to let through
nothing in which ``sim.contract.exchange`` would find a violation. What is not let through may conform all the same: it
is for ``violations_of_request`` and ``violations_of_answer`` to say.

What an operation asks for is worked out once, and no place is remembered while nothing is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sim.contract.form import form_of, typed
from sim.contract.json_text import MAX_DEPTH, parse_json
from sim.contract.media_type import is_json
from sim.contract.validator import PlacedSchema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.contract.model import Answer, MediaType, Operation, Parameter, Request, Schema
    from sim.contract.validator import Direction
    from sim.document import JsonValue

    Test = Callable[[str], bool]
    Holds = Callable[[JsonValue], bool]

KNOWN: Final = 2048
"""Operations whose gates are kept."""
_PLAIN_STYLES: Final = frozenset(("simple", "form"))
"""Styles in which a single value stands as it is."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a request that conforms.

    Parameters
    ----------
    body : JsonValue
        Of a body in JSON; None without one.
    """

    body: JsonValue


class Gate:
    """What an operation asks of its requests and promises of its answers.

    Parameters
    ----------
    operation : Operation
        Of a loaded contract.
    """

    def __init__(self, operation: Operation) -> None:
        by_place: dict[str, list[tuple[str, bool, Test | None]]] = {}
        for one in operation.parameters:
            name = one.name.lower() if one.location == "header" else one.name
            by_place.setdefault(one.location, []).append((name, one.required, _test(one)))
        self._in_path = by_place.get("path", [])
        self._in_headers = by_place.get("header", [])
        self._needs_more = "cookie" in by_place or any(required for _, required, _ in by_place.get("query", ()))
        self._body = _tests(operation.request_body.content, "request") if operation.request_body is not None else {}
        self._may_be_empty = operation.request_body is None or not operation.request_body.required
        self._answers: dict[int, Mapping[str, Holds]] = {}
        self._operation = operation

    def reading(self, request: Request, path: Mapping[str, str]) -> Reading | None:
        """Return what was read of a request that conforms; None where that is not sure.

        Parameters
        ----------
        path : mapping
            Path parameters of the request as it matched this operation, decoded.
        """
        fields = request.fields
        if request.query or self._needs_more or len(fields) != len(request.headers):
            return None
        try:
            for name, _, test in self._in_path:
                if test is None or not test(path[name]):
                    return None
            for name, is_required, test in self._in_headers:
                value = fields.get(name)
                if value is None:
                    if is_required:
                        return None
                elif test is None or not test(value.strip()):
                    return None
            return self._read_body(request.body, fields.get("content-type", ""))
        except (ValueError, KeyError):  # no JSON, or no JSON value, as a lone surrogate; no such parameter
            return None

    def keeps(self, answer: Answer, said: JsonValue) -> bool:
        """Tell whether an answer surely conforms.

        Parameters
        ----------
        said : JsonValue
            The value whose JSON text its body is.
        """
        tests = self._answers.get(answer.status)
        if tests is None:
            tests = self._answers[answer.status] = _tests_of_answer(self._operation, answer.status)
        if not tests or answer.body.count(b"[") + answer.body.count(b"{") > MAX_DEPTH:
            return False
        headers = answer.headers
        if len(headers) != 1:
            headers = tuple(pair for pair in headers if pair[0].lower() == "content-type")
        is_named = len(headers) == 1 and headers[0][0].lower() == "content-type"
        holds = tests.get(headers[0][1]) if is_named else None
        try:
            return holds is not None and holds(said)
        except ValueError:  # no JSON value
            return False

    def _read_body(self, body: bytes, content_type: str) -> Reading | None:
        if not body:
            return _NO_BODY if self._may_be_empty else None
        holds = self._body.get(content_type.strip())
        if holds is None:
            return None
        value = parse_json(body)
        return Reading(value) if holds(value) else None


_NO_BODY: Final = Reading(None)


@lru_cache(maxsize=KNOWN)
def gate_of(operation: Operation) -> Gate:
    """Return the gate of an operation of a loaded contract."""
    return Gate(operation)


def _test(parameter: Parameter) -> Test | None:
    """Return the test of a decoded text; None where the style or the media type has more to say."""
    schema = parameter.schema
    if parameter.content_type is not None or parameter.style not in _PLAIN_STYLES:
        return None
    form = form_of(schema)
    holds = _holds(schema, "request")
    if holds is None or form.types & {"array", "object"}:
        return None
    if not form.types or "string" in form.types:
        return holds
    return lambda text: holds(typed(text, form))


def _tests(content: Mapping[str, MediaType], direction: Direction) -> Mapping[str, Holds]:
    """Return the tests of values by media type, as far as those are JSON and named in full."""
    named = {name: one for name, one in content.items() if "*" not in name and is_json(name)}
    found = {name: _holds(one.schema, direction) for name, one in named.items()}
    return {name: holds for name, holds in found.items() if holds is not None}


def _tests_of_answer(operation: Operation, status: int) -> Mapping[str, Holds]:
    """Return the tests of an answer's values by media type; none where its headers are declared too."""
    response = operation.response(status)
    return _tests(response.content, "response") if response is not None and not response.headers else {}


def _holds(schema: Schema | None, direction: Direction) -> Holds | None:
    """Return the test of a value whose depth is bounded."""
    if schema is None:
        return _anything
    return schema.validators.compiled(schema, direction).is_valid if isinstance(schema, PlacedSchema) else None


def _anything(_: JsonValue) -> bool:
    return True
