"""What charts are made of: the view of a run, the medium, tables of their data, the finished drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from sim.chart.letter import drawable, label
from sim.chart.text import say, term
from sim.metric import Places, Scope, Series, Summary, series
from sim.scenario.model import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from sim.bundle import Bundle

Cell = str | float | int | None
Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Medium:
    """Where a chart is shown.

    Parameters
    ----------
    width : float
        Inches, > 0; the height follows from what is shown.
    is_titled : bool
        Whether the title is drawn into the picture: a file stands alone, a report has headings of its own.
    columns : int
        Panels side by side, >= 1.
    panels : int
        Panels of a chart, at most, >= 1; its message says so where there would be more.
    tallest : float
        Inches; a chart that would be taller has flatter panels.
    rows : int
        Stations, systems or services one below the other, at most, >= 1; its message says so where there would be more.
    """

    width: float
    is_titled: bool
    columns: int
    panels: int = 12
    tallest: float = math.inf
    rows: int = 20


FILE: Final = Medium(width=10.0, is_titled=True, columns=3)
WIDE: Final = Medium(width=10.0, is_titled=False, columns=3, panels=6, rows=14)
NARROW: Final = Medium(width=4.0, is_titled=False, columns=1, panels=4, rows=10)
PRINT: Final = Medium(
    width=7.1, is_titled=False, columns=2, panels=8, tallest=9.2, rows=14
)  # A4 upright, margins and heading apart


def shown(count: int, most: int) -> int:
    """Return how many of ``count`` a chart shows that has room for ``most``: a third more it takes in as well."""
    return count if 3 * count <= 4 * most else most


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A run as charts see it: what was recorded and what was made of it.

    Parameters
    ----------
    bundle : Bundle
        Complete or partial.
    summary : Summary
        Of the same bundle.
    language : str
        Of everything that is drawn, ``en`` or ``zh``.
    """

    bundle: Bundle
    summary: Summary
    language: Language = "en"
    _series: dict[tuple[str, str, Scope], Series] = field(default_factory=dict, init=False, repr=False)
    _places: tuple[Places, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Prepare the records once for all series."""
        object.__setattr__(self, "_places", tuple(Places(self.bundle.layout, one) for one in self.bundle.records))

    def series(self, metric: str, statistic: str, scope: Scope | None = None) -> Series:
        """Return ``sim.metric.series`` of this run, computed once: each medium and the table need the same."""
        key = (metric, statistic, scope or Scope())
        if key not in self._series:
            self._series[key] = series(self.bundle, *key, places=self._places)
        return self._series[key]

    def pick(self, text: Text) -> str:
        """Return a text in the language of this view."""
        return text.zh if self.language == "zh" else text.en

    def say(self, key: str, **values: str | int | Text) -> str:
        """Return a text of the table, with its values filled in, in the language of this view."""
        return self.pick(say(key, **values))

    def station(self, scope: Scope) -> Text:
        """Return how a station is called: its title, with the division where it stands in several."""
        station = self.title("station", scope.station or "")
        if not scope.division:
            return station
        division = self.title("division", scope.division)
        return Text(f"{station.en} · {division.en}", f"{station.zh} · {division.zh}")

    def title(self, kind: str, name: str) -> Text:
        """Return how a station, line or division is called, in letters that the fonts have."""
        title = self.bundle.manifest.label(kind, name)
        return Text(label(title.en, name, longest=34), label(title.zh, name, longest=34))

    def journey_name(self, name: str) -> str:
        """Return how a journey is called: the title of its demand line where it has one alone, else its name."""
        lines = {group.line for group in self.bundle.layout.groups if group.journey == name}
        return self.pick(self.title("line", lines.pop())) if len(lines) == 1 else drawable(name)

    def term(self, kind: str, name: str) -> str:
        """Return how a channel or a way to end is called."""
        return drawable(self.pick(term(kind, name)))


@dataclass(frozen=True, slots=True)
class Table:
    """Tidy data of a chart: one row an observation, units in the header.

    Parameters
    ----------
    columns : tuple of str
        Column names; a column with a unit ends in it: ``waiting_time_s``.
    rows : tuple of tuple
        Cells; None is an empty cell: nothing was observed.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A finished chart.

    Parameters
    ----------
    figure : Figure
        The picture.
    message : Text
        What it shows, in a sentence or two with its figures: the text alternative.
    """

    figure: Figure
    message: Text


@dataclass(frozen=True, slots=True)
class Chart:
    """An entry of the registry.

    Parameters
    ----------
    name : str
        Its name, also that of its files.
    title : Text
        For people.
    unit : str
        Unit of what is drawn.
    doc : str
        First line of the docstring.
    draw : callable
        Makes the drawing for a medium.
    tabulate : callable
        Makes the data, whatever the medium shows of it.
    """

    name: str
    title: Text
    unit: str
    doc: str
    draw: Callable[[View, Medium], Drawing]
    tabulate: Callable[[View], Table]
