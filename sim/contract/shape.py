"""What each object of OpenAPI, and of an overlay, may hold.

Takes a node and the name of its object, notes every unknown, missing or mistyped member as a fault, promises that the
table below is all there is to know (OpenAPI 3.1.1 and 3.0.4, section 4.8 and 4.7; Overlay 1.0.0).
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.contract.source import Node
    from sim.errors import Fault

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_KINDS: Final = {"text": str, "map": dict, "list": list, "flag": bool}
_WORDS: Final = {"text": "text", "map": "a mapping", "list": "a list", "flag": "true or false"}

# Member to kind; "!" marks what is required, "any" what is checked elsewhere.
SHAPES: Final[dict[str, dict[str, str]]] = {
    "document": {
        "openapi": "text!", "info": "map!", "jsonSchemaDialect": "text", "servers": "list", "paths": "map",
        "webhooks": "map", "components": "map", "security": "list", "tags": "list", "externalDocs": "map",
    },
    "info": {
        "title": "text!", "summary": "text", "description": "text", "termsOfService": "text", "contact": "map",
        "license": "map", "version": "text!",
    },
    "contact": {"name": "text", "url": "text", "email": "text"},
    "license": {"name": "text!", "identifier": "text", "url": "text"},
    "server": {"url": "text!", "description": "text", "variables": "map"},
    "server variable": {"enum": "list", "default": "text!", "description": "text"},
    "components": {
        "schemas": "map", "responses": "map", "parameters": "map", "examples": "map", "requestBodies": "map",
        "headers": "map", "securitySchemes": "map", "links": "map", "callbacks": "map", "pathItems": "map",
    },
    "path item": {
        "$ref": "text", "summary": "text", "description": "text", "servers": "list", "parameters": "list",
        **dict.fromkeys(METHODS, "map"),
    },
    "operation": {
        "tags": "list", "summary": "text", "description": "text", "externalDocs": "map", "operationId": "text",
        "parameters": "list", "requestBody": "map", "responses": "map", "callbacks": "map", "deprecated": "flag",
        "security": "list", "servers": "list",
    },
    "parameter": {
        "name": "text!", "in": "text!", "description": "text", "required": "flag", "deprecated": "flag",
        "allowEmptyValue": "flag", "style": "text", "explode": "flag", "allowReserved": "flag", "schema": "any",
        "example": "any", "examples": "map", "content": "map",
    },
    "header": {
        "description": "text", "required": "flag", "deprecated": "flag", "allowEmptyValue": "flag", "style": "text",
        "explode": "flag", "allowReserved": "flag", "schema": "any", "example": "any", "examples": "map",
        "content": "map",
    },
    "request body": {"description": "text", "content": "map!", "required": "flag"},
    "media type": {"schema": "any", "example": "any", "examples": "map", "encoding": "map"},
    "encoding": {
        "contentType": "text", "headers": "map", "style": "text", "explode": "flag", "allowReserved": "flag",
    },
    "response": {"description": "text!", "headers": "map", "content": "map", "links": "map"},
    "example": {"summary": "text", "description": "text", "value": "any", "externalValue": "text"},
    "link": {
        "operationRef": "text", "operationId": "text", "parameters": "map", "requestBody": "any",
        "description": "text", "server": "map",
    },
    "tag": {"name": "text!", "description": "text", "externalDocs": "map"},
    "external documentation": {"description": "text", "url": "text!"},
    "security scheme": {
        "type": "text!", "description": "text", "name": "text", "in": "text", "scheme": "text",
        "bearerFormat": "text", "flows": "map", "openIdConnectUrl": "text",
    },
    "flows": {"implicit": "map", "password": "map", "clientCredentials": "map", "authorizationCode": "map"},
    "flow": {"authorizationUrl": "text", "tokenUrl": "text", "refreshUrl": "text", "scopes": "map!"},
    "reference": {"$ref": "text!", "summary": "text", "description": "text"},
    "overlay": {"overlay": "text!", "info": "map!", "extends": "text", "actions": "list!"},
    "overlay info": {"title": "text!", "version": "text!"},
    "action": {"target": "text!", "description": "text", "update": "any", "remove": "flag"},
}  # fmt: skip
# Members that OpenAPI 3.1 brought; a 3.0 document that holds them means something else.
OWN: Final = "x-tongban-"
"""How our own extensions begin: one that nobody knows would not be enforced, and is a fault."""

_OWN_FIELDS: Final = {"operation": frozenset(("x-tongban-actor", "x-tongban-visit"))}
_SINCE_31: Final = {
    "document": frozenset(("webhooks", "jsonSchemaDialect")),
    "info": frozenset(("summary",)),
    "license": frozenset(("identifier",)),
    "components": frozenset(("pathItems",)),
    "reference": frozenset(("summary", "description")),
}


def check_shape(node: Node, name: str, faults: list[Fault], *, is_30: bool = False) -> bool:
    """Note the faults of an object's own members.

    Parameters
    ----------
    node : Node
        The object.
    name : str
        A key of ``SHAPES``.
    faults : list of Fault
        Faults are added here.
    is_30 : bool
        Whether the document is OpenAPI 3.0.

    Returns
    -------
    bool
        Whether the node is a mapping at all, so that its members can be read.
    """
    if not isinstance(node.value, dict):
        faults.append(node.fault(f"must be a mapping: {_article(name)} object", "see the OpenAPI specification"))
        return False
    fields = SHAPES[name]
    newer = _SINCE_31.get(name, frozenset()) if is_30 else frozenset()
    own = _OWN_FIELDS.get(name, frozenset())
    for key, child in node.items():
        if key.startswith("x-"):
            if key.startswith(OWN) and key not in own:
                faults.append(unknown_key(child, key, _article(name), own))
            continue
        if key not in fields:
            faults.append(unknown_key(child, key, _article(name), fields))
        elif key in newer:
            faults.append(child.fault(f"{key!r} came with OpenAPI 3.1", "declare 'openapi: 3.1.1'", of_key=True))
        else:
            _check_kind(child, fields[key].rstrip("!"), faults)
    for key, kind in fields.items():
        if kind.endswith("!") and key not in node.value:
            faults.append(node.fault(f"{_article(name)} object needs {key!r}", f"add {key!r}"))
    return True


def unknown_key(child: Node, key: str, owner: str, known: dict[str, str] | frozenset[str]) -> Fault:
    """Return the fault of a key that an object does not know."""
    close = get_close_matches(key, known, n=1)
    other = "remove it" if key.startswith(OWN) else "remove it, or begin its name with 'x-'"
    remedy = f"did you mean {close[0]!r}?" if close else other
    return child.fault(f"{owner} object knows no {key!r}", remedy, of_key=True)


def _check_kind(node: Node, kind: str, faults: list[Fault]) -> None:
    if kind != "any" and not isinstance(node.value, _KINDS[kind]):
        faults.append(node.fault(f"must be {_WORDS[kind]}", f"write {_WORDS[kind]}"))


def _article(name: str) -> str:
    return f"{'an' if name[0] in 'aeio' else 'a'} {name}"
