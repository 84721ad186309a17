"""When a study begins and ends, and how finely it is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sim.units import SECONDS, format_duration

if TYPE_CHECKING:
    from sim.scenario.reading import Node

DEFAULT_START: Final = "2024-01-01T00:00:00+08:00"
MAX_BINS = 1_000
_DEFAULT_BINS = 96
_DEFAULT_DRAIN = 10 * SECONDS["d"]


@dataclass(frozen=True, slots=True)
class Horizon:
    """The times of a scenario, as in ``Scenario``."""

    start: datetime
    duration: float
    is_drained: bool
    drain_limit: float
    carry_over_days: int
    warm_up: float
    interval: float
    clock: float

    @property
    def end(self) -> float:
        """The last instant that can be simulated, in seconds after the start."""
        return self.duration + self.drain_limit


def read_horizon(top: Node) -> Horizon:
    """Return the times of a scenario."""
    duration = top.span_of("duration", SECONDS["d"])
    if duration <= 0.0 and (node := top.get("duration")):
        node.fault("a run without duration has no arrivals", "write a time above 0 s")
        duration = SECONDS["d"]
    is_drained = top.text_of("end", "drain") == "drain"
    warm_up = _read_warm_up(top.get("warm_up"), duration)
    return Horizon(
        start=_read_start(top.get("start")),
        duration=duration,
        is_drained=is_drained,
        drain_limit=top.span_of("drain_limit", _DEFAULT_DRAIN) if is_drained else 0.0,
        carry_over_days=_read_carry_over(top),
        warm_up=warm_up,
        interval=_read_interval(top.get("interval"), duration - warm_up),
        clock=1.0 if top.text_of("clock", "0") == "1 s" else 0.0,
    )


def _read_start(node: Node | None) -> datetime:
    text = DEFAULT_START if node is None else node.text
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        start = None
    remedy = "write it like 2022-07-26T00:00:00+08:00"
    if node is not None and start is None:
        node.fault(f"{text!r} is not an instant", remedy)
    elif node is not None and start is not None and start.tzinfo is None:
        node.fault(f"{text!r} has no time zone", remedy)
    elif node is not None and start is not None and not 1900 <= start.year <= 2200:
        node.fault(f"the year {start.year} is not from 1900 to 2200", remedy)
    elif start is not None:
        return start
    return datetime.fromisoformat(DEFAULT_START)


def _read_warm_up(node: Node | None, duration: float) -> float:
    if node is None or node.text == "none":
        return 0.0
    warm_up = node.span
    if warm_up < duration:
        return warm_up
    node.fault(
        f"{node.text!r} is not shorter than the duration, {format_duration(duration)}",
        "shorten the warm-up or lengthen the duration, else nothing is counted",
    )
    return 0.0


def _read_interval(node: Node | None, counted: float) -> float:
    if node is None:
        return counted / _DEFAULT_BINS
    interval = node.span
    if interval <= 0.0:
        node.fault("a bin of no width counts nothing", "write a time above 0 s")
    elif interval > counted:
        node.fault(f"is longer than the counted time, {format_duration(counted)}", "write a shorter interval")
    elif counted / interval > MAX_BINS + 0.5:
        node.fault(f"gives more than {MAX_BINS} bins", f"write at least {format_duration(counted / MAX_BINS)}")
    elif abs(counted / interval - round(counted / interval)) > 1e-9 * MAX_BINS:
        node.fault(
            f"does not divide the counted time, {format_duration(counted)}",
            "write a whole part of it",
        )
    else:
        return interval
    return counted / _DEFAULT_BINS


def _read_carry_over(top: Node) -> int:
    days = top.get("carry_over_days")
    if top.text_of("initial", "empty") == "carry-over":
        return top.count_of("carry_over_days", 1)
    if days is not None:
        days.fault("has no effect on a run that starts empty", "write `initial: carry-over`, or remove it")
    return 0
