"""Domain values: what a mock function takes and returns.

A mock speaks of a moment, an amount or a member of a code list; how an edition of a contract writes them is the
codec's affair (``sim.mock.codec``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

CHINA: Final = timezone(timedelta(hours=8))
"""China Standard Time, all year: the zone of every form that carries none (GB/T 7408, local time)."""


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """A member of a code list, by what it means.

    Parameters
    ----------
    code_list : str
        Name of the list without edition: ``satisfaction``.
    label : str
        English label of the member: ``very satisfied``.
    """

    code_list: str
    label: str

    def __str__(self) -> str:
        return f"{self.code_list}: {self.label}"


Value: TypeAlias = (
    "bool | int | float | str | Decimal | datetime | date | Code | Sequence[Value] | Mapping[str, Value] | None"
)
"""What travels between mock functions and the codec."""
Record: TypeAlias = "Mapping[str, Any]"
"""An object of domain values; the contract, checked at the gate, types its fields."""
