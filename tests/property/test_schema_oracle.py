"""Every schema of the catalog, in every edition: our verdict on a value is that of the jsonschema library.

Ours is the product's path: schemas converted, compiled by jsonschema-rs, with the vocabulary of the catalog. The oracle
reads the documents as they are written. It knows the check characters by python-stdnum, moments by the calendar,
``format: uri`` by the characters of RFC 3986, and takes ``$`` in a pattern as ECMA-262 does: the end of the text, where
Python's matches before a last line feed too.

Outside: whether the birthday in a citizen number is a day of the calendar (the check character alone is a rule), code
lists (the loader holds ``enum`` against them), directions (no bundled request holds a ``readOnly`` property), and the
formats that no bundled schema uses. ``TONGBAN_ORACLE_FACTOR=100`` makes a hundred times as many values.
"""

from __future__ import annotations

import os
import re
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

import jsonschema
import pytest
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from sim.catalog import Catalog
from sim.contract import apply_overlay, load_contract, load_overlay, violations_of_value
from sim.contract.validator import PlacedSchema, Validators
from tests.instances import Library, Values
from tests.mutants import CHANGES, mutants, unknown_keywords
from tests.texts import has_check_character, is_moment
from tests.unit.catalog_content.documents import CONTRACTS, Json, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract import Contract

FACTOR: Final = int(os.environ.get("TONGBAN_ORACLE_FACTOR", "1"))
VALUES: Final = 3 * FACTOR
"""Values of each schema that are to keep it."""
MUTANTS: Final = 20 * FACTOR
"""Values of each schema with one change."""
NAMES: Final = (*Catalog.bundled().names("contract"), *Catalog.bundled().names("overlay"))
"""Editions: the contracts as they are, and what each overlay makes of the contract it is of."""
BASE: Final = "https://catalog.invalid/"
RULES: Final = frozenset(("additionalProperties", "required", "type", *CHANGES))
"""Keywords by which a value can break a schema; the others say where they apply."""
SHARED: Final = ("components.yaml", "schemas/")
# RFC 3986, section 2 and appendix A: a scheme, then characters of an address or percent-encoded bytes, one fragment.
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[\w.~:/?@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})*"
                         r"(?:#(?:[\w.~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?", re.ASCII)  # fmt: skip


class Edition(NamedTuple):
    """A contract in one edition: as ours has it, and as the oracle reads it."""

    name: str
    contract: Contract
    library: Library

    @property
    def file(self) -> str:
        return f"{self.contract.name}.openapi.yaml"

    @property
    def validators(self) -> Validators:
        schema = next(_schemas_of(self.contract))
        assert isinstance(schema, PlacedSchema)
        return schema.validators

    def keeps(self, place: Place, value: Json) -> bool:
        """Tell our verdict."""
        return not violations_of_value(self.placed(place), value)

    def placed(self, place: Place) -> PlacedSchema:
        return PlacedSchema(f"catalog:/contracts/{place.file}", place.pointer, place.value, self.validators)


def _schemas_of(contract: Contract) -> Iterator[object]:
    for operation in contract.operations.values():
        for response in operation.responses.values():
            yield from (media_type.schema for media_type in response.content.values())


@cache
def editions() -> dict[str, Edition]:
    """Return every contract of the catalog, and each again under every overlay that is of it."""
    bundled = Catalog.bundled()
    found = {name: Edition(name, load_contract(bundled, name), Library()) for name in bundled.names("contract")}
    for name in bundled.names("overlay"):
        overlay = load_overlay(bundled, name)
        assert overlay.extends is not None
        base = overlay.extends.name.removesuffix(".openapi.yaml")
        contract = apply_overlay(bundled, base, overlay)
        library = Library({f"{base}.openapi.yaml": contract.document.value})
        found[name] = Edition(name, contract, library)
    return found


def schemas_of(edition: Edition) -> dict[tuple[str, str], Place]:
    """Return every schema that stands by itself in an edition or is referred to, by its place."""
    found: dict[tuple[str, str], Place] = {}
    waiting = list(_roots(edition.library, edition.library.whole(edition.file)))
    while waiting:
        place = waiting.pop()
        if (place.file, place.pointer) not in found:
            found[place.file, place.pointer] = place
            waiting += [edition.library.target(part) for part in parts_of(place) if "$ref" in part.value]
    return found


def _roots(library: Library, place: Place) -> Iterator[Place]:
    """Yield the schemas of components, parameters, headers and bodies below a place, references followed."""
    if isinstance(place.value, list):
        for index, value in enumerate(place.value):
            yield from _roots(library, Place(place.file, f"{place.pointer}/{index}", value))
    elif isinstance(place.value, dict):
        if "$ref" in place.value:
            yield from _roots(library, library.target(place))
        for key, child in place.items():
            if key == "schema":
                yield child
            elif key == "schemas":
                yield from child.values()
            elif key not in ("example", "examples"):
                yield from _roots(library, child)


def parts_of(place: Place) -> Iterator[Place]:
    """Yield a schema and every schema in it that is a mapping."""
    if not isinstance(place.value, dict):
        return
    yield place
    for key in ("properties", "$defs"):
        for child in place.child(key).values() if key in place.value else ():
            yield from parts_of(child)
    for key in ("items", "if", "then", "else"):
        if key in place.value:
            yield from parts_of(place.child(key))
    for index, value in enumerate(place.value.get("allOf", ())):
        yield from parts_of(Place(place.file, f"{place.pointer}/allOf/{index}", value))


@cache
def _oracle(edition: str) -> Registry[Json]:
    library = editions()[edition].library
    files = [path.relative_to(CONTRACTS).as_posix() for path in sorted(CONTRACTS.rglob("*")) if path.is_file()]
    pairs = []
    for file in files:
        if file.endswith((".openapi.yaml", ".json")) or file == "components.yaml":
            # A document that names its dialect would be held by that dialect's own validator, without our keywords.
            contents = {key: one for key, one in library.whole(file).value.items() if key != "$schema"}
            pairs.append((BASE + file, DRAFT202012.create_resource(contents)))
    return Registry().with_resources(pairs)


def _pattern(_: Json, pattern: str, value: Json, __: Json) -> Iterator[jsonschema.ValidationError]:
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield jsonschema.ValidationError("pattern")


def _checksum(_: Json, kind: str, value: Json, __: Json) -> Iterator[jsonschema.ValidationError]:
    if isinstance(value, str) and not has_check_character(kind, value):
        yield jsonschema.ValidationError("x-checksum")


def _moment(_: Json, form: str, value: Json, __: Json) -> Iterator[jsonschema.ValidationError]:
    if isinstance(value, str) and not is_moment(form, value):
        yield jsonschema.ValidationError("x-format")


FORMATS: Final = jsonschema.FormatChecker(formats=())
FORMATS.checks("uri")(lambda value: not isinstance(value, str) or _URI.fullmatch(value) is not None)
_Oracle = extend(  # type: ignore[no-untyped-call]  # the stubs lack it
    jsonschema.Draft202012Validator, {"pattern": _pattern, "x-checksum": _checksum, "x-format": _moment}
)


@cache
def oracle(edition: str, file: str, pointer: str) -> jsonschema.Draft202012Validator:
    """Return the oracle's validator of a schema."""
    reference = {"$ref": f"{BASE}{file}#{pointer}"}
    made: jsonschema.Draft202012Validator = _Oracle(reference, registry=_oracle(edition), format_checker=FORMATS)
    return made


def instances(edition: Edition, place: Place, *, values: int, changed: int) -> Iterator[Json]:
    """Yield values of a schema; then the first, with everything in it, changed at one place, and others so."""
    random = Random(f"{edition.name} {place.file}#{place.pointer}")  # noqa: S311 - values for tests, no secret
    maker = Values(edition.library, random)
    yield from (maker.value(place) for _ in range(values))
    left, share = changed, changed
    while left > 0:
        every = list(mutants(edition.library, place, maker.value(place, is_full=left == changed)))
        yield from random.sample(every, min(share, left, len(every)))
        left, share = left - min(share, len(every)), 10


def own_schemas(edition: Edition) -> dict[tuple[str, str], Place]:
    """Return the schemas of an edition, those of shared documents with the first contract that reaches them."""
    found = schemas_of(edition)
    before = NAMES[: NAMES.index(edition.name)]
    shared = {key for name in before for key in schemas_of(editions()[name]) if key[0].startswith(SHARED)}
    return {key: place for key, place in found.items() if key not in shared}


@pytest.mark.parametrize("name", NAMES)
def test_both_validators_give_each_value_the_same_verdict(name: str) -> None:
    edition = editions()[name]
    differ, one_sided = [], []
    for (file, pointer), place in own_schemas(edition).items():
        judge = oracle(name, file, pointer)
        verdicts = set()
        for value in instances(edition, place, values=VALUES, changed=MUTANTS):
            verdict = edition.keeps(place, value)
            verdicts.add(verdict)
            if verdict != judge.is_valid(value):
                differ.append((file, pointer, value, "kept by ours" if verdict else "kept by jsonschema"))
        if verdicts != {True, False}:
            one_sided.append((file, pointer, verdicts))

    assert differ == []
    assert one_sided == []


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_of_every_schema_is_broken_by_some_value(name: str) -> None:
    edition = editions()[name]
    rules, broken = set(), set()
    for place in own_schemas(edition).values():
        maker = Values(edition.library, Random(f"{name} {place.pointer}"))  # noqa: S311 - values for tests, no secret
        rules |= {f"contracts/{part.file}#{part.pointer}/{key}" for part in parts_of(place) for key in rules_of(part)}
        # A value takes one way through a condition: several take both.
        for _ in range(10 if "if" in place.value else 1):
            for value in mutants(edition.library, place, maker.value(place, is_full=True)):
                broken |= {found.contract_pointer for found in violations_of_value(edition.placed(place), value)}

    assert rules
    assert {rule for rule in rules if not any(one.startswith(rule) for one in broken)} == set()


def rules_of(part: Place) -> set[str]:
    """Return the keywords by which a value can break a schema; those of a condition only choose."""
    return part.value.keys() & RULES if "/if/" not in f"{part.pointer}/" else set()


def test_every_keyword_of_every_schema_is_one_that_values_are_changed_for() -> None:
    parts = [part for one in editions().values() for place in schemas_of(one).values() for part in parts_of(place)]
    assert len(parts) > 5000
    assert [sorted(unknown_keywords(part.value)) for part in parts if unknown_keywords(part.value)] == []


@pytest.mark.parametrize("component", ["Acceptance", "CaptureRequest", "Case", "NameCount", "Receipt"])
def test_a_schema_of_another_edition_is_told_from_ours(component: str) -> None:
    """The oracle reads the national edition, ours has the older one: some value must part them."""
    national, older = editions()["provincial-platform"], editions()["older-edition"]
    pointer = f"/components/schemas/{component}"
    place, judge = schemas_of(national)[national.file, pointer], oracle(national.name, national.file, pointer)
    values = instances(national, place, values=4, changed=200)

    assert any(older.keeps(place, value) != judge.is_valid(value) for value in values)
