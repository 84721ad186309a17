"""Lists in pages."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sim.conformance.check.base import probe
from sim.conformance.trace import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Trace


ONE: Final = (("page", "1"), ("page_size", "1"))
BEHIND: Final = (("page", "100000"), ("page_size", "1"))


@probe(
    "pagination",
    "after",
    source="The contract's page parameters (OpenAPI 3.1.1, section 4.8.12)",
    remedy="Cut the list by page and page_size, and count all entries in total.",
)
def pagination(bench: Bench) -> Iterator[Found]:
    """Ask whether a list is cut as asked, counts all its entries and is empty behind its end."""
    names = {one.name for one in bench.operation.parameters if one.location == "query"}
    if not {"page", "page_size"} <= names:
        yield Found("omit", "the operation has no pages")
        return
    for query in (ONE, BEHIND):
        others = tuple(pair for pair in bench.bare.query if pair[0] not in dict(query))
        trace = bench.send(replace(bench.bare, query=(*others, *query)))
        told = _misfit(trace, dict(query))
        if told is None:
            yield Found("pass", trace=trace)
        else:
            violation = replace(bench.rule("pagination", part="body"), expected=told[0], received=told[1])
            yield Found("fail", "a page is not what was asked for", violation, trace)


def _misfit(trace: Trace, asked: dict[str, str]) -> tuple[str, str] | None:
    """Return what was expected of a page and what came; None where it fits."""
    if trace.answer is None or not trace.is_success:
        return "2xx", str(trace.status)
    body = _object(trace.answer.body)
    lists = [value for value in body.values() if isinstance(value, list)]
    if len(lists) != 1:
        return "one list", f"{len(lists)} lists"
    entries, page, size = len(lists[0]), int(asked["page"]), int(asked["page_size"])
    if (body.get("page"), body.get("page_size")) != (page, size):
        return f"page {page} of {size} entries", f"page {body.get('page')} of {body.get('page_size')} entries"
    total = body.get("total")
    wanted = max(0, min(size, total - (page - 1) * size)) if isinstance(total, int) else -1
    return None if entries == wanted else (f"{wanted} of {total} entries", f"{entries} entries")


def _object(body: bytes) -> dict[str, Any]:  # JSON from outside
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}  # the check of the body says so
    return value if isinstance(value, dict) else {}
