"""A badge: the levels that a system reached, as JSON for shields.io's endpoint badge and as a picture.

Takes a trial, gives both forms; promises that green says ``core`` was reached, and that the picture asks for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

from sim.conformance.level import standings

if TYPE_CHECKING:
    from sim.conformance.verdict import Outcome, Trial

COLOURS: Final = {
    "brightgreen": "#2f6b1a",
    "red": "#a3341f",
    "orange": "#8a4b08",
    "yellow": "#7a5a00",
    "lightgrey": "#57606a",
}
"""Names that shields.io takes, and what the picture is painted in: white letters on it have a contrast above 4.5."""
_OPEN: Final[dict[Outcome, tuple[str, str]]] = {
    "fail": ("failing", "red"),
    "error": ("undecided", "orange"),
    "review": ("to be reviewed", "yellow"),
    "pass": ("ended early", "yellow"),
}
_WIDE: Final = 11.0
_NARROW: Final = 6.6
_PADDING: Final = 12.0


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge says.

    Parameters
    ----------
    colour : str
        Name in ``COLOURS``.
    """

    label: str
    message: str
    colour: str


def badge_of(trial: Trial) -> Badge:
    """Return the badge of a trial."""
    core, *others = standings(trial)
    label = f"tongban {trial.system}"
    if core.is_reached:
        reached = " + ".join(one.level for one in (core, *others) if one.is_reached)
        return Badge(label, reached, "brightgreen")
    return Badge(label, *_OPEN.get(core.outcome, ("not exercised", "lightgrey")))


def badge_document(badge: Badge) -> dict[str, Any]:  # JSON
    """Return a badge as shields.io's endpoint takes it."""
    return {
        "schemaVersion": 1,
        "label": badge.label,
        "message": badge.message,
        "color": badge.colour,
        "isError": badge.colour == "red",
    }


def badge_picture(badge: Badge) -> str:
    """Return a badge as SVG."""
    left, right = _width(badge.label), _width(badge.message)
    label, message = escape(_plain(badge.label)), escape(_plain(badge.message))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right:g}" height="20" role="img" '
        f'aria-label="{label}: {message}">\n<title>{label}: {message}</title>\n'
        f'<rect width="{left + right:g}" height="20" rx="3" fill="#3b434b"/>\n'
        f'<path d="M{left:g} 0h{right - 3:g}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{left:g}z" '
        f'fill="{COLOURS[badge.colour]}"/>\n'
        '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">\n'
        f'<text x="{left / 2:g}" y="14" textLength="{left - _PADDING:g}">{label}</text>\n'
        f'<text x="{left + right / 2:g}" y="14" textLength="{right - _PADDING:g}">{message}</text>\n'
        "</g>\n</svg>\n"
    )


def _width(text: str) -> float:
    return round(sum(_WIDE if ord(letter) > 0x2E80 else _NARROW for letter in _plain(text)) + _PADDING, 1)


def _plain(text: str) -> str:
    """Return a text of letters that XML takes, at most 80."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:80]
