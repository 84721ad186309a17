"""The partners of a test: who lives there, what was seen, what comes next.

Takes a service and how to act on it safely, gives what a test asks for; promises that nothing is read or changed while
a request is being answered.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from sim.conformance.preparation import prepare_world
from sim.errors import UsageError
from sim.mock import SigningKey
from sim.mock.http import Fault, Faults, parse_chaos
from sim.units import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from responses import RequestsMock

    from sim.conformance.preparation import Prepared
    from sim.contract import Answer, Request, Violation
    from sim.mock import Citizen, Exchange, Keyring
    from sim.mock.http import Service
    from sim.mock.http.delivery import Delivery
    from sim.pytest_plugin.stage import Residents, Stage

V = TypeVar("V")


@dataclass(frozen=True, slots=True, repr=False)
class Seen:
    """One request that a partner got, and its answer.

    Parameters
    ----------
    operation : str or None
        operationId; None where the contract has none for it.
    caller : str or None
        The operation whose mock sent it; None for the project under test.
    request : Request
        Without a body that is larger than 16 KiB; so is the answer.
    violations : tuple of Violation
        How the request breaks the contract.
    """

    system: str
    operation: str | None
    caller: str | None
    request: Request
    answer: Answer
    violations: tuple[Violation, ...]

    @property
    def status(self) -> int:
        """The answer's status."""
        return self.answer.status

    @property
    def json(self) -> Any:  # whatever was sent
        """The request's body, read as JSON; None without one."""
        return json.loads(self.request.body) if self.request.body else None

    def __repr__(self) -> str:
        return f"<{self.system} {self.operation or 'no operation'} {self.request.method} {self.status}>"


@dataclass(frozen=True, slots=True, repr=False)
class Callback:
    """One callback of a partner.

    Parameters
    ----------
    operation : str
        operationId of the callback.
    url : str
        Where the project wanted it.
    headers : mapping of str to str
        With the signature, in process; over HTTP each attempt has a signature of its own.
    state : str
        ``kept`` in process, where nothing is sent; else ``waiting``, ``taken``, ``refused``, ``given up`` or ``not
        allowed``.
    statuses : tuple of (int or str)
        What each attempt met.
    """

    system: str
    operation: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    state: str
    statuses: tuple[int | str, ...]

    @property
    def json(self) -> Any:  # whatever the contract says
        """The body, read as JSON."""
        return json.loads(self.body)

    def __repr__(self) -> str:
        return f"<{self.system} {self.operation} {self.state}>"


@dataclass(frozen=True, slots=True)
class InForce:
    """Faults that a test added; used as a context, they end with it, else with the test."""

    partners: Partners
    faults: tuple[Fault, ...]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End them."""
        self.partners.end_faults(self.faults)


class Partners:
    """Mocked partner systems, as a test has them.

    Parameters
    ----------
    service : Service
        Answers for them.
    run : callable
        Does something with the service while no request is being answered, and returns what it gives.
    urls : mapping of str to str
        Base URL by system.
    """

    def __init__(
        self,
        stage: Stage,
        service: Service,
        residents: Residents,
        *,
        run: Callable[[Callable[[], object]], object],
        urls: Mapping[str, str],
    ) -> None:
        self.urls = urls
        self.service = service
        self._stage = stage
        self._residents = residents
        self._act = run
        self._mock: RequestsMock | None = None

    def __repr__(self) -> str:
        return f"<partners {', '.join(f'{name} at {url}' for name, url in self.urls.items())}>"

    def url(self, system: str) -> str:
        """Return the base URL of a system, without a slash at its end.

        Raises
        ------
        UsageError
            It is not mocked.
        """
        if system not in self.urls:
            raise UsageError(f"there is no system {system!r}", f"mocked: {', '.join(sorted(self.urls))}")
        return self.urls[system]

    @property
    def citizens(self) -> tuple[Citizen, ...]:
        """The synthetic citizens who are known."""
        return self._residents.citizens

    def token(self, citizen: Citizen | None = None, *, scopes: Iterable[str] | None = None) -> str:
        """Return a bearer token.

        Parameters
        ----------
        citizen : Citizen, optional
            Whose; by default the first one's.
        scopes : iterable of str, optional
            What it may be used for; by default everything.

        Raises
        ------
        UsageError
            The citizen is not known here.
        """
        number = (citizen or self.citizens[0]).number
        if number not in self._residents.tokens:
            raise UsageError("the citizen is not known to the partners", "take one of their `citizens`")
        if scopes is None:
            return self._residents.tokens[number]
        allowed = frozenset(scopes)
        return self._run(lambda: self._keyring.grant(number, allowed))

    @property
    def signing_key(self) -> SigningKey:
        """The key with which systems sign requests to each other (RFC 9421, HMAC-SHA256)."""
        return SigningKey(*next(iter(self._keyring.secrets.items())))

    @property
    def keys(self) -> Mapping[str, str]:
        """What contracts with ``api-key`` or ``basic`` (``user:password``) security ask for."""
        return dict(self._keyring.keys)

    @property
    def now(self) -> datetime:
        """The present instant of the partners; in process it stands still until it is moved on."""
        return self.service.house.world.clock.now

    @property
    def requests_seen(self) -> tuple[Seen, ...]:
        """The last 500 requests in this test, oldest first; those that partners sent each other have a ``caller``."""
        return tuple(_seen(one) for one in self._run(lambda: list(self.service.seen)))

    @property
    def callbacks(self) -> tuple[Callback, ...]:
        """The last 500 callbacks in this test, oldest first."""
        return tuple(_callback(one) for one in self._run(lambda: list(self.service.deliveries.recent)))

    @property
    def responses(self) -> RequestsMock:
        """What answers ``requests`` in this test, to add answers of other systems or ``add_passthru``.

        Raises
        ------
        UsageError
            These partners are not in process.
        """
        if self._mock is None:
            raise UsageError("nothing is patched where partners are reached over HTTP", "use tongban_partners")
        return self._mock

    def prepare(self, errand: str, citizen: Citizen | None = None) -> Prepared:
        """Walk an errand up to a step, where it waits, or to its end.

        Parameters
        ----------
        errand : str
            ``journey``, ``journey@step`` or ``journey#workflow@step?input=value&...``.
        citizen : Citizen, optional
            Whose; by default the next one's. The same errand of the same citizen is the same one again.

        Returns
        -------
        Prepared
            ``citizen``, and in ``values`` what the errand made on its way: case and payment numbers.

        Raises
        ------
        UsageError
            There is no such journey, step or input, or the errand ended before the step.
        DocumentError
            The journey has faults, or a mock's own code failed.
        """
        preparation = self._stage.errand(errand)
        missing = ", ".join(system for system in preparation.systems if system not in self.urls)
        if missing:
            raise UsageError(f"{errand} calls what is not mocked: {missing}", "name it in tongban_systems")

        def walk() -> Prepared:
            who = citizen or self._residents.next()
            world = self.service.house.world
            try:
                return prepare_world(world, preparation, who, self.token(who))
            finally:  # it happened before the test
                world.exchanges.clear()
                world.notices.clear()

        return self._run(walk)

    def faults(self, text: str, *, system: str | None = None, operation: str | None = None) -> InForce:
        """Add faults to those in force, until the test ends or the returned context does.

        Parameters
        ----------
        text : str
            As ``tongban mock --chaos`` takes it: ``status=503:1``, ``latency=2s:0.5``, ``drop=1``, with commas between;
            the last number is the share of the calls. In process no real time passes: a latency moves the clock on, and
            where it is as long as the request's ``timeout``, the request takes effect and ends in ``ReadTimeout``.
        system, operation : str, optional
            Whose calls, the operation by its operationId; by default all.

        Raises
        ------
        UsageError
            The text has another form, or there is no such system or operation.
        """
        self._check(system, operation)
        added = tuple(
            Fault(one.effect, one.share, one.status, one.seconds, system, operation) for one in parse_chaos(text)
        )
        self._run(lambda: self._set_faults((*self.service.faults.active, *added)))
        return InForce(self, added)

    def end_faults(self, faults: Iterable[Fault]) -> None:
        """End faults that were added."""
        ended = {id(one) for one in faults}
        self._run(lambda: self._set_faults(tuple(one for one in self.service.faults.active if id(one) not in ended)))

    def advance(self, span: str) -> None:
        """Move the partners' clock on: ``"2 h"``; what is due by then happens at once.

        Raises
        ------
        UsageError
            It is no span of time.
        """
        try:
            seconds = parse_duration(span)
        except ValueError as error:
            raise UsageError(str(error), 'write a number and a unit: "2 h"') from error
        self._run(lambda: self.service.house.advance(seconds))

    def reset(self) -> None:
        """Go back to the beginning; every test begins so."""

        def restart() -> None:
            self.service.reset()
            self.service.faults = Faults(self._stage.settings.seed)  # counts its calls anew: no test depends on another

        self._run(restart)

    def answer_by(self, mock: RequestsMock | None) -> None:
        """Take note of what answers ``requests`` in this test; None where the test has ended."""
        self._mock = mock

    @property
    def _keyring(self) -> Keyring:
        return self.service.house.world.keyring

    def _run(self, act: Callable[[], V]) -> V:
        return cast("V", self._act(act))

    def _set_faults(self, faults: tuple[Fault, ...]) -> None:
        self.service.faults.active = faults

    def _check(self, system: str | None, operation: str | None) -> None:
        if system is not None:
            self.url(system)
        systems = self.service.house.world.systems
        known = {
            name for one, mocked in systems.items() if system in (None, one) for name in mocked.provider.operations
        }
        if operation is not None and operation not in known:
            raise UsageError(f"there is no operation {operation!r}", f"known: {', '.join(sorted(known))}")


def _seen(exchange: Exchange) -> Seen:
    operation = exchange.operation.operation_id if exchange.operation is not None else None
    return Seen(exchange.system, operation, exchange.caller, exchange.request, exchange.answer, exchange.violations)


def _callback(delivery: Delivery) -> Callback:
    notice, request = delivery.notice, delivery.notice.request
    return Callback(
        notice.system,
        notice.operation.operation_id,
        request.method,
        f"{notice.base}{request.path}{f'?{request.query_text}' if request.query_text else ''}",
        dict(request.headers),
        request.body,
        delivery.state,
        tuple(delivery.statuses),
    )
