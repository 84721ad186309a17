"""Sheets of paper: A4 upright, text and boxes placed in inches from the upper left corner, a foot on each.

::

    Book    sheets in their order; text flows from one to the next
    Sheet   one of them: a figure, and where its corner lies in that figure
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from sim.chart.letter import drawable, width, wrap
from sim.chart.style import INK, MUTED

if TYPE_CHECKING:
    from typing import Any, Literal

WIDTH, HEIGHT = 8.27, 11.69  # inches: A4, ISO 216
MARGIN: Final = 0.585
ROOM: Final = WIDTH - 2 * MARGIN
LOWEST: Final = HEIGHT - 0.75  # what flows stops here, above the foot
LEADING: Final = 1.45  # from line to line, in sizes of the letters


@dataclass(frozen=True, slots=True)
class Type:
    """Letters: size in points, colour, weight."""

    size: float = 9.0
    colour: str = INK
    is_bold: bool = False

    @property
    def line(self) -> float:
        """Height of a line, in inches."""
        return self.size * LEADING / 72.0

    def wrap(self, text: str, room: float) -> list[str]:
        """Return a text as lines that fit a width, in inches."""
        return wrap(drawable(text), room, self.width)

    def width(self, text: str) -> float:
        """Return how wide a text is, in inches."""
        return width(text, self.size, is_bold=self.is_bold)


BODY: Final = Type()
SMALL: Final = Type(7.5, MUTED)
HEADING: Final = Type(14.0, is_bold=True)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A sheet.

    Parameters
    ----------
    figure : Figure
        What stands on it; smaller than the sheet for a chart.
    left, top : float
        Where the upper left corner of the figure lies on the sheet, in inches.
    """

    figure: Figure
    left: float = 0.0
    top: float = 0.0

    def write(
        self, x: float, y: float, text: str, style: Type = BODY, *, side: Literal["left", "right"] = "left"
    ) -> None:
        """Write a line whose upper edge lies at ``y``."""
        wide, high = self.figure.get_size_inches()
        place = ((x - self.left) / wide, 1.0 - (y - self.top) / high)
        weight = "bold" if style.is_bold else "normal"
        self.figure.text(*place, text, size=style.size, color=style.colour, weight=weight, va="top", ha=side)

    def box(self, x: float, y: float, wide: float, high: float, **look: Any) -> None:
        """Draw a rectangle from its upper left corner."""
        across, down = self.figure.get_size_inches()
        place = ((x - self.left) / across, 1.0 - (y + high - self.top) / down)
        transform = self.figure.transFigure
        self.figure.add_artist(Rectangle(place, wide / across, high / down, transform=transform, **look))

    @property
    def bounds(self) -> Bbox:
        """The sheet in inches of its figure."""
        _, high = self.figure.get_size_inches()
        return Bbox.from_bounds(-self.left, high + self.top - HEIGHT, WIDTH, HEIGHT)


@dataclass(slots=True, eq=False)
class Book:
    """Sheets and where the text has come to.

    Parameters
    ----------
    foot : str
        Stands on each sheet, before its number.
    y : float
        Where the next line begins, in inches from the top of the last sheet.
    """

    foot: str
    y: float = MARGIN
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def sheet(self) -> Sheet:
        """The last sheet."""
        return self.sheets[-1]

    def turn(self) -> None:
        """Begin a new sheet."""
        self.sheets.append(Sheet(Figure(figsize=(WIDTH, HEIGHT), facecolor="white")))
        self.y = MARGIN

    def need(self, height: float) -> None:
        """Begin a new sheet where the last has less room than so many inches."""
        if not self.sheets or self.y + height > LOWEST:
            self.turn()

    def paragraph(self, text: str, style: Type = BODY, *, after: float = 0.08) -> None:
        """Write a text over the whole width, and leave so many inches after it."""
        for line in style.wrap(text, ROOM):
            self.need(style.line)
            self.sheet.write(MARGIN, self.y, line, style)
            self.y += style.line
        self.y += after

    def show(self, figure: Figure, title: str, message: str) -> None:
        """Put a chart on a new sheet, under its title and message; text may follow below it."""
        lines = BODY.wrap(message, ROOM)
        top = MARGIN + HEADING.line + 0.06 + len(lines) * BODY.line + 0.12
        sheet = Sheet(figure, MARGIN, top)
        sheet.write(MARGIN, MARGIN, drawable(title), HEADING)
        for place, line in enumerate(lines):
            sheet.write(MARGIN, MARGIN + HEADING.line + 0.06 + place * BODY.line, line, BODY)
        self.sheets.append(sheet)
        self.y = top + float(figure.get_size_inches()[1]) + 0.2

    def bind(self, title: str) -> bytes:
        """Return the sheets as PDF, numbered; no date, so that the same sheets give the same bytes."""
        content = io.BytesIO()
        metadata = {"Title": title, "Creator": "tongban", "CreationDate": None}
        with PdfPages(content, metadata=metadata) as pages:
            for number, sheet in enumerate(self.sheets, 1):
                sheet.write(MARGIN, HEIGHT - 0.5, drawable(self.foot), SMALL)
                sheet.write(WIDTH - MARGIN, HEIGHT - 0.5, f"{number} / {len(self.sheets)}", SMALL, side="right")
                pages.savefig(sheet.figure, bbox_inches=sheet.bounds)
        return content.getvalue()
