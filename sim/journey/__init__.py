"""Journeys: Arazzo documents, read, checked and executed.

Takes an Arazzo document (1.0.0, 1.0.1, 1.1.0) of a catalog and the contracts it names, gives a ``Journey``, promises
that every reference of a loaded journey leads somewhere, that nothing of a document is evaluated as code, and that the
static reading of a criterion never contradicts a run.
"""

from sim.journey.caller import Caller, Execution, OutgoingCall, StepRun
from sim.journey.criterion import decide, decide_success
from sim.journey.execution import execute, execute_all
from sim.journey.flow import branches, waits_for
from sim.journey.loader import load_journey, load_journey_file
from sim.journey.model import (
    Action,
    Criterion,
    Journey,
    Parameter,
    Replacement,
    RequestBody,
    Step,
    Workflow,
)
from sim.journey.reading import Read, reads_of

__all__ = [
    "Action",
    "Caller",
    "Criterion",
    "Execution",
    "Journey",
    "OutgoingCall",
    "Parameter",
    "Read",
    "Replacement",
    "RequestBody",
    "Step",
    "StepRun",
    "Workflow",
    "branches",
    "decide",
    "decide_success",
    "execute",
    "execute_all",
    "load_journey",
    "load_journey_file",
    "reads_of",
    "waits_for",
]
