"""A bundle as a value: what metrics, charts and reports read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sim.bundle.conformance import ConformanceTable
    from sim.bundle.manifest import Manifest
    from sim.bundle.record import Layout, Record


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """A finished (or partial) run.

    Parameters
    ----------
    manifest : Manifest
        What the run says of itself.
    records : tuple of Record
        One a finished replication, sorted by replication, at least one.
    conformance : ConformanceTable
        What the replay found; without rows when the scenario has inline journeys alone.
    path : Path or None
        The folder it stands in; None before it is written.
    """

    manifest: Manifest
    records: tuple[Record, ...]
    conformance: ConformanceTable
    path: Path | None = None

    @property
    def layout(self) -> Layout:
        """Names of the rows of every record, and the measured window."""
        return self.manifest.layout
