"""Marks of visits and of materials: which values they take, and what they count."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sim.contract import Request, count_materials

if TYPE_CHECKING:
    from sim.contract import Operation
    from tests.unit.contract.conftest import Faults, Loader

HEAD = "openapi: 3.1.1\ninfo: {title: Desk, version: '1'}\n"
MARK = "x-tongban-materials: [certificate, scan]"
ENTRY = "{type: object, properties: {name: {type: string}, certificate: {type: string}, scan: {type: string}}}"


def desk(schema: str, *schemas: str) -> str:
    """Return a contract whose one request has a schema; further component schemas are lines ``name: schema``."""
    further = "".join(f"    {line}\n" for line in schemas)
    return (
        f"{HEAD}paths:\n  /a:\n    post:\n      operationId: apply\n      requestBody:\n        content:\n"
        f"          application/json:\n            schema: {schema}\n"
        f"      responses: {{'200': {{description: ok}}}}\ncomponents:\n  schemas:\n    Entry: {ENTRY}\n{further}"
    )


def request(value: object, content_type: str = "application/json") -> Request:
    return Request("POST", "/a", (), (("Content-Type", content_type),), json.dumps(value).encode())


def applied(load: Loader, schema: str, *schemas: str) -> Operation:
    return load(desk(schema, *schemas)).operations["apply"]


def marked(items: str = "{$ref: '#/components/schemas/Entry'}") -> str:
    return f"{{type: object, properties: {{materials: {{type: array, {MARK}, items: {items}}}}}}}"


def test_entries_without_any_of_the_fields_are_submitted_and_the_others_reused(load: Loader) -> None:
    entries = [{"name": "a"}, {"certificate": "c"}, {"scan": "s"}, {"name": "b", "certificate": ""}, {"scan": None}]
    assert count_materials(applied(load, marked()), request({"materials": entries})) == (3, 2)


def test_a_list_that_two_schemas_mark_is_counted_once(load: Loader) -> None:
    operation = applied(load, "{allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/A'}]}",
                        f"A: {marked()}")  # fmt: skip
    assert count_materials(operation, request({"materials": [{}, {}]})) == (2, 0)


def test_lists_inside_lists_and_members_are_found(load: Loader) -> None:
    outer = "{type: object, properties: {applicants: {type: array, items: {$ref: '#/components/schemas/A'}}}}"
    body = {"applicants": [{"materials": [{}]}, {"materials": [{}, {"scan": "s"}]}, 7]}
    assert count_materials(applied(load, outer, f"A: {marked()}"), request(body)) == (2, 1)


def test_a_schema_that_holds_itself_is_followed_as_deep_as_the_value(load: Loader) -> None:
    tree = (
        "Tree: {type: object, properties: {child: {$ref: '#/components/schemas/Tree'}, "
        f"materials: {{type: array, {MARK}, items: {{$ref: '#/components/schemas/Entry'}}}}}}}}"
    )
    body: dict[str, object] = {"materials": [{}]}
    for _ in range(20):
        body = {"child": body, "materials": [{}]}
    assert count_materials(applied(load, "{$ref: '#/components/schemas/Tree'}", tree), request(body)) == (21, 0)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"materials": 7}', b'{"materials": null}', b"\xff"])
def test_a_body_of_another_shape_holds_no_materials(load: Loader, body: bytes) -> None:
    sent = Request("POST", "/a", (), (("content-type", "application/json"),), body)
    assert count_materials(applied(load, marked()), sent) == (0, 0)


def test_a_request_without_mark_or_of_another_media_type_holds_no_materials(load: Loader) -> None:
    plain = applied(load, "{type: object}")
    assert count_materials(plain, request({"materials": [{}]})) == (0, 0)
    assert count_materials(applied(load, marked()), request({"materials": [{}]}, "text/plain")) == (0, 0)


def test_an_operation_is_a_visit_where_it_says_so(load: Loader) -> None:
    assert not applied(load, "{}").is_visit
    text = desk("{}").replace("operationId: apply\n", "operationId: apply\n      x-tongban-visit: true\n")
    assert load(text).operations["apply"].is_visit


@pytest.mark.parametrize("value", ["false", "'true'", "1", "null", "[]"])
def test_a_visit_is_true_or_not_said(faults: Faults, value: str) -> None:
    text = desk("{}").replace("operationId: apply\n", f"operationId: apply\n      x-tongban-visit: {value}\n")
    assert faults(text) == [
        "7:24: paths./a.post.x-tongban-visit: must be true; write true, or remove it where nobody goes in person"
    ]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (f"{{{MARK}}}", "stands beside no array of materials; put it beside 'type: array' and 'items'"),
        (
            f"{{type: array, {MARK}}}",
            "stands beside no array of materials; put it beside 'type: array' and 'items'",
        ),
        (
            "{type: array, x-tongban-materials: certificate, items: {}}",
            "must list fields; write the fields that spare an entry, as [certificate_identifier]",
        ),
        (
            "{type: array, x-tongban-materials: [], items: {}}",
            "must list fields; write the fields that spare an entry, as [certificate_identifier]",
        ),
        (
            "{type: array, x-tongban-materials: [7], items: {}}",
            "must list fields; write the fields that spare an entry, as [certificate_identifier]",
        ),
        (
            "{type: array, x-tongban-materials: [scann], items: {$ref: '#/components/schemas/Entry'}}",
            "the entries have no 'scann'; did you mean 'scan'?",
        ),
        (
            "{type: array, x-tongban-materials: [zz], items: {allOf: [{$ref: '#/components/schemas/Entry'}]}}",
            "the entries have no 'zz'; name a property of its items",
        ),
    ],
)
def test_a_mark_of_materials_that_counts_nothing_is_a_fault(faults: Faults, schema: str, message: str) -> None:
    assert [text.partition(": ")[2].partition(": ")[2] for text in faults(desk(schema))] == [message]


def test_a_reference_that_leads_nowhere_is_told_and_its_fields_are_not(faults: Faults) -> None:
    found = faults(desk(marked("{$ref: '#/components/schemas/Nobody'}")))
    assert found != []
    assert [line for line in found if "names nothing" not in line] == []


def test_an_extension_of_ours_that_nobody_knows_is_a_fault(faults: Faults) -> None:
    text = desk("{x-tongban-material: [a], x-other: 7}").replace("post:\n", "post:\n      x-tongban-visits: true\n")
    assert [line.partition(": ")[2] for line in faults(text)] == [
        "paths./a.post.x-tongban-visits: an operation object knows no 'x-tongban-visits'; "
        "did you mean 'x-tongban-visit'?",
        "paths./a.post.requestBody.content.application/json.schema.x-tongban-material: "
        "a schema object knows no 'x-tongban-material'; did you mean 'x-tongban-materials'?",
    ]
