"""Requests and answers held against their operation.

Takes messages as they went over the wire, gives what they break of the contract, promises that the same message gives
the same violations in the same order and that nothing in a message can raise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import parse_qsl, unquote

from sim.contract.form import Form, form_of, typed
from sim.contract.json_text import JsonBoundError, JsonTextError, parse_json
from sim.contract.media_type import charset, covering, essence, is_json, reading
from sim.contract.model import Contract, Violation
from sim.contract.parameter import ParameterTextError, parameter_value, query_value
from sim.contract.paths import paths_of, template_of
from sim.contract.validator import MAX_SHOWN, contract_pointer, shorten, violations_within_bounds
from sim.document import escape_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.contract.model import Answer, MediaType, Operation, Parameter, Request, Response
    from sim.contract.validator import Direction
    from sim.document import JsonValue

MAX_FIELDS: Final = 1000


@dataclass(frozen=True, slots=True, eq=False)
class LoadedContract(Contract):
    """A contract that knows its file below the catalog, so that violations name the same place on every machine."""

    file: str


def match_operation(contract: Contract, method: str, path: str) -> tuple[Operation, Mapping[str, str]] | None:
    """Return the operation that a request addresses.

    Parameters
    ----------
    contract : Contract
        A loaded contract.
    method : str
        In any case.
    path : str
        Percent-encoded path below the server's base, without the query.

    Returns
    -------
    tuple of Operation and mapping, or None
        The operation and its path parameters, decoded; concrete paths win over templated ones (OpenAPI 3.1.1, section
        4.8.8.2).
    """
    found = paths_of(contract).find(path)
    if found is None:
        return None
    methods, values = found
    operation = methods.get(method) or methods.get(method.upper())
    return (operation, values) if operation else None


def violations_of_request(contract: Contract, operation: Operation, request: Request) -> tuple[Violation, ...]:
    """Return what a request breaks of its operation.

    Parameters
    ----------
    contract : Contract
        The contract the operation belongs to.
    operation : Operation
        The operation that was meant.
    request : Request
        The request as sent.

    Returns
    -------
    tuple of Violation
        Sorted; empty when the request conforms. Authentication is not judged here.
    """
    found = [
        *_path_violations(contract, operation, request),
        *_query_violations(contract, operation, request),
        *_header_violations(contract, operation, request),
        *_request_body_violations(contract, operation, request),
    ]
    return tuple(sorted(set(found))) if found else ()


def violations_of_answer(contract: Contract, operation: Operation, answer: Answer) -> tuple[Violation, ...]:
    """Return what an answer breaks of its operation.

    Returns
    -------
    tuple of Violation
        Sorted; empty when the answer conforms. For a status that the operation does not declare this is the one
        violation, of part ``status`` and rule ``declared``.
    """
    response = operation.response(answer.status)
    if response is None:
        expected = f"one of {', '.join(operation.responses)}"[:MAX_SHOWN]
        place = _place(contract, f"{operation.pointer}/responses")
        return (Violation("status", "declared", "", expected, str(answer.status), place),)
    found: list[Violation] = []
    for name, header in response.headers.items():
        texts = _header_texts(answer.headers, name)
        found.extend(_text_violations(contract, header, ", ".join(texts) if texts else None, "response"))
    found.extend(_answer_body_violations(contract, operation, response, answer))
    return tuple(sorted(set(found))) if found else ()


def _place(contract: Contract, pointer: str) -> str:
    return f"{contract.file if isinstance(contract, LoadedContract) else contract.document.file}#{pointer}"


def _parameter_place(contract: Contract, parameter: Parameter) -> str:
    """Return where a parameter is declared: the schema that stands in it knows the file."""
    if parameter.schema is None:
        return _place(contract, parameter.pointer)
    return contract_pointer(parameter.schema, parameter.pointer)


def _path_violations(contract: Contract, operation: Operation, request: Request) -> Iterator[Violation]:
    values = template_of(operation.path).match(request.path)
    if values is None or request.method.upper() != operation.method:
        expected = f"{operation.method} {operation.path}"
        received = shorten(f"{request.method} {request.path}")
        yield Violation("path", "declared", "", expected, received, _place(contract, operation.pointer))
        return
    for parameter in operation.parameters:
        if parameter.location == "path":
            yield from _text_violations(contract, parameter, values.get(parameter.name), "request")


def _query_violations(contract: Contract, operation: Operation, request: Request) -> Iterator[Violation]:
    taken = _security_names(contract, operation)
    declared = [parameter for parameter in operation.parameters if parameter.location == "query"]
    taken.update(parameter.name for parameter in declared)
    for parameter in declared:
        if parameter.content_type is not None:
            texts = [value for name, value in request.query if name == parameter.name]
            yield from _text_violations(contract, parameter, texts[0] if texts else None, "request")
            continue
        try:
            values = query_value(parameter, request.query, taken)
        except ParameterTextError as error:
            yield _style_violation(contract, parameter, str(error))
            continue
        yield from _value_violations(contract, parameter, values, "request")
    for name in dict.fromkeys(name for name, _ in request.query):
        if name not in taken:
            value = next(text for key, text in request.query if key == name)
            pointer = "/" + escape_pointer(name.encode("utf-8", "backslashreplace").decode())
            place = _place(contract, operation.pointer)
            yield Violation("query", "declared", pointer, "no such parameter", shorten(value), place)


def _security_names(contract: Contract, operation: Operation) -> set[str]:
    """Return query names that the operation's API keys use."""
    schemes = [contract.security_schemes.get(name) for needed in operation.security for name in needed]
    return {str(scheme.get("name")) for scheme in schemes if isinstance(scheme, dict) and scheme.get("in") == "query"}


def _header_violations(contract: Contract, operation: Operation, request: Request) -> Iterator[Violation]:
    for parameter in operation.parameters:
        if parameter.location == "header":
            texts = _header_texts(request.headers, parameter.name)
            yield from _text_violations(contract, parameter, ", ".join(texts) if texts else None, "request")
        elif parameter.location == "cookie":
            text = _cookies(request.headers).get(parameter.name)
            yield from _text_violations(contract, parameter, text, "request")


def _header_texts(headers: tuple[tuple[str, str], ...], name: str) -> list[str]:
    lower = name.lower()
    return [value.strip() for key, value in headers if key.lower() == lower]


def _cookies(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in _header_texts(headers, "Cookie"):
        for piece in text.split(";"):
            name, equals, value = piece.strip().partition("=")
            if equals:
                found.setdefault(name, value)
    return found


def _text_violations(
    contract: Contract, parameter: Parameter, text: str | None, direction: Direction
) -> Iterator[Violation]:
    """Yield the violations of a parameter that stands in one text; None: it is missing."""
    values: list[JsonValue] = []
    if text is not None:
        try:
            if parameter.content_type is None:
                encoded = parameter.location in ("path", "cookie")
                values = [parameter_value(parameter, text, encoded=encoded)]
            else:
                decoded = unquote(text) if parameter.location in ("path", "cookie") else text
                values = [parse_json(decoded.encode()) if is_json(parameter.content_type) else decoded]
        except (ParameterTextError, JsonTextError, JsonBoundError, UnicodeError) as error:
            yield _style_violation(contract, parameter, str(error))
            return
    yield from _value_violations(contract, parameter, values, direction)


def _value_violations(
    contract: Contract, parameter: Parameter, values: list[JsonValue], direction: Direction
) -> Iterator[Violation]:
    pointer = "/" + escape_pointer(parameter.name)
    if not values:
        if parameter.required:
            place = _parameter_place(contract, parameter)
            yield Violation(parameter.location, "required", pointer, "a value", "nothing", place)
        return
    if parameter.schema is not None:
        yield from violations_within_bounds(
            parameter.schema, values[0], part=parameter.location, direction=direction, prefix=pointer
        )


def _style_violation(contract: Contract, parameter: Parameter, message: str) -> Violation:
    pointer = "/" + escape_pointer(parameter.name)
    expected = parameter.content_type or f"style {parameter.style}{', exploded' if parameter.explode else ''}"
    place = _parameter_place(contract, parameter)
    return Violation(parameter.location, "parse", pointer, expected, shorten(message), place)


def _request_body_violations(contract: Contract, operation: Operation, request: Request) -> Iterator[Violation]:
    place = _place(contract, operation.pointer)
    body = operation.request_body
    if body is None:
        if request.body:
            yield Violation("body", "declared", "", "no body", f"{len(request.body)} bytes", place)
    elif request.body:
        content_type = ", ".join(_header_texts(request.headers, "Content-Type"))
        yield from _body_violations(body.content, content_type, request.body, "request", place)
    elif body.required:
        yield Violation("body", "required", "", "a body", "nothing", f"{place}/requestBody")


def _answer_body_violations(
    contract: Contract, operation: Operation, response: Response, answer: Answer
) -> Iterator[Violation]:
    place = _place(contract, f"{operation.pointer}/responses/{response.status}")
    if answer.body:
        content_type = ", ".join(_header_texts(answer.headers, "Content-Type"))
        yield from _body_violations(response.content, content_type, answer.body, "response", place)
    elif response.content and operation.method != "HEAD":
        yield Violation("body", "required", "", "a body", "nothing", place)


def _body_violations(
    content: Mapping[str, MediaType], content_type: str, body: bytes, direction: Direction, place: str
) -> Iterator[Violation]:
    media_type = covering(content, content_type)
    if media_type is None:
        expected = f"one of {', '.join(content)}"[:MAX_SHOWN] if content else "no body"
        received = shorten(content_type) if content_type else "no Content-Type"
        yield Violation("media-type", "declared", "", expected, received, place)
        return
    schema = media_type.schema
    where = contract_pointer(schema) if schema else place
    try:
        value = _body_value(content_type, body, form_of(schema))
    except JsonTextError as error:
        yield Violation("body", "parse", "", essence(content_type), shorten(str(error)), where)
    except JsonBoundError as error:
        yield Violation("body", "unevaluated", "", essence(content_type), shorten(str(error)), where, certain=False)
    except LookupError:
        if schema is not None and not _is_bytes(schema.value):
            expected = "a media type that is evaluated: JSON, text or form"
            yield Violation("body", "unevaluated", "", expected, essence(content_type), where, certain=False)
    else:
        if schema is not None:
            yield from violations_within_bounds(schema, value, part="body", direction=direction)


def _body_value(content_type: str, body: bytes, form: Form) -> JsonValue:
    """Return the value of a body.

    Raises
    ------
    JsonTextError, JsonBoundError
        The body cannot be read.
    LookupError
        There is no reader for the media type.
    """
    kind = reading(content_type)
    if kind == "json":
        return parse_json(body)
    try:
        if kind == "text":
            return body.decode(charset(content_type))
        if kind == "form":
            return _form_value(body.decode("ascii"), form)
    except JsonTextError:
        raise
    except ValueError as error:
        message = "is not text of that media type"
        raise JsonTextError(message) from error
    raise LookupError(content_type)


def _form_value(text: str, form: Form) -> JsonValue:
    pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=MAX_FIELDS)
    value: dict[str, JsonValue] = {}
    for name, piece in pairs:
        part = form.properties.get(name, form.rest)
        if part is not None and "array" in part.types:
            cast("list[JsonValue]", value.setdefault(name, [])).append(typed(piece, part.items))
        elif name in value:
            message = f"the field {name!r} stands twice"
            raise JsonTextError(message)
        else:
            value[name] = typed(piece, part)
    return value


def _is_bytes(value: JsonValue) -> bool:
    """Tell whether a schema says no more than that there are bytes."""
    keys = {"type", "format", "title", "description", "contentMediaType", "contentEncoding", "example", "examples"}
    return value is True or (
        isinstance(value, dict) and keys.issuperset(value) and value.get("type") in (None, "string")
    )
