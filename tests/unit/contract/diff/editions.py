"""One compact contract, and small edits of it with what each must be called."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.catalog import Catalog
from sim.contract import Change, Contract, compare_contracts, load_contract

if TYPE_CHECKING:
    from pathlib import Path

CODES = """\
set,edition,code,label_en,label_zh,source,note
mood,a,1,good,好,test,
mood,a,2,bad,坏,test,
mood,b,1,bad,坏,test,
mood,b,2,good,好,test,
mood,c,1,good,好,test,
mood,c,2,bad,坏,test,
"""

DESK = """\
openapi: 3.1.1
info: {title: Desk, version: '1'}
servers: [{url: https://desk.example}]
security: [{key: []}]
paths:
  /cases/{no}:
    get:
      operationId: readCase
      parameters:
        - {name: no, in: path, required: true, schema: {type: string}}
        - {name: page, in: query, schema: {type: integer, minimum: 1, maximum: 100, default: 1}}
        - {name: tags, in: query, schema: {type: array, items: {type: string}}}
        - {name: X-Trace, in: header, schema: {type: string}}
      responses:
        '200':
          description: ok
          headers:
            ETag: {required: true, schema: {type: string}}
          content:
            application/json: {schema: {$ref: '#/components/schemas/Case'}}
        '404': {description: none}
  /cases:
    post:
      operationId: openCase
      security: [{key: []}, {token: [read]}]
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Application'}}
          application/xml: {}
      responses:
        '201':
          description: made
          content:
            application/json: {schema: {$ref: '#/components/schemas/Receipt'}}
        4XX: {description: wrong}
      callbacks:
        decided:
          '{$request.body#/callback}':
            post:
              requestBody:
                required: true
                content:
                  application/json:
                    schema:
                      type: object
                      required: [result]
                      properties:
                        result: {type: string, enum: [granted, refused]}
                        note: {type: string}
              responses:
                '204': {description: taken}
webhooks:
  closing:
    post:
      operationId: tellClosing
      requestBody:
        content: {application/json: {schema: {type: object, properties: {at: {type: string}}}}}
      responses: {'204': {description: taken}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    token: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {read: Read., write: Write.}}}}
  schemas:
    Application:
      type: object
      additionalProperties: false
      required: [name, kind]
      properties:
        name: {type: string, minLength: 1, maxLength: 30, pattern: '^[A-Za-z]{1,30}$'}
        kind: {type: string, enum: [new, renewal, loss]}
        born: {type: string, x-format: date-basic}
        citizen: {type: string, x-checksum: citizen-number}
        phone: {type: [string, 'null']}
        fee: {type: number, minimum: 0, multipleOf: 0.5}
        mood: {type: string, enum: ['1', '2'], x-code-list: mood@a}
        mail: {type: string, format: email}
        callback: {type: string}
        papers: {type: array, minItems: 0, maxItems: 5, items: {$ref: '#/components/schemas/Paper'}}
        contact:
          oneOf:
            - {type: object, required: [by], properties: {by: {const: post}, street: {type: string}}}
            - {type: object, required: [by], properties: {by: {const: mail}, address: {type: string}}}
      dependentRequired: {fee: [mail]}
      if: {properties: {kind: {const: loss}}, required: [kind]}
      then: {required: [born]}
    Paper:
      type: object
      required: [title]
      properties:
        title: {type: string}
        copies: {type: integer}
        parts: {type: array, items: {$ref: '#/components/schemas/Paper'}}
    Receipt:
      type: object
      required: [no]
      properties: {no: {type: string}, due: {type: string, format: date}}
    Case:
      type: object
      required: [no, state]
      properties:
        no: {type: string, maxLength: 12}
        state: {type: string, enum: [open, closed]}
        mood: {type: string, enum: ['1', '2'], x-code-list: mood@a}
        fee: {type: number}
        clerk: {type: [string, 'null']}
        papers: {type: array, items: {$ref: '#/components/schemas/Paper'}}
        secret: {type: string}
"""


class Edit(NamedTuple):
    """An edit of the contract and what it is: the rule, then what it does to consumer and provider."""

    name: str
    old: str
    new: str
    rule: str
    consumer: str
    provider: str


BREAKING = "breaking"
RISKY = "risky"
HARMLESS = "harmless"

_READ_CASE = DESK[DESK.index("  /cases/{no}:") : DESK.index("  /cases:\n")]
_WEBHOOK = DESK[DESK.index("webhooks:") : DESK.index("components:")]
_CALLBACK = DESK[DESK.index("      callbacks:") : DESK.index("webhooks:")]
_TRACE = "        - {name: X-Trace, in: header, schema: {type: string}}\n"
_KINDS = "kind: {type: string, enum: [new, renewal, loss]}"
_STATES = "state: {type: string, enum: [open, closed]}"
_CONTACT = "            - {type: object, required: [by], properties: {by: {const: mail}, address: {type: string}}}\n"
_CALLED = "result: {type: string, enum: [granted, refused]}"
_MADE = "        '201':\n          description: made\n"
_NONE = "        '404': {description: none}\n"
_CODED = "        citizen: {type: string, x-checksum: citizen-number}\n"
_HIDDEN = "        secret: {type: string}\n"

# What breaks consumers that keep to the older edition.
CONSUMERS_BREAK = (
    Edit("operation removed", _READ_CASE, "", "operation-removed", BREAKING, HARMLESS),
    Edit("operation moved", "  /cases/{no}:", "  /files/{no}:", "operation-moved", BREAKING, BREAKING),
    Edit("other method", "    get:\n", "    put:\n", "operation-moved", BREAKING, BREAKING),
    Edit(
        "required parameter added",
        _TRACE,
        _TRACE + "        - {name: unit, in: query, required: true, schema: {type: string}}\n",
        "required-parameter-added",
        BREAKING,
        RISKY,
    ),
    Edit("query removed", "        - {name: tags, in: query, schema: {type: array, items: {type: string}}}\n", "",
         "parameter-removed", BREAKING, HARMLESS),
    Edit("parameter made required", "in: header, schema", "in: header, required: true, schema",
         "parameter-made-required", BREAKING, HARMLESS),
    Edit("parameter moved", "{name: X-Trace, in: header,", "{name: X-Trace, in: query,", "parameter-moved", BREAKING,
         BREAKING),
    Edit("parameter narrowed", "maximum: 100", "maximum: 50", "range-narrowed", BREAKING, HARMLESS),
    Edit("style", "name: tags, in: query, schema", "name: tags, in: query, style: pipeDelimited, schema",
         "parameter-style-changed", BREAKING, BREAKING),
    Edit("explode", "name: tags, in: query, schema", "name: tags, in: query, explode: false, schema",
         "parameter-style-changed", BREAKING, BREAKING),
    Edit("request media type removed", "          application/xml: {}\n", "", "media-type-removed", BREAKING, HARMLESS),
    Edit("required field added", "required: [name, kind]\n      properties:\n",
         "required: [name, kind, reason]\n      properties:\n        reason: {type: string}\n",
         "required-property-added", BREAKING, BREAKING),
    Edit("field made required", "required: [name, kind]", "required: [name, kind, mail]", "property-made-required",
         BREAKING, HARMLESS),
    Edit("field removed", "        callback: {type: string}\n", "", "property-removed", BREAKING, HARMLESS),
    Edit("field removed deep", "        copies: {type: integer}\n", "", "property-removed", BREAKING, HARMLESS),
    Edit("enum narrowed", _KINDS, "kind: {type: string, enum: [new, renewal]}", "enum-value-removed", BREAKING,
         HARMLESS),
    Edit("enum introduced", "callback: {type: string}", "callback: {type: string, enum: [a]}", "enum-introduced",
         BREAKING, HARMLESS),
    Edit("const", _KINDS, "kind: {const: new}", "enum-value-removed", BREAKING, HARMLESS),
    Edit("null refused", "phone: {type: [string, 'null']}", "phone: {type: string}", "null-removed", BREAKING,
         HARMLESS),
    Edit("type changed", "callback: {type: string}", "callback: {type: integer}", "type-changed", BREAKING, BREAKING),
    Edit("type narrowed", "fee: {type: number, m", "fee: {type: integer, m", "type-narrowed", BREAKING, HARMLESS),
    Edit("length", "maxLength: 30", "maxLength: 20", "length-narrowed", BREAKING, HARMLESS),
    Edit("pattern narrowed", "'^[A-Za-z]{1,30}$'", "'^[A-Z]{1,30}$'", "pattern-narrowed", BREAKING, HARMLESS),
    Edit("pattern replaced", "'^[A-Za-z]{1,30}$'", "'^[A-Za-z]{40}$'", "pattern-replaced", BREAKING, BREAKING),
    Edit("pattern added", "callback: {type: string}", "callback: {type: string, pattern: '^https'}", "pattern-added",
         BREAKING, HARMLESS),
    Edit("format added", "callback: {type: string}", "callback: {type: string, format: uri}", "format-added", BREAKING,
         HARMLESS),
    Edit("format changed", "format: email", "format: hostname", "format-changed", BREAKING, BREAKING),
    Edit("date form", "x-format: date-basic", "x-format: datetime-basic", "format-changed", BREAKING, BREAKING),
    Edit("check character", "callback: {type: string}", "callback: {type: string, x-checksum: citizen-number}",
         "checksum-added", BREAKING, HARMLESS),
    Edit("step", "multipleOf: 0.5", "multipleOf: 1", "range-narrowed", BREAKING, HARMLESS),
    Edit("fewer elements", "maxItems: 5", "maxItems: 4", "size-narrowed", BREAKING, HARMLESS),
    Edit("unique elements", "maxItems: 5", "maxItems: 5, uniqueItems: true", "size-narrowed", BREAKING, HARMLESS),
    Edit("contains", "maxItems: 5", "maxItems: 5, contains: {type: object}", "contains-narrowed", BREAKING, HARMLESS),
    Edit("branch removed", _CONTACT, "", "alternative-removed", BREAKING, HARMLESS),
    Edit("inside a branch", "street: {type: string}", "street: {type: string, maxLength: 9}", "length-narrowed",
         BREAKING, HARMLESS),
    Edit("dependency", "{fee: [mail]}", "{fee: [mail, phone]}", "dependency-added", BREAKING, HARMLESS),
    Edit("condition", "then: {required: [born]}", "then: {required: [born, mail]}", "property-made-required", BREAKING,
         HARMLESS),
    Edit("else", "then: {required: [born]}\n", "then: {required: [born]}\n      else: {required: [mail]}\n",
         "condition-added", BREAKING, HARMLESS),
    Edit("dependent schema", "      dependentRequired: {fee: [mail]}\n",
         "      dependentRequired: {fee: [mail]}\n      dependentSchemas: {phone: {required: [mail]}}\n",
         "condition-added", BREAKING, HARMLESS),
    Edit("exclusion", "callback: {type: string}", "callback: {type: string, not: {const: x}}", "exclusion-added",
         BREAKING, HARMLESS),
    Edit("closed", "    Paper:\n      type: object\n", "    Paper:\n      type: object\n"
         "      additionalProperties: false\n", "members-closed", BREAKING, HARMLESS),
    Edit("closed by unevaluated", "    Paper:\n      type: object\n", "    Paper:\n      type: object\n"
         "      unevaluatedProperties: false\n", "members-closed", BREAKING, HARMLESS),
    Edit("codes of the request", "x-code-list: mood@a}\n        mail", "x-code-list: mood@b}\n        mail",
         "code-meaning-changed", BREAKING, BREAKING),
    Edit("codes of the response", "x-code-list: mood@a}\n        fee", "x-code-list: mood@b}\n        fee",
         "code-meaning-changed", BREAKING, BREAKING),
    Edit("field of the response removed", "        fee: {type: number}\n", "", "property-removed", BREAKING, HARMLESS),
    Edit("required field of the response removed", "required: [no, state]\n      properties:\n"
         "        no: {type: string, maxLength: 12}\n", "required: [state]\n      properties:\n", "property-removed",
         BREAKING, HARMLESS),
    Edit("field of the response optional", "required: [no, state]", "required: [no]", "property-made-optional",
         BREAKING, HARMLESS),
    Edit("null in the response", "no: {type: string, maxLength: 12}", "no: {type: [string, 'null'], maxLength: 12}",
         "null-added", BREAKING, HARMLESS),
    Edit("type of the response", "        fee: {type: number}\n", "        fee: {type: [number, string]}\n",
         "type-widened", BREAKING, HARMLESS),
    Edit("hidden from responses", "secret: {type: string}", "secret: {type: string, writeOnly: true}",
         "property-made-one-way", BREAKING, HARMLESS),
    Edit("success changed", "        '201':", "        '202':", "success-status-changed", BREAKING, BREAKING),
    Edit("success removed", _MADE + "          content:\n            application/json: "
         "{schema: {$ref: '#/components/schemas/Receipt'}}\n", "", "success-status-removed", BREAKING, BREAKING),
    Edit("header removed", "          headers:\n            ETag: {required: true, schema: {type: string}}\n", "",
         "header-removed", BREAKING, HARMLESS),
    Edit("header optional", "ETag: {required: true,", "ETag: {", "header-made-optional", BREAKING, HARMLESS),
    Edit("security added", "security: [{key: []}]\npaths", "security: [{key: [], token: [read]}]\npaths",
         "security-tightened", BREAKING, HARMLESS),
    Edit("scope added", "{token: [read]}]", "{token: [read, write]}]", "security-tightened", BREAKING, HARMLESS),
    Edit("alternative credentials removed", "[{key: []}, {token: [read]}]", "[{key: []}]", "security-tightened",
         BREAKING, HARMLESS),
    Edit("scheme changed", "name: X-Key", "name: X-Other", "security-scheme-changed", BREAKING, BREAKING),
    Edit("callback removed", _CALLBACK, "", "callback-removed", BREAKING, HARMLESS),
    Edit("callback moved", "body#/callback}", "body#/name}", "callback-moved", BREAKING, BREAKING),
    Edit("webhook removed", _WEBHOOK, "", "callback-removed", BREAKING, HARMLESS),
    Edit("field of a callback optional", "required: [result]", "required: []", "property-made-optional", BREAKING,
         HARMLESS),
    Edit("field of a callback removed", "                        note: {type: string}\n", "", "property-removed",
         BREAKING, HARMLESS),
)  # fmt: skip

# What breaks providers that keep to the older edition, and only these.
PROVIDERS_BREAK = (
    Edit("response enum narrowed", _STATES, "state: {type: string, enum: [open]}", "enum-value-removed", HARMLESS,
         BREAKING),
    Edit("response field required", "required: [no, state]", "required: [no, state, fee]", "property-made-required",
         HARMLESS, BREAKING),
    Edit("response length", "maxLength: 12", "maxLength: 10", "length-narrowed", HARMLESS, BREAKING),
    Edit("response null", "clerk: {type: [string, 'null']}", "clerk: {type: string}", "null-removed", HARMLESS,
         BREAKING),
    Edit("callback enum narrowed", _CALLED, "result: {type: string, enum: [granted]}", "enum-value-removed", HARMLESS,
         BREAKING),
    Edit("callback field required", "required: [result]", "required: [result, note]", "property-made-required",
         HARMLESS, BREAKING),
    Edit("callback status", "                '204': {description: taken}", "                '200': {description: ok}",
         "success-status-changed", BREAKING, BREAKING),
)  # fmt: skip

UNDECIDED = (
    Edit("response enum widened", _STATES, "state: {type: string, enum: [open, closed, lost]}", "enum-value-added",
         RISKY, HARMLESS),
    Edit("response length widened", "maxLength: 12", "maxLength: 14", "length-widened", RISKY, HARMLESS),
    Edit("pattern unknown", "'^[A-Za-z]{1,30}$'", "'^(?:[A-Z][a-z]*)+$'", "pattern-changed", BREAKING, RISKY),
    Edit("default", "default: 1", "default: 2", "default-changed", RISKY, RISKY),
    Edit("success added", _MADE, "        '200': {description: known}\n" + _MADE, "success-status-added", RISKY,
         HARMLESS),
    Edit("error added", _NONE, _NONE + "        '409': {description: busy}\n", "error-status-added", RISKY, HARMLESS),
    Edit("error removed", _NONE, "", "error-status-removed", HARMLESS, RISKY),
    Edit("header parameter removed", _TRACE, "", "parameter-removed", RISKY, HARMLESS),
    Edit("read only", "callback: {type: string}", "callback: {type: string, readOnly: true}", "property-made-one-way",
         RISKY, RISKY),
    Edit("codes without labels", "x-code-list: mood@a}\n        mail", "x-code-list: mood@unlisted}\n        mail",
         "code-list-changed", RISKY, RISKY),
    Edit("other condition", "{const: loss}}, required: [kind]", "{const: renewal}}, required: [kind]", "not-compared",
         RISKY, RISKY),
    Edit("oneOf to anyOf", "          oneOf:", "          anyOf:", "not-compared", RISKY, RISKY),
    Edit("operationId", "operationId: readCase", "operationId: getCase", "operation-renamed", RISKY, HARMLESS),
    Edit("server", "https://desk.example", "https://new.example", "server-removed", RISKY, HARMLESS),
    Edit("token address", "tokenUrl: /token", "tokenUrl: /other", "security-scheme-detail-changed", RISKY, RISKY),
    Edit("callback enum widened", _CALLED, "result: {type: string, enum: [granted, refused, late]}",
         "enum-value-added", RISKY, HARMLESS),
    Edit("operation added", "  /cases:\n", "  /news:\n    get: {operationId: readNews, responses: "
         "{'200': {description: ok}}}\n  /cases:\n", "operation-added", HARMLESS, RISKY),
    Edit("callback added", _WEBHOOK, _WEBHOOK + "  opening:\n    post: {responses: {'204': {description: ok}}}\n",
         "callback-added", RISKY, RISKY),
    Edit("actor", "operationId: openCase\n", "operationId: openCase\n      x-tongban-actor: clerk\n", "actor-changed",
         RISKY, RISKY),
)  # fmt: skip

# What no consumer that keeps to the older edition notices; a provider may be sent what it does not know.
CONSUMERS_PASS = (
    Edit("request enum widened", _KINDS, "kind: {type: string, enum: [new, renewal, loss, theft]}", "enum-value-added",
         HARMLESS, RISKY),
    Edit("request field optional", "required: [name, kind]", "required: [kind]", "property-made-optional", HARMLESS,
         RISKY),
    Edit("longer texts", "maxLength: 30", "maxLength: 50", "length-widened", HARMLESS, RISKY),
    Edit("wider pattern", "'^[A-Za-z]{1,30}$'", "'^[A-Za-z]{1,60}$'", "pattern-widened", HARMLESS, RISKY),
    Edit("optional field in a closed object", "        callback:", "        extra: {type: string}\n        callback:",
         "property-added", HARMLESS, RISKY),
    Edit("optional query", _TRACE, _TRACE + "        - {name: unit, in: query, schema: {type: string}}\n",
         "parameter-added", HARMLESS, RISKY),
    Edit("branch added", _CONTACT, _CONTACT + "            - {type: object, required: [by], properties: "
         "{by: {const: fax}}}\n", "alternative-added", HARMLESS, RISKY),
    Edit("security relaxed", "security: [{key: []}]\npaths", "security: [{key: []}, {}]\npaths", "security-removed",
         HARMLESS, RISKY),
    Edit("request media type added", "          application/xml: {}\n",
         "          application/xml: {}\n          text/plain: {}\n", "media-type-added", HARMLESS, RISKY),
    Edit("check character dropped", _CODED, "        citizen: {type: string}\n", "checksum-removed", HARMLESS, RISKY),
    Edit("condition dropped", "      if: {properties: {kind: {const: loss}}, required: [kind]}\n"
         "      then: {required: [born]}\n", "", "condition-removed", HARMLESS, RISKY),
)  # fmt: skip

ALL_HARMLESS = (
    Edit("optional field in an open object", "        copies:", "        pages: {type: integer}\n        copies:",
         "property-added", HARMLESS, HARMLESS),
    Edit("response field added", _HIDDEN, _HIDDEN + "        until: {type: string}\n", "property-added", HARMLESS,
         HARMLESS),
    Edit("header parameter added", _TRACE, _TRACE + "        - {name: X-Unit, in: header, schema: {type: string}}\n",
         "parameter-added", HARMLESS, HARMLESS),
    Edit("response header added", "            ETag:", "            X-Left: {schema: {type: integer}}\n"
         "            ETag:", "header-added", HARMLESS, HARMLESS),
    Edit("response media type added", "            application/json: {schema: {$ref: '#/components/schemas/Receipt'}}",
         "            application/json: {schema: {$ref: '#/components/schemas/Receipt'}}\n            text/plain: {}",
         "media-type-added", HARMLESS, HARMLESS),
    Edit("operation deprecated", "operationId: readCase\n", "operationId: readCase\n      deprecated: true\n",
         "deprecated", HARMLESS, HARMLESS),
    Edit("parameter deprecated", "name: X-Trace,", "name: X-Trace, deprecated: true,", "deprecated", HARMLESS,
         HARMLESS),
    Edit("field deprecated", "secret: {type: string}", "secret: {type: string, deprecated: true}", "deprecated",
         HARMLESS, HARMLESS),
    Edit("same codes, other edition", "x-code-list: mood@a}\n        fee", "x-code-list: mood@c}\n        fee",
         "code-list-renamed", HARMLESS, HARMLESS),
    Edit("server added", "[{url: https://desk.example}]", "[{url: https://desk.example}, {url: https://b.example}]",
         "server-added", HARMLESS, HARMLESS),
)  # fmt: skip

EDITS = (*CONSUMERS_BREAK, *PROVIDERS_BREAK, *UNDECIDED, *CONSUMERS_PASS, *ALL_HARMLESS)

# The same promise in other words: (name, old, new).
SAME = (
    ("title", "title: Desk", "title: Front desk"),
    ("description", "  /cases:\n    post:\n", "  /cases:\n    post:\n      description: Opens a case.\n"),
    ("order of members", "{no: {type: string}, due: {type: string, format: date}}",
     "{due: {format: date, type: string}, no: {type: string}}"),
    ("behind a reference", "secret: {type: string}", "secret: {$ref: '#/components/schemas/Receipt/properties/no'}"),
    ("inside allOf", "secret: {type: string}", "secret: {allOf: [{type: string}]}"),
    ("const and enum", "{by: {const: post}", "{by: {enum: [post]}"),
    ("null beside", "clerk: {type: [string, 'null']}", "clerk: {anyOf: [{type: string}, {type: 'null'}]}"),
    ("extension", "type: object\n      required: [no]", "x-owner: us\n      type: object\n      required: [no]"),
    ("order of enum", "enum: [open, closed]", "enum: [closed, open]"),
    ("default of a bound", "minItems: 0, ", ""),
    ("header in other case", "name: X-Trace", "name: x-trace"),
    ("explode of a scalar", "name: page, in: query,", "name: page, in: query, explode: false,"),
    ("order of credentials", "[{key: []}, {token: [read]}]", "[{token: [read]}, {key: []}]"),
    ("written class", "'^[A-Za-z]{1,30}$'", "'^[a-zA-Z]{1,30}$'"),
    ("whole number", "multipleOf: 0.5", "multipleOf: 5.0e-1"),
)  # fmt: skip


def edited(edit: Edit | tuple[str, str, str], text: str = DESK) -> str:
    """Return the contract with one edit made, which must be possible at one place."""
    assert text.count(edit[1]) == 1, f"{edit[0]}: {edit[1]!r} stands {text.count(edit[1])} times"
    return text.replace(edit[1], edit[2])


def edition(folder: Path, text: str, codes: str = CODES) -> Contract:
    """Load a contract from a catalog of its own."""
    contracts = folder / "contracts"
    contracts.mkdir(parents=True, exist_ok=True)
    (contracts / "desk.openapi.yaml").write_text(text, encoding="utf-8")
    (contracts / "code-lists.csv").write_text(codes, encoding="utf-8")
    return load_contract(Catalog(folder.resolve()), "desk")


def changes(folder: Path, old: str, new: str) -> tuple[Change, ...]:
    """Compare two texts."""
    return compare_contracts(edition(folder / "old", old), edition(folder / "new", new))
