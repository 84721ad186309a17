"""The published format: valid, documented, and what the loader takes."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from sim.arrival import ARRIVALS
from sim.catalog import Catalog
from sim.discipline import DISCIPLINES
from sim.distribution import DISTRIBUTIONS
from sim.document import parse_document

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA: dict[str, Any] = json.loads((files("sim.scenario") / "schema.json").read_text(encoding="utf-8"))
SAMPLE = Path(__file__).with_name("sample.yaml")


def objects(rule: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every part of the schema that lists properties."""
    if isinstance(rule, dict):
        if isinstance(rule.get("properties"), dict):
            yield where, rule
        for key, part in rule.items():
            yield from objects(part, f"{where}/{key}")
    elif isinstance(rule, list):
        for index, part in enumerate(rule):
            yield from objects(part, f"{where}/{index}")


PROPERTIES = [
    (f"{where}/{name}", name in owner.get("required", ()), rule)
    for where, owner in objects(SCHEMA)
    for name, rule in owner["properties"].items()
]


def test_it_is_a_valid_schema_of_2020_12() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(("where", "rule"), [(where, rule) for where, _, rule in PROPERTIES])
def test_every_key_is_described_with_its_unit(where: str, rule: dict[str, Any]) -> None:
    assert rule["description"].endswith("."), where
    assert rule["x-unit"], where


@pytest.mark.parametrize(("where", "rule"), [(where, rule) for where, required, rule in PROPERTIES if not required])
def test_every_key_that_may_be_left_out_says_its_default(where: str, rule: dict[str, Any]) -> None:
    if where in ("/duration", "/demand"):
        assert SCHEMA["else"]["required"] == ["duration", "demand"]  # required unless the document extends another
    else:
        assert ("default" in rule) != ("x-default" in rule), where


def test_every_default_fits_its_own_rule() -> None:
    wrong = [
        where
        for where, _, rule in PROPERTIES
        if "default" in rule
        and not jsonschema.Draft202012Validator({**rule, "$defs": SCHEMA["$defs"]}).is_valid(rule["default"])
    ]
    assert wrong == []


def test_no_mapping_takes_unknown_keys() -> None:
    open_to_all = [where for where, owner in objects(SCHEMA) if owner.get("additionalProperties", True) is True]
    assert open_to_all == []


def test_every_reference_leads_to_a_definition_of_its_own() -> None:
    names = {part["$ref"] for part in _dicts(SCHEMA) if "$ref" in part}
    assert names == {f"#/$defs/{name}" for name in SCHEMA["$defs"]}


def _dicts(part: Any) -> Iterator[dict[str, Any]]:
    children = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    if isinstance(part, dict):
        yield part
    for child in children:
        yield from _dicts(child)


def test_it_knows_the_parameters_of_every_law() -> None:
    known = SCHEMA["$defs"]["law"]["oneOf"][1]["properties"]
    for name, entry in DISTRIBUTIONS:
        assert {parameter.name for parameter in entry.parameters} <= set(known), name
        assert name in known["law"]["description"]


def test_its_descriptions_name_what_is_registered() -> None:
    station, demand = SCHEMA["$defs"]["station"]["properties"], SCHEMA["$defs"]["demand"]["properties"]
    assert all(name in station["discipline"]["description"] for name in DISCIPLINES.names())
    assert all(name in demand["process"]["description"] for name in ARRIVALS.names())


@pytest.mark.parametrize("path", [SAMPLE, *sorted((Catalog.bundled().root / "scenarios").glob("*.yaml"))], ids=str)
def test_another_validator_accepts_every_bundled_scenario_that_stands_alone(path: Path) -> None:
    document = parse_document(path.read_bytes(), path=path, file=path.name)
    if isinstance(document.value, dict) and "extends" in document.value:
        return  # held against the schema by the loader, once it was merged
    assert [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(document.value)] == []
