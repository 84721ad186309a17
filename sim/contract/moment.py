"""Forms of dates and times that contracts name by ``x-format``.

Takes texts, tells whether they are real dates and times of the calendar in that form, promises that a form stands once.

The basic forms are those of ISO 8601 / GB/T 7408 that GB/T 39046-2020 and its implementations use.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d{1,18})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)


def _basic(shape: re.Pattern[str]) -> Callable[[str], bool]:
    """Return the test of a form whose groups are year, month, day and, where it has them, hour, minute, second."""

    def is_moment(text: str) -> bool:
        match = shape.fullmatch(text)
        if match is None:
            return False
        try:
            datetime(*map(int, match.groups()))  # type: ignore[arg-type]  # three to six numbers
        except ValueError:
            return False
        return True

    return is_moment


def _is_rfc3339(text: str) -> bool:
    match = _RFC3339.fullmatch(text)
    if match is None:
        return False
    year, month, day, hour, minute, second = map(int, match.groups())
    # RFC 3339, section 5.7: a leap second is written 60.
    return second <= 60 and _exists(year, month, day, hour, minute)


def _exists(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> bool:
    try:
        datetime(year, month, day, hour, minute, second)  # a place in the calendar, in whatever zone
    except ValueError:
        return False
    return True


MOMENTS: Final[dict[str, Callable[[str], bool]]] = {
    "date-basic": _basic(re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)),
    "datetime-basic": _basic(re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)", re.ASCII)),
    "datetime-colon": _basic(re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d):(\d\d):(\d\d)", re.ASCII)),
    "datetime-compact": _basic(re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)),
    "datetime-rfc3339": _is_rfc3339,
}
