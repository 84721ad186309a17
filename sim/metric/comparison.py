"""Paired differences between a run and its baseline."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.bundle.comparison import Difference
from sim.metric.model import LEVEL, Scope
from sim.metric.registry import METRICS
from sim.metric.scope import scopes_of
from sim.metric.summary import interval
from sim.metric.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.bundle.record import Layout, Record
    from sim.metric.registry import Metric, Subject
    from sim.metric.replayed import Replayed

FIGURES: Final = (
    ("endings", "completed"),
    ("endings", "failed"),
    ("endings", "other"),
    ("conformance", "failed"),
    ("retries", "total"),
    ("services", "total"),
    ("work", "total"),
    ("waiting_volume", "total"),
    ("sojourn_time", "mean"),
)
"""Journeys that end otherwise, calls that fail, repeats, visits, work, waiting and time: in all, and part by part."""
KEY_FIGURES: Final = (
    ("materials_submitted", "mean"),
    ("visits_in_person", "mean"),
    ("fully_online", "share"),
    ("waiting_in_person", "mean"),
    ("processing_time", "mean"),
)
"""What a service costs the citizen: in all, and of each demand line."""


class Side(NamedTuple):
    """One of the two runs."""

    layout: Layout
    records: Sequence[Record]
    replayed: Replayed


class Part(NamedTuple):
    """What a figure is taken of, with its rows in both runs."""

    line: str | None
    scope: Scope
    after: tuple[int, ...]
    before: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it is everything."""
        return self.line is None and self.scope == Scope()


def differences(after: Side, before: Side) -> tuple[Difference, ...]:
    """Return what lies between a run and its baseline, replication by replication.

    Parameters
    ----------
    after, before : Side
        The run and its baseline, of the same seed; records of the same replication are compared, others left out.

    Returns
    -------
    tuple of Difference
        ``FIGURES`` over everything; and where they differ, ``FIGURES`` of every station, journey and operation that
        both runs have, and ``KEY_FIGURES`` over everything and of every demand line that both have.
    """
    plain = {record.replication: record for record in before.records}
    pairs = [(record, plain[record.replication]) for record in after.records if record.replication in plain]
    found: list[Difference] = []
    for name, statistic in (*FIGURES, *KEY_FIGURES):
        metric = METRICS.get(name)
        is_key = (name, statistic) in KEY_FIGURES
        for part in _line_parts(after, before) if is_key else _parts(metric.subject, after, before):
            values = list(_values(metric, statistic, (after, before), pairs, part))
            if values and ((part.is_whole and not is_key) or any(one != other for one, other in values)):
                found.append(_difference(metric, statistic, part, values))
    return tuple(found)


def _parts(subject: Subject, after: Side, before: Side) -> Iterator[Part]:
    """Yield everything, then what both runs have, channels and divisions together."""
    known = scopes_of(before.layout, subject)
    for scope, rows in scopes_of(after.layout, subject).items():
        if scope.channel is None and scope.division is None and scope in known:
            yield Part(None, scope, rows, known[scope])


def _line_parts(after: Side, before: Side) -> Iterator[Part]:
    """Yield everything, then the demand lines that both runs have."""
    every = tuple(tuple(range(len(side.layout.groups))) for side in (after, before))
    yield Part(None, Scope(), *every)
    known = _rows_of_lines(before.layout)
    for line, rows in _rows_of_lines(after.layout).items():
        if line in known:
            yield Part(line, Scope(), rows, known[line])


def _rows_of_lines(layout: Layout) -> dict[str, tuple[int, ...]]:
    """Return the groups of each line's journey: operations are counted by journey, whatever line began it."""
    journeys = {group.line: group.journey for group in layout.groups}
    return {
        line: tuple(row for row, group in enumerate(layout.groups) if group.journey == journey)
        for line, journey in journeys.items()
    }


def _values(
    metric: Metric, statistic: str, sides: tuple[Side, Side], pairs: Sequence[tuple[Record, Record]], part: Part
) -> Iterator[tuple[float, float]]:
    """Yield the figure after and before of every pair in which both have one."""
    for pair in pairs:
        after, before = (
            metric.measure(View(side.layout, record, rows, 1, side.layout.n_bins, side.replayed), statistic)
            for side, record, rows in zip(sides, pair, (part.after, part.before), strict=True)
        )
        if after is not None and before is not None:
            yield after, before


def _difference(metric: Metric, statistic: str, part: Part, values: Sequence[tuple[float, float]]) -> Difference:
    value, half_width, n = interval([after - before for after, before in values])
    ratios = [after / before for after, before in values] if all(before for _, before in values) else []
    ratio, ratio_half_width, _ = interval(ratios)
    return Difference(
        metric=metric.name,
        statistic=statistic,
        unit=metric.unit(statistic),
        station=part.scope.station,
        line=part.line,
        journey=part.scope.journey,
        operation=part.scope.operation,
        before=math.fsum(before for _, before in values) / n,
        after=math.fsum(after for after, _ in values) / n,
        value=value or 0.0,
        half_width=half_width,
        ratio=ratio,
        ratio_half_width=ratio_half_width,
        level=LEVEL,
        n=n,
    )
