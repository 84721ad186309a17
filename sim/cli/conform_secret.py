"""Secrets for ``tongban conform``: from the environment alone, never an option, which others could see."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Final, Literal

from sim.conformance.credential import Credentials, FetchedTokens, GivenTokens, IssuedTokens
from sim.conformance.oauth import TokenEndpoint, scopes_of, token_url
from sim.errors import UsageError
from sim.mock import SigningKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.conformance.credential import Flaw, Tokens
    from sim.conformance.http import Tls
    from sim.conformance.trial.people import Person
    from sim.contract import Contract

Kind = Literal["bearer", "issued", "client-credentials", "signature", "api-key", "basic"]

KINDS: Final[tuple[Kind, ...]] = ("bearer", "issued", "client-credentials", "signature", "api-key", "basic")
TOKEN: Final = "TONGBAN_TOKEN"  # noqa: S105 - the name of a variable
TOKEN_KEY: Final = "TONGBAN_TOKEN_KEY"  # noqa: S105 - as above
CLIENT: Final = "TONGBAN_CLIENT_ID"
CLIENT_SECRET: Final = "TONGBAN_CLIENT_SECRET"  # noqa: S105 - as above
SIGNING: Final = "TONGBAN_SIGNING_SECRET"
SIGNING_ID: Final = "TONGBAN_SIGNING_KEY_ID"
API_KEY: Final = "TONGBAN_API_KEY"
USER: Final = "TONGBAN_USER"
PASSWORD: Final = "TONGBAN_PASSWORD"  # noqa: S105 - as above
PARTNER: Final = "TONGBAN_PARTNER_SECRET"
SPOILT: Final[dict[str, Flaw]] = {"TONGBAN_EXPIRED_TOKEN": "expired", "TONGBAN_FOREIGN_TOKEN": "audience"}
SECRETS: Final = (TOKEN, TOKEN_KEY, CLIENT_SECRET, SIGNING, API_KEY, PASSWORD, PARTNER, *SPOILT)
LEAST_KEY: Final = 16
"""Bytes of a key with which tokens or requests are signed."""


def credentials_of(
    asked: tuple[str, ...],
    contract: Contract,
    people: Sequence[Person],
    *,
    audience: str,
    token_endpoint: str | None,
    tls: Tls,
) -> Credentials:
    """Return what requests to the system carry: what ``--auth`` asks for, else what the environment holds.

    Raises
    ------
    UsageError
        A variable is missing, or two kinds of token are asked for.
    """
    kinds = set(asked) or _held(people)
    tokens = sorted(kinds - {"signature", "api-key", "basic"})
    if len(tokens) > 1:
        raise UsageError(f"--auth {' and '.join(tokens)}: a request carries one token", "ask for one of them")
    hidden = tuple(value for name in SECRETS if (value := os.environ.get(name)))
    own = tuple(one.token for one in people if one.token is not None)
    source: Tokens | None = None
    if tokens == ["issued"]:
        source = IssuedTokens(_key(TOKEN_KEY), audience, scopes_of(contract))
    elif tokens == ["client-credentials"]:
        url = token_url(contract, token_endpoint)
        endpoint = TokenEndpoint(url, _variable(CLIENT), _variable(CLIENT_SECRET), scopes_of(contract), _of(url, tls))
        source = FetchedTokens(endpoint.fetch)
    elif tokens == ["bearer"]:
        by_number = {one.citizen.number: one.token for one in people if one.token is not None}
        common = os.environ.get(TOKEN) if by_number else _variable(TOKEN)
        spoilt = {flaw: value for name, flaw in SPOILT.items() if (value := os.environ.get(name))}
        source = GivenTokens(common, by_number, spoilt)
    keys = _keys(kinds)
    encoded = tuple(base64.b64encode(keys[kind].encode()).decode("ascii") for kind in ("basic",) if kind in keys)
    return Credentials(
        source,
        signing_key(SIGNING) if "signature" in kinds else None,
        (*hidden, *own, *encoded),
        keys=keys,
        has_certificate=tls.client_cert is not None,
    )


def signing_key(variable: str) -> SigningKey:
    """Return the key whose secret stands in a variable.

    Raises
    ------
    UsageError
        It is not set, or too short.
    """
    return SigningKey(os.environ.get(SIGNING_ID) or "partner", _key(variable))


def partner_key() -> SigningKey | None:
    """Return the key of the system's own requests: ``TONGBAN_PARTNER_SECRET``, else that of requests to it."""
    name = next((name for name in (PARTNER, SIGNING) if os.environ.get(name)), None)
    return signing_key(name) if name is not None else None


def _keys(kinds: set[str]) -> dict[str, str]:
    """Return the API key, and user and password, that are asked for.

    Raises
    ------
    UsageError
        A variable is missing, or its text cannot stand in a header.
    """
    keys = {"api-key": _printable(API_KEY)} if "api-key" in kinds else {}
    if "basic" in kinds:
        user = _printable(USER)
        if ":" in user:  # RFC 7617, section 2
            raise UsageError(f"{USER} holds a colon, which ends the name of a user", "use another user")
        keys["basic"] = f"{user}:{_printable(PASSWORD)}"
    return keys


def _printable(name: str) -> str:
    value = _variable(name)
    if not value.isprintable() or (name == API_KEY and not value.isascii()):
        raise UsageError(f"{name} holds a character that no request can carry", "use letters, digits and signs")
    return value


def _held(people: Sequence[Person]) -> set[str]:
    found = {"signature": SIGNING, "api-key": API_KEY, "basic": PASSWORD}
    held = {kind for kind, name in found.items() if os.environ.get(name)}
    if os.environ.get(TOKEN_KEY):
        return held | {"issued"}
    if os.environ.get(CLIENT_SECRET):
        return held | {"client-credentials"}
    has_token = os.environ.get(TOKEN) or any(one.token is not None for one in people)
    return held | {"bearer"} if has_token else held


def _key(name: str) -> bytes:
    value = _variable(name).encode()
    if len(value) < LEAST_KEY:
        raise UsageError(f"{name} is shorter than {LEAST_KEY} bytes", "use a longer secret")
    return value


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise UsageError(f"the variable {name} is not set", "export it; secrets are never options")
    return value


def _of(url: str, tls: Tls) -> Tls | None:
    return tls if url.startswith("https://") else None
