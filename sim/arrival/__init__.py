"""Arrival processes: when the next citizen comes.

Takes a rate that is constant within each hour and a key, gives the time to the next arrival, promises one file and one
registry entry a process, used by both engines.
"""

from sim.arrival.base import ARRIVALS, Arrival
from sim.arrival.gap import next_gap

__all__ = ["ARRIVALS", "Arrival", "next_gap"]
