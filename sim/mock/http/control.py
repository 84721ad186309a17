"""Control endpoints under ``/_tongban/``: the state, what was seen, faults and the clock of a served world.

::

    GET    /_tongban/                what there is
    GET    /_tongban/state           everything that is remembered;  PUT: take its place
    POST   /_tongban/reset           back to the beginning
    GET    /_tongban/requests        what was seen last, redacted;   DELETE: forget it
    GET    /_tongban/callbacks       what was sent last, and how it went
    GET    /_tongban/faults          those in force;                 PUT: others;  DELETE: none
    GET    /_tongban/clock           the world's time;               POST {"advance": "1 h"}: move it on

Off loopback they ask for the site's token, and always where it has one. A page of another origin is refused, as it
could make a browser on this machine send what its user never meant (CSRF).
"""

from __future__ import annotations

import hmac
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from sim.contract.json_text import JsonBoundError, JsonTextError, parse_json
from sim.errors import UsageError
from sim.mock.http.fault import Fault, checked, parse_chaos
from sim.mock.message import JSON, PROBLEM, encode_body
from sim.mock.problem import Problem
from sim.mock.record_text import plain_text, plain_value
from sim.mock.redact import Redactor, redact_headers, redact_value
from sim.mock.store import Snapshot
from sim.units import parse_duration

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from sim.document import JsonValue
    from sim.mock.http.delivery import Delivery
    from sim.mock.http.service import Service
    from sim.mock.http.site import Site
    from sim.mock.world import Exchange

    Endpoint = Callable[[Request], Awaitable[Response]]
    Answering = Callable[[JsonValue], JsonValue]

PREFIX: Final = "/_tongban"
MAX_ADVANCE: Final = 366 * 86400.0


def control_app(site: Site, service: Service) -> Starlette:
    """Return the ASGI application of the control endpoints."""
    control = _Control(site, service)
    table: Mapping[str, Mapping[str, Answering]] = {
        "/": {"GET": control.overview},
        "/state": {"GET": control.state, "PUT": control.set_state},
        "/reset": {"POST": control.reset},
        "/requests": {"GET": control.requests, "DELETE": control.forget_requests},
        "/callbacks": {"GET": control.callbacks},
        "/faults": {"GET": control.faults, "PUT": control.set_faults, "DELETE": control.clear_faults},
        "/clock": {"GET": control.time, "POST": control.advance},
    }
    routes = [
        Route(f"{PREFIX}{path}", _endpoint(site, service, answering), methods=[method])
        for path, methods in table.items()
        for method, answering in methods.items()
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: _refused})


def _endpoint(site: Site, service: Service, answering: Answering) -> Endpoint:
    """Return an endpoint that checks who asks, reads JSON and gives JSON."""

    @wraps(answering)
    async def endpoint(request: Request) -> Response:
        try:
            _check_caller(site, request)
            body = await request.body()
            value = parse_json(body) if body else None
            with service.turn:
                answer = answering(value)
            return Response(encode_body(answer), media_type=JSON)
        except Problem as problem:
            return _problem(problem, request)
        except (UsageError, JsonTextError, JsonBoundError) as error:
            return _problem(Problem(400, str(error), "invalid-request"), request)

    return endpoint


def _check_caller(site: Site, request: Request) -> None:
    """Refuse who has not the token, and pages of other origins.

    Raises
    ------
    Problem
        401 or 403.
    """
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise Problem(403, "a page of another origin may not control the mock", "not-allowed")
    if site.token is not None:
        word, _, given = request.headers.get("authorization", "").partition(" ")
        if word.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), site.token.encode()):
            detail = "the control endpoints ask for the token of --token as a bearer token"
            raise Problem(401, detail, "not-authenticated", headers={"WWW-Authenticate": "Bearer"})


async def _refused(request: Request, error: Exception) -> Response:
    """Answer what matches no route."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return _problem(Problem(status, "there is no such control endpoint", "no-operation", headers=headers), request)


def _problem(problem: Problem, request: Request) -> Response:
    body = encode_body(plain_text(problem.body(request.url.path)))
    headers = {name: str(value) for name, value in problem.headers.items()}
    return Response(body, status_code=problem.status, headers=headers, media_type=PROBLEM)


class _Control:
    """What the endpoints do; each takes the JSON value of the body, None without one."""

    def __init__(self, site: Site, service: Service) -> None:
        self._site = site
        self._service = service
        self._house = service.house

    def overview(self, _: JsonValue) -> JsonValue:
        """Say what is served."""
        systems: JsonValue = {name: self._site.base_url(port) for port, name in self._site.ports.items()}
        return {"systems": systems, "clock": self._house.world.clock.now.isoformat()}

    def state(self, _: JsonValue) -> JsonValue:
        """Give everything that is remembered: systems, tables, records by key."""
        snapshot = self._house.world.store.snapshot()
        tables: dict[str, Any] = {}
        for (system, name), records in snapshot.tables.items():
            tables.setdefault(system, {})[name] = [[key, plain_text(record)] for key, record in records.items()]
        counters: dict[str, Any] = {}
        for (system, name), value in snapshot.counters.items():
            counters.setdefault(system, {})[name] = value
        return {"tables": tables, "counters": counters}

    def set_state(self, value: JsonValue) -> JsonValue:
        """Take a state in place of the present one; it is taken whole or not at all."""
        try:
            snapshot = _snapshot(value)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Problem(400, f"the state has another form: {error}", "invalid-request") from error
        self._house.world.store.restore(snapshot)
        self._house.commit()
        return {"records": sum(len(records) for records in snapshot.tables.values())}

    def reset(self, _: JsonValue) -> JsonValue:
        """Go back to the beginning."""
        self._service.reset()
        return {"clock": self._house.world.clock.now.isoformat()}

    def requests(self, _: JsonValue) -> JsonValue:
        """Give what was seen, newest last, redacted."""
        keyring = self._house.world.keyring
        secrets = (*(secret.decode("latin-1") for secret in keyring.secrets.values()), *keyring.keys.values())
        redactor = Redactor(secrets)
        return [_seen(redactor, exchange) for exchange in self._service.seen]

    def forget_requests(self, _: JsonValue) -> JsonValue:
        """Forget what was seen."""
        self._service.seen.clear()
        return []

    def callbacks(self, _: JsonValue) -> JsonValue:
        """Give the callbacks, newest last, redacted."""
        redactor = Redactor(())
        return [_sent(redactor, delivery) for delivery in self._service.deliveries.recent]

    def faults(self, _: JsonValue) -> JsonValue:
        """Give the faults in force."""
        return [_shown(fault) for fault in self._service.faults.active]

    def set_faults(self, value: JsonValue) -> JsonValue:
        """Take faults in place of those in force: a text as ``--chaos`` takes it, or a list of objects."""
        self._service.faults.active = parse_chaos(value) if isinstance(value, str) else _faults(value)
        return self.faults(None)

    def clear_faults(self, _: JsonValue) -> JsonValue:
        """End all faults."""
        self._service.faults.active = ()
        return []

    def time(self, _: JsonValue) -> JsonValue:
        """Give the world's time."""
        clock = self._house.clock
        return {"now": clock.now.isoformat(), "elapsed_seconds": clock.elapsed, "speed": clock.speed}

    def advance(self, value: JsonValue) -> JsonValue:
        """Move the clock on; what is due by then happens at once."""
        span = value.get("advance") if isinstance(value, dict) else None
        try:
            seconds = parse_duration(span) if isinstance(span, str) else -1.0
        except ValueError as error:
            raise Problem(400, str(error), "invalid-request") from error
        if not 0.0 <= seconds <= MAX_ADVANCE:
            raise Problem(400, 'write {"advance": "1 h"}, at most 366 d', "invalid-request")
        self._house.advance(seconds)
        return self.time(None)


def _snapshot(value: Any) -> Snapshot:  # JSON from outside; what does not fit raises
    tables = {
        (system, name): {str(key): _record(record) for key, record in records}
        for system, named in value["tables"].items()
        for name, records in named.items()
    }
    counters = {
        (system, name): _count(number) for system, named in value["counters"].items() for name, number in named.items()
    }
    return Snapshot(tables, counters)


def _record(value: Any) -> dict[str, Any]:  # as above
    record = plain_value(value)
    if not isinstance(record, dict):
        message = "a record is no object"
        raise TypeError(message)
    return record


def _count(value: Any) -> int:  # as above
    if type(value) is not int or not 0 <= value < 1 << 53:
        message = "a counter is no whole number"
        raise ValueError(message)
    return value


def _faults(value: JsonValue) -> tuple[Fault, ...]:
    if not isinstance(value, list):
        raise Problem(400, 'write "status=503:0.02", or a list of objects', "invalid-request")
    return tuple(_fault(one) for one in value)


def _fault(value: JsonValue) -> Fault:
    known = {"fault", "system", "operation"}
    if not isinstance(value, dict) or not known >= value.keys() or not isinstance(value.get("fault"), str):
        detail = 'a fault is {"fault": "status=503:0.02", "system": ..., "operation": ...}'
        raise Problem(400, detail, "invalid-request")
    parsed = parse_chaos(str(value["fault"]))
    system, operation = value.get("system"), value.get("operation")
    if len(parsed) != 1 or not all(one is None or isinstance(one, str) for one in (system, operation)):
        raise Problem(400, "name one fault an object, system and operation by text", "invalid-request")
    one = parsed[0]
    own = (str(name) if name is not None else None for name in (system, operation))
    return checked(Fault(one.effect, one.share, one.status, one.seconds, *own))


def _shown(fault: Fault) -> JsonValue:
    return {"fault": str(fault), "system": fault.system, "operation": fault.operation}


def _seen(redactor: Redactor, exchange: Exchange) -> JsonValue:
    request, answer = exchange.request, exchange.answer
    operation = exchange.operation
    return {
        "system": exchange.system,
        "operation": operation.operation_id if operation is not None else None,
        "caller": exchange.caller,
        "request": {
            "method": request.method,
            "path": redactor.scrub(request.path),
            "query": [
                [name, redact_value(redactor, {name: value})[name]]  # type: ignore[index,call-overload]  # an object
                for name, value in request.query
            ],
            "headers": redact_headers(redactor, request.headers),  # type: ignore[dict-item]  # lists of texts
            "body": _body(redactor, request.body),
        },
        "violations": [f"{one.rule} at /{one.part}{redactor.scrub(one.pointer)}" for one in exchange.violations],
        "answer": {
            "status": answer.status,
            "headers": redact_headers(redactor, answer.headers),  # type: ignore[dict-item]  # as above
            "body": _body(redactor, answer.body),
        },
    }


def _body(redactor: Redactor, body: bytes) -> JsonValue:
    """Return a JSON body redacted; what is not JSON is not shown."""
    try:
        return redact_value(redactor, parse_json(body)) if body else None
    except (JsonTextError, JsonBoundError):
        return f"{len(body)} bytes"


def _sent(redactor: Redactor, delivery: Delivery) -> JsonValue:
    notice = delivery.notice
    return {
        "system": notice.system,
        "callback": notice.operation.operation_id,
        "origin": notice.base,
        "state": delivery.state,
        "attempts": list(delivery.statuses),
        "body": _body(redactor, notice.request.body),
    }
