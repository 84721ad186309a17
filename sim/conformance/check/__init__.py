"""Checks: what an exchange is asked, one file a check.

Takes a judged exchange, gives breaches, promises that a check never raises for what a message holds: that is a finding.
"""

from sim.conformance.check.base import CHECKS, Check, Judged

__all__ = ["CHECKS", "Check", "Judged"]
