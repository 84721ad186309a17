"""Inputs of workflows: their JSON Schema, resolved, and what can be told from it.

Takes a schema at its place in an Arazzo document, gives it with every ``$ref`` replaced by what it names (in the same
document, or in a file of the catalog), promises that the result refers to nothing and was accepted by the validator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

import jsonschema_rs

from sim.document import escape_pointer, read_document
from sim.errors import DocumentError, UsageError
from sim.journey.expression import parse_pointer
from sim.journey.value import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.catalog import Catalog
    from sim.document import Document, JsonValue
    from sim.errors import Fault

MAX_NODES: Final = 20_000
MAX_DEPTH: Final = 256
_UNSUPPORTED: Final = ("$dynamicRef", "$recursiveRef", "$vocabulary")
_NAMING: Final = frozenset({"$id", "$schema", "$anchor", "$dynamicAnchor", "$defs"})  # of no use once all is resolved
_LITERAL: Final = frozenset({"const", "enum", "default", "examples"})
_NAMED: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})


def resolve_schema(
    catalog: Catalog, document: Document, pointer: str, value: JsonValue
) -> tuple[Mapping[str, JsonValue], tuple[Document, ...], list[Fault]]:
    """Return a schema without references, the other documents it came from, and its faults.

    Parameters
    ----------
    document : Document
        Where the schema stands.
    pointer : str
        Place of the schema in it.
    value : JsonValue
        The schema as written.
    """
    resolver = _Resolver(catalog, {}, [])
    try:
        resolved = resolver.schema(document, pointer, value, ())
    except _StopError:
        return {}, (), resolver.faults
    others = tuple(resolver.documents.values())
    if resolver.faults:
        return {}, others, resolver.faults
    if resolved is True:
        resolved = {}
    if not isinstance(resolved, dict):
        return {}, others, [document.fault(pointer, "the inputs must be an object schema", "write `type: object`")]
    if resolved.get("type", "object") != "object":
        return {}, others, [document.fault(f"{pointer}/type", "inputs are an object", "write `type: object`")]
    try:
        jsonschema_rs.Draft202012Validator(resolved)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        reason = getattr(error, "message", str(error)).partition("\n")[0]
        return {}, others, [document.fault(pointer, f"is not a JSON Schema: {reason}", "follow draft 2020-12")]
    return resolved, others, []


def listed(schema: Mapping[str, JsonValue]) -> frozenset[str] | None:
    """Return the names of inputs where the schema tells them all; None where any name may be given.

    A schema that lists properties and says nothing about others is taken at its word.
    """
    parts = _parts(schema)
    names = frozenset(name for part in parts for name in _object(part, "properties"))
    if any(part.get("additionalProperties") is False for part in parts):
        return names
    opened = any("patternProperties" in part or part.get("additionalProperties", False) is not False for part in parts)
    return names if names and not opened else None


def required(schema: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return the names of inputs that must be given and have no default."""
    names: list[str] = []
    for part in _parts(schema):
        wanted = part.get("required")
        names += [str(name) for name in wanted] if isinstance(wanted, list) else []
    return tuple(dict.fromkeys(name for name in names if name not in defaults(schema)))


def defaults(schema: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the default values of inputs by name."""
    found: dict[str, JsonValue] = {}
    for part in _parts(schema):
        for name, value in _object(part, "properties").items():
            if isinstance(value, dict) and "default" in value:
                found[name] = value["default"]
    return found


def input_errors(schema: Mapping[str, JsonValue], inputs: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return what is wrong with inputs, by JSON Schema; empty when nothing is."""
    if _depth(dict(inputs)) > MAX_DEPTH:
        return (f"is nested deeper than {MAX_DEPTH} levels",)
    validator = jsonschema_rs.Draft202012Validator(dict(schema))
    errors = sorted(validator.iter_errors(dict(inputs)), key=lambda error: [str(key) for key in error.instance_path])
    return tuple(
        f"{'.'.join(str(key) for key in error.instance_path) or 'inputs'}: {error.message}" for error in errors
    )


def _depth(value: JsonValue) -> int:
    depth, level = 0, [value]
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
        ]
    return depth


def _parts(schema: Mapping[str, JsonValue]) -> list[Mapping[str, JsonValue]]:
    """Return a schema and those it is joined with by ``allOf``."""
    parts = [schema]
    joined = schema.get("allOf")
    for part in joined if isinstance(joined, list) else []:
        parts += _parts(part) if isinstance(part, dict) else []
    return parts


def _object(schema: Mapping[str, JsonValue], key: str) -> Mapping[str, JsonValue]:
    value = schema.get(key)
    return value if isinstance(value, dict) else {}


class _StopError(Exception):
    """A schema cannot be resolved; its fault is noted."""


@dataclass(slots=True)
class _Resolver:
    """Copies a schema and replaces its references; counts what it copies."""

    catalog: Catalog
    documents: dict[str, Document]
    faults: list[Fault]
    nodes: int = 0

    def schema(self, document: Document, pointer: str, value: JsonValue, within: tuple[str, ...]) -> JsonValue:
        """Return a schema resolved; ``within`` names the references that are being followed."""
        self._count(document, pointer)
        if not isinstance(value, dict):
            return value
        for key in _UNSUPPORTED:
            if key in value:
                self._fault(document, f"{pointer}/{key}", f"{key} is not supported in inputs", "refer by JSON pointer")
        copied: dict[str, JsonValue] = {}
        for key, child in value.items():
            if key != "$ref" and key not in _NAMING:
                copied[key] = self._keyword(document, f"{pointer}/{escape_pointer(key)}", key, child, within)
        if "$ref" not in value:
            return copied
        target = self._follow(document, f"{pointer}/$ref", value["$ref"], within)
        if not copied:
            return target
        joined = copied.get("allOf", [])
        copied["allOf"] = [*(joined if isinstance(joined, list) else []), target]
        return copied

    def _keyword(
        self, document: Document, pointer: str, key: str, value: JsonValue, within: tuple[str, ...]
    ) -> JsonValue:
        if key in _LITERAL:
            return value
        if isinstance(value, list):
            return [self.schema(document, f"{pointer}/{index}", item, within) for index, item in enumerate(value)]
        if isinstance(value, dict) and key in _NAMED:
            return {
                name: self.schema(document, f"{pointer}/{escape_pointer(name)}", item, within)
                for name, item in value.items()
            }
        return self.schema(document, pointer, value, within)

    def _follow(self, document: Document, pointer: str, reference: JsonValue, within: tuple[str, ...]) -> JsonValue:
        if not isinstance(reference, str):
            self._stop(document, pointer, "a $ref must be text", "write '#/components/inputs/<name>'")
        file, _, fragment = reference.partition("#")
        other = self._open(document, pointer, file) if file else document
        tokens = parse_pointer(fragment)
        if tokens is None:
            self._stop(document, pointer, f"{reference!r} has no JSON pointer after #", "refer by JSON pointer")
        name = f"{other.path}#{fragment}"
        if name in within:
            self._stop(document, pointer, f"{reference!r} leads back to itself", "inputs cannot be recursive")
        found = find(other.value, tokens)
        if not isinstance(found, (dict, bool)):
            self._stop(document, pointer, f"{reference!r} names no schema", "check the pointer")
        return self.schema(other, fragment, found, (*within, name))

    def _open(self, document: Document, pointer: str, file: str) -> Document:
        try:
            path = self.catalog.resolve(file, base=document.path)
            if str(path) not in self.documents:
                self.documents[str(path)] = read_document(path)
        except UsageError as error:
            self._stop(document, pointer, error.message, error.remedy)
        except DocumentError as error:
            self.faults += error.faults
            raise _StopError from error
        return self.documents[str(path)]

    def _count(self, document: Document, pointer: str) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._stop(document, pointer, f"grows beyond {MAX_NODES} values", "use smaller inputs")

    def _fault(self, document: Document, pointer: str, message: str, remedy: str) -> None:
        self.faults.append(document.fault(pointer, message, remedy))

    def _stop(self, document: Document, pointer: str, message: str, remedy: str) -> NoReturn:
        self._fault(document, pointer, message, remedy)
        raise _StopError
