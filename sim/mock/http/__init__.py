"""Mocked systems over HTTP: a world that others reach.

Takes a world and where to serve it, gives a port a system with control endpoints beside them, promises that every
request is held against its contract before a mock sees it and every answer before it leaves, that nothing a client
sends stops the server or grows its memory without bound, and that nothing is called which the user did not allow.

::

    connection -> Guard -> App -> Service -> World
                  head,    host,   faults, queue, answer held against
                  limits   body    the contract, callbacks
"""

from sim.mock.http.background import Background, simulate_background
from sim.mock.http.fault import Fault, Faults, parse_chaos
from sim.mock.http.house import House
from sim.mock.http.log import Log
from sim.mock.http.outgoing import Destinations, parse_destinations
from sim.mock.http.server import Serving, serve, serving_beside
from sim.mock.http.service import Service
from sim.mock.http.site import Limits, Site, is_loopback
from sim.mock.http.traffic import Traffic

__all__ = [
    "Background",
    "Destinations",
    "Fault",
    "Faults",
    "House",
    "Limits",
    "Log",
    "Service",
    "Serving",
    "Site",
    "Traffic",
    "is_loopback",
    "parse_chaos",
    "parse_destinations",
    "serve",
    "serving_beside",
    "simulate_background",
]
