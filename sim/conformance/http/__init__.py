"""Requests over real HTTP to a system that is not trusted.

Takes requests, gives answers or says why there is none; promises that no answer can hang the run or fill its memory:
every byte has a deadline, heads and bodies are bounded, no redirect is followed, and nothing but the address that the
user gave is connected to.
"""

from sim.conformance.http.client import HttpTransport
from sim.conformance.http.limit import Budget, CallLimits, SpentError
from sim.conformance.http.place import Place, Tls, place_of

__all__ = ["Budget", "CallLimits", "HttpTransport", "Place", "SpentError", "Tls", "place_of"]
