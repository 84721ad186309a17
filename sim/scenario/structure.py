"""The shape of a scenario document: held against schema.json, told in words.

Takes a merged document, gives faults with places and remedies, promises that what passes has the types that
``schema.json`` states.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import jsonschema_rs
from jsonschema_rs import ValidationErrorKind as Kind

from sim.document import JsonValue, escape_pointer
from sim.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.document import Document
    from sim.errors import Fault

Rule: TypeAlias = dict[str, Any]  # a JSON Schema is JSON of any shape

SCHEMA: Final[Rule] = json.loads((files("sim.scenario") / "schema.json").read_text(encoding="utf-8"))

MAX_FAULTS: Final = 200

# bool before number: True is an int
_KINDS: Final[tuple[tuple[type[Any], str], ...]] = (
    (bool, "{}"),
    (dict, "a mapping"),
    (list, "a list"),
    (str, "the text {}"),
    (type(None), "nothing"),
    (object, "the number {}"),
)


def structure_faults(document: Document) -> tuple[list[Fault], set[str]]:
    """Return what is wrong with the shape of a document, and the pointers of the values that cannot be read.

    A key that is unknown or missing is a fault, but leaves its mapping readable.

    Raises
    ------
    DocumentError
        There are ``MAX_FAULTS`` or more: the first of them; the rest of the document is not looked at.
    """
    faults: list[Fault] = []
    broken: set[str] = set()
    for error in _validator().iter_errors(document.value):
        if len(faults) >= MAX_FAULTS:
            raise DocumentError(faults)
        for reason in _reasons(error):
            pointer = _pointer(reason)
            if reason.kind.name not in ("additionalProperties", "required"):
                broken.add(pointer)
            faults += islice(_told(document, reason, pointer), MAX_FAULTS)
    return faults, broken


def branches(rule: Rule) -> list[Rule]:
    """Return a rule with its reference followed, or its alternatives."""
    target = SCHEMA["$defs"][rule["$ref"].rpartition("/")[2]] if "$ref" in rule else rule
    alternatives = target.get("oneOf")
    return [part for option in alternatives for part in branches(option)] if alternatives else [target]


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(SCHEMA, retriever=_refuse)


def _refuse(uri: str) -> JsonValue:
    message = f"{uri} is not fetched"
    raise ValueError(message)


def _pointer(error: jsonschema_rs.ValidationError) -> str:
    return "".join(f"/{escape_pointer(str(token))}" for token in error.instance_path)


def _reasons(error: jsonschema_rs.ValidationError) -> Iterator[jsonschema_rs.ValidationError]:
    """Yield an error, or for a choice the errors of the one alternative that was meant."""
    if not isinstance(error.kind, Kind.OneOfNotValid):
        yield error
        return
    meant = [reasons for reasons in error.kind.context if not any(_is_other(error, reason) for reason in reasons)]
    if len(meant) != 1:
        yield error
        return
    for reason in meant[0]:
        yield from _reasons(reason)


def _is_other(choice: jsonschema_rs.ValidationError, reason: jsonschema_rs.ValidationError) -> bool:
    """Whether a reason says that the value was meant to be another alternative altogether."""
    return len(reason.instance_path) == len(choice.instance_path) and reason.kind.name in ("type", "const")


def _told(document: Document, error: jsonschema_rs.ValidationError, pointer: str) -> Iterator[Fault]:
    tell = _TELLERS.get(error.kind.name, _tell_expected)
    rule = _rule(error)
    for below, message, remedy in tell(error, rule):
        full = f"{pointer}/{escape_pointer(below)}" if below else pointer
        yield document.fault(full, message, remedy, of_key=bool(below))


def _rule(error: jsonschema_rs.ValidationError) -> Rule:
    """Return the part of the schema that an error comes from."""
    rule: Any = SCHEMA
    for token in error.schema_path[:-1]:
        rule = rule[token]
    return rule if isinstance(rule, dict) else SCHEMA


Told: TypeAlias = "Iterator[tuple[str, str, str]]"  # key below the place or "", message, remedy


def _tell_unknown(error: jsonschema_rs.ValidationError, rule: Rule) -> Told:
    known = sorted(rule.get("properties", {}))
    for name in error.kind.unexpected if isinstance(error.kind, Kind.AdditionalProperties) else ():
        near = get_close_matches(name, known, n=3)
        remedy = f"did you mean {' or '.join(near)}" if near else f"known keys: {', '.join(known)}"
        yield name, f"there is no key {_short(name)}", remedy


def _tell_required(error: jsonschema_rs.ValidationError, _rule: Rule) -> Told:
    missing = error.kind.property if isinstance(error.kind, Kind.Required) else ""
    yield "", f"the key {missing} is missing", "add it"


def _tell_bound(error: jsonschema_rs.ValidationError, rule: Rule) -> Told:
    remedy = rule.get("x-remedy") or f"write {_expected(rule)}"
    largest = _plain(rule["maximum"]) if error.kind.name == "maximum" else ""
    if largest not in remedy:
        remedy = f"write at most {largest}"
    yield "", f"{_short(error.instance)} is not allowed", remedy


def _tell_name(error: jsonschema_rs.ValidationError, rule: Rule) -> Told:
    if isinstance(error.kind, Kind.PropertyNames):
        kind: Kind.PropertyNames = error.kind
        error, rule = kind.error, _rule(kind.error)
    yield str(error.instance), f"{_short(error.instance)} is not accepted here", f"use {_expected(rule)}"


def _tell_expected(error: jsonschema_rs.ValidationError, rule: Rule) -> Told:
    received: object = error.instance
    kind = next(words for each, words in _KINDS if isinstance(received, each))
    yield "", f"expected {_expected(rule)}, but this is {kind.format(_short(received))}", rule.get("x-remedy", "")


def _expected(rule: Rule) -> str:
    if "$ref" in rule and "title" not in rule:
        rule = SCHEMA["$defs"][rule["$ref"].rpartition("/")[2]]
    if "title" in rule:
        return str(rule["title"])
    if "oneOf" in rule:
        return " or ".join(_expected(option) for option in rule["oneOf"])
    return {"object": "a mapping", "array": "a list", "string": "a text"}.get(rule.get("type", ""), "another value")


def _plain(number: float) -> str:
    """Return a bound as people write it: without a fraction where it has none."""
    return str(int(number) if number == int(number) else number)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


_TELLERS: Final[dict[str, Callable[[jsonschema_rs.ValidationError, Rule], Told]]] = {
    "additionalProperties": _tell_unknown,
    "required": _tell_required,
    "minimum": _tell_bound,
    "maximum": _tell_bound,
    "exclusiveMinimum": _tell_bound,
    "exclusiveMaximum": _tell_bound,
    "propertyNames": _tell_name,
}
