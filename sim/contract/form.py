"""What kind of value a schema wants, as far as untyped text must know it.

Takes schemas and texts, gives typed values, promises that a text which is no value of the wanted type stays text, so
that validation names the broken ``type``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.contract.validator import PlacedSchema
from sim.document import escape_pointer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.model import Schema
    from sim.document import JsonValue

# An object's members and their elements; untyped text holds no more.
MAX_NESTING: Final = 2

_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,300})(\.\d{1,300})?([eE][+-]?\d{1,4})?", re.ASCII)
_BOOLEANS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Form:
    """The types a schema allows and those of its parts.

    Parameters
    ----------
    types : frozenset of str
        JSON Schema types; empty when the schema does not say.
    items : Form or None
        Of the elements of a list.
    properties : mapping of str to Form
        Of the members of an object.
    rest : Form or None
        Of members that are not named; None when the schema does not speak of them or forbids them.
    """

    types: frozenset[str]
    items: Form | None
    properties: Mapping[str, Form]
    rest: Form | None


TEXT: Final = Form(frozenset(("string",)), None, {}, None)


def form_of(schema: Schema | None) -> Form:
    """Return the form of a schema, references followed."""
    if not isinstance(schema, PlacedSchema):
        return TEXT
    return _known_form(schema, MAX_NESTING)


def typed(text: str, form: Form | None) -> JsonValue:
    """Return a text as a value of the form's type; the text itself where it is none."""
    types = form.types if form else frozenset()
    if not types or "string" in types:
        return text
    if "boolean" in types and text in _BOOLEANS:
        return _BOOLEANS[text]
    if "null" in types and text == "":
        return None
    match = _NUMBER.fullmatch(text) if types & {"integer", "number"} else None
    if match is None:
        return text
    if match.group(1) is None and match.group(2) is None:
        return int(text)
    number = float(text)
    return number if math.isfinite(number) else text


def resolve_schema(schema: Schema) -> Schema:
    """Return the schema that a chain of ``$ref`` leads to, or the schema itself."""
    seen: set[tuple[str, str]] = set()
    current = schema
    while isinstance(current, PlacedSchema) and (current.uri, current.pointer) not in seen:
        seen.add((current.uri, current.pointer))
        target = current.validators.target(current)
        if target is None:
            break
        current = target
    return current


def child_schema(schema: Schema, *tokens: str) -> Schema | None:
    """Return a schema inside a schema: ``child_schema(schema, "properties", "name")``; None where there is none."""
    current: JsonValue = schema.value
    for token in tokens:
        if isinstance(current, dict) and token in current:
            current = current[token]
        elif isinstance(current, list) and token.isdecimal() and int(token) < len(current):
            current = current[int(token)]
        else:
            return None
    pointer = schema.pointer + "".join("/" + escape_pointer(token) for token in tokens)
    if isinstance(schema, PlacedSchema):
        return PlacedSchema(schema.uri, pointer, current, schema.validators)
    return type(schema)(schema.uri, pointer, current)


def code_list_of(schema: Schema) -> tuple[str, str] | None:
    """Return set and edition of the code list that a schema names by ``x-code-list``, or None."""
    value = resolve_schema(schema).value
    named = value.get("x-code-list") if isinstance(value, dict) else None
    if not isinstance(named, str):
        return None
    name, _, edition = named.partition("@")
    return name, edition


def _known_form(schema: PlacedSchema, depth: int) -> Form:
    """Return the form of a schema to a depth, made once: schemas that refer to each other would make it many times."""
    key = (schema.uri, schema.pointer, depth)
    found = schema.validators.forms.get(key)
    if found is None:
        found = _form(schema, depth, set())
        schema.validators.forms[key] = found
    return found


def _form(schema: Schema, depth: int, seen: set[tuple[str, str]]) -> Form:
    """Return the form of a schema: what it says itself, and what the schemas beside it say."""
    key = (schema.uri, schema.pointer)
    value = schema.value
    if key in seen or not isinstance(value, dict):
        return Form(frozenset(), None, {}, None)
    seen.add(key)
    target = resolve_schema(schema)
    beside = [_form(target, depth, seen)] if target is not schema else []
    for keyword in ("allOf", "anyOf", "oneOf"):
        branches = value.get(keyword)
        for index in range(len(branches) if isinstance(branches, list) else 0):
            part = child_schema(schema, keyword, str(index))
            if part is not None:
                beside.append(_form(part, depth, seen))
    if depth == 0:
        return _merged([Form(_types(value), None, {}, None), *beside])
    own = Form(_types(value), _part(schema, depth, "items"), _properties(schema, depth), _rest(schema, depth))
    return _merged([own, *beside])


def _merged(forms: list[Form]) -> Form:
    return Form(
        frozenset().union(*(form.types for form in forms)),
        next((form.items for form in forms if form.items), None),
        {name: form for whole in reversed(forms) for name, form in whole.properties.items()},
        next((form.rest for form in forms if form.rest), None),
    )


def _types(value: dict[str, JsonValue]) -> frozenset[str]:
    declared = value.get("type")
    if isinstance(declared, str):
        return frozenset((declared, "null")) if value.get("nullable") is True else frozenset((declared,))
    if isinstance(declared, list):
        return frozenset(str(name) for name in declared)
    enum = value.get("enum")
    allowed = enum if isinstance(enum, list) else [value["const"]] if "const" in value else []
    return frozenset(_type_of(one) for one in allowed)


def _type_of(value: JsonValue) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def _part(schema: Schema, depth: int, *tokens: str) -> Form | None:
    part = child_schema(schema, *tokens)
    if not isinstance(part, PlacedSchema) or part.value is False:
        return None
    return _known_form(part, depth - 1)


def _properties(schema: Schema, depth: int) -> dict[str, Form]:
    declared = schema.value.get("properties") if isinstance(schema.value, dict) else None
    names = declared if isinstance(declared, dict) else {}
    return {name: form for name in names if (form := _part(schema, depth, "properties", name)) is not None}


def _rest(schema: Schema, depth: int) -> Form | None:
    return _part(schema, depth, "additionalProperties")
