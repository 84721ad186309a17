"""Citizens that the user brings: rows of a CSV file.

Takes a file whose columns are named as the inputs of journeys, gives people; promises that every fault is told with its
line, and that a token never stands in the file: a column names the environment variable that holds it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sim.contract.checksum import is_citizen_number
from sim.document import display_name
from sim.errors import DocumentError, Fault
from sim.mock import CHINA, Citizen
from sim.table_file import MAX_FAULTS, Form, Row, read_table_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAX_ROWS: Final = 10_000
REQUIRED: Final = ("name", "citizen_number")
TOKEN: Final = "token_variable"  # noqa: S105 - the name of a column
_VARIABLE: Final = re.compile(r"TONGBAN_[A-Z0-9_]{1,100}")
_NUMBER: Final = re.compile(r"[1-9][0-9]{16}[0-9X]")


@dataclass(frozen=True, slots=True)
class Person:
    """A citizen with what else their row says.

    Parameters
    ----------
    inputs : mapping of str to str
        Columns that are not part of the citizen: ``channel``, ``decision``.
    token : str or None
        Their bearer token.
    """

    citizen: Citizen
    inputs: Mapping[str, str]
    token: str | None


_OWN: Final = frozenset((*REQUIRED, "mobile", "address", "home_division", "office_division", TOKEN))


def read_people(path: Path) -> tuple[Person, ...]:
    """Read the user's citizens.

    Raises
    ------
    DocumentError
        The file cannot be read, or rows have faults; the first 200 are told.
    """
    faults: list[Fault] = []
    rows, _ = read_table_file(path, Form(REQUIRED, max_rows=MAX_ROWS), faults)
    if not (rows or faults):
        faults.append(Fault(display_name(path), 1, 1, "", "holds no citizen", "add a row for each"))
    people = [_person(row, faults) for row in rows]
    if faults:
        raise DocumentError(faults[:MAX_FAULTS])
    return tuple(one for one in people if one is not None)


def _person(row: Row, faults: list[Fault]) -> Person | None:
    cells = {name: row[name] for name in row.cells if row[name]}
    number = cells.get("citizen_number", "")
    if not (_NUMBER.fullmatch(number) and is_citizen_number(number)):
        remedy = "synthetic numbers carry county part 0099"
        faults.append(row.fault("citizen_number is none, or its check character is wrong", remedy))
        return None
    try:
        born = datetime.strptime(number[6:14], "%Y%m%d").replace(tzinfo=CHINA).date()
    except ValueError:
        faults.append(row.fault("the date in citizen_number is none", "correct it"))
        return None
    citizen = Citizen(
        name=cells.get("name", ""),
        number=number,
        sex="male" if int(number[16]) % 2 else "female",
        birth_date=born,
        mobile=cells.get("mobile", ""),
        address=cells.get("address", ""),
        home_division=cells.get("home_division", f"{number[:2]}0000"),
        office_division=cells.get("office_division", f"{number[:2]}0000"),
    )
    inputs = {name: value for name, value in cells.items() if name not in _OWN}
    return Person(citizen, inputs, _token(row, cells.get(TOKEN), faults))


def _token(row: Row, name: str | None, faults: list[Fault]) -> str | None:
    if name is None:
        return None
    if not _VARIABLE.fullmatch(name):
        faults.append(row.fault(f"{TOKEN} names no variable TONGBAN_...", "a token never stands here"))
        return None
    if name not in os.environ:
        faults.append(row.fault(f"the variable {name} is not set", "export it"))
    return os.environ.get(name)
