"""Checks: what an exchange, an errand or a system is asked, one file a check.

Takes a judged exchange, an errand or a bench to send requests from, gives what was found, promises that a check never
raises for what a message holds: that is a finding.
"""

from sim.conformance.check.base import (
    CHECKS,
    LEVELS,
    Check,
    ExchangeCheck,
    Judged,
    Level,
    Probe,
    WalkCheck,
    exchange_checks,
    probes,
    walk_checks,
)

__all__ = [
    "CHECKS",
    "LEVELS",
    "Check",
    "ExchangeCheck",
    "Judged",
    "Level",
    "Probe",
    "WalkCheck",
    "exchange_checks",
    "probes",
    "walk_checks",
]
