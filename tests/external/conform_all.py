"""``tongban conform`` of every bundled journey against the running mocks, over HTTP and in every channel.

    python -m tests.external.conform_all [JOURNEY]...

Each journey is tried against its main system, the one whose contract its steps call most, which a ``tongban mock`` of
its own serves. Its partners are those of the trial: it calls them over HTTP too. The mock is set back before each
trial, so that none meets what another left. Ends with 1 when a trial does not pass, something was left to a person, or
an errand did not come to its end.
"""

from __future__ import annotations

import csv
import json
import os
import socket
import sys
import tempfile
from collections import Counter
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from sim.catalog import Catalog
from sim.cli import main as tongban
from sim.conformance.caller import Errand
from sim.journey import load_journey
from sim.mock.live import Population, load_systems
from tests.external.mocks_by_schemathesis import served, set_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.journey import Journey

COLUMNS: Final = ("name", "citizen_number", "mobile", "address", "home_division", "office_division")
CITIZENS: Final = 40
SEED: Final = 1
TOLD: Final = ("outcome", "check", "operation", "step", "reason", "expected", "received")
WORSE: Final = ("fail", "error", "review", "warning")
SPEEDS: Final = {"notification": 60.0}
"""Seconds of a mock a real second, where errands wait for what takes a minute."""


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
        ends = f"{'reached' if self.has_reached else 'NOT REACHED'} {self.reached} of {len(found['errands'])}"
        head = f"{self.journey:34s} {self.system:22s} {ends:18s} {found['requests']:5d} sent {found['received']:4d} got"
        return f"{head}  {found['outcome']:6s} {counts}"

    @property
    def reached(self) -> int:
        """Errands that came to their end."""
        return sum(one["reached"] for one in self.document.get("errands", ()))

    @property
    def has_reached(self) -> bool:
        """Whether all came to their end, and there were some."""
        return 0 < self.reached == len(self.document.get("errands", ()))


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


def partners_of(system: str, first: int) -> list[str]:
    """Return the options that tell a mock where the partners of a trial are that listens from a port on."""
    catalog = Catalog.bundled()
    called = load_systems(catalog, (system,)).keys() - {system}
    places = {name: first + number for number, name in enumerate(catalog.names("contract"))}
    return [word for name in sorted(called) for word in ("--partner", f"{name}=http://127.0.0.1:{places[name]}")]


def free_ports(many: int) -> int:
    """Return the first of some ports in a row that nobody uses now."""
    for first in range(20_000, 32_000, many):
        try:
            for port in range(first, first + many):
                with closing(socket.create_server(("127.0.0.1", port))):
                    pass
        except OSError:
            continue
        return first
    sys.exit("no ports in a row are free")


def attempt(journey: str, system: str, ready: Mapping[str, Any], people: Path, first: int) -> Row:
    """Try one journey."""
    base = ready["systems"][system]
    set_back(base)
    words = ["conform", journey, "--system", system, "--target", base, "--data", str(people), "--format", "json", "-q"]
    words += ["--listen", f"127.0.0.1:{first}", "--citizens", "10", "--wait-limit"]
    printed = StringIO()
    with redirect_stdout(printed):
        code = tongban([*words, "1 s" if system in SPEEDS else "10 ms"])
    return Row(journey, system, code, json.loads(printed.getvalue()))


def rows(journeys: Sequence[str]) -> Iterator[Row]:
    """Try journeys, those of one main system after each other."""
    catalog = Catalog.bundled()
    by_system: dict[str, list[str]] = {}
    for journey in journeys or catalog.names("journey"):
        by_system.setdefault(main_system(load_journey(catalog, journey)), []).append(journey)
    first = free_ports(len(catalog.names("contract")))
    for system, names in by_system.items():
        words = [system, *partners_of(system, first), "--speed", str(SPEEDS.get(system, 1.0))]
        with served(*words, "--citizens", str(CITIZENS), "--seed", str(SEED)) as ready, known(ready) as people:
            for journey in names:
                yield attempt(journey, system, ready, people, first)


def main(words: Sequence[str]) -> int:
    """Try all and return the worst exit code."""
    worst, tried, reached = 0, 0, 0
    for row in rows(words):
        tried, reached = tried + 1, reached + row.has_reached
        worst = max(worst, row.code, int(not row.has_reached))
        print(row.line, flush=True)  # noqa: T201 - a script
        for one in row.document.get("verdicts", ()):
            if one["outcome"] in WORSE:
                print("   ", *(one.get(name, "") for name in TOLD))  # noqa: T201 - as above
        for why in {
            f"{one['outcome']} {one['reason']}" for one in row.document.get("errands", ()) if not one["reached"]
        }:
            print("    ended as", why)  # noqa: T201 - as above
    print(f"{reached} of {tried} journeys reached their end in every errand")  # noqa: T201 - as above
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
