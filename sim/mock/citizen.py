"""Synthetic citizens: people who do not exist, the same ones for the same seed.

Takes a seed, a stream and a number, gives a citizen; promises that the citizen number carries county part 0099, which
no province assigns, so that it is right by its check character and belongs to nobody. Mobile numbers have the one form
199 0099 NNNN.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from faker import Faker

from sim.contract.checksum import citizen_number_check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COUNTY: Final = "0099"
"""County part of every synthetic citizen number: assigned in no province."""
MOBILE: Final = "1990099"
AWAY: Final = 0.1
"""Share of the citizens who are registered in another division than the one they go to."""
PROVINCES: Final = tuple(
    f"{province}0000"
    for province in (
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41"),
        *("42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65"),
    )
)
"""Provincial divisions whose first two digits open citizen numbers (GB/T 2260)."""

_YOUNGEST = date(2006, 7, 1)
_SPAN_DAYS = 25_000
_PREFIX = {"66": "65"}
"""660000 is a platform, not a division: its people carry numbers of 65."""


@dataclass(frozen=True, slots=True)
class Citizen:
    """One synthetic person.

    Parameters
    ----------
    number : str
        Citizen number, 18 characters (GB 11643-1999).
    home_division, office_division : str
        Six digits: where the person is registered, and where the errand is handled.
    """

    name: str
    number: str
    sex: Literal["male", "female"]
    birth_date: date
    mobile: str
    address: str
    home_division: str
    office_division: str

    @property
    def parent_number(self) -> str:
        """Number of a parent, for errands about a relative: born 28 years before, nobody else's parent."""
        born = self.birth_date.replace(year=self.birth_date.year - 28)  # a 29 February stays one
        return citizen_number(self.number[:6], born, int(self.number[14:17]))

    @property
    def personal_values(self) -> tuple[str, ...]:
        """Everything that would name this person or the parent; nothing of it may enter a finding."""
        return (self.number, self.parent_number, self.name, self.mobile, self.address)


def make_citizen(seed: int, stream: str, index: int, *, offices: Sequence[str] = PROVINCES) -> Citizen:
    """Return the citizen of a number.

    Parameters
    ----------
    seed : int
        Seed of the replay.
    stream : str
        Keeps the citizens of one journey apart from those of another.
    index : int
        >= 0.
    offices : sequence of str
        Divisions whose platforms take part; the office is one of them.

    Returns
    -------
    Citizen
    """
    source = random.Random(f"{seed}/{stream}/{index}")  # noqa: S311  # people to test with, not secrets
    sex: Literal["male", "female"] = "male" if source.random() < 0.5 else "female"
    office = offices[index % len(offices)]
    elsewhere = [division for division in PROVINCES if division != office]
    home = source.choice(elsewhere) if source.random() < AWAY else office
    birth_date = _YOUNGEST - timedelta(days=source.randrange(_SPAN_DAYS))
    sequence = source.randrange(500) * 2 + (1 if sex == "male" else 0)
    people = _people()
    people.seed_instance(source.getrandbits(64))
    return Citizen(
        name=people.name_male() if sex == "male" else people.name_female(),
        number=citizen_number(home, birth_date, sequence),
        sex=sex,
        birth_date=birth_date,
        mobile=f"{MOBILE}{source.randrange(10_000):04d}",
        address=str(people.address()).rsplit(" ", 1)[0],
        home_division=home,
        office_division=office,
    )


def citizens(seed: int, stream: str, *, offices: Sequence[str] = PROVINCES) -> Iterator[Citizen]:
    """Return the citizens of a stream, without end; numbers do not repeat within it."""
    seen: set[str] = set()
    index = 0
    while True:
        citizen = make_citizen(seed, stream, index, offices=offices)
        index += 1
        if citizen.number not in seen:
            seen.add(citizen.number)
            yield citizen


def citizen_number(division: str, birth_date: date, sequence: int) -> str:
    """Return a synthetic citizen number with its check character.

    Parameters
    ----------
    division : str
        Six digits; the first two are the province.
    sequence : int
        0 to 999, odd for men and even for women.
    """
    province = _PREFIX.get(division[:2], division[:2])
    body = f"{province}{COUNTY}{birth_date:%Y%m%d}{sequence:03d}"
    return body + citizen_number_check(body)


@cache
def _people() -> Faker:
    return Faker("zh_CN")
