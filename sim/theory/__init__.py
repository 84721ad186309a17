"""Closed forms of queueing theory.

Takes rates and numbers of servers, gives exact long-run figures, promises that each formula names its book and section
and refuses parameters for which it does not hold.
"""

from sim.theory.general import md1, mg1
from sim.theory.markovian import erlang_a, erlang_b, erlang_c, mm1, mmc, mmc_waiting_quantile, mmck
from sim.theory.model import Stationary
from sim.theory.priority import mg1_priority, mmc_priority

__all__ = [
    "Stationary",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "md1",
    "mg1",
    "mg1_priority",
    "mm1",
    "mmc",
    "mmc_priority",
    "mmc_waiting_quantile",
    "mmck",
]
