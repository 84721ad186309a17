"""Journeys: Arazzo documents, read, checked and executed.

Takes an Arazzo document (1.0.0, 1.0.1, 1.1.0) of a catalog and the contracts it names, gives a ``Journey``, promises
that every reference of a loaded journey leads somewhere, that nothing of a document is evaluated as code, and that the
static reading of a criterion never contradicts a run.
"""

from sim.journey.criterion import decide, decide_success
from sim.journey.loader import load_journey, load_journey_file

__all__ = ["decide", "decide_success", "load_journey", "load_journey_file"]
