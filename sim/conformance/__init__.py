"""Conformance inside the run: journeys replayed in process, every exchange judged.

Takes a scenario, its journeys and a catalog's contracts and mocks, gives the conformance table, the shares of calls
that fail for their contract and the nested calls that were made; promises no false finding on a conforming system and
nothing personal in any finding.
"""

from sim.conformance.check import CHECKS, Check
from sim.conformance.impact import BrokenStep, steps_broken
from sim.conformance.model import Replay
from sim.conformance.replay import check_nested_calls, replay_scenario
from sim.conformance.share import failed_interval
from sim.plan import CallShare

__all__ = [
    "CHECKS",
    "BrokenStep",
    "CallShare",
    "Check",
    "Replay",
    "check_nested_calls",
    "failed_interval",
    "replay_scenario",
    "steps_broken",
]
