"""Materials that a citizen hands in with a request: the arrays that a contract marks by ``x-tongban-materials``.

Takes the schema and the value of a request, gives how many materials were handed in and how many the network spared,
promises that an array is counted once, however many schemas beside each other mark it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.contract.form import child_schema, resolve_schema
from sim.contract.json_text import JsonBoundError, JsonTextError, parse_json
from sim.contract.media_type import covering, is_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract.model import Operation, Request, Schema
    from sim.document import JsonValue

KEYWORD: Final = "x-tongban-materials"

_BESIDE: Final = ("allOf", "anyOf", "oneOf")
_Path: TypeAlias = tuple[str | int, ...]
_Key: TypeAlias = tuple[str, str]


def has_materials(operation: Operation) -> bool:
    """Tell whether a request of an operation can hand in materials: one of its schemas marks an array of them."""
    content = operation.request_body.content if operation.request_body else {}
    return any(one.schema is not None and _marks(one.schema) for one in content.values())


def count_materials(operation: Operation, request: Request) -> tuple[int, int]:
    """Return how many materials a request hands in, and how many of its entries were reused from the network.

    Parameters
    ----------
    operation : Operation
        Of a loaded contract; its request schemas mark arrays by ``x-tongban-materials: [field, ...]``.
    request : Request
        The request as sent; a body that cannot be read holds no materials.

    Returns
    -------
    tuple of (int, int)
        Entries that lack every field named, and entries that have one of them.
    """
    content = operation.request_body.content if operation.request_body else {}
    content_type = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    media_type = covering(content, content_type)
    if media_type is None or media_type.schema is None or not is_json(content_type) or not _marks(media_type.schema):
        return 0, 0
    try:
        body = parse_json(request.body)
    except (JsonTextError, JsonBoundError):
        return 0, 0
    found: dict[_Path, tuple[list[JsonValue], tuple[str, ...]]] = {}
    _collect(media_type.schema, body, (), frozenset(), found)
    spared = [_is_spared(entry, fields) for entries, fields in found.values() for entry in entries]
    return spared.count(False), spared.count(True)


def _is_spared(entry: JsonValue, fields: tuple[str, ...]) -> bool:
    return isinstance(entry, dict) and any(entry.get(field) not in (None, "") for field in fields)


@lru_cache(maxsize=1024)
def _marks(schema: Schema) -> bool:
    """Tell whether a schema reaches a marked array: values need not be searched where it does not."""
    seen: set[_Key] = set()
    pending = [schema]
    while pending:
        one = pending.pop()
        if (one.uri, one.pointer) in seen or not isinstance(one.value, dict):
            continue
        if KEYWORD in one.value:
            return True
        seen.add((one.uri, one.pointer))
        pending.extend(_beside(one))
        pending.extend(part for _, part in _members(one))
    return False


def _collect(
    schema: Schema,
    value: JsonValue,
    path: _Path,
    applied: frozenset[_Key],
    found: dict[_Path, tuple[list[JsonValue], tuple[str, ...]]],
) -> None:
    """Add the marked arrays of a value by their place in it, with the fields that spare an entry."""
    key = (schema.uri, schema.pointer)
    if key in applied or not isinstance(schema.value, dict) or not isinstance(value, (dict, list)):
        return
    fields = schema.value.get(KEYWORD)
    if isinstance(value, list) and isinstance(fields, list):
        found.setdefault(path, (value, tuple(str(field) for field in fields)))
    for part in _beside(schema):
        _collect(part, value, path, applied | {key}, found)
    if isinstance(value, dict):
        for name, part in _members(schema):
            if name is not None and name in value:
                _collect(part, value[name], (*path, name), frozenset(), found)
    elif (items := child_schema(schema, "items")) is not None:
        for index, entry in enumerate(value):
            _collect(items, entry, (*path, index), frozenset(), found)


def _beside(schema: Schema) -> Iterator[Schema]:
    """Yield the schemas that hold for the same value."""
    target = resolve_schema(schema)
    if target is not schema:
        yield target
    for keyword in _BESIDE:
        branches = schema.value.get(keyword) if isinstance(schema.value, dict) else None
        for index in range(len(branches) if isinstance(branches, list) else 0):
            if (part := child_schema(schema, keyword, str(index))) is not None:
                yield part


def _members(schema: Schema) -> Iterator[tuple[str | None, Schema]]:
    """Yield the schemas of an object's members with their names, and that of a list's elements without one."""
    properties = schema.value.get("properties") if isinstance(schema.value, dict) else None
    for name in properties if isinstance(properties, dict) else ():
        if (part := child_schema(schema, "properties", name)) is not None:
            yield name, part
    if (part := child_schema(schema, "items")) is not None:
        yield None, part
