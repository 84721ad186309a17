"""The scenario as a typed value: what a person wrote, checked and resolved.

Every time is in seconds, every rate per second, every share a number from 0 to 1; files named by the scenario have been
read. ``sim.scenario.load_scenario`` makes it, ``sim.plan.compile_plan`` consumes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

Register = Literal["home", "office", "none"]
Effect = Literal["drain", "suspend", "fail"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people in English and Chinese."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Law:
    """A probability law by its registered name.

    Parameters
    ----------
    name : str
        An entry of ``sim.distribution.DISTRIBUTIONS``.
    parameters : tuple of (str, float) pairs
        In the order of the registry entry; times in seconds.
    table : tuple of float
        Values of a table law, in seconds; empty for the others.
    """

    name: str
    parameters: tuple[tuple[str, float], ...] = ()
    table: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Division:
    """One platform of the network.

    Parameters
    ----------
    code : str
        Six digits (GB/T 2260), or the platform convention 660000.
    population : int
        People, 2020 census.
    simulated : bool
        Whether it has queues in this run; else its operations take their service time alone.
    """

    code: str
    name: Text
    population: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekly hours of work.

    Parameters
    ----------
    shifts : tuple of (float, float, float)
        Start and end in seconds after Monday 00:00 (0 to 604800), share of the servers present (0 to 1); sorted, apart.
    """

    name: str
    shifts: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Station:
    """One queueing station, or one a division.

    Parameters
    ----------
    servers : tuple of (int or None)
        Working servers; one entry a simulated division in the order of ``Scenario.divisions`` when ``per_division``,
        else one entry. None is unlimited: a delay, which begins in the hours of the calendar.
    slots : int or None
        Jobs admitted at once; None is the number of servers, or without limit where the discipline shares them.
    queue : int or None
        Waiting places; None is unlimited.
    discipline : str
        An entry of ``sim.discipline.DISCIPLINES``.
    """

    name: str
    per_division: bool
    servers: tuple[int | None, ...]
    slots: int | None = None
    queue: int | None = None
    discipline: str = "fifo"
    calendar: Calendar | None = None
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A nested call: the operation and whose platform answers it."""

    operation: str
    division: Register


@dataclass(frozen=True, slots=True)
class Backoff:
    """How waits between repeats grow: wait n (from 0) is ``after * factor**n * (1 - jitter + 2 * jitter * u)``."""

    factor: float = 1.0
    jitter: float = 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What one execution of an operation costs.

    Parameters
    ----------
    station : str
        Where it queues and is served.
    patience : Law or None
        Longest wait in the queue; drawn at each execution.
    timeout : float or None
        Longest time of the whole call, in seconds.
    on_timeout : str
        ``orphan``: what is being served goes on and its answer is dropped; ``cancel``: it is aborted.
    """

    operation: str
    station: str
    service: Law
    calls: tuple[Call, ...] = ()
    patience: Law | None = None
    timeout: float | None = None
    on_timeout: Literal["orphan", "cancel"] = "orphan"
    backoff: Backoff = Backoff()


@dataclass(frozen=True, slots=True)
class InlineStep:
    """One step of an inline journey: a service at a station.

    Parameters
    ----------
    retry_limit : int
        Repeats after a failure (full queue, outage, time-out, lost patience) before the journey fails.
    retry_after : float
        Seconds to the first repeat.
    channels : tuple of str
        Channels in which the step is taken; in others it is skipped. Empty is all.
    """

    name: str
    cost: Cost
    division: Register
    retry_limit: int = 0
    retry_after: float = 0.0
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InlineJourney:
    """A journey written in the scenario itself; it has no contract."""

    name: str
    steps: tuple[InlineStep, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """A way in: its share of the demand and its hours.

    Parameters
    ----------
    profile : tuple of float
        24 weights that sum to 1: how the channel's demand spreads over the hours of a day.
    """

    name: str
    share: float
    profile: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class DemandLine:
    """One kind of errand and how often it comes.

    Parameters
    ----------
    journey : str
        An inline journey of the scenario or the name of an Arazzo document (``document`` or ``document#workflowId``).
    rates : tuple of (str, float)
        Division code (``""`` without divisions) and mean arrivals a second over a whole day, scale applied.
    channels : tuple of Channel
        Shares sum to 1; one channel named ``any`` with a flat profile when the scenario gives none.
    priority_class : int
        0 is served first.
    cross_province : float
        Probability that the citizen is registered in another division.
    process : str
        An entry of ``sim.arrival.ARRIVALS``.
    carry_over : bool
        Whether it also comes on the days carried over.
    """

    name: str
    journey: str
    rates: tuple[tuple[str, float], ...]
    channels: tuple[Channel, ...]
    priority_class: int = 0
    cross_province: float = 0.0
    process: str = "poisson"
    title: Text | None = None
    carry_over: bool = True


@dataclass(frozen=True, slots=True)
class StationFault:
    """A station goes down.

    Parameters
    ----------
    division : str or None
        Division code; None is all.
    at, duration : float
        Seconds from the scenario's start; seconds.
    """

    name: str
    station: str
    division: str | None
    at: float
    duration: float
    effect: Effect


@dataclass(frozen=True, slots=True)
class Objective:
    """A metric and the value it is to keep.

    Parameters
    ----------
    metric : str
        An entry of ``sim.metric.METRICS``.
    station, journey, channel : str or None
        What it is taken of; None is all.
    quantile : float or None
        Between 0 and 1; None is the mean.
    bound : str
        ``at_most`` or ``at_least``.
    value : float
        In the metric's unit (seconds for times).
    expect : str
        ``met`` or ``missed``: what the author expects.
    """

    name: str
    metric: str
    station: str | None
    journey: str | None
    channel: str | None
    quantile: float | None
    bound: Literal["at_most", "at_least"]
    value: float
    expect: Literal["met", "missed"] = "met"


@dataclass(frozen=True, slots=True)
class Statement:
    """What others have published, to be put beside the run's own figure.

    Parameters
    ----------
    metric : str
        An entry of ``sim.metric.METRICS``, taken over all journeys by its first statistic.
    kind : str
        ``change``: relative to the baseline, -0.62 for 62 % less; ``level``: the value itself.
    value : float
        As published.
    bound : str
        ``about``: within 0.05; ``beyond``: farther from 0 than ``value``.
    source : str
        Who published it.
    note : Text or None
        Why the run's figure differs from it.
    """

    name: str
    title: Text
    metric: str
    kind: Literal["change", "level"]
    value: float
    bound: Literal["about", "beyond"]
    source: str
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """A platform that speaks another edition of its contract.

    Parameters
    ----------
    divisions : tuple of str
        Codes of the simulated divisions whose platform it is; never empty.
    share : float
        Share of the journeys whose calls of these platforms meet the edition, above 0 to 1; a journey meets it always
        or never.
    contract : str
        Name of the contract that is spoken otherwise.
    overlay : str
        Name of the overlay document (``contracts/overlays/<overlay>.overlay.yaml``) that describes the edition.
    """

    name: str
    divisions: tuple[str, ...]
    share: float
    contract: str
    overlay: str
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Assumption:
    """A figure that nobody measured: where it stands and what is said of it."""

    where: str
    note: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that one study says, resolved.

    Parameters
    ----------
    start : datetime
        The first counted instant, with time zone.
    duration : float
        Arrivals stop this many seconds later.
    end : str
        ``drain``: go on until the last journey ends or ``drain_limit`` seconds passed; ``stop``: end at once.
    carry_over_days : int
        Days simulated before ``start`` whose journeys load the stations and are not counted; 0 starts empty.
    warm_up : float
        Seconds after ``start`` before which nothing is counted.
    interval : float
        Width of the bins of every time series, in seconds; divides ``duration - warm_up`` into at most 1,000 bins.
    clock : float
        0: times are real numbers. 1: services are rounded up and arrivals down to whole seconds.
    outcomes : mapping
        Journey name, step id, action name (or ``default``) to probability; each step's sum to 1.
    sources : tuple of (str, str)
        Every file read for it (shown name) and its SHA-256.
    variants : tuple of Variant
        Platforms that speak another edition; names apart.
    baseline : Scenario or None
        What it is compared with: the same divisions, seed and measured window, so that demand lines of the same name
        meet the same citizens. Its own baseline is left out.
    statements : tuple of Statement
        What others have published, for the report.
    """

    name: str
    title: Text
    path: Path
    start: datetime
    duration: float
    end: Literal["drain", "stop"]
    drain_limit: float
    carry_over_days: int
    warm_up: float
    interval: float
    clock: float
    replications: int
    seed: int
    divisions: tuple[Division, ...]
    stations: tuple[Station, ...]
    costs: Mapping[str, Cost]
    journeys: Mapping[str, InlineJourney]
    demand: tuple[DemandLine, ...]
    outcomes: Mapping[str, Mapping[str, Mapping[str, float]]]
    faults: tuple[StationFault, ...]
    objectives: tuple[Objective, ...]
    assumptions: tuple[Assumption, ...]
    replay_citizens: int
    sources: tuple[tuple[str, str], ...]
    variants: tuple[Variant, ...] = ()
    baseline: Scenario | None = None
    statements: tuple[Statement, ...] = ()
