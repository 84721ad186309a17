"""Tokens of a token endpoint: OAuth 2 client credentials (RFC 6749, section 4.4)."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode, urlsplit

from sim.conformance.http import CallLimits, HttpTransport, place_of
from sim.conformance.transport import NoAnswer
from sim.contract.model import Request
from sim.errors import TargetError, UsageError

if TYPE_CHECKING:
    from sim.conformance.http import Tls
    from sim.contract import Contract

SPARE: Final = 30.0
"""Seconds before its end at which a token is fetched anew."""


@dataclass(slots=True, eq=False)
class TokenEndpoint:
    """Fetches tokens, and keeps each for as long as it is good.

    Parameters
    ----------
    url : str
    client, secret : str
    scopes : tuple of str
    """

    url: str
    client: str
    secret: str = field(repr=False)
    scopes: tuple[str, ...]
    tls: Tls | None = None
    _token: str = field(default="", repr=False)
    _until: float = 0.0

    def fetch(self) -> str:
        """Return a token that is good now.

        Raises
        ------
        TargetError
            The endpoint gives none.
        """
        if time.monotonic() >= self._until:
            self._token, seconds = self._ask()
            self._until = time.monotonic() + max(0.0, seconds - SPARE)
        return self._token

    def _ask(self) -> tuple[str, float]:
        parts = urlsplit(self.url)
        place = place_of(f"{parts.scheme}://{parts.netloc}", self.tls, option="--token-url")
        basic = base64.b64encode(f"{quote(self.client)}:{quote(self.secret)}".encode()).decode("ascii")
        headers = (("Authorization", f"Basic {basic}"), ("Content-Type", "application/x-www-form-urlencoded"))
        scope = {"scope": " ".join(self.scopes)} if self.scopes else {}
        body = urlencode({"grant_type": "client_credentials", **scope}).encode("ascii")
        transport = HttpTransport(place, CallLimits(body_bytes=64 * 1024))
        try:
            answer = transport.send(Request("POST", parts.path or "/", (), headers, body, parts.query))
        except NoAnswer as error:
            raise TargetError(f"the token endpoint: {error.detail}", "check --token-url") from error
        finally:
            transport.close()
        try:
            told = json.loads(answer.body) if answer.status == 200 else {}
            token, seconds = str(told["access_token"]), float(told.get("expires_in", 60.0))
        except (ValueError, KeyError, TypeError, RecursionError):
            remedy = "check --token-url, TONGBAN_CLIENT_ID and TONGBAN_CLIENT_SECRET"
            raise TargetError(f"the token endpoint answered {answer.status} without a token", remedy) from None
        return token, seconds


def token_url(contract: Contract, given: str | None) -> str:
    """Return where tokens come from: as given, else as the contract's security schemes say.

    Raises
    ------
    UsageError
        Neither says.
    """
    if given is not None:
        return given
    for scheme in contract.security_schemes.values():
        flows = scheme.get("flows") if isinstance(scheme, dict) else None
        flow = flows.get("clientCredentials") if isinstance(flows, dict) else None
        url = flow.get("tokenUrl") if isinstance(flow, dict) else None
        if isinstance(url, str):
            return url
    raise UsageError(f"{contract.name} names no token endpoint for client credentials", "give --token-url")


def scopes_of(contract: Contract) -> tuple[str, ...]:
    """Return the scopes that a contract's operations ask for, sorted."""
    found = {
        scope
        for operation in contract.operations.values()
        for alternative in operation.security
        for scopes in alternative.values()
        for scope in scopes
    }
    return tuple(sorted(found))
