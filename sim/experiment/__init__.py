"""Experiments: a scenario carried from its documents to the records of all replications.

Takes the file of a scenario, an engine and a number of workers, gives a bundle, promises that its values depend on the
documents, the seed and the number of replications alone.

Names are loaded when they are first used: a worker needs ``replication`` alone, and must not pay for mocks and replay.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.experiment.preparation import (
        Documents,
        Prepared,
        compile_documents,
        journey_loader,
        load_documents,
        prepare,
    )
    from sim.experiment.replication import Outcome, run_replications
    from sim.experiment.run import (
        Request,
        compile_time,
        cores,
        make_bundle,
        redescribed,
        run_baseline,
        run_experiment,
    )

__all__ = [
    "Documents",
    "Outcome",
    "Prepared",
    "Request",
    "compile_documents",
    "compile_time",
    "cores",
    "journey_loader",
    "load_documents",
    "make_bundle",
    "prepare",
    "redescribed",
    "run_baseline",
    "run_experiment",
    "run_replications",
]

_MODULES = {
    **dict.fromkeys(
        ("Documents", "Prepared", "compile_documents", "journey_loader", "load_documents", "prepare"),
        "sim.experiment.preparation",
    ),
    **dict.fromkeys(("Outcome", "run_replications"), "sim.experiment.replication"),
    **dict.fromkeys(
        ("Request", "cores", "compile_time", "make_bundle", "redescribed", "run_baseline", "run_experiment"),
        "sim.experiment.run",
    ),
}


def __getattr__(name: str) -> object:
    """Load a public name (PEP 562)."""
    if name not in _MODULES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_MODULES[name]), name)
