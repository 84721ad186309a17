"""Bundled journeys replayed over HTTP, every partner on a port of its own."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

import pytest
import requests

from sim.catalog import Catalog
from sim.conformance.cohort import participants
from sim.conformance.transport import exchange
from sim.contract import violations_of_answer
from sim.journey import execute
from sim.mock import Caller, authorise
from tests.partners import journey as bundled_journey
from tests.served import Served, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract import Answer
    from sim.journey import OutgoingCall
    from sim.mock import Citizen

CITIZENS: Final = 4
"""Of each journey: every way of every journey is taken in process, by tests/conformance/journeys."""


@pytest.fixture(scope="module")
def town() -> Iterator[Served]:
    with served() as one:
        yield one


class HttpCaller:
    """Sends the calls of one citizen's errand over HTTP and holds every answer against its contract."""

    def __init__(self, town: Served, citizen: Citizen) -> None:
        self._town = town
        self._session = requests.Session()
        self._session.trust_env = False
        keyring = town.world.keyring
        self._as_citizen, self._as_system = Caller(keyring, keyring.grant(citizen.number)), Caller(keyring)
        self.calls = 0

    def send(self, call: OutgoingCall) -> Answer:
        caller = self._as_citizen if call.operation.actor is None else self._as_system
        base = self._town.base(call.contract.name)
        now = self._town.world.instant
        request = authorise(call.request, call.contract, call.operation, caller, now=now, base=base)
        answer = exchange(self._session, base, request)
        assert violations_of_answer(call.contract, call.operation, answer) == ()
        self.calls += 1
        return answer

    def wait(self, seconds: float) -> None:
        self._town.control("POST", "/clock", {"advance": f"{seconds:g} s"})


@pytest.mark.parametrize("name", Catalog.bundled().names("journey"))
def test_every_errand_ends_as_its_document_says(town: Served, name: str) -> None:
    journey = bundled_journey(name)
    people = participants(journey, journey.main, seed=3, count=CITIZENS, offices=["640000"])
    for participant in islice(people, CITIZENS):
        town.world.enrol(participant.citizen)
        caller = HttpCaller(town, participant.citizen)
        execution = execute(journey, journey.main, participant.inputs, caller)
        assert execution.success, (execution.outcome, execution.steps[-1].path)
        assert caller.calls >= 1
