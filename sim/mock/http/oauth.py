"""The token endpoint that contracts declare: OAuth 2 for citizens and systems that do not exist.

Takes authorisation and token requests (RFC 6749), gives tokens of the world's keyring; promises that codes are used
once and in time, that a redirect leads to this machine or where the user allowed it, and that only flows which a served
contract declares are granted. Everybody consents at once: there is no page to log in at.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from sim.contract.model import Answer
from sim.errors import TargetError
from sim.mock.message import JSON, encode_body
from sim.mock.security import OWN, base_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.contract.model import Contract, Request
    from sim.document import JsonValue
    from sim.mock.http.outgoing import Destinations
    from sim.mock.world import World

CODE_LIFE: Final = 60
"""Seconds in which a code can be used (RFC 6749, section 4.1.2: at most ten minutes)."""
TOKEN_LIFE: Final = 1800
MAX_CODES: Final = 1000
AUTHORIZE: Final = "/_tongban/oauth/authorize"
TOKEN: Final = "/_tongban/oauth/token"  # noqa: S105  # a path
_FLOWS: Final = {"authorizationCode": "authorization_code", "clientCredentials": "client_credentials"}


class OAuthError(Exception):
    """A refusal (RFC 6749, section 5.2): its error code and what is wrong."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        self.code = code
        self.status = status
        super().__init__(description)


@dataclass(frozen=True, slots=True)
class _Code:
    """An authorisation code: what it was given for."""

    holder: str
    scopes: frozenset[str]
    redirect_uri: str
    client: str
    challenge: str
    until: int


class OAuth:
    """Authorisation server of a world.

    Parameters
    ----------
    world : World
    client_secret : str
        Of every client that authenticates with one.
    destinations : Destinations
        Where redirects may lead.
    """

    def __init__(self, world: World, client_secret: str, destinations: Destinations) -> None:
        self._world = world
        self._secret = client_secret
        self._destinations = destinations
        self._codes: dict[str, _Code] = {}
        flows = [flow for system in world.systems.values() for flow in _flows(system.provider)]
        self.grants = frozenset(_FLOWS[name] for name, _ in flows if name in _FLOWS)
        self._scopes = frozenset(scope for _, flow in flows for scope in _named(flow.get("scopes")))
        self.paths = {
            (system.provider.name, path): place
            for system in world.systems.values()
            for key, place in (("authorizationUrl", AUTHORIZE), ("tokenUrl", TOKEN))
            for _, flow in flows
            if (path := _below(base_url(system.provider), flow.get(key)))
        }

    def place(self, system: str, path: str) -> str | None:
        """Return which endpoint stands at a path of a system; None for none."""
        return path if path in (AUTHORIZE, TOKEN) else self.paths.get((system, path))

    def answer(self, place: str, request: Request) -> Answer:
        """Answer a request to an endpoint."""
        try:
            return self._authorise(request) if place == AUTHORIZE else self._token(request)
        except OAuthError as error:
            body = encode_body({"error": error.code, "error_description": str(error)})
            return Answer(error.status, (("Content-Type", JSON), ("Cache-Control", "no-store")), body)

    def _authorise(self, request: Request) -> Answer:
        """Give a code and lead back (RFC 6749, section 4.1.1)."""
        asked = dict(request.query)
        redirect = asked.get("redirect_uri", "")
        if not (redirect.isascii() and redirect.isprintable()):
            raise OAuthError("invalid_request", "redirect_uri is no address")
        try:
            self._destinations.find(redirect)
        except TargetError as error:
            raise OAuthError("invalid_request", f"redirect_uri: {error}") from error
        if asked.get("response_type") != "code" or "authorization_code" not in self.grants:
            raise OAuthError("unsupported_response_type", "only response_type=code is granted")
        if asked.get("code_challenge_method", "S256") != "S256":
            raise OAuthError("invalid_request", "code_challenge_method is not S256 (RFC 7636)")
        code = self._world.keyring.next("code")
        while len(self._codes) >= MAX_CODES:
            del self._codes[next(iter(self._codes))]
        self._codes[code] = _Code(
            self._citizen(asked.get("login_hint")),
            self._asked_scopes(asked.get("scope")),
            redirect,
            asked.get("client_id", ""),
            asked.get("code_challenge", ""),
            self._world.instant + CODE_LIFE,
        )
        state = {"state": asked["state"]} if "state" in asked else {}
        query = urlencode({"code": code, **state})
        joint = "&" if urlsplit(redirect).query else "?"
        return Answer(302, (("Location", f"{redirect}{joint}{query}"), ("Cache-Control", "no-store")), b"")

    def _token(self, request: Request) -> Answer:
        if request.method != "POST":
            raise OAuthError("invalid_request", "the token endpoint takes POST", 405)
        try:
            asked = dict(parse_qsl(request.body.decode("ascii"), keep_blank_values=True, max_num_fields=20))
        except ValueError as error:
            raise OAuthError("invalid_request", "the body is no form") from error
        grant = asked.get("grant_type", "")
        if grant not in self.grants:
            known = ", ".join(sorted(self.grants)) or "none"
            raise OAuthError("unsupported_grant_type", f"the contracts declare: {known}")
        if grant == "authorization_code":
            holder, scopes = self._redeem(asked)
            token = self._world.keyring.grant(holder, scopes)
        else:
            scopes = self._asked_scopes(asked.get("scope"))
            self._check_client(request, asked)
            token = self._world.keyring.grant(None, scopes)
        body = encode_body(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": TOKEN_LIFE,
                "scope": " ".join(sorted(scopes)),
            }
        )
        return Answer(200, (("Content-Type", JSON), ("Cache-Control", "no-store")), body)

    def _redeem(self, asked: Mapping[str, str]) -> tuple[str, frozenset[str]]:
        """Return whose token a code gives, and for what; the code is used up, whatever comes of it."""
        code = self._codes.pop(asked.get("code", ""), None)
        if code is None or code.until < self._world.instant:
            raise OAuthError("invalid_grant", "the code is not known, was used, or is too old")
        if asked.get("redirect_uri") != code.redirect_uri or asked.get("client_id", code.client) != code.client:
            raise OAuthError("invalid_grant", "redirect_uri or client_id is not that of the authorisation request")
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        if code.challenge and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code.challenge:
            raise OAuthError("invalid_grant", "code_verifier does not fit code_challenge (RFC 7636)")
        return code.holder, code.scopes

    def _check_client(self, request: Request, asked: Mapping[str, str]) -> None:
        """Check a client's secret, in the body or as a password (RFC 6749, section 2.3.1)."""
        given = asked.get("client_secret", "")
        word, _, encoded = next((v for k, v in request.headers if k.lower() == "authorization"), "").partition(" ")
        if word.lower() == "basic":
            try:
                given = base64.b64decode(encoded, validate=True).decode().partition(":")[2]
            except ValueError as error:
                raise OAuthError("invalid_client", "the Authorization header is malformed", 401) from error
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            raise OAuthError("invalid_client", "the client's secret is not known", 401)

    def _asked_scopes(self, text: str | None) -> frozenset[str]:
        scopes = frozenset(text.split()) if text else self._scopes
        if not scopes <= self._scopes:
            unknown = ", ".join(sorted(scopes - self._scopes))
            raise OAuthError("invalid_scope", f"no contract declares {unknown}")
        return scopes

    def _citizen(self, hint: str | None) -> str:
        """Return who logs in: the citizen of that number, else the first one."""
        residents = [number for number, _ in self._world.store.table(OWN, "residents").items()]
        if hint is None:
            return residents[0]
        if hint not in residents:
            raise OAuthError("access_denied", "login_hint is not the number of a citizen of this mock")
        return hint


def _flows(contract: Contract) -> Iterator[tuple[str, dict[str, JsonValue]]]:
    for scheme in contract.security_schemes.values():
        flows = scheme.get("flows") if isinstance(scheme, dict) else None
        for name, flow in flows.items() if isinstance(flows, dict) else ():
            if isinstance(flow, dict):
                yield name, flow


def _named(scopes: JsonValue) -> list[str]:
    return list(scopes) if isinstance(scopes, dict) else []


def _below(base: str, url: JsonValue) -> str:
    """Return the path of an address below a server's base; nothing where it lies elsewhere."""
    return url.removeprefix(base) if isinstance(url, str) and url.startswith(f"{base}/") else ""
