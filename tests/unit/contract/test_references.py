"""References within the catalog, and those that are refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.contract import load_contract_file, violations_of_value
from sim.contract.form import child_schema, resolve_schema
from sim.errors import UsageError

if TYPE_CHECKING:
    from tests.unit.contract.conftest import Faults, Loader

HEAD = "openapi: 3.1.1\ninfo: {title: Desk, version: '1'}\n"


def answering(reference: str) -> str:
    """Return a contract whose one answer has the schema of a reference, which stands on line 10, column 31."""
    return (
        f"{HEAD}paths:\n  /cases:\n    get:\n      operationId: listCases\n      responses:\n        '200':\n"
        f"          description: ok\n          content: {{a/json: {{schema: {{$ref: '{reference}'}}}}}}\n"
    )


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("http://example.org/a.json", "'http://example.org/a.json' is an address; nothing is fetched"),
        ("//example.org/a.json", "'//example.org/a.json' is an address; nothing is fetched"),
        ("file:///etc/passwd", "'file:///etc/passwd' is an address; nothing is fetched"),
        ("/etc/passwd", "'/etc/passwd' is not a relative path"),
        ("../../a.json", "'../../a.json' leaves the catalog"),
        ("%2e%2e/%2e%2e/a.json", "'../../a.json' leaves the catalog"),
        ("nowhere.json", "'nowhere.json' names no file"),
        ("a" * 5000, f"'{'a' * 100}' is not a path"),
        ("#/components/schemas/A", "the reference names nothing: contracts/desk.openapi.yaml has no /components"),
        ("#nowhere", "the reference names no anchor 'nowhere' of contracts/desk.openapi.yaml"),
    ],
)
def test_a_reference_that_may_not_be_followed_is_a_fault_at_its_place(
    reference: str, message: str, faults: Faults
) -> None:
    found = faults(answering(reference))

    assert len(found) == 1
    assert found[0].startswith("10:45: paths./cases.get.responses.200.content.a/json.schema.$ref: " + message)


def test_a_link_in_the_file_system_cannot_lead_out_of_the_catalog(
    tmp_path: Path, faults: Faults, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.json"
    outside.write_text("{}")
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/secret.json").symlink_to(outside)

    assert "'secret.json' leaves the catalog" in faults(answering("secret.json"))[0]


def test_a_loop_of_links_is_a_fault(tmp_path: Path, faults: Faults) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/a.json").symlink_to("b.json")
    (tmp_path / "contracts/b.json").symlink_to("a.json")

    assert "'a.json' is not a path" in faults(answering("a.json"))[0]


def test_a_loop_of_reference_objects_is_a_fault(faults: Faults) -> None:
    text = HEAD + (
        "components:\n  parameters:\n    A: {$ref: '#/components/parameters/B'}\n"
        "    B: {$ref: '#/components/parameters/A'}\n"
    )

    found = faults(text)

    assert found == [
        "5:15: components.parameters.A.$ref: the reference leads in a circle; let one of them hold the content",
        "6:15: components.parameters.B.$ref: the reference leads in a circle; let one of them hold the content",
    ]


def test_a_fault_of_a_referenced_file_names_that_file(faults: Faults) -> None:
    found = faults(answering("schemas/a.json#"), contracts__schemas__a_dot_json='{"type": "text"}')

    assert found[0].startswith("contracts/schemas/a.json:1:10: type: is not a schema")


def test_a_file_that_does_not_parse_is_told_with_its_own_place(faults: Faults) -> None:
    found = faults(answering("a.json"), contracts__a_dot_json="{")

    assert found[0].startswith("contracts/a.json:2:1: is not YAML")


def test_schemas_refer_to_other_files_by_path_pointer_and_anchor(load: Loader) -> None:
    contract = load(
        answering("schemas/case.json#/$defs/case"),
        contracts__schemas__case_dot_json='{"$defs": {"case": {"properties": {"no": {"$ref": "no.json#short"}}}}}',
        contracts__schemas__no_dot_json='{"$defs": {"a": {"$anchor": "short", "maxLength": 2}}}',
    )
    media_type = contract.operations["listCases"].responses["200"].content["a/json"]

    assert media_type.schema is not None
    found = violations_of_value(media_type.schema, {"no": "123"})

    assert [(one.rule, one.pointer, one.contract_pointer) for one in found] == [
        ("maxLength", "/no", "contracts/schemas/no.json#/$defs/a/maxLength")
    ]


def test_a_name_in_chinese_and_with_a_space_is_followed(load: Loader) -> None:
    contract = load(
        answering("%E6%A1%88%20a.json#/%E5%8F%B7~1x"), **{"contracts__案 a_dot_json": '{"号/x": {"type": "string"}}'}
    )
    schema = contract.operations["listCases"].responses["200"].content["a/json"].schema

    assert schema is not None
    assert violations_of_value(schema, 1)[0].contract_pointer == "contracts/案 a.json#/号~1x/type"


def test_shared_parameters_responses_and_bodies_are_followed(load: Loader) -> None:
    text = HEAD + (
        "paths:\n  /cases: {$ref: 'shared.yaml#/cases'}\ncomponents:\n  responses: {Ok: {$ref: 'shared.yaml#/ok'}}\n"
    )
    shared = (
        "cases:\n  parameters: [{$ref: '#/page'}]\n  post:\n    operationId: submit\n"
        "    requestBody: {$ref: '#/body'}\n    responses: {'200': {$ref: '#/ok'}}\n"
        "page: {name: page, in: query, schema: {type: integer}}\n"
        "body: {required: true, content: {application/json: {schema: {}, examples: {a: {$ref: '#/example'}}}}}\n"
        "ok: {description: ok, headers: {X-Count: {$ref: '#/count'}}}\n"
        "count: {schema: {type: integer}}\nexample: {value: 7}\n"
    )

    operation = load(text, contracts__shared_dot_yaml=shared).operations["submit"]

    assert [parameter.name for parameter in operation.parameters] == ["page"]
    assert operation.request_body is not None
    assert operation.request_body.content["application/json"].examples == {"a": 7}
    assert list(operation.responses["200"].headers) == ["X-Count"]


def test_the_digest_covers_every_file_that_is_reached(load: Loader) -> None:
    before = load(answering("a.json"), contracts__a_dot_json="{}").digest
    same = load(answering("a.json"), contracts__a_dot_json="{}").digest
    after = load(answering("a.json"), contracts__a_dot_json="{} ").digest

    assert before == same
    assert before != after


def test_a_schema_knows_what_it_refers_to(load: Loader) -> None:
    contract = load(answering("a.json"), contracts__a_dot_json='{"properties": {"b": {"$ref": "b.json"}}}',
                    contracts__b_dot_json='{"const": 1}')  # fmt: skip
    schema = contract.operations["listCases"].responses["200"].content["a/json"].schema
    assert schema is not None

    inner = child_schema(resolve_schema(schema), "properties", "b")

    assert inner is not None
    assert resolve_schema(inner).value == {"const": 1}
    assert child_schema(inner, "properties") is None


def test_a_file_outside_the_catalog_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "a.openapi.yaml").write_text(answering("#"))

    with pytest.raises(UsageError, match="lies outside the catalog"):
        load_contract_file(Catalog((tmp_path / "inside").resolve()), tmp_path / "a.openapi.yaml")


@pytest.mark.parametrize("name", [b"\xff", b"a\nb", b"a#b", b"100%25"])
def test_a_contract_in_a_file_of_any_name_is_read(name: bytes, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/contracts/" + name + b".openapi.yaml"))
    path.parent.mkdir()
    path.write_text(answering("#/components/schemas/A") + "components: {schemas: {A: {type: string}}}\n")

    contract = load_contract_file(Catalog(tmp_path.resolve()), path)

    schema = contract.operations["listCases"].responses["200"].content["a/json"].schema
    assert schema is not None
    assert [found.rule for found in violations_of_value(schema, 1)] == ["type"]
    assert len(contract.digest) == 64
