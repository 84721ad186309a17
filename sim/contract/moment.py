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
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d):(\d\d)(?:\.\d{1,18})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)


def _basic(shape: re.Pattern[str], form: str) -> Callable[[str], bool]:
    def is_moment(text: str) -> bool:
        return shape.fullmatch(text) is not None and _exists(text, form)

    return is_moment


def _is_rfc3339(text: str) -> bool:
    match = _RFC3339.fullmatch(text)
    if match is None:
        return False
    date, minute, second = match.groups()
    # RFC 3339, section 5.7: a leap second is written 60.
    return int(second) <= 60 and _exists(f"{date}T{minute}", "%Y-%m-%dT%H:%M")


def _exists(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


MOMENTS: Final[dict[str, Callable[[str], bool]]] = {
    "date-basic": _basic(re.compile(r"\d{8}", re.ASCII), "%Y%m%d"),
    "datetime-basic": _basic(re.compile(r"\d{8}T\d{6}", re.ASCII), "%Y%m%dT%H%M%S"),
    "datetime-colon": _basic(re.compile(r"\d{8}\d\d:\d\d:\d\d", re.ASCII), "%Y%m%d%H:%M:%S"),
    "datetime-compact": _basic(re.compile(r"\d{14}", re.ASCII), "%Y%m%d%H%M%S"),
    "datetime-rfc3339": _is_rfc3339,
}
