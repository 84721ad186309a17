"""Engines: pure functions of (Plan, seed, replication).

Takes a Plan, gives the Record of one replication, promises that every engine gives the same one, bit for bit.
"""

from sim.engine.base import Engine, OnProgress
from sim.engine.choice import ENGINES, choose_engine, get_engine
from sim.engine.compiled import cache_folder

__all__ = ["ENGINES", "Engine", "OnProgress", "cache_folder", "choose_engine", "get_engine"]
