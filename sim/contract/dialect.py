"""What a schema may say, and how OpenAPI 3.0 said it.

Takes schema objects, gives them in JSON Schema 2020-12, promises that a keyword outside these tables is refused: it
would not be enforced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.document import JsonValue

DIALECTS: Final = (
    "https://json-schema.org/draft/2020-12/schema",
    "https://spec.openapis.org/oas/3.1/dialect/base",
)

ONE_SCHEMA: Final = frozenset(
    ("additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then",
     "unevaluatedItems", "unevaluatedProperties")
)  # fmt: skip
SCHEMA_LIST: Final = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
SCHEMA_MAP: Final = frozenset(("$defs", "definitions", "dependentSchemas", "patternProperties", "properties"))

# Dynamic references are left out: what they mean depends on who asks, and the catalog resolves references by place.
KEYWORDS: Final = (
    ONE_SCHEMA
    | SCHEMA_LIST
    | SCHEMA_MAP
    | frozenset(
        ("$anchor", "$comment", "$id", "$ref", "$schema", "const", "contentEncoding", "contentMediaType", "default",
         "dependentRequired", "deprecated", "description", "discriminator", "enum", "example", "examples",
         "exclusiveMaximum", "exclusiveMinimum", "externalDocs", "format", "maxContains", "maxItems", "maxLength",
         "maxProperties", "maximum", "minContains", "minItems", "minLength", "minProperties", "minimum", "multipleOf",
         "pattern", "readOnly", "required", "title", "type", "uniqueItems", "writeOnly", "xml")
    )
)  # fmt: skip
# OpenAPI 3.0.4, section 4.7.24.
KEYWORDS_30: Final = frozenset(
    ("$ref", "additionalProperties", "allOf", "anyOf", "default", "deprecated", "description", "discriminator", "enum",
     "example", "exclusiveMaximum", "exclusiveMinimum", "externalDocs", "format", "items", "maxItems", "maxLength",
     "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "not", "nullable",
     "oneOf", "pattern", "properties", "readOnly", "required", "title", "type", "uniqueItems", "writeOnly", "xml")
)  # fmt: skip


def upgrade(value: JsonValue) -> JsonValue:
    """Return a schema of OpenAPI 3.0, with all schemas inside it, in JSON Schema 2020-12."""
    if not isinstance(value, dict):
        return value
    one = upgrade_object(value)
    for key, child in one.items():
        if key in ONE_SCHEMA:
            one[key] = upgrade(child)
        elif key in SCHEMA_LIST and isinstance(child, list):
            one[key] = [upgrade(part) for part in child]
        elif key in SCHEMA_MAP and isinstance(child, dict):
            one[key] = {name: upgrade(part) for name, part in child.items()}
    return one


def upgrade_object(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return one schema object of OpenAPI 3.0 in JSON Schema 2020-12; schemas inside it stay as they are.

    References
    ----------
    OpenAPI 3.0.4, section 4.7.24: siblings of ``$ref`` are ignored; ``nullable`` counts only beside ``type``.
    """
    if "$ref" in value:
        return {"$ref": value["$ref"]}
    one = {key: child for key, child in value.items() if key not in ("nullable", "example")}
    if value.get("nullable") is True and isinstance(value.get("type"), str):
        one["type"] = [value["type"], "null"]
    for exclusive, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        flag = value.get(exclusive)
        if isinstance(flag, bool):
            del one[exclusive]
            if flag and limit in one:
                one[exclusive] = one.pop(limit)
    if "example" in value:
        one["examples"] = [value["example"]]
    return one
