"""Values held against schemas.

Takes the converted schemas of a contract, gives the violations of a value, promises that nothing is fetched, that a
value deeper than the bound is never handed on (the validator would overflow the stack) and that a rule which could not
be evaluated is told apart from a rule that was broken.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NoReturn, TypeAlias, cast
from urllib.parse import unquote

import jsonschema_rs

from sim.contract.checksum import CHECKSUMS
from sim.contract.json_text import MAX_DEPTH, is_deeper
from sim.contract.model import Schema, Violation
from sim.contract.moment import MOMENTS
from sim.contract.source import SCHEME, address, value_at
from sim.document import escape_pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sim.contract.form import Form
    from sim.document import JsonValue

# "plain": as written; in a request no readOnly property is required, in an answer no writeOnly one.
Direction: TypeAlias = Literal["plain", "request", "response"]

MAX_SHOWN: Final = 200
# The default limit of 1,000,000 steps makes long conforming values fail; a step costs about 30 ns.
PATTERN_OPTIONS: Final = jsonschema_rs.FancyRegexOptions(
    backtrack_limit=5_000_000, size_limit=64 * 1024 * 1024, dfa_size_limit=64 * 1024 * 1024
)
# Stands beside ``format: int32`` or ``int64`` in converted schemas: the validator's formats know text alone.
INTEGER_WIDTH: Final = "x-tongban-integer"

_INTEGER_BITS: Final = {"int32": 31, "int64": 63}


class Validators:
    """The compiled validators of one contract, each made when first asked for."""

    def __init__(self) -> None:
        self._resources: dict[Direction, Mapping[str, JsonValue]] = {}
        self._registries: dict[Direction, jsonschema_rs.Registry] = {}
        self._compiled: dict[tuple[str, str, Direction], jsonschema_rs.Validator] = {}
        self._originals: Mapping[str, JsonValue] = {}
        self.forms: dict[tuple[str, str, int], Form] = {}

    def publish(
        self, resources: Mapping[Direction, Mapping[str, JsonValue]], originals: Mapping[str, JsonValue]
    ) -> None:
        """Set the converted documents by direction and identifier, and the documents as written by identifier."""
        self._resources = dict(resources)
        self._originals = originals

    def prepare(self) -> None:
        """Build the registries now.

        Raises
        ------
        ValueError
            The converted documents do not fit together.
        """
        for direction in self._resources:
            self._registry(direction)

    def target(self, schema: Schema) -> PlacedSchema | None:
        """Return what the ``$ref`` of a schema names, None when it has none."""
        try:
            value = value_at(self._resources["plain"][schema.uri], schema.pointer)
        except LookupError:  # beside a $ref of OpenAPI 3.0, which is alone
            return None
        reference = value.get("$ref") if isinstance(value, dict) else None
        if not isinstance(reference, str):
            return None
        uri, _, fragment = reference.partition("#")
        pointer = unquote(fragment)
        return PlacedSchema(uri, pointer, value_at(self._originals[uri], pointer), self)

    def compiled(self, schema: Schema, direction: Direction) -> jsonschema_rs.Validator:
        """Return the validator of a schema.

        Raises
        ------
        jsonschema_rs.ValidationError
            The schema cannot be compiled; the loader has told why.
        """
        key = (schema.uri, schema.pointer, direction)
        found = self._compiled.get(key)
        if found is None:
            found = self._compile(schema, direction)
            self._compiled[key] = found
        return found

    def _compile(self, schema: Schema, direction: Direction) -> jsonschema_rs.Validator:
        return compile_schema({"$ref": address(schema.uri, schema.pointer)}, self._registry(direction))

    def _registry(self, direction: Direction) -> jsonschema_rs.Registry:
        registry = self._registries.get(direction)
        if registry is None:
            resources = list(self._resources[direction].items())
            registry = jsonschema_rs.Registry(resources, draft=jsonschema_rs.Draft202012, retriever=_refuse)
            self._registries[direction] = registry
        return registry


@dataclass(frozen=True, slots=True, eq=False)
class PlacedSchema(Schema):
    """A schema that knows the validators of its contract."""

    validators: Validators


def compile_schema(
    schema: dict[str, JsonValue] | bool,  # noqa: FBT001 - a boolean is a whole schema
    registry: jsonschema_rs.Registry | None = None,
) -> jsonschema_rs.Validator:
    """Return a validator with our limits, formats and keywords, which fetches nothing."""
    return jsonschema_rs.Draft202012Validator(
        schema,
        registry=registry,
        retriever=_refuse,
        validate_formats=True,
        formats={"byte": _is_base64},
        keywords=_KEYWORDS,
        pattern_options=PATTERN_OPTIONS,
    )


def violations_of_value(
    schema: Schema, value: JsonValue, *, part: str = "body", direction: Direction = "plain"
) -> tuple[Violation, ...]:
    """Return what a value breaks of a schema.

    Parameters
    ----------
    schema : Schema
        Of a loaded contract; any other may refer to itself alone.
    value : JsonValue
        The value; any depth.
    part : str
        The part of the message it is, for the violations.
    direction : {'plain', 'request', 'response'}
        In a request no readOnly property is required, in a response no writeOnly one.

    Returns
    -------
    tuple of Violation
        Empty when the value conforms; sorted by pointer.
    """
    if is_deeper(value):
        received = f"more than {MAX_DEPTH} levels"
        place = contract_pointer(schema)
        return (Violation(part, "unevaluated", "", f"at most {MAX_DEPTH} levels", received, place, certain=False),)
    return violations_within_bounds(schema, value, part=part, direction=direction)


def violations_within_bounds(
    schema: Schema, value: JsonValue, *, part: str, direction: Direction, prefix: str = ""
) -> tuple[Violation, ...]:
    """Return what a value breaks of a schema, its depth being known to be bounded; pointers begin with ``prefix``."""
    if isinstance(schema, PlacedSchema):
        validator = schema.validators.compiled(schema, direction)
    else:
        validator = compile_schema(schema.value)  # type: ignore[arg-type]  # a wrong schema raises here
    try:
        errors = list(validator.iter_errors(value))
    except (UnicodeEncodeError, ValueError) as error:
        message = f"not a JSON value: {type(error).__name__}"
        return (Violation(part, "parse", prefix, "a JSON value", message, contract_pointer(schema)),)
    if not errors:
        return ()
    return tuple(sorted({found for error in errors for found in _violations(error, schema, part, prefix)}))


def contract_pointer(schema: Schema, pointer: str | None = None) -> str:
    """Return ``file#pointer`` of a schema, the file as its path below the catalog."""
    return f"{unquote(schema.uri.removeprefix(SCHEME))}#{schema.pointer if pointer is None else pointer}"


def shorten(value: object) -> str:
    """Return a value as JSON of at most 200 characters."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def _violations(error: jsonschema_rs.ValidationError, schema: Schema, part: str, prefix: str) -> Iterator[Violation]:
    kind = error.kind
    pointer = prefix + "".join("/" + escape_pointer(str(token)) for token in error.instance_path)
    place = _place(error, schema)
    if isinstance(kind, (_Kind.BacktrackLimitExceeded, _Kind.RegexEngineFailure)):
        expected = f"{kind.name} evaluated within its limits"
        yield Violation(part, "unevaluated", pointer, expected, shorten(error.instance), place, certain=False)
    elif isinstance(kind, _Kind.Required):
        missing = f"{pointer}/{escape_pointer(kind.property)}"
        yield Violation(part, "required", missing, "a value", "nothing", place)
    elif isinstance(kind, (_Kind.AdditionalProperties, _Kind.UnevaluatedProperties)):
        for name in kind.unexpected:
            value = error.instance[name] if isinstance(error.instance, dict) else None
            yield Violation(part, kind.name, f"{pointer}/{escape_pointer(name)}", "nothing", shorten(value), place)
    else:
        rule, expected = _expected(kind)
        place = place.replace(INTEGER_WIDTH, "format") if rule == "format" else place
        yield Violation(part, rule, pointer, expected[:MAX_SHOWN], shorten(error.instance), place)


def _expected(kind: jsonschema_rs.ValidationErrorKind) -> tuple[str, str]:
    """Return a broken rule's name and what it wants."""
    if isinstance(kind, _Kind.Custom):
        rule = "format" if kind.keyword == INTEGER_WIDTH else kind.keyword
        return rule, kind.message
    if isinstance(kind, _Kind.FalseSchema):
        return "false", "no value"
    if isinstance(kind, (_Kind.AnyOf, _Kind.OneOfNotValid)):
        return kind.name, f"one of {len(kind.context)} schemas: " + "; ".join(
            " and ".join(sorted({" ".join(_expected(error.kind)) for error in branch})) for branch in kind.context
        )
    if isinstance(kind, _Kind.OneOfMultipleValid):
        return kind.name, "exactly one of the schemas"
    if isinstance(kind, _Kind.PropertyNames):
        return kind.name, "names that keep " + " ".join(_expected(kind.error.kind))
    details = list(kind.as_dict().values())
    return kind.name, shorten(details[0]) if details else kind.name


def _place(error: jsonschema_rs.ValidationError, schema: Schema) -> str:
    location = error.absolute_keyword_location
    if location is None:
        tokens = "".join("/" + escape_pointer(str(token)) for token in error.schema_path)
        return contract_pointer(schema, tokens if isinstance(schema, PlacedSchema) else schema.pointer + tokens)
    uri, _, fragment = location.partition("#")
    return f"{unquote(uri.removeprefix(SCHEME))}#{unquote(fragment)}"


_Kind: Final = jsonschema_rs.ValidationErrorKind


def _refuse(uri: str) -> NoReturn:
    message = f"{uri} is not in the catalog"
    raise LookupError(message)


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


class _TextRule:
    """A keyword of ours: its value names an entry of a table of tests for texts."""

    table: Mapping[str, Callable[[str], bool]]

    def __init__(self, _parent: object, name: str, _path: object) -> None:
        self._name = name
        self._test = self.table[name]

    def validate(self, instance: object) -> None:
        if isinstance(instance, str) and not self._test(instance):
            raise ValueError(self._name)


class _Checksum(_TextRule):
    table = CHECKSUMS


class _Moment(_TextRule):
    table = MOMENTS


class _IntegerWidth:
    def __init__(self, _parent: object, name: str, _path: object) -> None:
        self._name = name
        self._limit = 1 << _INTEGER_BITS[name]

    def validate(self, instance: object) -> None:
        if isinstance(instance, (int, float)) and not -self._limit <= instance < self._limit:
            raise ValueError(self._name)


# The package's protocol names the parameters of a keyword's initialiser; it passes them by position.
_KEYWORDS: Final = cast(
    "dict[str, type[jsonschema_rs.KeywordValidator]]",
    {"x-checksum": _Checksum, "x-format": _Moment, INTEGER_WIDTH: _IntegerWidth},
)
