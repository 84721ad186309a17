"""``tongban conform`` of every bundled journey against the running mocks, over HTTP and in every channel.

    python -m tests.external.conform_all [JOURNEY]...

All mocks are served by one ``tongban mock``; each journey is tried against its main system, the one whose contract its
steps call most. The mock is set back before each trial, so that none meets what another left. Ends with 1 when a trial
does not pass: nothing failed and nothing was left to a person.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch
from urllib.parse import urlsplit

from sim.catalog import Catalog
from sim.cli import main as tongban
from sim.conformance.caller import Errand
from sim.journey import load_journey
from sim.mock.live import Population
from tests.external.mocks_by_schemathesis import served

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.journey import Journey

COLUMNS: Final = ("name", "citizen_number", "mobile", "address", "home_division", "office_division")
CITIZENS: Final = 40
SEED: Final = 1
TOLD: Final = ("outcome", "check", "operation", "step", "reason", "expected", "received")
WORSE: Final = ("fail", "error", "review", "warning")


@dataclass(frozen=True)
class Row:
    """How one trial ended."""

    journey: str
    system: str
    code: int
    document: Mapping[str, Any]

    @property
    def line(self) -> str:
        """The row of the table."""
        found = self.document
        if "counts" not in found:
            return f"{self.journey:34s} {self.system:24s} {'-':>6s}  exit {self.code}: {json.dumps(found)[:300]}"
        counts = " ".join(f"{found['counts'].get(name, 0)} {name}" for name in (*WORSE, "pass", "skip", "omit"))
        return f"{self.journey:34s} {self.system:24s} {found['requests']:6d}  {found['outcome']:8s} {counts}"


def main_system(journey: Journey) -> str:
    """Return the name of the contract that a journey calls most; of equals the first in its alphabet."""
    steps = Errand(journey, journey.main).steps()
    calls = Counter(step.contract.name for _, step in steps if step.contract is not None)
    return min(calls, key=lambda name: (-calls[name], name))


@contextmanager
def known(ready: Mapping[str, Any]) -> Iterator[Path]:
    """Write the citizens of the mocks down; their tokens and the secret of signatures go into the environment."""
    secrets = {
        "TONGBAN_SIGNING_SECRET": ready["secrets"]["signing_secret"],
        "TONGBAN_SIGNING_KEY_ID": ready["secrets"]["signing_keyid"],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "citizens.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow((*COLUMNS, "token_variable"))
            addresses = {one.number: one.address for one in Population(SEED, CITIZENS).citizens()}
            for number, citizen in enumerate(ready["citizens"]):
                told = {**citizen, "address": addresses[citizen["citizen_number"]]}
                secrets[f"TONGBAN_TOKEN_{number}"] = citizen["token"]
                rows.writerow((*(told[name] for name in COLUMNS), f"TONGBAN_TOKEN_{number}"))
        with patch.dict(os.environ, secrets):
            yield path


def attempt(journey: str, ready: Mapping[str, Any], people: Path) -> Row:
    """Try one journey."""
    system = main_system(load_journey(Catalog.bundled(), journey))
    base = ready["systems"][system]
    _reset(next(iter(ready["systems"].values())))
    words = ["conform", journey, "--system", system, "--target", base, "--data", str(people), "--format", "json", "-q"]
    printed = StringIO()
    with redirect_stdout(printed):
        code = tongban([*words, "--citizens", "10", "--wait-limit", "10 ms"])
    return Row(journey, system, code, json.loads(printed.getvalue()))


def _reset(base: str) -> None:
    connection = HTTPConnection(urlsplit(base).netloc)
    connection.request("POST", "/_tongban/reset")
    status = connection.getresponse().status
    connection.close()
    if status != 200:
        sys.exit(f"the mocks cannot be set back: {status}")


def main(words: Sequence[str]) -> int:
    """Try all and return the worst exit code."""
    worst = 0
    with served("--citizens", str(CITIZENS), "--seed", str(SEED)) as ready, known(ready) as people:
        for journey in words or Catalog.bundled().names("journey"):
            row = attempt(journey, ready, people)
            worst = max(worst, row.code)
            print(row.line, flush=True)  # noqa: T201 - a script
            for one in row.document.get("verdicts", ()):
                if one["outcome"] in WORSE:
                    print("   ", *(one.get(name, "") for name in TOLD))  # noqa: T201 - as above
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
