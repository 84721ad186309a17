"""Requests that break one rule of their contract, made from a request that keeps it.

Takes an operation and a request that conforms, gives cases; promises that each differs from it in one place, that the
contract really refuses it (it is asked), and that the same request gives the same cases.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from sim.contract import child_schema, resolve_schema, violations_of_request
from sim.contract.checksum import CHECKSUMS
from sim.document import escape_pointer
from sim.mock.message import encode_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sim.contract import Contract, Operation, Request, Schema, Violation
    from sim.document import JsonValue

Kind = Literal["required", "type", "length", "enum", "pattern", "range", "additional", "checksum"]

MAX_MEMBERS: Final = 200
EXTRA: Final = "x_tongban_unknown"
_MISFITS: Final = ("\u00a7", "?", "x-x-x-x", "", "0")
_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXYZ"
_OTHER: Final[Mapping[type, JsonValue]] = {str: 12345, bool: "yes", int: "x", float: "x", list: {}, dict: []}
_RULES: Final[Mapping[Kind, frozenset[str]]] = {
    "required": frozenset(("required", "dependentRequired")),
    "type": frozenset(("type",)),
    "length": frozenset(("maxLength", "minLength", "maxItems", "minItems")),
    "enum": frozenset(("enum", "const")),
    "pattern": frozenset(("pattern", "format", "x-format")),
    "range": frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
    "additional": frozenset(("additionalProperties", "unevaluatedProperties")),
    "checksum": frozenset(("x-checksum",)),
}
_FOLLOWING: Final = frozenset(("enum", "const"))
"""Rules that a value of another type breaks as well."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A request that breaks a rule.

    Parameters
    ----------
    what : str
        The request in words, as the subject of a sentence.
    violation : Violation
        The rule that it breaks.
    """

    kind: Kind
    what: str
    request: Request
    violation: Violation


@dataclass(frozen=True, slots=True)
class Member:
    """A value of a body with its schema; ``pointer`` is its place."""

    pointer: tuple[str | int, ...]
    value: JsonValue
    schema: Schema


def cases(contract: Contract, operation: Operation, request: Request, kind: Kind) -> Iterator[Case]:
    """Yield the requests that break a rule of a kind, in the order of the body's members, then parameters."""
    body = body_of(request)
    for member in members(operation, request):
        for what, value in _MAKERS[kind](member):
            changed = _with_value(body, member.pointer, value)
            yield from _case(contract, operation, kind, what, replace(request, body=encode_body(changed)))
    if kind == "required":
        yield from _without_parameters(contract, operation, request)
    elif kind in ("pattern", "range", "enum"):
        yield from _with_wrong_query(contract, operation, request, kind)


def members(operation: Operation, request: Request) -> list[Member]:
    """Return the values of a JSON body with their schemas, the whole first; arrays are entered at their first item."""
    content = operation.request_body.content if operation.request_body is not None else {}
    media_type = next((one for name, one in content.items() if "json" in name), None)
    if media_type is None or media_type.schema is None or not request.body:
        return []
    found: list[Member] = []
    waiting = [Member((), body_of(request), media_type.schema)]
    while waiting and len(found) < MAX_MEMBERS:
        member = waiting.pop(0)
        found.append(member)
        waiting.extend(_inner(member))
    return found


def body_of(request: Request) -> JsonValue:
    """Return the JSON of a request's body; None where it is none."""
    try:
        value: JsonValue = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    return value


def variation(contract: Contract, operation: Operation, request: Request) -> Request | None:
    """Return another request that keeps the contract and means something else; None where none is found."""
    body = body_of(request)
    for member in members(operation, request):
        if isinstance(member.value, str) and member.value:
            for value in _others(member):
                changed = replace(request, body=encode_body(_with_value(body, member.pointer, value)))
                if not violations_of_request(contract, operation, changed):
                    return changed
    return None


def with_extra(request: Request) -> Request:
    """Return a request with a member in its body that no contract names."""
    body = body_of(request)
    return replace(request, body=encode_body({**body, EXTRA: "1"})) if isinstance(body, dict) else request


def _case(contract: Contract, operation: Operation, kind: Kind, what: str, request: Request) -> Iterator[Case]:
    broken = violations_of_request(contract, operation, request)
    rules = {one.rule for one in broken if one.certain}
    meant = next((one for one in broken if one.rule in _RULES[kind]), None)
    if meant is not None and rules <= _RULES[kind] | (_FOLLOWING if kind == "type" else frozenset()):
        yield Case(kind, what, request, meant)


def _inner(member: Member) -> Iterator[Member]:
    if isinstance(member.value, dict):
        for name, value in member.value.items():
            schema = _property(member.schema, name)
            if schema is not None:
                yield Member((*member.pointer, name), value, schema)
    elif isinstance(member.value, list) and member.value:
        schema = _found(member.schema, "items")
        if schema is not None:
            yield Member((*member.pointer, 0), member.value[0], schema)


def _property(schema: Schema, name: str) -> Schema | None:
    return _found(schema, "properties", name)


def _found(schema: Schema, *tokens: str) -> Schema | None:
    """Return a schema inside a schema, its references or what it combines."""
    resolved = resolve_schema(schema)
    inside = child_schema(resolved, *tokens) or child_schema(schema, *tokens)
    if inside is not None:
        return inside
    parts = resolved.value.get("allOf") if isinstance(resolved.value, dict) else None
    for index in range(len(parts) if isinstance(parts, list) else 0):
        part = child_schema(resolved, "allOf", str(index))
        inside = _found(part, *tokens) if part is not None else None
        if inside is not None:
            return inside
    return None


def _word(schema: Schema, keyword: str) -> JsonValue:
    """Return what a schema says under a keyword, its own before that of its reference."""
    for one in (schema, resolve_schema(schema)):
        if isinstance(one.value, dict) and keyword in one.value:
            return one.value[keyword]
    return None


def _required(member: Member) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(member.value, dict):
        for name in member.value:
            place = _named((*member.pointer, name))
            yield f"a request without {place}", {key: value for key, value in member.value.items() if key != name}


def _type(member: Member) -> Iterator[tuple[str, JsonValue]]:
    other = _OTHER.get(type(member.value))
    if member.pointer and other is not None:
        yield f"a request whose {_named(member.pointer)} has another type", other


def _length(member: Member) -> Iterator[tuple[str, JsonValue]]:
    most = _word(member.schema, "maxLength")
    if isinstance(member.value, str) and isinstance(most, int) and most < 100_000:
        filler = (member.value or "x")[-1]
        yield f"a request whose {_named(member.pointer)} is too long", (member.value + filler * (most + 1))[: most + 1]
    if isinstance(member.value, str) and member.value and member.pointer:
        yield f"a request whose {_named(member.pointer)} is empty", ""
    many = _word(member.schema, "maxItems")
    if isinstance(member.value, list) and member.value and isinstance(many, int) and many < 1000:
        yield f"a request whose {_named(member.pointer)} has too many items", member.value[:1] * (many + 1)


def _enum(member: Member) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(_word(member.schema, "enum"), list):
        yield f"a request whose {_named(member.pointer)} has an unknown code", "tongban-unknown"


def _pattern(member: Member) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(member.value, str) and isinstance(_word(member.schema, "pattern"), str):
        for value in _MISFITS:
            yield f"a request whose {_named(member.pointer)} has another form", value


def _range(member: Member) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(member.value, int) and not isinstance(member.value, bool):
        for keyword, step in (("minimum", -1), ("maximum", 1)):
            bound = _word(member.schema, keyword)
            if isinstance(bound, int):
                yield f"a request whose {_named(member.pointer)} is out of range", bound + step


def _additional(member: Member) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(member.value, dict):
        where = _named(member.pointer) if member.pointer else "the body"
        yield f"a request with an unknown field in {where}", {**member.value, EXTRA: "1"}


def _checksum(member: Member) -> Iterator[tuple[str, JsonValue]]:
    kind = _word(member.schema, "x-checksum")
    if isinstance(member.value, str) and isinstance(kind, str) and kind in CHECKSUMS:
        for letter in _ALPHABET:
            value = member.value[:-1] + letter
            if not CHECKSUMS[kind](value):
                yield f"a request whose {_named(member.pointer)} has a wrong check character", value


_MAKERS: Final[Mapping[Kind, Callable[[Member], Iterator[tuple[str, JsonValue]]]]] = {
    "required": _required,
    "type": _type,
    "length": _length,
    "enum": _enum,
    "pattern": _pattern,
    "range": _range,
    "additional": _additional,
    "checksum": _checksum,
}


def _without_parameters(contract: Contract, operation: Operation, request: Request) -> Iterator[Case]:
    for parameter in operation.parameters:
        if not parameter.required or parameter.location not in ("query", "header"):
            continue
        name = parameter.name.lower()
        if parameter.location == "query":
            changed = replace(request, query=tuple(pair for pair in request.query if pair[0] != parameter.name))
        else:
            changed = replace(request, headers=tuple(pair for pair in request.headers if pair[0].lower() != name))
        what = f"a request without the {parameter.location} parameter {parameter.name}"
        yield from _case(contract, operation, "required", what, changed)


def _with_wrong_query(contract: Contract, operation: Operation, request: Request, kind: Kind) -> Iterator[Case]:
    for parameter in operation.parameters:
        if parameter.location != "query" or parameter.schema is None:
            continue
        member = Member((), 1 if _word(parameter.schema, "type") == "integer" else "x", parameter.schema)
        for _, value in _MAKERS[kind](member):
            others = tuple(pair for pair in request.query if pair[0] != parameter.name)
            changed = replace(request, query=(*others, (parameter.name, str(value))))
            what = f"a request whose query parameter {parameter.name} is {value!r}"
            yield from _case(contract, operation, kind, what, changed)


def _others(member: Member) -> list[str]:
    listed = _word(member.schema, "enum")
    text = str(member.value)
    if isinstance(listed, list):
        return [str(one) for one in listed if one != member.value]
    return [f"{text}二", f"{text}2", text[:-1] + ("2" if text[-1] != "2" else "3")]


def _with_value(body: JsonValue, pointer: tuple[str | int, ...], value: JsonValue) -> JsonValue:
    """Return a body with another value at a place."""
    if not pointer:
        return value
    first, rest = pointer[0], pointer[1:]
    if isinstance(body, dict):
        return {name: _with_value(one, rest, value) if name == first else one for name, one in body.items()}
    if isinstance(body, list):
        return [_with_value(one, rest, value) if index == first else one for index, one in enumerate(body)]
    return body


def _named(pointer: tuple[str | int, ...]) -> str:
    return "/" + "/".join(escape_pointer(str(token)) for token in pointer) if pointer else "body"
