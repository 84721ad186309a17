"""Codes that come back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sim.conformance.check.base import walk_check
from sim.conformance.trace import Found
from sim.contract import Violation, child_schema, code_list_of, resolve_schema
from sim.contract.validator import contract_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.trace import Trace, Walk
    from sim.contract import Schema


@walk_check(
    "code-meaning",
    source="OpenAPI 3.1.1, section 4.9 (x-code-list); GB/T 39046-2020, annex A",
    remedy="Keep the code that came; give it back as it was sent, under the same list.",
)
def code_meaning(walk: Walk) -> Iterator[Found]:
    """Ask whether a code that was sent comes back as the same code; flags of two values may be decided otherwise."""
    for trace in walk.traces:
        if trace.sender == "system" or trace.answer is None or not trace.is_success:
            continue
        sent, came = _coded(trace, trace.bare.body, "request"), _coded(trace, trace.answer.body, "response")
        for name in sorted(sent.keys() & came.keys()):
            (value, schema), (other, answered) = sent[name], came[name]
            if code_list_of(schema) != code_list_of(answered):
                continue
            if value == other:
                yield Found("pass", trace=trace)
            else:
                place = contract_pointer(answered)
                violation = Violation("body", "x-code-list", f"/{name}", json.dumps(value), json.dumps(other), place)
                yield Found("fail", "a code came back as another one", violation, trace)


def _coded(trace: Trace, body: bytes, side: str) -> dict[str, tuple[Any, Schema]]:
    """Return the coded members of a body with their schemas, those of lists with more than two codes."""
    response = trace.operation.response(trace.status)
    holder = trace.operation.request_body if side == "request" else response
    content = holder.content if holder is not None else {}
    media_type = next((one for name, one in content.items() if "json" in name), None)
    try:
        value = json.loads(body) if body else None
    except (ValueError, RecursionError):
        return {}
    if media_type is None or media_type.schema is None or not isinstance(value, dict):
        return {}
    found = {}
    for name, member in value.items():
        schema = child_schema(resolve_schema(media_type.schema), "properties", name)
        if schema is not None and code_list_of(schema) is not None and _is_classification(schema):
            found[name] = (member, schema)
    return found


def _is_classification(schema: Schema) -> bool:
    listed = resolve_schema(schema).value
    codes = listed.get("enum") if isinstance(listed, dict) else None
    return isinstance(codes, list) and len(codes) > 2
