"""Random numbers that do not depend on the order of events.

Takes a key, gives uniforms in the open interval (0, 1) and the functions that laws need, promises the same bits from
CPython and from compiled code: everything is written in the subset that ``sim.engine`` compiles, with + - * / sqrt,
frexp and ldexp alone, on integers that fit 64 bits.
"""

from sim.draw.function import exp, log, normal_quantile
from sim.draw.key import Key, name_hash, run_key
from sim.draw.philox import philox, uniform

__all__ = ["Key", "exp", "log", "name_hash", "normal_quantile", "philox", "run_key", "uniform"]
