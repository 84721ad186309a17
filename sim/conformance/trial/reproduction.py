"""A line for a shell that sends a request again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from sim.mock.redact import REDACTED

if TYPE_CHECKING:
    from sim.conformance.verdict import Sent

VARIABLES: Final = {
    "authorization": "$TONGBAN_AUTHORIZATION",
    "signature": "$TONGBAN_SIGNATURE",
    "signature-input": "$TONGBAN_SIGNATURE_INPUT",
    "idempotency-key": "$TONGBAN_IDEMPOTENCY_KEY",
}
"""What stands for redacted headers."""
_UNSAID: Final = frozenset(("content-length", "host", "accept"))


def curl_of(sent: Sent) -> str:
    """Return a curl line; what is secret stands as a variable, what is personal stays redacted."""
    words = ["curl", "--silent", "--show-error", "--include", "--request", sent.method, shlex.quote(sent.url)]
    for name, value in sent.headers:
        if name.lower() in _UNSAID:
            continue
        if value == REDACTED:
            variable = VARIABLES.get(name.lower(), "$TONGBAN_HEADER")
            words += ["--header", f'"{name}: {variable}"']
        else:
            words += ["--header", shlex.quote(f"{name}: {value}")]
    if sent.body:
        words += ["--data-raw", shlex.quote(sent.body)]
    return " ".join(words)
