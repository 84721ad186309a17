"""A scenario in front of the mocks: draws, queues, outages and nested calls as a client meets them."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import ExitStack, closing
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from sim.contract import Request
from sim.distribution import DISTRIBUTIONS
from sim.draw import name_hash, run_key
from sim.errors import UsageError
from sim.mock import Problem, RunningClock
from sim.mock.http import Traffic
from sim.mock.http.agenda import Agenda
from sim.mock.http.traffic import NoAnswer
from sim.scenario import Call, Scenario, Station
from tests.partners import CARD
from tests.scenarios import MONDAY, cost, division, exponential, fault, fixed, line, run, scenario, station, step
from tests.served import Served, header, parsed, received, served
from tests.unit.mock.test_station import kiefer_wolfowitz

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.mock.http import House
    from sim.mock.http.traffic import Timing
    from sim.scenario import Cost

GUIDE = f"/items/{CARD}/guide"


def costing(*costs: Cost, **changes: Any) -> Scenario:
    return scenario([step("a", service=exponential(1.0))], costs={one.operation: one for one in costs}, **changes)


def through(made: Scenario, seed: int = 1) -> Callable[[House], None]:
    def furnish(house: House) -> None:
        house.traffic = Traffic(made, house.agenda, seed=seed)

    return furnish


def stream(number: int, name: str = "visits") -> dict[str, str]:
    return {"Tongban_Stream": name, "Tongban_Arrival": str(number), "Tongban_Step": "visit/a"}


def drawn(number: int, mean: float) -> float:
    """The engine's service time of an arrival of ``visits`` at ``visit/a``, by the published key."""
    key = (*run_key(1, 0), number, name_hash("visits"), name_hash("visit/a#service"), 0)
    return DISTRIBUTIONS.get("exponential").sample(mean, 0.0, 0.0, key)


def timing(town: Served, **headers: str) -> tuple[float, float]:
    """Queue and service of a call, in milliseconds of the world."""
    answer = town.get("provincial-platform", GUIDE, **headers)
    assert answer.status == 200
    matched = re.fullmatch(r"queue;dur=([0-9.]+), service;dur=([0-9.]+)", header(answer, "server-timing") or "")
    assert matched is not None
    return float(matched[1]), float(matched[2])


def test_the_draws_are_those_of_the_engine() -> None:
    made = scenario([step("a", service=exponential(1.0))], [station(servers=None)])
    total = sum(drawn(number, 1.0) for number in range(10))
    assert run(made).sojourn() == pytest.approx(total, rel=1e-12)
    with served(
        names=["provincial-platform"], house=through(costing(cost("getItemGuide", "desk", exponential(0.02))))
    ) as town:
        for number in (3, 0):
            assert timing(town, **stream(number))[1] == pytest.approx(drawn(number, 0.02) * 1000.0, abs=0.001)


def test_calls_without_names_are_drawn_by_their_number_and_others_are_answered_at_once() -> None:
    with served(
        names=["provincial-platform"], house=through(costing(cost("getItemGuide", "desk", exponential(0.01))))
    ) as town:
        services = [timing(town)[1] for _ in range(3)]
        assert len(set(services)) == 3
        town.control("POST", "/reset")
        assert [timing(town)[1] for _ in range(3)] == services
        other = town.get("provincial-platform", "/cases", Authorization=f"Bearer {town.token}")
    assert (other.status, header(other, "server-timing")) == (200, "queue;dur=0.000, service;dur=0.000")


def test_a_client_waits_as_the_queue_says() -> None:
    """Thirty arrivals about 15 ms apart at a server of mean 40 ms: the mean wait is within 5 % of the recursion's."""
    services = [drawn(number, 0.04) for number in range(30)]
    made = costing(cost("getItemGuide", "desk", exponential(0.04)))
    with served(names=["provincial-platform"], house=through(made)) as town, ExitStack() as stack:
        timing(town, **stream(1000))  # everything is loaded
        clock, pause = town.service.house.clock, Event()
        connections = [stack.enter_context(closing(town.connect("provincial-platform"))) for _ in services]
        start, sent, waiting = clock.elapsed, [], []
        for number, connection in enumerate(connections):
            pause.wait(max(0.0, start + 0.015 * number - clock.elapsed))
            head = f"GET {GUIDE} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTongban-Step: visit/a\r\n"
            sent.append(clock.elapsed)
            connection.sendall(f"{head}Tongban-Stream: visits\r\nTongban-Arrival: {number}\r\n\r\n".encode())
        for connection in connections:
            told = header(parsed(received(connection)), "server-timing") or ""
            waiting.append(float(told.partition("dur=")[2].partition(",")[0]) / 1000.0)
    exact = sum(kiefer_wolfowitz(sent, services, 1)) / 30
    assert exact > 0.2
    assert sum(waiting) / 30 == pytest.approx(exact, rel=0.05)


def test_an_outage_is_503_at_its_time_and_a_full_queue_429() -> None:
    made = costing(
        cost("getItemGuide", "desk", fixed(0.01)), stations=[station(queue=0)], faults=(fault("fail", 60.0, 60.0),)
    )
    with served(names=["provincial-platform"], house=through(made)) as town:
        assert town.get("provincial-platform", GUIDE).status == 200
        town.control("POST", "/clock", {"advance": "90 s"})
        down = town.get("provincial-platform", GUIDE)
        assert (down.status, header(down, "retry-after")) == (503, "10")
        town.control("POST", "/clock", {"advance": "60 s"})
        assert town.get("provincial-platform", GUIDE).status == 200
        house = town.service.house
        assert house.traffic is not None
        house.traffic.stations["desk", ""].servers = 0
        assert town.get("provincial-platform", GUIDE).status == 429


def test_headers_that_name_nothing_are_refused() -> None:
    made = costing(cost("getItemGuide", "desk", fixed(0.0)))
    with served(names=["provincial-platform"], house=through(made)) as town:
        for headers in (
            {"Tongban_Stream": "nobody"},
            {"Tongban_Arrival": "-1"},
            {"Tongban_Arrival": "1.5"},
            {"Tongban_Visit": str(1 << 24)},
            {"Tongban_Division": "999999"},
        ):
            answer = town.get("provincial-platform", GUIDE, **headers)
            assert (answer.status, json.loads(answer.body)["title"]) == (400, "Bad Request")


def passing(made: Scenario, operation: str, *advances: float, seconds: float = 5.0) -> Any:
    """What becomes of one call: its timing or its refusal; the clock is moved on in between."""

    async def play() -> Timing:
        clock = RunningClock(MONDAY, tick=lambda: 0.0)
        agenda = Agenda(clock)
        traffic = Traffic(made, agenda, seed=1)
        agenda.start(asyncio.get_running_loop())
        task = asyncio.ensure_future(traffic.pass_through(operation, Request("GET", "/", (), (), b"")))
        for advance in advances:
            for _ in range(10):
                await asyncio.sleep(0)
            clock.advance(advance)
            agenda.catch_up()
        return await asyncio.wait_for(task, seconds)

    return asyncio.run(play())


NESTED = (
    cost("outer", "desk", fixed(1.0), calls=(Call("inner", "office"),)),
    cost("inner", "back", fixed(2.0), timeout=3.0),
)


def test_nested_calls_follow_the_operation_s_own_work() -> None:
    made = costing(*NESTED, stations=[station(), station("back")])
    assert passing(made, "outer", 1.0, 2.0).served == 1.0
    with pytest.raises(TimeoutError):  # it waits for the inner call
        passing(made, "outer", 1.0, seconds=0.05)


def test_a_nested_call_that_fails_or_is_late_fails_the_caller() -> None:
    down = costing(*NESTED, stations=[station(), station("back")], faults=(fault("fail", 0.0, 60.0, "back"),))
    with pytest.raises(Problem, match="503"):
        passing(down, "outer", 1.0)
    full = costing(*NESTED, stations=[station(), station("back", servers=1, queue=0)])
    assert passing(full, "inner", 2.0).served == 2.0
    slow = costing(NESTED[0], cost("inner", "back", fixed(9.0), timeout=3.0), stations=[station(), station("back")])
    with pytest.raises(Problem, match="503"):
        passing(slow, "outer", 1.0, 3.0)


def test_who_loses_patience_gets_no_answer() -> None:
    shut = costing(cost("getItemGuide", "desk", fixed(1.0), patience=fixed(2.0)), faults=(fault("drain", 0.0, 60.0),))
    with pytest.raises(NoAnswer):
        passing(shut, "getItemGuide", 2.0)


def test_a_division_has_its_own_queue_and_one_without_queues_takes_its_time() -> None:
    two = (division("110000"), division("640000"), division("650000", simulated=False))
    made = costing(
        cost("getItemGuide", "desk", fixed(0.001)),
        stations=[Station("desk", per_division=True, servers=(1, 1))],
        divisions=two,
        demand=(line(rates=(("110000", 1.0), ("640000", 1.0))),),
        faults=(fault("fail", 0.0, 600.0),),
    )
    with served(names=["provincial-platform"], house=through(made)) as town:
        assert town.get("provincial-platform", GUIDE, Tongban_Division="640000").status == 503
        assert town.get("provincial-platform", GUIDE, Tongban_Division="650000").status == 200
        assert town.get("provincial-platform", GUIDE, Tongban_Stream="visits/110000").status == 503


def test_a_discipline_that_only_engines_know_is_refused() -> None:
    made = costing(cost("getItemGuide"), stations=[station(discipline="processor-sharing")])
    clock = RunningClock(MONDAY)
    with pytest.raises(UsageError, match="mocks cannot serve the station desk by processor-sharing"):
        Traffic(made, Agenda(clock), seed=1)
