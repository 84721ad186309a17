"""What a run says of itself: which documents, which engine, when, how long, how to reproduce it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the codec resolves the annotations at run time
from typing import TYPE_CHECKING, Final, Literal

from sim.bundle.comparison import Comparison  # noqa: TC001 - the codec resolves the annotations at run time
from sim.bundle.record import Layout  # noqa: TC001 - the codec resolves the annotations at run time
from sim.scenario.model import Assumption, Objective, Statement, Text

if TYPE_CHECKING:
    from sim.bundle.conformance import ConformanceTable

FORMAT: Final = 3

Kind = Literal["scenario", "contract", "journey", "mock", "data"]


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A document that the run was made from.

    Parameters
    ----------
    kind : str
        ``scenario``, ``contract``, ``journey``, ``mock`` or ``data``.
    file : str
        As shown to the user.
    digest : str
        SHA-256, hexadecimal.
    """

    kind: Kind
    file: str
    digest: str


@dataclass(frozen=True, slots=True)
class Label:
    """How a row is called before people.

    Parameters
    ----------
    kind : str
        ``station``, ``line`` or ``division``.
    name : str
        The row's name (a division's code).
    """

    kind: Literal["station", "line", "division"]
    name: str
    title: Text


@dataclass(frozen=True, slots=True)
class Spent:
    """Where the time of a run went, in seconds.

    Parameters
    ----------
    wall : float
        From the start of the run to the writing of the bundle, by the clock on the wall.
    engine : float
        CPU seconds of all replications, on all workers, compilation apart.
    compile : float
        CPU seconds of compiling the Plan and the laws.
    replay : float
        CPU seconds of the replay for conformance; near 0 when its result was stored.
    """

    wall: float
    engine: float
    compile: float
    replay: float


@dataclass(frozen=True, slots=True)
class Replay:
    """The scalars of a conformance table; its rows are tables of the bundle.

    Parameters
    ----------
    citizens, seed, mocked_by, unfinished
        As in ``sim.bundle.ConformanceTable``.
    """

    citizens: int
    seed: int
    mocked_by: tuple[tuple[str, str], ...]
    unfinished: int

    @classmethod
    def of(cls, table: ConformanceTable) -> Replay:
        """Return the scalars of a table."""
        return cls(table.citizens, table.seed, table.mocked_by, table.unfinished)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything about a run that is not a figure.

    Parameters
    ----------
    format : int
        Version of the folder's layout, ``FORMAT``.
    product : str
        Version of tongban.
    name, title, start
        Of the scenario; ``start`` is its first counted instant, with time zone.
    replications : int
        Those asked for; a partial bundle holds fewer.
    engine : str
        Registered name of the engine.
    input_digest, digest : str
        Of what went in (``input_digest``) and of the values that came out (``result_digest``).
    started : datetime
        When the run began, UTC.
    command : str
        What reproduces it.
    partial : bool
        Whether the run was stopped before its last replication.
    versions : tuple of (str, str)
        python, numpy, simpy, numba and their versions.
    layout : Layout
        Names of the rows of every record, and the measured window.
    comparison : Comparison or None
        The run beside its baseline; None when the scenario has neither a baseline nor variants.
    statements : tuple of Statement
        What others have published, as the scenario says.
    """

    format: int
    product: str
    name: str
    title: Text
    start: datetime
    seed: int
    replications: int
    engine: str
    input_digest: str
    digest: str
    started: datetime
    seconds: Spent
    command: str
    partial: bool
    platform: str
    versions: tuple[tuple[str, str], ...]
    sources: tuple[Source, ...]
    labels: tuple[Label, ...]
    assumptions: tuple[Assumption, ...]
    objectives: tuple[Objective, ...]
    replay: Replay
    layout: Layout
    comparison: Comparison | None = None
    statements: tuple[Statement, ...] = ()

    def label(self, kind: str, name: str) -> Text:
        """Return the title of a station, line or division; its name where it has none."""
        found = (label.title for label in self.labels if label.kind == kind and label.name == name)
        return next(found, Text(name, name))
