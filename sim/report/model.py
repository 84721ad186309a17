"""A report as a value: what every format lays out, already in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Mark = Literal["", "good", "bad", "open", "quiet"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid.

    Parameters
    ----------
    text : str
        What is shown.
    half : str
        ``± ...`` after it, set smaller; empty where there is no interval.
    mark : str
        ``good``, ``bad``, ``open`` (undecided, not exercised) or ``quiet``; the text says the same in words.
    is_code : bool
        Whether it is set in the type of a program.
    """

    text: str
    half: str = ""
    mark: Mark = ""
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """Head of a column; numbers stand at the right."""

    title: str
    is_number: bool = False


Rows: TypeAlias = "tuple[tuple[Cell, ...], ...]"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a grid that a page keeps closed until asked for.

    Parameters
    ----------
    title : str
        How many they are, and the worst figure among them.
    """

    title: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class Grid:
    """A table for people.

    Parameters
    ----------
    caption : str
        Its title.
    rows : tuple of tuple of Cell
        What stands open; the worst first where there are ``parts``.
    note : str
        What one must know to read it; may be empty.
    parts : tuple of Part
        Its further rows.
    is_stacked : bool
        Whether a narrow page sets each row as a block, head and cell on a line: for few rows of words.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: Rows
    note: str = ""
    parts: tuple[Part, ...] = ()
    is_stacked: bool = False

    @property
    def every_row(self) -> Rows:
        """All rows, for forms that cannot fold."""
        return self.rows + tuple(row for part in self.parts for row in part.rows)


@dataclass(frozen=True, slots=True)
class Tile:
    """A key figure.

    Parameters
    ----------
    title, value, unit, interval, note : str
        From top to bottom; ``interval`` says so when there is none.
    objective : str
        The set value in words; empty for a figure without one.
    verdict : str
        In words, empty without objective; ``mark`` says the same to the eye.
    """

    title: str
    value: str
    unit: str
    interval: str
    note: str = ""
    objective: str = ""
    verdict: str = ""
    remark: str = ""
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A chart in a report.

    Parameters
    ----------
    name : str
        Of the chart and of its files.
    message, narrow_message : str
        What it shows on a wide and on a narrow page, which may have room for less: caption and text alternative.
    data : Grid or None
        Its data; None when they are too many for a page, or stand in a grid of the section.
    rows : int
        Rows of its file when these are too many for a page; else 0.
    """

    name: str
    title: str
    message: str
    narrow_message: str
    wide: str
    narrow: str
    data: Grid | None
    rows: int


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report with a heading.

    Parameters
    ----------
    name : str
        Its anchor.
    lead : tuple of str
        Paragraphs under the heading.
    charts : tuple of str
        Names of its charts, whether or not they are drawn into it.
    folded : tuple of Grid
        Grids that stand closed until asked for.
    """

    name: str
    title: str
    lead: tuple[str, ...] = ()
    charts: tuple[str, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    grids: tuple[Grid, ...] = ()
    folded: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report.

    Parameters
    ----------
    subtitle : tuple of str
        Day, replications, seed.
    headline : str
        The result in words.
    warnings : tuple of str
        What must be known before anything else: a partial run, one replication.
    assumed : str
        How many figures are assumed; empty for none.
    interval_note : str
        What ± means.
    objectives, further : tuple of Tile
        Those that stand open, and those that do not where there are many: met, with the most room to their set value.
    further_title : str
        How many stand closed; empty for none.
    command : str
        What reproduces the run.
    """

    language: str
    title: str
    subtitle: tuple[str, ...]
    headline: str
    warnings: tuple[str, ...]
    assumed: str
    interval_note: str
    objectives: tuple[Tile, ...]
    further: tuple[Tile, ...]
    further_title: str
    figures: tuple[Tile, ...]
    sections: tuple[Section, ...]
    command: str
    product: str
