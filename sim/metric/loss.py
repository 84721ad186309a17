"""Visits that a station did not serve."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.metric.registry import share

if TYPE_CHECKING:
    from sim.metric.registry import Part
    from sim.metric.view import View

_SOURCE = "blocking and abandonment as relative frequencies: Gross, Shortle, Thompson and Harris (2018), section 3.5"
_of_arrivals = partial(
    share, subject="station", over="visits that arrived inside the window", source=_SOURCE, has_bins=True
)
_of_joined = partial(
    share, subject="station", over="visits that arrived inside the window and joined", source=_SOURCE, has_bins=True
)


@_of_arrivals("rejections")
def rejections(view: View) -> Part:
    """Visits refused because the queue was full (429)."""
    return view.station_count("rejected"), view.station_count("arrivals")


@_of_arrivals("refusals")
def refusals(view: View) -> Part:
    """Visits refused because the station was down (503)."""
    return view.station_count("refused"), view.station_count("arrivals")


@_of_joined("reneging")
def reneging(view: View) -> Part:
    """Visits that left the queue because patience ran out."""
    return view.station_count("reneged"), view.station_count("joined")


@_of_joined("outage_losses")
def outage_losses(view: View) -> Part:
    """Visits thrown out by an outage."""
    return view.station_count("failed"), view.station_count("joined")


@_of_joined("withdrawals")
def withdrawals(view: View) -> Part:
    """Visits withdrawn by a deadline or a cancelled branch."""
    return view.station_count("abandoned"), view.station_count("joined")
