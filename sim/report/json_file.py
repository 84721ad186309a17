"""The report as JSON: the same document that ``tongban run --format json`` prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sim.metric import summary_document
from sim.report.registry import report_format

if TYPE_CHECKING:
    from sim.chart import View


@report_format("json", file="report.json")
def render_json(view: View) -> str:
    """Give every figure with its interval, unit and scope, for programs."""
    document = summary_document(view.bundle, view.summary)
    return json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"
