"""What every part of a report is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.metric import Scope
from sim.report.figure import cell

if TYPE_CHECKING:
    from sim.bundle import Bundle
    from sim.chart import View
    from sim.metric import Estimate, Summary
    from sim.report.model import Cell
    from sim.report.text import Words


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """A run, its figures and the language in which they are told."""

    view: View
    words: Words

    @property
    def bundle(self) -> Bundle:
        """The run."""
        return self.view.bundle

    @property
    def summary(self) -> Summary:
        """Its figures."""
        return self.view.summary

    def get(self, metric: str, statistic: str, scope: Scope | None = None) -> Estimate | None:
        """Return an estimate that says something; None otherwise."""
        found = self.summary.get(metric, statistic, scope)
        return None if found is None or found.value is None else found

    def cell(self, metric: str, statistic: str, scope: Scope | None = None) -> Cell:
        """Return an estimate as a cell."""
        return cell(self.summary.get(metric, statistic, scope), self.words)

    def stations(self, metric: str, statistic: str) -> tuple[Scope, ...]:
        """Return the stations, divisions together, the highest in a figure first."""
        scopes = dict.fromkeys(Scope(station=key.name) for key in self.bundle.layout.stations)
        return tuple(sorted(scopes, key=lambda scope: -self._value(metric, statistic, scope)))

    def _value(self, metric: str, statistic: str, scope: Scope) -> float:
        found = self.get(metric, statistic, scope)
        return -1.0 if found is None or found.value is None else found.value

    def station(self, scope: Scope) -> str:
        """Return how a station is called."""
        manifest = self.bundle.manifest
        name = self.words.pick(manifest.label("station", scope.station or ""))
        return f"{name} · {self.words.pick(manifest.label('division', scope.division))}" if scope.division else name

    def journey(self, name: str) -> str:
        """Return how a journey is called: the title of its demand line where it has one alone, else its name."""
        lines = {group.line for group in self.bundle.layout.groups if group.journey == name}
        if len(lines) != 1:
            return name
        line = lines.pop()
        title = self.words.pick(self.bundle.manifest.label("line", line))
        return name if title == line else title

    def scope(self, scope: Scope) -> str:
        """Return in words what a figure is taken of; empty for everything."""
        named = [self.station(scope)] if scope.station else []
        named += [self.journey(scope.journey)] if scope.journey else []
        named += [self.words("row.channel", channel=self.words.term("channel", scope.channel))] if scope.channel else []
        named += [scope.operation] if scope.operation else []
        return self.words.listed(named)
