"""Partners in process: what a test sends with ``requests`` ends in their world, through the library ``responses``."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from http.client import RemoteDisconnected
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

import requests
from urllib3 import HTTPHeaderDict

from sim.contract import match_operation
from sim.errors import EngineError, UsageError
from sim.mock import Problem, RunningClock, base_url
from sim.mock.http import Service
from sim.mock.http.delivery import Deliveries, Delivery
from sim.mock.http.service import Dropped
from sim.pytest_plugin.message import request_of
from sim.pytest_plugin.partners import Partners

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator

    from sim.contract import Answer, Request
    from sim.mock import Notice
    from sim.mock.http import Destinations, Faults, House, Log
    from sim.mock.http.traffic import Timing
    from sim.pytest_plugin.stage import Stage

METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")

V = TypeVar("V")
Reply = tuple[int, HTTPHeaderDict, bytes]


def open_in_process(stage: Stage) -> Partners:
    """Return partners in process; their clock stands still until it is moved on.

    Raises
    ------
    UsageError
        The library ``responses`` is missing, or a setting does not fit.
    """
    if find_spec("responses") is None:
        raise UsageError("tongban_partners needs the library responses", "pip install responses, or use tongban_mock")
    service, residents = stage.open(InProcessService, RunningClock(stage.start, tick=lambda: 0.0))
    urls = {name: base_url(system.provider) for name, system in stage.systems.items()}
    return Partners(stage, service, residents, run=service.alone, urls=urls)


@contextmanager
def answering(partners: Partners) -> Iterator[None]:
    """Answer what is sent with ``requests`` to the base URLs of partners; what goes elsewhere is refused."""
    from responses import RequestsMock  # noqa: PLC0415 - whether it is there was asked before

    service = partners.service
    if not isinstance(service, InProcessService):
        raise EngineError("these partners are reached over HTTP")
    with RequestsMock(assert_all_requests_are_fired=False) as mock:
        for name in sorted(partners.urls, key=lambda one: len(partners.urls[one]), reverse=True):
            below = re.compile(rf"{re.escape(partners.urls[name])}(?=[/?#]|$)", re.IGNORECASE)
            for method in METHODS:
                mock.add_callback(method, below, _answers(service, name, partners.urls[name]), content_type=None)
        partners.answer_by(mock)
        try:
            yield
        finally:
            partners.answer_by(None)


class InProcessService(Service):
    """A service that takes no real time and sends no callback."""

    def __init__(
        self, house: House, destinations: Destinations, log: Log, *, faults: Faults, client_secret: str = ""
    ) -> None:
        super().__init__(house, destinations, log, faults=faults, client_secret=client_secret)
        self.deliveries = KeptDeliveries(house.world, house.agenda, destinations, log)
        self._lock = Lock()
        self._late = 0.0

    def alone(self, act: Callable[[], object]) -> object:
        """Do something while no request is being answered."""
        with self._lock:
            return act()

    def answer_in_turn(self, system: str, request: Request, base: str) -> tuple[Answer, float]:
        """Return the answer to a request, and the seconds that it came late by a fault.

        Raises
        ------
        Dropped
            There is no answer.
        """
        with self._lock:
            self._late = 0.0
            place = self.oauth.place(system, request.path)
            if place is not None:
                return self.oauth.answer(place, request), 0.0
            return _finished(self.answer(system, request, base)), self._late

    async def _delay(self, system: str, request: Request) -> Timing | None:
        """Let a call meet the test's faults: time passes on the clock alone."""
        matched = match_operation(self.house.world.systems[system].provider, request.method, request.path)
        met = self.faults.meet(system, matched[0].operation_id if matched is not None else None)
        if met is None:
            return None
        self._late = met.seconds
        self.house.advance(met.seconds)
        if met.is_dropped:
            raise Dropped
        if met.status:
            retry = {"Retry-After": 1} if met.status in (429, 503) else {}
            raise Problem(met.status, "a fault that the test asked for", "chaos", headers=retry)
        return None


class KeptDeliveries(Deliveries):
    """Callbacks that are signed and kept: the test hands them over."""

    def take(self, notices: Iterable[Notice]) -> None:
        """Keep notices."""
        for notice in notices:
            self.recent.append(Delivery(replace(notice, request=self._signed(notice)), "kept", []))


def _answers(service: InProcessService, system: str, base: str) -> Callable[[requests.PreparedRequest], Reply]:
    """Return what ``responses`` calls for a request to a system."""
    prefix = urlsplit(base).path

    def answer(prepared: requests.PreparedRequest) -> Reply:
        sent = request_of(prepared)
        below = replace(sent, path=sent.path.removeprefix(prefix) or "/")
        try:
            given, late = service.answer_in_turn(system, below, base)
        except Dropped:
            cause = RemoteDisconnected("the partner closed the connection without an answer")
            raise requests.exceptions.ConnectionError(cause, request=prepared) from None
        limit = _limit(prepared)
        if limit is not None and late >= limit:
            message = f"{system} took {late:g} s, the timeout is {limit:g} s"
            raise requests.exceptions.ReadTimeout(message, request=prepared)
        return given.status, HTTPHeaderDict(given.headers), given.body

    return answer


def _limit(prepared: requests.PreparedRequest) -> float | None:
    """Return the time-out for reading that a request was sent with, which ``responses`` keeps beside it."""
    timeout = getattr(prepared, "req_kwargs", {}).get("timeout")
    return timeout[1] if isinstance(timeout, tuple) else timeout


def _finished(answering: Coroutine[object, object, V]) -> V:
    """Return what a coroutine returns that never waits: without queues, and with time on the clock alone, none does."""
    try:
        answering.send(None)
    except StopIteration as ended:
        result: V = ended.value
        return result
    answering.close()
    raise EngineError("an answer in process waits for something")
