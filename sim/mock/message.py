"""Messages of one edition: between domain values and what goes over the wire."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from sim.contract.model import Answer, Request
from sim.mock.call import Parts, Reply
from sim.mock.codec import CodecError
from sim.mock.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.model import MediaType, Operation, Schema
    from sim.document import JsonValue
    from sim.mock.codec import Codec
    from sim.mock.value import Record, Value

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_NUMBERS = frozenset(("integer", "number"))


def encode_body(value: JsonValue) -> bytes:
    """Return JSON text as every message carries it: UTF-8 without spaces."""
    return _ENCODER.encode(value).encode("utf-8")


def write_request(codec: Codec, operation: Operation, parts: Parts) -> Request:
    """Return the request that calls an operation.

    Raises
    ------
    CodecError
        A value has no writing in this edition.
    """
    path = operation.path
    query: list[tuple[str, str]] = []
    headers: list[tuple[str, str]] = [("Accept", f"{JSON}, {PROBLEM}")]
    sources = {"path": parts.path, "query": parts.query, "header": parts.headers}
    for parameter in operation.parameters:
        value = sources.get(parameter.location, {}).get(parameter.name)
        if value is None:
            continue
        text = _text(codec.encode(parameter.schema, value, f"/{parameter.name}"))
        if parameter.location == "path":
            path = path.replace(f"{{{parameter.name}}}", quote(text, safe=""))
        elif parameter.location == "query":
            query.append((parameter.name, text))
        else:
            headers.append((parameter.name, text))
    body = b""
    wanted = operation.request_body
    media_type = _json_media_type(wanted.content) if wanted else None
    if wanted is not None and media_type is not None and (parts.body or wanted.required):
        body = encode_body(codec.encode(media_type.schema, parts.body))
        headers.append(("Content-Type", media_type.content_type))
    return Request(operation.method, path, tuple(query), tuple(headers), body)


def read_request(codec: Codec, operation: Operation, path: Mapping[str, str], request: Request) -> Parts:
    """Return the domain values of a request that its contract accepts.

    Parameters
    ----------
    path : mapping
        Path parameters by name, decoded.

    Raises
    ------
    Problem
        400: a value has not the form that the contract asks for.
    """
    raw: dict[str, dict[str, str]] = {
        "path": dict(path),
        "query": dict(request.query),
        "header": {name.lower(): value for name, value in request.headers},
    }
    found: dict[str, dict[str, Value]] = {"path": {}, "query": {}, "header": {}}
    try:
        for parameter in operation.parameters:
            name = parameter.name.lower() if parameter.location == "header" else parameter.name
            text = raw.get(parameter.location, {}).get(name)
            if text is not None:
                typed = _typed(codec, parameter.schema, text)
                found[parameter.location][parameter.name] = codec.decode(parameter.schema, typed, f"/{parameter.name}")
        media_type = _json_media_type(operation.request_body.content) if operation.request_body else None
        body = codec.decode(media_type.schema, json.loads(request.body)) if media_type and request.body else {}
    except (CodecError, ValueError) as error:
        raise Problem(400, str(error), "invalid-request") from error
    return Parts(found["path"], found["query"], found["header"], body if isinstance(body, dict) else {"": body})


def write_answer(codec: Codec, operation: Operation, reply: Reply) -> Answer:
    """Return the answer that says a reply.

    Raises
    ------
    CodecError
        A value has no writing in this edition.
    """
    declared = operation.response(reply.status)
    schemas = {name.lower(): header.schema for name, header in declared.headers.items()} if declared else {}
    headers = {
        name: _text(codec.encode(schemas.get(name.lower()), value, f"/{name}")) for name, value in reply.headers.items()
    }
    media_type = _json_media_type(declared.content) if declared else None
    if not reply.body or (declared is not None and media_type is None and reply.status < 400):
        return Answer(reply.status, tuple(headers.items()), b"")
    body = encode_body(codec.encode(media_type.schema if media_type else None, reply.body))
    usual = PROBLEM if reply.status >= 400 else JSON
    headers.setdefault("Content-Type", media_type.content_type if media_type else usual)
    return Answer(reply.status, tuple(headers.items()), body)


def read_answer(codec: Codec, operation: Operation, answer: Answer) -> Reply:
    """Return the domain values of an answer; what the edition cannot read stays as it came.

    Never raises: a breach of the contract is the checks' affair.
    """
    declared = operation.response(answer.status)
    media_type = _json_media_type(declared.content) if declared else None
    try:
        raw = json.loads(answer.body) if answer.body else {}
    except ValueError:
        raw = {}
    if not isinstance(raw, dict):
        raw = {"": raw}
    try:
        body = codec.decode(media_type.schema if media_type else None, raw)
    except CodecError:
        body = raw
    return Reply(answer.status, body if isinstance(body, dict) else {}, dict(answer.headers))


def example_answer(operation: Operation) -> Answer:
    """Return an answer made of the contract's own example for the first success it declares."""
    for status, response in sorted(operation.responses.items()):
        if not status.startswith("2"):
            continue
        number = int(status) if status.isdigit() else 200
        for media_type in response.content.values():
            for example in media_type.examples.values():
                return Answer(number, (("Content-Type", media_type.content_type),), encode_body(example))
        if not response.content:
            return Answer(number, (), b"")
    detail = f"neither a mock nor an example answers {operation.operation_id} of {operation.contract}"
    problem = Problem(501, detail, "not-implemented")
    return Answer(501, (("Content-Type", PROBLEM),), encode_body(_json(problem.body(operation.path))))


def problem_answer(problem: Problem, request: Request) -> Answer:
    """Return a refusal that no operation's contract shapes."""
    headers = tuple((name, str(value)) for name, value in problem.headers.items())
    body = encode_body(_json(problem.body(request.path)))
    return Answer(problem.status, (("Content-Type", PROBLEM), *headers), body)


def _json(value: Record) -> JsonValue:
    return {name: member for name, member in value.items() if isinstance(member, str | int)}


def _json_media_type(content: Mapping[str, MediaType]) -> MediaType | None:
    for content_type, media_type in content.items():
        if content_type.partition(";")[0].strip().lower().endswith(("/json", "+json")):
            return media_type
    return None


def _typed(codec: Codec, schema: Schema | None, text: str) -> JsonValue:
    types = codec.shape(schema).types if schema is not None else frozenset()
    if types & _NUMBERS and "string" not in types:
        return json.loads(text)  # type: ignore[no-any-return]  # a number, as the contract was checked
    if types == {"boolean"}:
        return text == "true"
    return text


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value)
