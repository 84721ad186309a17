"""Probability laws of service, patience and delay.

Takes named parameters, gives samplers of three scalars and a key, promises one file and one registry entry a law, used
by both engines.
"""

from sim.distribution.base import DISTRIBUTIONS, Distribution, Parameter

__all__ = ["DISTRIBUTIONS", "Distribution", "Parameter"]
