"""The instructions of a journey's program.

A journey is compiled to a row of integers an instruction (``Plan.ops``) and three floats (``Plan.op_floats``). There is
no bare SERVE: a service begins at the very point where the server is assigned. There is no CALL: nested calls are
written in line as ENTER caller, VISIT callee, LEAVE caller.

====== =========================================================================================================
VISIT  queue at a station, be served, give the server back
ENTER  queue at a station, be served, keep server and slot until LEAVE
LEAVE  give back what was taken last
JUMP   go on elsewhere
BRANCH draw where to go on
SWITCH go on by the reason of the last failure
REASON note why the call failed
COUNT  add one to a counter of an operation
FAILED add one to the counter of an operation that belongs to the reason
SCOPE  begin a deadline; at its end control goes to the handler with reason TIMED_OUT
CLOSE  end the innermost deadline
RETRY  after a growing wait go back, at most so many times; then go on
CLEAR  forget how often a step was repeated, by each of its actions
FORK   start branches and wait for all of them
AWAIT  wait until some sibling branches are done
BACK   end a branch
END    end the journey
MEETS  go on if the platform of this call speaks another edition to this journey, else elsewhere
ONCE   go on the first time in a journey, later elsewhere
====== =========================================================================================================
"""

from __future__ import annotations

from typing import Final

VISIT: Final = 0
ENTER: Final = 1
LEAVE: Final = 2
JUMP: Final = 3
BRANCH: Final = 4
SWITCH: Final = 5
REASON: Final = 6
COUNT: Final = 7
FAILED: Final = 8
SCOPE: Final = 9
CLOSE: Final = 10
RETRY: Final = 11
CLEAR: Final = 12
FORK: Final = 13
AWAIT: Final = 14
BACK: Final = 15
END: Final = 16
MEETS: Final = 17
ONCE: Final = 18

NAMES: Final = (
    "VISIT",
    "ENTER",
    "LEAVE",
    "JUMP",
    "BRANCH",
    "SWITCH",
    "REASON",
    "COUNT",
    "FAILED",
    "SCOPE",
    "CLOSE",
    "RETRY",
    "CLEAR",
    "FORK",
    "AWAIT",
    "BACK",
    "END",
    "MEETS",
    "ONCE",
)

WIDTH: Final = 10
"""Integers an instruction: the code, then operands; see ``sim.plan.builder.Builder`` for their meaning."""

# Why a call failed. TIMED_OUT, BREACHED and UNFINISHED give the journey no status.
TIMED_OUT: Final = 0
REJECTED: Final = 1
OUTAGE: Final = 2
REFUSED: Final = 3
BREACHED: Final = 4
UNFINISHED: Final = 5

STATUS: Final = (None, 429, 503, 400, None, None)
"""What status a journey sees for each reason; None is no answer."""

REASON_COLUMN: Final = (2, 3, 4, 5, 6, 2)
"""Column of ``OPERATION_COUNTS`` for each reason."""

# How a branch ends.
BACK_DONE: Final = 0
BACK_FAILED: Final = 1
BACK_ENDED: Final = 2

# What a scope does with work under way when its deadline passes.
ORPHAN: Final = 0
CANCEL: Final = 1

# What the scenario does to a station at a fixed instant.
SHIFT: Final = 0
DRAIN: Final = 1
SUSPEND: Final = 2
FAIL: Final = 3
UNDRAIN: Final = 4
UNSUSPEND: Final = 5
UNFAIL: Final = 6

UNLIMITED: Final = 1 << 40
"""Servers, slots or waiting places without limit."""
