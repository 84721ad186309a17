"""Units at the edge: text with a unit to seconds and back.

Takes what a person writes (``80 ms``, ``10:00``, ``24 h``), gives float seconds, promises that a number without a unit
is never taken for a time.
"""

from __future__ import annotations

import re

SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "week": 604800.0}

_DURATION = re.compile(r"(\d{1,15}(?:\.\d{1,15})?)\s*(us|ms|s|min|h|d|week)", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)


def parse_duration(text: str) -> float:
    """Return a span of time in seconds.

    Parameters
    ----------
    text : str
        A number and a unit: ``us``, ``ms``, ``s``, ``min``, ``h``, ``d`` or ``week``; parts may follow each other
        (``1 h 30 min``).

    Returns
    -------
    float
        Seconds, >= 0.

    Raises
    ------
    ValueError
        The text is not a span of time.
    """
    parts = list(_DURATION.finditer(text))
    if not parts or _DURATION.sub("", text).strip():
        message = f"{text!r} is not a span of time; write a number and a unit, such as 80 ms, 20 min or 1.5 h"
        raise ValueError(message)
    return sum(_scaled(part.group(1), part.group(2)) for part in parts)


def _scaled(number: str, unit: str) -> float:
    factor = SECONDS[unit]
    return float(number) * factor if factor >= 1.0 else float(number) / round(1.0 / factor)


def parse_clock(text: str) -> float:
    """Return a time of day, ``HH:MM`` or ``HH:MM:SS``, in seconds after midnight, 0 to 86400.

    Raises
    ------
    ValueError
        The text is not a time of day.
    """
    match = _CLOCK.fullmatch(text)
    if match is None:
        message = f"{text!r} is not a time of day; write HH:MM"
        raise ValueError(message)
    hour, minute, second = (int(part or 0) for part in match.groups())
    seconds = hour * 3600 + minute * 60 + second
    if seconds > 86400:
        message = f"{text!r} is past the end of the day"
        raise ValueError(message)
    return float(seconds)


def format_duration(seconds: float) -> str:
    """Return a span of time for people: the largest unit that leaves at least 1, three significant digits."""
    if seconds == 0.0:
        return "0 s"
    size = abs(seconds)
    unit = next((unit for unit in ("d", "h", "min", "s", "ms") if size >= SECONDS[unit]), "us")
    number = f"{seconds / SECONDS[unit]:.3g}"
    return f"{seconds / SECONDS[unit]:.0f} {unit}" if "e+" in number else f"{number} {unit}"
