"""Errors as problems."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sim.conformance.check.base import Judged, check
from sim.contract.model import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

PROBLEM = "application/problem+json"


@check(
    "problem",
    "response",
    source="RFC 9457, sections 3 and 3.1",
    remedy="Answer errors as application/problem+json, with the status in its member too.",
)
def problem(judged: Judged) -> Iterator[Violation]:
    """Ask whether an error is a problem whose member ``status`` is the answer's status."""
    answer = judged.answer
    if answer.status < 400:
        return
    place = f"{judged.consumer.document.file}#{judged.operation.pointer}/responses"
    content_type = next((value for name, value in answer.headers if name.lower() == "content-type"), "")
    if content_type.partition(";")[0].strip().lower() != PROBLEM:
        yield Violation("media-type", "problem", "", PROBLEM, content_type[:200] or "no media type", place)
        return
    try:
        told = json.loads(answer.body)
    except ValueError:
        return  # not JSON: the check of the body says so
    stated = told.get("status") if isinstance(told, dict) else None
    if stated is not None and stated != answer.status:
        yield Violation("body", "problem", "/status", str(answer.status), json.dumps(stated)[:200], place)
