"""Messages of one edition: between domain values and what goes over the wire."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from sim.contract.model import Answer, Request
from sim.mock.call import Parts, Reply
from sim.mock.problem import Problem
from sim.mock.reader import CodecError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.contract import Reading
    from sim.contract.model import MediaType, Operation, Response, Schema
    from sim.document import JsonValue
    from sim.mock.codec import Codec
    from sim.mock.recipe import Recipe
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


def read_request(
    codec: Codec, operation: Operation, path: Mapping[str, str], request: Request, reading: Reading | None = None
) -> Parts:
    """Return the domain values of a request that its contract accepts.

    Parameters
    ----------
    path : mapping
        Path parameters by name, decoded.
    reading : Reading, optional
        What was read of the request already.

    Raises
    ------
    Problem
        400: a value has not the form that the contract asks for.
    """
    wording = _wording(codec, operation)
    raw = {"path": path, "header": request.fields, "query": dict(request.query) if request.query else {}}
    found: dict[str, dict[str, Value]] = {"path": {}, "query": {}, "header": {}}
    try:
        for location, key, name, typed, recipe in wording.parameters:
            text = raw[location].get(key)
            if text is not None:
                value: JsonValue = text if typed is None else typed(text)
                found[location][name] = value if recipe.is_read_plainly else codec.decode(recipe, value, f"/{name}")
        body: Value = {}
        if request.body and wording.body is not None:
            body = wording.body.read(json.loads(request.body) if reading is None else reading.body)
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
    return say_answer(codec, operation, reply)[0]


def say_answer(codec: Codec, operation: Operation, reply: Reply) -> tuple[Answer, JsonValue]:
    """Return the answer that says a reply, and the value whose JSON text its body is; None without a body.

    Raises
    ------
    CodecError
        A value has no writing in this edition.
    """
    declared, content_type, recipe = _wording(codec, operation).answer(reply.status)
    headers: dict[str, str] = {}
    if reply.headers:
        schemas = {name.lower(): header.schema for name, header in declared.headers.items()} if declared else {}
        headers = {
            name: _text(codec.encode(schemas.get(name.lower()), value, f"/{name}"))
            for name, value in reply.headers.items()
        }
    if not reply.body or (declared is not None and content_type is None and reply.status < 400):
        return Answer(reply.status, tuple(headers.items()), b""), None
    said = codec.write(recipe, reply.body)
    headers.setdefault("Content-Type", content_type or (PROBLEM if reply.status >= 400 else JSON))
    return Answer(reply.status, tuple(headers.items()), encode_body(said)), said


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


class _Wording:
    """How the messages of an operation are read and written, worked out once."""

    def __init__(self, codec: Codec, operation: Operation) -> None:
        self.parameters = tuple(
            (
                one.location,
                one.name.lower() if one.location == "header" else one.name,
                one.name,
                _typed(codec, one.schema),
                codec.recipe(one.schema),
            )
            for one in operation.parameters
            if one.location != "cookie"
        )
        wanted = _json_media_type(operation.request_body.content) if operation.request_body else None
        self.body = codec.recipe(wanted.schema) if wanted is not None else None
        self._codec = codec
        self._operation = operation
        self._answers: dict[int, tuple[Response | None, str | None, Recipe]] = {}

    def answer(self, status: int) -> tuple[Response | None, str | None, Recipe]:
        """Return the response declared for a status, its content type in JSON, and the recipe of that."""
        found = self._answers.get(status)
        if found is None:
            declared = self._operation.response(status)
            media_type = _json_media_type(declared.content) if declared else None
            content_type = media_type.content_type if media_type else None
            found = declared, content_type, self._codec.recipe(media_type.schema if media_type else None)
            self._answers[status] = found
        return found


_wording = lru_cache(maxsize=2048)(_Wording)


def _typed(codec: Codec, schema: Schema | None) -> Callable[[str], JsonValue] | None:
    """Return what gives a text its JSON type; None where it stays text."""
    types = codec.shape(schema).types if schema is not None else frozenset()
    if types & _NUMBERS and "string" not in types:
        return json.loads  # a number, as the contract was checked
    if types == {"boolean"}:
        return lambda text: text == "true"
    return None


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value)
