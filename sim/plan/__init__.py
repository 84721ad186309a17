"""The Plan: documents compiled to arrays.

Takes a scenario, its journeys and the shares of calls that fail by conformance, gives a frozen ``Plan`` and the
``Layout`` that names its rows, promises that the same documents give the same bytes.
"""

from sim.plan.compiler import Compiled, compile_plan, workflow_of
from sim.plan.failure import CallShare
from sim.plan.naming import log_names
from sim.plan.plan import Plan

__all__ = ["CallShare", "Compiled", "Plan", "compile_plan", "log_names", "workflow_of"]
