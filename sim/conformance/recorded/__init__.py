"""Recorded traffic in place of a live system.

Takes a HAR file of whoever recorded it, gives a ``Trial``; promises that the file passes a gate of size, depth and form
before anything is believed, that every check which needs no second request is asked, that the others are told as not
exercised, and that a recording of which nothing belongs to the journeys' contracts is an error.
"""

from sim.conformance.recorded.har import Entry, read_har
from sim.conformance.recorded.run import judge_recording

__all__ = ["Entry", "judge_recording", "read_har"]
