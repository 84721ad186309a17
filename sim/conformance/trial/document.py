"""A trial as JSON; ``schema.json`` beside this file says its form."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import sim
from sim.conformance.level import standings
from sim.conformance.requirement import requirement_document

if TYPE_CHECKING:
    from sim.conformance.verdict import Trial, Verdict

VERSION: Final = 1


def trial_document(trial: Trial) -> dict[str, Any]:  # JSON
    """Return a trial as JSON values; what is empty is left out of a verdict."""
    recorded = {"recorded": asdict(trial.recorded)} if trial.recorded is not None else {}
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
        "levels": [asdict(one) for one in standings(trial)],
        "steps": [asdict(one) for one in trial.steps],
        "errands": [asdict(one) for one in trial.errands],
        **recorded,
        "requirements": [requirement_document(one) for one in trial.requirements],
        "verdicts": [_verdict(one) for one in trial.verdicts],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:  # JSON
    told = {name: value for name, value in asdict(verdict).items() if value not in ("", None)}
    for side in ("request", "answer"):
        if side in told:
            headers = [{"name": name, "value": value} for name, value in told[side]["headers"]]
            told[side] = {**told[side], "headers": headers}
    return told
