"""A trial as JSON; ``schema.json`` beside this file says its form."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import sim

if TYPE_CHECKING:
    from sim.conformance.verdict import Trial, Verdict

VERSION: Final = 1


def trial_document(trial: Trial) -> dict[str, Any]:  # JSON
    """Return a trial as JSON values; what is empty is left out of a verdict."""
    return {
        "tongban-conform": VERSION,
        "product": f"tongban {sim.__version__}",
        "system": trial.system,
        "target": trial.target,
        "journeys": list(trial.journeys),
        "listening": [{"system": name, "url": url} for name, url in trial.listening],
        "seed": trial.seed,
        "started": trial.started,
        "seconds": trial.seconds,
        "requests": trial.requests,
        "received": trial.received,
        "bound": trial.bound,
        "outcome": trial.outcome,
        "counts": dict(trial.counts()),
        "errands": [asdict(one) for one in trial.errands],
        "verdicts": [_verdict(one) for one in trial.verdicts],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:  # JSON
    told = {name: value for name, value in asdict(verdict).items() if value not in ("", None)}
    for side in ("request", "answer"):
        if side in told:
            headers = [{"name": name, "value": value} for name, value in told[side]["headers"]]
            told[side] = {**told[side], "headers": headers}
    return told
