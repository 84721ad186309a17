"""A mocked world in a line, and catalogs with planted changes, for tests of mocks and replay."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sim.catalog import Catalog
from sim.contract import load_code_lists, load_contract_file
from sim.journey import load_journey
from sim.mock import CHINA, Caller, Codec, Parts, System, World, authorise, load_mock, make_citizen
from sim.mock.message import read_answer, write_request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sim.contract import Answer, Contract, Request
    from sim.journey import Journey
    from sim.mock import Citizen, Reply

SYSTEMS = tuple(Catalog.bundled().names("contract"))
START = datetime(2022, 7, 26, 9, 0, tzinfo=CHINA)
CARD = "11640099MB0009902H4640709900001"
RESIDENCE = "11640099MB0009902H4640709900002"


@cache
def contract(system: str) -> Contract:
    """The national contract of a system, loaded once for all tests."""
    catalog = Catalog.bundled()
    return _contract_of(catalog, catalog.path("contract", system))


@cache
def journey(name: str) -> Journey:
    """A bundled journey, loaded once for all tests, with contracts that others hold too."""
    return load_journey(Catalog.bundled(), name, load=_contract_of)


@cache
def _contract_of(catalog: Catalog, path: Path) -> Contract:
    return load_contract_file(catalog, path)


@cache
def codec() -> Codec:
    return Codec(load_code_lists(Catalog.bundled()))


@cache
def national() -> Mapping[str, System]:
    """Every system in its national edition with its bundled mock."""
    bundled = Catalog.bundled()
    return {
        name: System(contract(name), contract(name), load_mock(bundled, name, contract(name).operations))
        for name in SYSTEMS
    }


class Town:
    """A world with one citizen, and short ways to call it."""

    def __init__(self, systems: Mapping[str, System] | None = None, *, seed: int = 1, office: str = "640000") -> None:
        self.world = World(systems or national(), codec(), seed=seed, start=START)
        self.citizen: Citizen = make_citizen(seed, "test", 0, offices=[office])
        self.world.enrol(self.citizen)
        self.token = self.world.keyring.grant(self.citizen.number)

    def call(  # the parts of a request
        self, system: str, operation: str, *, path: Any = None, query: Any = None, body: Any = None, token: str = ""
    ) -> Reply:
        """Call in domain values, as the citizen of a token or else as a system does."""
        parts = Parts(path or {}, query or {}, {}, body or {})
        if not token:
            return self.world.call(system, operation, parts, caller="test")
        known = self.world.systems[system].consumer.operations[operation]
        request = self.request(system, operation, write_request(codec(), known, parts), token=token)
        return read_answer(codec(), known, self.send(system, request))

    def request(self, system: str, operation: str, request: Request, *, token: str | None = None) -> Request:
        """A request with credentials: a citizen's where there is a token, else a system's."""
        known = self.world.systems[system].consumer
        caller = Caller(self.world.keyring, token)
        return authorise(request, known, known.operations[operation], caller, now=self.world.clock.timestamp)

    def send(self, system: str, request: Request) -> Answer:
        return self.world.send(system, request)

    def draft(self) -> str:
        """A draft of the citizen's ID card application; returns its case number."""
        body = {
            "implementation_code": CARD,
            "applicant_name": self.citizen.name,
            "applicant_id_no": self.citizen.number,
            "applicant_division": "640000",
            "entry_point": "app",
        }
        return str(self.call("provincial-platform", "prefillForm", body=body).body["case_no"])


def with_header(request: Request, name: str, value: str) -> Request:
    kept = tuple(pair for pair in request.headers if pair[0].lower() != name.lower())
    return replace(request, headers=(*kept, (name, value)))


def catalog_with(folder: Path, *edits: tuple[str, str, str], trusted: bool = True) -> Catalog:
    """A copy of the bundled contracts, journeys and mocks with replacements (file, old, new); each must hit."""
    bundled = Catalog.bundled().root
    for part in ("contracts", "mocks", "scenarios/journeys"):
        shutil.copytree(bundled / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name, old, new in edits:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return Catalog(folder.resolve(), trusted=trusted)
