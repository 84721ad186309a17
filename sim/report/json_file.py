"""The report as JSON: manifest, objectives, every estimate, the conformance table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sim.report.page import make_page
from sim.report.registry import report_format

if TYPE_CHECKING:
    from sim.chart import View
    from sim.metric import Estimate


@report_format("json", file="report.json")
def render_json(view: View, language: str) -> str:
    """Give every figure with its interval, unit and scope, for programs."""
    page = make_page(view, language, has_charts=False)
    manifest = view.bundle.manifest
    content = {
        "product": manifest.product,
        "name": manifest.name,
        "title": page.title,
        "headline": page.headline,
        "partial": manifest.partial,
        "replications": len(view.bundle.records),
        "seed": manifest.seed,
        "input_digest": manifest.input_digest,
        "digest": manifest.digest,
        "command": manifest.command,
        "assumptions": [{"where": one.where, "note": one.note} for one in manifest.assumptions],
        "objectives": [
            {
                "name": verdict.objective.name,
                "bound": verdict.objective.bound,
                "value": verdict.objective.value,
                "expect": verdict.objective.expect,
                "outcome": verdict.outcome,
                "decided": verdict.decided,
                "estimate": _estimate(verdict.estimate),
            }
            for verdict in view.summary.verdicts
        ],
        "estimates": [_estimate(estimate) for estimate in view.summary.estimates],
        "conformance": [
            {
                "contract": row.contract,
                "operation": row.operation,
                "variant": row.variant,
                "calls": row.calls,
                "refused": row.refused,
                "breached": row.breached,
                "warned": row.warned,
                "verdict": row.verdict,
            }
            for row in view.bundle.conformance.rows
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _estimate(estimate: Estimate) -> dict[str, str | float | int | None]:
    scope = {name: getattr(estimate.scope, name) for name in type(estimate.scope).__dataclass_fields__}
    return {
        "metric": estimate.metric,
        "statistic": estimate.statistic,
        **{name: value for name, value in scope.items() if value is not None},
        "unit": estimate.unit,
        "value": estimate.value,
        "half_width": estimate.half_width,
        "level": estimate.level,
        "n": estimate.n,
    }
