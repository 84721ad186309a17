"""What may be shown of an exchange.

Takes traces, gives both messages as text; promises that nothing personal or secret is in them.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from sim.conformance.credential import secrets_of
from sim.conformance.trial.reproduction import curl_of
from sim.conformance.verdict import Got, Sent
from sim.mock.redact import PERSONAL_PROPERTIES, REDACTED, Redactor, personal_values, redact_headers, redact_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.trace import Trace

MAX_SHOWN: Final = 4000
"""Characters of a body that are shown with a finding."""
CUT: Final = "..."


def redactor_of(trace: Trace | None, hidden: tuple[str, ...]) -> Redactor:
    """Return what takes the personal values and secrets of an exchange out of a text.

    Parameters
    ----------
    hidden : tuple of str
        Secrets of the trial.
    """
    if trace is None:
        return Redactor(hidden)
    personal = trace.person.personal_values if trace.person is not None else tuple(_told(trace))
    return Redactor((*personal, *secrets_of(trace.request), *hidden))


def _told(trace: Trace) -> Iterator[str]:
    """Yield what an exchange of nobody known says of people."""
    for message in (trace.request, trace.answer):
        try:
            yield from personal_values(json.loads(message.body)) if message is not None and message.body else ()
        except (ValueError, RecursionError):
            continue
    yield from (value for name, value in trace.request.query if name.lower() in PERSONAL_PROPERTIES)


def sent_of(redactor: Redactor, trace: Trace, *, most: int = MAX_SHOWN) -> Sent:
    """Return the request of an exchange; ``most`` bounds the characters of its body."""
    request = trace.request
    text = request.query_text
    if text is None or any(name.lower() in PERSONAL_PROPERTIES for name, _ in request.query):
        text = urlencode([(name, _parameter(name, value)) for name, value in request.query], quote_via=quote, safe="<>")
    url = redactor.scrub(f"{trace.base}{request.path}" + (f"?{text}" if text else ""))
    headers = tuple((name, value) for name, value in redact_headers(redactor, request.headers))
    sent = Sent(
        trace.sender,
        request.method,
        url,
        headers,
        _body(redactor, request.body, most, is_known=_is_known(trace)),
    )
    return replace(sent, curl=curl_of(sent)) if trace.sender == "tongban" else sent


def _is_known(trace: Trace) -> bool:
    return trace.person is not None


def _parameter(name: str, value: str) -> str:
    return REDACTED if name.lower() in PERSONAL_PROPERTIES else value


def got_of(redactor: Redactor, trace: Trace, *, most: int = MAX_SHOWN) -> Got | None:
    """Return the answer of an exchange; None without one."""
    answer = trace.answer
    if answer is None:
        return None
    headers = tuple((name, value) for name, value in redact_headers(redactor, answer.headers))
    return Got(
        answer.status,
        headers,
        _body(redactor, answer.body, most, is_known=trace.person is not None),
        round(trace.seconds, 6),
    )


def _body(redactor: Redactor, body: bytes, most: int, *, is_known: bool) -> str:
    """Return a body as text without anything personal, shortened.

    Parameters
    ----------
    is_known : bool
        Whether one knows of whom it speaks; else nothing but JSON is shown, whose fields say what they are.
    """
    if not body:
        return ""
    try:
        text = json.dumps(redact_value(redactor, json.loads(body)), ensure_ascii=False)
    except (ValueError, RecursionError):
        if not is_known:
            return f"<{len(body)} bytes>"
        try:
            text = redactor.scrub(body[: 2 * most].decode())
        except UnicodeDecodeError:
            return f"<{len(body)} bytes>"
        if REDACTED in text:
            return REDACTED
    return text if len(text) <= most else redactor.scrub(f"{text[:most]}{CUT}")
