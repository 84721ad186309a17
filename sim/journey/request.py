"""From a step to the HTTP request it sends.

Takes a step and the values of its run, gives a ``Request`` of the contract model, promises to serialise parameters by
the style the contract declares and the body by its media type.

References
----------
OpenAPI 3.1.1, "Style Values"; RFC 6570 (URI templates), section 3.2; WHATWG URL, application/x-www-form-urlencoded.
"""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from sim.contract.json_text import JsonBoundError, JsonTextError, parse_json
from sim.contract.media_type import essence, is_json
from sim.contract.model import Request
from sim.journey.call_check import media_type_of
from sim.journey.expression import is_expression, parse_pointer
from sim.journey.scope import Exchange
from sim.journey.value import ABSENT, Special, as_text, find

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.contract.model import Operation, Parameter
    from sim.document import JsonValue
    from sim.journey.model import RequestBody, Step
    from sim.journey.scope import Scope
    from sim.journey.value import Value

_DELIMITERS: Final = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


def prepare(step: Step, operation: Operation, scope: Scope) -> Exchange:
    """Return the exchange of a step before its answer; without request where a part of the path has no value.

    Parameters
    ----------
    step : Step
        One that calls an operation.
    scope : Scope
        The values of the run.
    """
    values: dict[tuple[str, str], JsonValue] = {}
    for one in step.parameters:
        value = scope.evaluate(one.value)
        if one.location is not None and value is not None and not isinstance(value, Special):
            values[one.location, one.name.lower() if one.location == "header" else one.name] = value
    payload = _payload(step.request_body, scope)
    path = _path(operation, values)
    if path is None:
        return Exchange(parameters=values, payload=payload)
    headers = _headers(step, operation, values)
    body = b"" if isinstance(payload, Special) or step.request_body is None else _body(step, payload)
    request = Request(operation.method, path, _query(operation, values), headers, body)
    return Exchange(request, values, payload)


def _path(operation: Operation, values: dict[tuple[str, str], JsonValue]) -> str | None:
    path = operation.path
    for one in operation.parameters:
        if one.location != "path":
            continue
        value = values.get(("path", one.name))
        text = "" if value is None else _simple(one, value, lambda part: quote(part, safe=""))
        if not text:
            return None
        path = path.replace("{" + one.name + "}", text)
    return path


def _query(operation: Operation, values: dict[tuple[str, str], JsonValue]) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for one in operation.parameters:
        if one.location == "query" and ("query", one.name) in values:
            pairs += _form(one, values["query", one.name])
    declared = {one.name for one in operation.parameters if one.location == "query"}
    extra = [
        (name, as_text(value)) for (place, name), value in values.items() if place == "query" and name not in declared
    ]
    return (*pairs, *extra)


def _headers(step: Step, operation: Operation, values: dict[tuple[str, str], JsonValue]) -> tuple[tuple[str, str], ...]:
    declared = {one.name.lower(): one for one in operation.parameters if one.location == "header"}
    names = {one.name.lower(): one.name for one in step.parameters if one.location == "header"}
    headers: list[tuple[str, str]] = []
    for (place, name), value in values.items():
        if place == "header":
            one = declared.get(name)
            headers.append((names[name], _simple(one, value, str) if one else as_text(value)))
    cookies = [pair for one in operation.parameters if one.location == "cookie" for pair in _cookie(one, values)]
    if cookies:
        headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies)))
    content_type = media_type_of(step)
    if content_type is not None and "content-type" not in {name.lower() for name, _ in headers}:
        headers.append(("Content-Type", content_type))
    return tuple(headers)


def _cookie(one: Parameter, values: dict[tuple[str, str], JsonValue]) -> list[tuple[str, str]]:
    return _form(one, values["cookie", one.name]) if ("cookie", one.name) in values else []


def _simple(one: Parameter, value: JsonValue, encode: Callable[[str], str]) -> str:
    """Return a value in style ``simple``; what separates is never encoded."""
    if one.content_type is not None:
        return encode(json.dumps(value, ensure_ascii=False))
    if isinstance(value, dict):
        joint = "=" if one.explode else ","
        return ",".join(encode(name) + joint + encode(as_text(item)) for name, item in value.items())
    if isinstance(value, list):
        return ",".join(encode(as_text(item)) for item in value)
    return encode(as_text(value))


def _form(one: Parameter, value: JsonValue) -> list[tuple[str, str]]:
    """Return a value as pairs, in style ``form``, ``spaceDelimited``, ``pipeDelimited`` or ``deepObject``."""
    if one.content_type is not None:
        return [(one.name, json.dumps(value, ensure_ascii=False))]
    if isinstance(value, dict):
        if one.style == "deepObject":
            return [(f"{one.name}[{name}]", as_text(item)) for name, item in value.items()]
        if one.explode:
            return [(name, as_text(item)) for name, item in value.items()]
        value = [part for pair in value.items() for part in pair]
    elif isinstance(value, list) and one.explode:
        return [(one.name, as_text(item)) for item in value]
    if isinstance(value, list):
        return [(one.name, _DELIMITERS.get(one.style, ",").join(as_text(item) for item in value))] if value else []
    return [(one.name, as_text(value))]


def _payload(body: RequestBody | None, scope: Scope) -> Value:
    if body is None:
        return ABSENT
    payload = scope.evaluate(body.payload)
    if not body.replacements or isinstance(payload, Special):
        return payload
    if isinstance(payload, str):
        try:
            payload = parse_json(payload.encode())
        except (JsonTextError, JsonBoundError):
            return payload
    changed = deepcopy(payload)
    for one in body.replacements:
        value = scope.evaluate(one.value)
        changed = _replaced(changed, parse_pointer(one.target) or (), None if isinstance(value, Special) else value)
    return changed


def _replaced(payload: JsonValue, tokens: tuple[str, ...], value: JsonValue) -> JsonValue:
    """Return a payload with the value set at a pointer; unchanged where the pointer's parent does not exist."""
    if not tokens:
        return value
    parent, last = find(payload, tokens[:-1]), tokens[-1]
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list) and last == "-":
        parent.append(value)
    elif isinstance(parent, list) and find(parent, (last,)) is not ABSENT:
        parent[int(last)] = value
    return payload


def _body(step: Step, payload: JsonValue) -> bytes:
    """Return the bytes of a body. Text that the document wrote out is the body itself, also under a JSON type."""
    written = step.request_body.payload if step.request_body else None
    content_type = media_type_of(step) or "application/json"
    if isinstance(payload, str) and isinstance(written, str) and not is_expression(written):
        return payload.encode()
    if is_json(content_type):
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    if essence(content_type) == "application/x-www-form-urlencoded" and isinstance(payload, dict):
        pairs = [(name, as_text(item)) for name, value in payload.items() for item in _each(value)]
        return urlencode(pairs).encode()
    return as_text(payload).encode()


def _each(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]
