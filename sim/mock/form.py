"""How editions write moments, days and amounts: one entry a written form.

Each form turns a domain value into JSON and back; what does not fit raises ``ValueError``. Times are written to the
second; a form without zone is China Standard Time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from sim.mock.value import CHINA

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.document import JsonValue
    from sim.mock.value import Value


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a kind of value.

    Parameters
    ----------
    write, read : callable
        From domain to JSON and back.
    """

    write: Callable[[Value], JsonValue]
    read: Callable[[JsonValue], Value]


def _moment_form(pattern: str) -> Form:
    template, usual = _template(pattern), _usual(pattern)

    def write(value: Value) -> str:
        if not isinstance(value, datetime):
            raise _misfit(value, "a datetime")
        local = value if value.tzinfo is CHINA else value.astimezone(CHINA)
        return template % (local.year, local.month, local.day, local.hour, local.minute, local.second)

    def read(value: JsonValue) -> datetime:
        if not isinstance(value, str):
            raise _misfit(value, "a text")
        match = usual.fullmatch(value)
        if match is None:
            return datetime.strptime(value, pattern).replace(tzinfo=CHINA)
        year, month, day, hour, minute, second = map(int, match.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=CHINA)

    return Form(write, read)


def _day_form(pattern: str) -> Form:
    template, usual = _template(pattern), _usual(pattern)

    def write(value: Value) -> str:
        if isinstance(value, datetime) or not isinstance(value, date):
            raise _misfit(value, "a date")
        return template % (value.year, value.month, value.day)

    def read(value: JsonValue) -> date:
        if not isinstance(value, str):
            raise _misfit(value, "a text")
        match = usual.fullmatch(value)
        if match is None:
            return datetime.strptime(value, pattern).replace(tzinfo=CHINA).date()
        year, month, day = map(int, match.groups())
        return date(year, month, day)

    return Form(write, read)


def _template(pattern: str) -> str:
    """Return the format of a pattern's numbers: ``strftime`` writes it the slow way."""
    return re.sub("%.", lambda found: "%04d" if found[0] == "%Y" else "%02d", pattern)


def _usual(pattern: str) -> re.Pattern[str]:
    """Return the texts of a pattern with all their digits; ``strptime`` reads others too, the slow way."""
    return re.compile(re.sub("%.", lambda found: r"(\d{4})" if found[0] == "%Y" else r"(\d\d)", pattern), re.ASCII)


def _write_rfc3339(value: Value) -> str:
    if not isinstance(value, datetime):
        raise _misfit(value, "a datetime")
    return value.astimezone(CHINA).isoformat(timespec="seconds")


def _read_rfc3339(value: JsonValue) -> datetime:
    if not isinstance(value, str):
        raise _misfit(value, "a text")
    return datetime.fromisoformat(value.upper()).astimezone(CHINA)


def _write_amount(value: Value) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _misfit(value, "an amount")
    amount = Decimal(str(value))
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _read_amount(value: JsonValue) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _misfit(value, "a number")
    return Decimal(str(value))


def _write_amount_text(value: Value) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _misfit(value, "an amount")
    return f"{Decimal(str(value)):.2f}"


def _read_amount_text(value: JsonValue) -> Value:
    if not isinstance(value, str):
        raise _misfit(value, "a text")
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise _misfit(value, "a decimal number") from error


def _misfit(value: object, wanted: str) -> ValueError:
    return ValueError(f"{type(value).__name__} where {wanted} is needed")


MOMENTS: Final = {
    "datetime-basic": _moment_form("%Y%m%dT%H%M%S"),
    "datetime-compact": _moment_form("%Y%m%d%H%M%S"),
    "datetime-colon": _moment_form("%Y%m%d%H:%M:%S"),
    "datetime-spaced": _moment_form("%Y-%m-%d %H:%M:%S"),
    "datetime-rfc3339": Form(_write_rfc3339, _read_rfc3339),
}
"""Forms of an instant, by ``x-format``."""
DAYS: Final = {"date-basic": _day_form("%Y%m%d"), "date-iso": _day_form("%Y-%m-%d")}
"""Forms of a day, by ``x-format``."""
FORMS: Final = {
    **MOMENTS,
    **DAYS,
    "amount": Form(_write_amount, _read_amount),
    "amount-text": Form(_write_amount_text, _read_amount_text),
}
"""All written forms by name."""
