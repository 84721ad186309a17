"""Citizens that the user brings: rows of a CSV file.

Takes a file whose columns are named as the inputs of journeys, gives people; promises that every fault is told with its
line, and that a token never stands in the file: a column names the environment variable that holds it.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sim.contract.checksum import is_citizen_number
from sim.document import display_name, read_start
from sim.errors import DocumentError, Fault
from sim.mock import CHINA, Citizen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAX_BYTES: Final = 8 * 1024 * 1024
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
        The file cannot be read, or rows have faults; all are told.
    """
    shown = display_name(path)
    try:
        data = read_start(path, MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise DocumentError([Fault(shown, 0, 0, "", f"is larger than {MAX_BYTES} bytes", "give fewer rows")])
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), strict=True))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DocumentError([Fault(shown, 0, 0, "", f"cannot be read: {reason}", "check the path")]) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DocumentError([Fault(shown, 0, 0, "", f"is no CSV in UTF-8: {error}", "save it as such")]) from error
    head = [name.strip() for name in rows[0]] if rows else []
    faults = [
        Fault(shown, 1, 0, "", f"the column {name!r} is missing", f"columns: {', '.join(sorted(_OWN))}, and inputs")
        for name in REQUIRED
        if name not in head
    ]
    twice = sorted(name for name, many in Counter(head).items() if many > 1)
    faults += [Fault(shown, 1, 0, "", f"the column {name!r} stands twice") for name in twice]
    if not faults and not 2 <= len(rows) <= MAX_ROWS:
        faults.append(Fault(shown, 1, 0, "", "holds no citizen" if len(rows) < 2 else f"has over {MAX_ROWS} rows"))
    if faults:
        raise DocumentError(faults)
    people = [_person(shown, number, head, row, faults) for number, row in enumerate(rows[1:], start=2) if any(row)]
    if faults:
        raise DocumentError(faults)
    return tuple(one for one in people if one is not None)


def _person(file: str, line: int, head: list[str], row: list[str], faults: list[Fault]) -> Person | None:
    if len(row) != len(head):
        faults.append(Fault(file, line, 0, "", f"has {len(row)} fields", f"the head has {len(head)}"))
        return None
    cells = {name: value.strip() for name, value in zip(head, row, strict=True) if value.strip()}
    number = cells.get("citizen_number", "")
    if not (_NUMBER.fullmatch(number) and is_citizen_number(number)):
        remedy = "synthetic numbers carry county part 0099"
        faults.append(Fault(file, line, 0, "", "citizen_number is none, or its check character is wrong", remedy))
        return None
    try:
        born = datetime.strptime(number[6:14], "%Y%m%d").replace(tzinfo=CHINA).date()
    except ValueError:
        faults.append(Fault(file, line, 0, "", "the date in citizen_number is none", "correct it"))
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
    token = _token(file, line, cells, faults)
    return Person(citizen, {name: value for name, value in cells.items() if name not in _OWN}, token)


def _token(file: str, line: int, cells: Mapping[str, str], faults: list[Fault]) -> str | None:
    name = cells.get(TOKEN)
    if name is None:
        return None
    if not _VARIABLE.fullmatch(name):
        faults.append(Fault(file, line, 0, "", f"{TOKEN} names no variable TONGBAN_...", "a token never stands here"))
    elif name not in os.environ:
        faults.append(Fault(file, line, 0, "", f"the variable {name} is not set", "export it"))
    return os.environ.get(name) if _VARIABLE.fullmatch(name) else None
