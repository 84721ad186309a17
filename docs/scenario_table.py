"""Tables of the scenario format, from its schema: every key with unit and default."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from docs.grid import code, grid

if TYPE_CHECKING:
    from collections.abc import Iterator

Schema = dict[str, Any]

HEADER: Final = ("key", "value", "unit", "default", "meaning")


def _schema() -> Schema:
    schema: Schema = json.loads((files("sim.scenario") / "schema.json").read_text(encoding="utf-8"))
    return schema


def scenario_tables() -> str:
    """Return a table for the document and one for each kind of entry in it."""
    schema = _schema()
    parts = ["### The document", grid(HEADER, _rows(schema))]
    for name, definition in schema["$defs"].items():
        rows = list(_rows(definition))
        if rows:
            parts += [f"### {name}", _forms(definition), grid(HEADER, rows)]
    return "\n\n".join(part for part in parts if part)


def value_table() -> str:
    """Return the simple kinds of values: what their text looks like."""
    rows = []
    for name, definition in _schema()["$defs"].items():
        if not list(_rows(definition)):
            words = definition.get("x-unit") or definition.get("description") or ""
            rows.append((code(name), _value(definition), code(definition.get("pattern", "")), words))
    return grid(("kind", "value", "pattern", "note"), rows)


def _rows(schema: Schema, prefix: str = "") -> Iterator[tuple[str, str, str, str, str]]:
    """Yield a row a key, those of objects written in place with a dotted name."""
    for each in _objects(schema):
        # what a document that extends another may leave out stands under `else`
        required = [*each.get("required", ()), *each.get("else", {}).get("required", ())]
        for key, value in each["properties"].items():
            yield (
                code(prefix + key),
                _value(value),
                value.get("x-unit", "none").removeprefix("none").strip(" ()"),
                _default(value, is_required=key in required),
                value.get("description", ""),
            )
            yield from _rows(value, f"{prefix}{key}.")


def _objects(schema: Schema) -> Iterator[Schema]:
    """Yield the object schemas of a value that are written in place, not behind a reference."""
    if "properties" in schema:
        yield schema
    for part in schema.get("oneOf", ()):
        yield from _objects(part)
    items = schema.get("items")
    if isinstance(items, dict):
        yield from _objects(items)


def _forms(schema: Schema) -> str:
    """Return what else an entry may be written as."""
    others = [_value(part) for part in schema.get("oneOf", ()) if "properties" not in part]
    return f"Also written as {' or '.join(others)}." if others else ""


def _value(schema: Schema) -> str:
    """Return what a value may be, in words."""
    reference = schema.get("$ref", "").rpartition("/")[2]
    if reference and "title" not in schema:
        return _link(reference)
    if "title" in schema:
        return str(schema["title"]) + _below(schema)
    if "oneOf" in schema:
        return " or ".join(_value(part) for part in schema["oneOf"])
    if "enum" in schema:
        return " or ".join(code(str(one)) for one in schema["enum"])
    if "const" in schema:
        return code(str(schema["const"]))
    return {"object": "a mapping", "array": "a list", "string": "a text"}.get(schema.get("type", ""), "a value")


def _link(name: str) -> str:
    is_section = bool(list(_rows(_schema()["$defs"][name])))
    return f"[{name}](#{name if is_section else 'values'})"


def _below(schema: Schema) -> str:
    """Return which kind of entry a mapping or list holds."""
    for key in ("additionalProperties", "items"):
        inner = schema.get(key)
        if isinstance(inner, dict):
            name = inner.get("$ref", "").rpartition("/")[2]
            return f" of {_link(name)}" if name else _below(inner)
    return ""


def _default(schema: Schema, *, is_required: bool) -> str:
    if is_required:
        return "required"
    if "default" in schema:
        value = schema["default"]
        return "empty" if value in ([], {}) else code(json.dumps(value).replace('"', ""))
    return str(schema.get("x-default", "none"))
