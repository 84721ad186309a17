"""Scenarios: how many citizens, which servers, how long each call takes, what breaks.

Takes a scenario document of a catalog, what it extends and the files it names, gives a frozen ``Scenario`` in seconds
and shares, promises that its format is ``schema.json`` (JSON Schema 2020-12) and that all faults are told together,
each with file, line, column and remedy.
"""

from sim.scenario.load import load_scenario
from sim.scenario.model import (
    Assumption,
    Backoff,
    Calendar,
    Call,
    Channel,
    Cost,
    DemandLine,
    Division,
    InlineJourney,
    InlineStep,
    Law,
    Objective,
    Scenario,
    Statement,
    Station,
    StationFault,
    Text,
    Variant,
)

__all__ = [
    "Assumption",
    "Backoff",
    "Calendar",
    "Call",
    "Channel",
    "Cost",
    "DemandLine",
    "Division",
    "InlineJourney",
    "InlineStep",
    "Law",
    "Objective",
    "Scenario",
    "Statement",
    "Station",
    "StationFault",
    "Text",
    "Variant",
    "load_scenario",
]
