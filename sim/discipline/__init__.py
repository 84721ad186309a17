"""Queue disciplines: who is served next.

Takes nothing, gives the registered disciplines, promises one file and one registry entry each, read by both engines.
"""

from sim.discipline.base import DISCIPLINES, Discipline

__all__ = ["DISCIPLINES", "Discipline"]
