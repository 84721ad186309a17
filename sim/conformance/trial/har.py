"""The exchanges of a trial as HAR 1.2, for every tool that reads it.

Members that HAR does not know begin with an underscore (HAR 1.2, section "Custom Fields"): ``_tongban`` names journey,
step and direction. A request of the system to a partner that tongban played stands beside those that it was sent.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import sim

if TYPE_CHECKING:
    from sim.conformance.verdict import Exchange, Got, Sent, Trial


def trial_har(trial: Trial) -> dict[str, Any]:  # JSON
    """Return the exchanges of a trial as HAR."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "tongban", "version": sim.__version__},
            "entries": [_entry(one) for one in trial.exchanges],
        }
    }


def _entry(exchange: Exchange) -> dict[str, Any]:
    milliseconds = round(exchange.seconds * 1000.0, 3)
    told = {
        "direction": "sent" if exchange.request.sender == "tongban" else "received",
        "system": exchange.contract,
        "operation": exchange.operation,
        "journey": exchange.journey,
        "step": exchange.step,
        "citizen": exchange.citizen,
        "probe": exchange.probe,
        "failure": exchange.failure,
        "cut": exchange.is_cut,
        "redacted": True,
    }
    return {
        "startedDateTime": exchange.started,
        "time": milliseconds,
        "request": _request(exchange.request),
        "response": _response(exchange.answer),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_tongban": {name: value for name, value in told.items() if value not in ("", None, False)},
    }


def _request(sent: Sent) -> dict[str, Any]:
    query = parse_qsl(urlsplit(sent.url).query, keep_blank_values=True)
    found: dict[str, Any] = {
        "method": sent.method,
        "url": sent.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in sent.headers],
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": -1,
        "bodySize": len(sent.body.encode()),
    }
    if sent.body:
        found["postData"] = {"mimeType": _media_type(sent.headers), "params": [], "text": sent.body}
    return found


def _response(got: Got | None) -> dict[str, Any]:
    """Return the answer; of one that did not come, status 0, as browsers do."""
    headers = got.headers if got is not None else ()
    body, status = (got.body, got.status) if got is not None else ("", 0)
    content: dict[str, Any] = {"size": len(body.encode()), "mimeType": _media_type(headers)}
    if body:
        content["text"] = body
    known = {int(one): one.phrase for one in HTTPStatus}
    return {
        "status": status,
        "statusText": known.get(status, ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in headers],
        "content": content,
        "redirectURL": next((value for name, value in headers if name.lower() == "location"), ""),
        "headersSize": -1,
        "bodySize": len(body.encode()),
    }


def _media_type(headers: tuple[tuple[str, str], ...]) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "")
