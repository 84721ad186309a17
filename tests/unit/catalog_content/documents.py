"""The bundled contracts and journeys, read and validated by means of their own: the oracle for the catalog's content.

Documents come through the gate as plain values, schemas are held by the jsonschema library, checksums by python-stdnum,
dates by the calendar. Nothing here uses ``sim.contract`` or ``sim.journey``.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jsonschema
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from stdnum.cn import ric, uscc
from stdnum.iso7064 import mod_37_36

from sim.document import escape_pointer, read_document

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
CONTRACTS = ROOT / "contracts"
JOURNEYS = ROOT / "scenarios" / "journeys"
BASE = "https://catalog.invalid/contracts/"
METHODS = ("get", "put", "post", "delete", "patch")
FORMATS = {
    "datetime-basic": "%Y%m%dT%H%M%S",
    "datetime-compact": "%Y%m%d%H%M%S",
    "datetime-colon": "%Y%m%d%H:%M:%S",
    "date-basic": "%Y%m%d",
}

# A document is JSON of any shape: the oracle reads it as it comes.
Json = Any


class Place(NamedTuple):
    """A value in a file below contracts/."""

    file: str
    pointer: str
    value: Json

    def child(self, *keys: str) -> Place:
        value, pointer = self.value, self.pointer
        for key in keys:
            value, pointer = value[key], f"{pointer}/{escape_pointer(key)}"
        return Place(self.file, pointer, value)

    def items(self) -> list[tuple[str, Place]]:
        return [(key, self.child(key)) for key in self.value]

    def values(self) -> list[Place]:
        return [self.child(key) for key in self.value]


class Operation(NamedTuple):
    """An operation of a contract; ``path`` is empty for a callback."""

    contract: str
    path: str
    method: str
    place: Place

    @property
    def name(self) -> str:
        return str(self.place.value["operationId"])


@cache
def document(file: str) -> Json:
    """Return a file below contracts/ as JSON."""
    return read_document(CONTRACTS / file).value


@cache
def journey(name: str) -> Json:
    """Return a journey as JSON."""
    return read_document(JOURNEYS / f"{name}.arazzo.yaml").value


def contract_names() -> list[str]:
    return sorted(path.name.removesuffix(".openapi.yaml") for path in CONTRACTS.glob("*.openapi.yaml"))


def journey_names() -> list[str]:
    return sorted(path.name.removesuffix(".arazzo.yaml") for path in JOURNEYS.glob("*.arazzo.yaml"))


def schema_files() -> list[str]:
    return sorted(f"schemas/{path.name}" for path in (CONTRACTS / "schemas").glob("*.json"))


@cache
def file_of(base: str, reference: str) -> str:
    """Return the file below contracts/ that a reference without its fragment names; "" names the file itself."""
    target = (CONTRACTS / base).parent / reference if reference else CONTRACTS / base
    return target.resolve().relative_to(CONTRACTS).as_posix()


def resolve(place: Place) -> Place:
    """Follow the reference of a Reference Object, or of a schema, until there is none."""
    while isinstance(place.value, dict) and "$ref" in place.value:
        file, _, fragment = place.value["$ref"].partition("#")
        name = file_of(place.file, file)
        value = document(name)
        for token in fragment.split("/")[1:]:
            value = value[token.replace("~1", "/").replace("~0", "~")]
        place = Place(name, fragment, value)
    return place


def operations(*, callbacks: bool = False) -> list[Operation]:
    """Return every operation of every contract; with those of callbacks where asked for."""
    found = []
    for contract in contract_names():
        file = f"{contract}.openapi.yaml"
        for path, item in Place(file, "", document(file)).child("paths").items():
            for method, operation in item.items():
                if method not in METHODS:
                    continue
                found.append(Operation(contract, path, method, operation))
                if callbacks:
                    found += _callbacks(contract, operation)
    return found


def _callbacks(contract: str, operation: Place) -> Iterator[Operation]:
    if "callbacks" not in operation.value:
        return
    for callback in operation.child("callbacks").values():
        for item in callback.values():
            for method, called in item.items():
                yield Operation(contract, "", method, called)


def parameters(operation: Operation) -> list[Place]:
    """Return the parameters of an operation and of its path."""
    holders = [operation.place]
    if operation.path:
        file = operation.place.file
        holders.append(Place(file, "", document(file)).child("paths", operation.path))
    listed = [holder.child("parameters") for holder in holders if "parameters" in holder.value]
    return [
        resolve(Place(one.file, f"{one.pointer}/{index}", value))
        for one in listed
        for index, value in enumerate(one.value)
    ]


def responses(operation: Operation) -> list[tuple[str, Place]]:
    return [(status, resolve(one)) for status, one in operation.place.child("responses").items()]


def schemas() -> Iterator[Place]:
    """Yield every schema object below contracts/, parts included."""
    for file in [*(f"{name}.openapi.yaml" for name in contract_names()), "components.yaml", *schema_files()]:
        yield from _schemas(Place(file, "", document(file)), is_schema=file.startswith("schemas/"))


def _schemas(place: Place, *, is_schema: bool) -> Iterator[Place]:
    if not isinstance(place.value, dict | list):
        return
    if isinstance(place.value, list):
        for index, value in enumerate(place.value):
            yield from _schemas(Place(place.file, f"{place.pointer}/{index}", value), is_schema=is_schema)
        return
    if is_schema:
        yield place
    for key, child in place.items():
        if key in ("example", "examples", "enum", "const", "default", "required"):
            continue
        if key in ("schemas", "properties", "$defs"):
            for one in child.values():
                yield from _schemas(one, is_schema=True)
        else:
            yield from _schemas(child, is_schema=is_schema or key == "schema")


@cache
def _registry() -> Registry[Json]:
    # A document that names its dialect would be held by that dialect's own validator, without our keywords.
    files = [*(f"{name}.openapi.yaml" for name in contract_names()), "components.yaml", *schema_files()]
    contents = {file: {key: one for key, one in document(file).items() if key != "$schema"} for file in files}
    pairs = [(BASE + file, DRAFT202012.create_resource(one)) for file, one in contents.items()]
    return Registry().with_resources(pairs)


def is_checked(kind: str, text: str) -> bool:
    """Whether the check character of an identifier is right, by python-stdnum."""
    if kind == "citizen-number":
        return bool(ric.calc_check_digit(text) == text[-1] and ric.get_birth_date(text))
    if kind == "credit-code":
        return bool(uscc.is_valid(text))
    if kind == "certificate-identifier":
        return bool(mod_37_36.is_valid(text.removeprefix("1.2.156.3005.2.").replace(".", "")))
    raise AssertionError(kind)


def _checksum(_: Json, kind: str, instance: Json, __: Json) -> Iterator[jsonschema.ValidationError]:
    if not is_checked(kind, instance):
        yield jsonschema.ValidationError(f"{instance!r} has a wrong check character")


def _moment(_: Json, form: str, instance: Json, __: Json) -> Iterator[jsonschema.ValidationError]:
    try:
        datetime.strptime(instance, FORMATS[form])
    except ValueError:
        yield jsonschema.ValidationError(f"{instance!r} is no {form}")


_KEYWORDS = {"x-checksum": _checksum, "x-format": _moment}
_Validator = extend(jsonschema.Draft202012Validator, _KEYWORDS)  # type: ignore[no-untyped-call]  # stubs lack it


def breaches(schema: Place, instance: Json) -> list[str]:
    """Return what a value breaks of a schema, by the jsonschema library."""
    reference = {"$ref": f"{BASE}{schema.file}#{schema.pointer}"}
    validator = _Validator(reference, registry=_registry())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(json.dumps(instance)))]
