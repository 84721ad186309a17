"""A summary as JSON: ``summary.json`` and the output of ``run`` and ``report``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.bundle.codec import encode

if TYPE_CHECKING:
    from sim.bundle import Bundle
    from sim.document import JsonValue
    from sim.metric.model import Summary, Verdict


def summary_document(bundle: Bundle, summary: Summary) -> dict[str, JsonValue]:
    """Return everything that a program wants to know of a run; times in seconds, shares from 0 to 1."""
    manifest = bundle.manifest
    return {
        "scenario": manifest.name,
        "digest": manifest.digest,
        "input_digest": manifest.input_digest,
        "bundle": None if bundle.path is None else str(bundle.path),
        "engine": manifest.engine,
        "replications": len(bundle.records),
        "seed": manifest.seed,
        "partial": manifest.partial,
        "drained": all(record.drained for record in bundle.records),
        "objectives": [_verdict(verdict) for verdict in summary.verdicts],
        "metrics": [encode(estimate) for estimate in summary.estimates],
        "conformance": encode(bundle.conformance),
        "comparison": encode(manifest.comparison),
        "assumptions": [encode(assumption) for assumption in manifest.assumptions],
        "seconds": encode(manifest.seconds),
    }


def _verdict(verdict: Verdict) -> JsonValue:
    objective, estimate = verdict.objective, verdict.estimate
    return {
        "name": objective.name,
        "metric": objective.metric,
        "statistic": estimate.statistic,
        "station": objective.station,
        "journey": objective.journey,
        "channel": objective.channel,
        "bound": objective.bound,
        "set": objective.value,
        "unit": estimate.unit,
        "value": estimate.value,
        "half_width": estimate.half_width,
        "level": estimate.level,
        "n": estimate.n,
        "verdict": verdict.outcome,
        "decided": verdict.decided,
        "expect": objective.expect,
        "as_expected": verdict.is_expected,
    }
