"""Every kind of fault of a contract: its place, what is wrong, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.contract.conftest import Faults, Loader

HEAD = "openapi: 3.1.1\ninfo: {title: Desk, version: '1'}\n"


def operation(*lines: str) -> str:
    """Return a contract whose one operation holds these lines; the first of them is line 7."""
    rest = "".join(f"      {line}\n" for line in lines)
    return f"{HEAD}paths:\n  /cases:\n    get:\n      operationId: listCases\n{rest}"


OK = "responses: {'200': {description: ok}}"


def schema(text: str) -> str:
    """Return a contract with one schema, on line 5 from column 8."""
    return f"{HEAD}components:\n  schemas:\n    A: {text}\n"


FAULTS = {
    "a version that is not read": (
        "openapi: 2.0.0\n",
        ["1:10: openapi: OpenAPI '2.0.0' is not read; write 3.1.x or 3.0.x as text"],
    ),
    "no version": ("info: {}\n", ["1:1: is no OpenAPI document; begin it with 'openapi: 3.1.1'"]),
    "a list as document": ("- a\n", ["1:1: is no OpenAPI document; begin it with 'openapi: 3.1.1'"]),
    "nothing to call": (HEAD, ["1:1: holds neither paths, components nor webhooks; add 'paths'"]),
    "members that are missing": (
        "openapi: 3.1.1\ninfo: {title: Desk}\npaths: {}\n",
        ["2:7: info: an info object needs 'version'; add 'version'"],
    ),
    "members that are mistyped": (
        "openapi: 3.1.1\ninfo: {title: 7, version: '1'}\npaths: []\n",
        ["2:15: info.title: must be text; write text", "3:8: paths: must be a mapping; write a mapping"],
    ),
    "a key misspelt": (
        operation("sumary: x", OK),
        ["7:7: paths./cases.get.sumary: an operation object knows no 'sumary'; did you mean 'summary'?"],
    ),
    "a key unlike any": (
        operation("zz: x", OK),
        ["7:7: paths./cases.get.zz: an operation object knows no 'zz'; remove it, or begin its name with 'x-'"],
    ),
    "no operationId": (
        f"{HEAD}paths:\n  /cases:\n    get: {{{OK}}}\n",
        ["5:5: paths./cases.get: the operation has no operationId; add one, such as submitApplication"],
    ),
    "one operationId twice": (
        operation(OK, "").replace("      \n", "    put:\n      operationId: listCases\n      " + OK + "\n"),
        [
            "9:20: paths./cases.put.operationId: the operationId 'listCases' stands twice, first in "
            "contracts/desk.openapi.yaml on line 6; give each operation its own"
        ],
    ),
    "a path parameter that nobody declares": (
        f"{HEAD}paths:\n  /cases/{{no}}:\n    get: {{operationId: a, {OK}}}\n",
        [
            "5:5: paths./cases/{no}.get: the path parameter 'no' is not declared; "
            "declare it under parameters with 'in: path'"
        ],
    ),
    "a path parameter that the path lacks": (
        operation("parameters:", "- {name: no, in: path, required: true, schema: {}}", OK),
        [
            "8:9: paths./cases.get.parameters.0: the path parameter 'no' does not stand in /cases; "
            "write it into the path in braces, or remove it"
        ],
    ),
    "a path parameter that may be missing": (
        f"{HEAD}paths:\n  /{{no}}:\n    parameters: [{{name: no, in: path, schema: {{}}}}]\n",
        ["5:18: paths./{no}.parameters.0: a path parameter is always required; add 'required: true'"],
    ),
    "a place where no parameter stands": (
        operation("parameters: [{name: a, in: body, schema: {}}]", OK),
        [
            "7:34: paths./cases.get.parameters.0.in: a parameter cannot stand in 'body'; "
            "use one of path, query, header, cookie"
        ],
    ),
    "a style of another place": (
        operation("parameters: [{name: a, in: query, style: matrix, schema: {}}]", OK),
        [
            "7:48: paths./cases.get.parameters.0.style: the style 'matrix' does not exist in a query; "
            "use form or spaceDelimited or pipeDelimited or deepObject"
        ],
    ),
    "a parameter of neither schema nor content": (
        operation("parameters: [{name: a, in: query}]", OK),
        [
            "7:20: paths./cases.get.parameters.0: 'a' needs a schema or content, one of them; "
            "give 'schema', or 'content' with one media type"
        ],
    ),
    "a parameter twice": (
        operation("parameters:", "- {name: a, in: query, schema: {}}", "- {name: a, in: query, schema: {}}", OK),
        ["9:9: paths./cases.get.parameters.1: the query parameter 'a' is declared twice; remove one of them"],
    ),
    "a security scheme that is not there": (
        operation("security: [{citizen: []}]", OK),
        [
            "7:19: paths./cases.get.security.0.citizen: there is no security scheme 'citizen'; "
            "declare it under components.securitySchemes"
        ],
    ),
    "a scope that the scheme lacks": (
        operation("security: [{c: [all]}]", OK)
        + "components: {securitySchemes: {c: {type: oauth2, flows: {clientCredentials: "
        "{tokenUrl: /t, scopes: {read: Read.}}}}}}\n",
        ["7:23: paths./cases.get.security.0.c.0: the scheme 'c' declares no scope 'all'; declared: read"],
    ),
    "a security type that does not exist": (
        HEAD + "components: {securitySchemes: {c: {type: sm2}}}\n",
        [
            "3:42: components.securitySchemes.c.type: there is no security type 'sm2'; "
            "use one of apiKey, http, mutualTLS, oauth2, openIdConnect"
        ],
    ),
    "a status that is none": (
        operation("responses: {'20': {description: ok}}"),
        ["7:19: paths./cases.get.responses.20: '20' is no status; use a code such as '200', a class '4XX' or default"],
    ),
    "no response": (
        operation("responses: {}"),
        ["7:18: paths./cases.get.responses: declares no response; declare at least one response"],
    ),
    "a media type that is none": (
        operation("responses: {'200': {description: ok, content: {json: {}}}}"),
        [
            "7:54: paths./cases.get.responses.200.content.json: 'json' is no media type; "
            "write type/subtype, such as application/json"
        ],
    ),
    "a path without a slash": (
        HEAD + "paths: {cases: {}}\n",
        ["3:9: paths.cases: a path begins with '/'; write a template such as /cases/{case_no}"],
    ),
    "braces that do not pair": (
        HEAD + "paths: {'/{a': {}}\n",
        ["3:9: paths./{a: the braces of '{a' do not pair around a name; write a template such as /cases/{case_no}"],
    ),
    "two templates of one form": (
        HEAD + "paths:\n  /{a}: {}\n  /{b}: {}\n",
        ["5:3: paths./{b}: matches the same paths as '/{a}'; keep one of them"],
    ),
    "a link to no operation": (
        operation("responses: {'200': {description: ok, links: {next: {operationId: nextCase}}}}"),
        [
            "7:72: paths./cases.get.responses.200.links.next.operationId: the link names no operation: 'nextCase'; "
            "use an operationId of this document"
        ],
    ),
    "a schema that is none": (
        schema("{type: strng}"),
        [
            '5:15: components.schemas.A.type: is not a schema: "strng" is not valid under any of the schemas listed '
            "in the 'anyOf' keyword; see JSON Schema 2020-12"
        ],
    ),
    "a keyword that nobody enforces": (
        schema("{minimun: 3}"),
        ["5:9: components.schemas.A.minimun: a schema object knows no 'minimun'; did you mean 'minimum'?"],
    ),
    "a dynamic reference": (
        schema("{$dynamicRef: '#a'}"),
        [
            "5:9: components.schemas.A.$dynamicRef: a schema object knows no '$dynamicRef'; "
            "remove it, or begin its name with 'x-'"
        ],
    ),
    "another dialect": (
        schema("{$schema: 'http://json-schema.org/draft-07/schema#'}"),
        [
            "5:18: components.schemas.A.$schema: the dialect 'http://json-schema.org/draft-07/schema#' is not "
            "evaluated; write schemas for https://json-schema.org/draft/2020-12/schema"
        ],
    ),
    "an embedded identifier": (
        schema("{$id: 'https://example.org/a'}"),
        ["5:9: components.schemas.A.$id: an $id inside a document changes what references mean; remove it"],
    ),
    "a pattern that cannot be evaluated": (
        schema("{pattern: '('}"),
        [
            "5:18: components.schemas.A.pattern: the pattern '(' cannot be evaluated; "
            "write an ECMA-262 regular expression without look-behind of unbounded length"
        ],
    ),
    "a pattern too large": (
        schema("{patternProperties: {'(?:a{1,2000}){1,2000}': true}}"),
        [
            "5:29: components.schemas.A.patternProperties.(?:a{1,2000}){1,2000}: "
            "the pattern '(?:a{1,2000}){1,2000}' cannot be evaluated; "
            "write an ECMA-262 regular expression without look-behind of unbounded length"
        ],
    ),
    "a checksum that does not exist": (
        schema("{type: string, x-checksum: luhn}"),
        [
            "5:35: components.schemas.A.x-checksum: there is no checksum 'luhn'; "
            "use one of certificate-identifier, citizen-number, credit-code"
        ],
    ),
    "a datetime form that does not exist": (
        schema("{type: string, x-format: epoch}"),
        [
            "5:33: components.schemas.A.x-format: there is no x-format 'epoch'; use one of date-basic, "
            "datetime-basic, datetime-colon, datetime-compact, datetime-rfc3339"
        ],
    ),
    "a schema that applies itself": (
        schema("{allOf: [{$ref: '#/components/schemas/A'}]}"),
        ["5:8: components.schemas.A: the schema applies itself to the same value; let it go into a part of the value"],
    ),
    "a schema example that breaks the schema": (
        schema("{type: integer, examples: [1, x]}"),
        [
            "5:38: components.schemas.A.examples.1: the example breaks type of "
            'contracts/desk.openapi.yaml#/components/schemas/A/type: expected ["integer"], found "x"; '
            "correct the example or the schema"
        ],
    ),
    "a default that breaks the schema": (
        schema("{maxLength: 1, default: ab}"),
        [
            "5:32: components.schemas.A.default: the example breaks maxLength of "
            'contracts/desk.openapi.yaml#/components/schemas/A/maxLength: expected 1, found "ab"; '
            "correct the example or the schema"
        ],
    ),
    "a parameter example that breaks the schema": (
        operation("parameters: [{name: a, in: query, schema: {minimum: 2}, example: 1}]", OK),
        [
            "7:72: paths./cases.get.parameters.0.example: the example breaks minimum of contracts/desk.openapi.yaml"
            "#/paths/~1cases/get/parameters/0/schema/minimum: expected 2, found 1; correct the example or the schema"
        ],
    ),
    "a body example that breaks the schema deep inside": (
        operation(
            "responses:",
            "  '200':",
            "    description: ok",
            "    content:",
            "      application/json:",
            "        schema: {properties: {a: {items: {type: string}}}}",
            "        examples: {one: {value: {a: [x, 1]}}}",
        ),
        [
            "13:47: paths./cases.get.responses.200.content.application/json.examples.one.value.a.1: the example breaks "
            "type of contracts/desk.openapi.yaml#/paths/~1cases/get/responses/200/content/application~1json/schema/"
            'properties/a/items/type: expected ["string"], found 1; correct the example or the schema'
        ],
    ),
    "an example and examples": (
        operation("parameters: [{name: a, in: query, schema: {}, example: 1, examples: {}}]", OK),
        ["7:65: paths./cases.get.parameters.0.examples: stands beside 'example'; keep one of them"],
    ),
    "a 3.1 member in a 3.0 document": (
        "openapi: 3.0.3\ninfo: {title: Desk, version: '1'}\npaths: {}\nwebhooks: {}\n",
        ["4:1: webhooks: 'webhooks' came with OpenAPI 3.1; declare 'openapi: 3.1.1'"],
    ),
    "a 3.1 keyword in a 3.0 schema": (
        "openapi: 3.0.3\ninfo: {title: Desk, version: '1'}\npaths: {}\ncomponents: {schemas: {A: {const: 1}}}\n",
        ["4:28: components.schemas.A.const: a schema object knows no 'const'; remove it, or begin its name with 'x-'"],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_its_place_and_remedy(name: str, faults: Faults) -> None:
    text, expected = FAULTS[name]

    assert faults(text) == expected


def test_all_faults_of_a_contract_are_told_at_once_sorted_by_place(faults: Faults) -> None:
    text = operation(
        "sumary: x",
        "parameters: [{name: a, in: nowhere, schema: {}}]",
        "security: [{nobody: []}]",
        "responses: {'2': {description: ok, content: {text/json: {schema: {type: integer}, example: x}}}}",
    )

    found = faults(text)

    assert [line.split(": ")[0] for line in found] == ["7:7", "8:34", "9:19", "10:19", "10:98"]


def test_many_schemas_applied_to_one_value_are_refused(faults: Faults) -> None:
    twice = "\n".join(
        f"    A{i}: {{allOf: [{{$ref: '#/components/schemas/A{i - 1}'}}, {{$ref: '#/components/schemas/A{i - 1}'}}]}}"
        for i in range(1, 40)
    )

    held = "    B: {$ref: '#/components/schemas/A39', default: 1}\n"
    found = faults(f"{HEAD}components:\n  schemas:\n    A0: {{}}\n{twice}\n{held}")

    assert "applies more than 100000 schemas to one value" in found[0]


def test_a_recursive_schema_is_no_fault(load: Loader) -> None:
    text = schema("{properties: {child: {$ref: '#/components/schemas/A'}}}")

    assert load(text).operations == {}


def test_text_for_a_media_type_that_is_not_read_is_its_serialised_form(load: Loader) -> None:
    text = operation(
        "responses: {'200': {description: ok, content: {application/xml: {schema: {type: object}, example: <a/>}}}}"
    )

    assert list(load(text).operations) == ["listCases"]
