"""Credentials for a system under test: what its contract asks for, and what is wrong with them on purpose.

Takes secrets of the environment, gives requests with a bearer token or a signature; promises that no secret is part of
any value that is reported, and that a flaw changes one thing alone.

References
----------
RFC 6750 (bearer tokens), RFC 9068 (JWT access tokens), RFC 7515 (HS256), RFC 9421 (signatures).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, Protocol

from sim.mock import Caller, Keyring, authorise
from sim.mock.security import bearer_token, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.contract import Contract, Operation, Request
    from sim.mock import Citizen, SigningKey

Flaw = Literal["missing", "unknown", "altered", "expired", "audience", "signature", "old-signature", "no-key"]

TOKEN_LIFE: Final = 600
STALE: Final = 3600
"""Seconds by which an expired token and an old signature are too old."""
ISSUER: Final = "https://identity.tongban.example"

_CREDENTIALS: Final = frozenset(("authorization", "signature", "signature-input"))


class Tokens(Protocol):
    """Where bearer tokens come from."""

    @property
    def flaws(self) -> frozenset[Flaw]:
        """The flaws that it can give a token."""

    def token(self, citizen: Citizen | None, flaw: Flaw | None) -> str | None:
        """Return the token of a citizen, or of tongban itself; None where there is none."""


@dataclass(frozen=True, slots=True)
class GivenTokens:
    """Tokens that the user gave.

    Parameters
    ----------
    common : str or None
        For whoever has none of their own.
    own : mapping of str to str
        By citizen number.
    spoilt : mapping of Flaw to str
        Tokens that the user has made with a flaw.
    """

    common: str | None
    own: Mapping[str, str]
    spoilt: Mapping[Flaw, str]

    @property
    def flaws(self) -> frozenset[Flaw]:
        """The flaws that it can give a token."""
        return frozenset(("unknown", "altered", *self.spoilt))

    def token(self, citizen: Citizen | None, flaw: Flaw | None) -> str | None:
        """Return the token of a citizen, or of tongban itself."""
        if flaw is not None and flaw in self.spoilt:
            return self.spoilt[flaw]
        own = self.own.get(citizen.number) if citizen is not None else None
        return _spoilt(own or self.common, flaw)


@dataclass(frozen=True, slots=True)
class FetchedTokens:
    """Tokens of a token endpoint: OAuth 2 client credentials.

    Parameters
    ----------
    fetch : callable
        Gives a token that is good now.
    """

    fetch: Callable[[], str]

    @property
    def flaws(self) -> frozenset[Flaw]:
        """The flaws that it can give a token."""
        return frozenset(("unknown", "altered"))

    def token(self, citizen: Citizen | None, flaw: Flaw | None) -> str | None:
        """Return the token of tongban."""
        del citizen
        return _spoilt(self.fetch(), flaw)


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """Tokens that tongban issues in place of the identity platform: JWTs with HS256 under a key that both know.

    Parameters
    ----------
    key : bytes
    audience : str
        Of the system under test.
    scopes : tuple of str
        Written into every token.
    """

    key: bytes
    audience: str
    scopes: tuple[str, ...]
    tick: Callable[[], float] = time.time

    @property
    def flaws(self) -> frozenset[Flaw]:
        """The flaws that it can give a token."""
        return frozenset(("unknown", "altered", "expired", "audience"))

    def token(self, citizen: Citizen | None, flaw: Flaw | None) -> str | None:
        """Return a token of a citizen, or of tongban itself."""
        now = int(self.tick()) - (STALE if flaw == "expired" else 0)
        claims = {
            "iss": ISSUER,
            "sub": citizen.number if citizen is not None else "tongban",
            "aud": "another-system" if flaw == "audience" else self.audience,
            "iat": now,
            "exp": now + TOKEN_LIFE,
            "jti": secrets.token_hex(12),
            "scope": " ".join(self.scopes),
        }
        signed = f"{_part({'alg': 'HS256', 'typ': 'at+jwt'})}.{_part(claims)}"
        mac = hmac.new(self.key, signed.encode("ascii"), hashlib.sha256).digest()
        return _spoilt(f"{signed}.{_base64(mac)}", flaw)


class Credentials:
    """What requests to the system under test are authorised with.

    Parameters
    ----------
    tokens : Tokens or None
    signing : SigningKey or None
    hidden : tuple of str
        Secrets, which no report shows.
    """

    def __init__(self, tokens: Tokens | None, signing: SigningKey | None, hidden: tuple[str, ...] = ()) -> None:
        self.hidden = hidden
        self._tokens = tokens
        self._signing = signing
        self._keyring = Keyring(secrets.randbits(62))  # nonces and keys that no run before has used
        self._keyring.secrets = {signing.key_id: signing.secret} if signing is not None else {}

    def scheme(self, contract: Contract, operation: Operation, *, is_citizen: bool) -> str | None:
        """Return how such a caller is authorised: ``bearer``, ``signature``, ``none``; None where nothing fits."""
        offered = [_kinds(contract, alternative) for alternative in operation.security]
        if not offered:
            return "none"
        wanted = ("bearer", "signature") if is_citizen else ("signature", "bearer")
        held = {"bearer": self._tokens is not None, "signature": self._signing is not None}
        found = (kind for kind in wanted if held[kind] and any(kinds == {kind} for kinds in offered))
        return next(found, "none" if any(not kinds for kinds in offered) else None)

    def flaws(self, scheme: str | None) -> frozenset[Flaw]:
        """Return the flaws that credentials of a scheme can be given."""
        if scheme == "bearer" and self._tokens is not None:
            return self._tokens.flaws | {"missing"}
        return frozenset(("missing", "signature", "old-signature")) if scheme == "signature" else frozenset()

    def give(
        self,
        request: Request,
        contract: Contract,
        operation: Operation,
        *,
        base: str,
        citizen: Citizen | None,
        flaw: Flaw | None = None,
    ) -> Request:
        """Return a request with credentials and, where the operation asks for one, an idempotency key.

        Parameters
        ----------
        base : str
            Address of the system, which signatures cover.
        citizen : Citizen or None
            Who acts; None for a system.
        flaw : str or None
            What is wrong with the credentials, of those in ``flaws``; ``no-key``: the idempotency key is missing.
        """
        is_citizen = citizen is not None
        scheme = self.scheme(contract, operation, is_citizen=is_citizen)
        token = self._tokens.token(citizen, flaw) if scheme == "bearer" and self._tokens is not None else None
        now = int(time.time()) - (STALE if flaw == "old-signature" else 0)
        if scheme not in ("bearer", "signature"):
            operation = replace(operation, security=())
        if flaw == "no-key":
            operation = replace(operation, parameters=())
        given = authorise(request, contract, operation, Caller(self._keyring, token), now=now, base=base)
        if flaw == "missing":
            kept = tuple(pair for pair in given.headers if pair[0].lower() not in _CREDENTIALS)
            return replace(given, headers=kept)
        return _with_altered_signature(given) if flaw == "signature" else given

    def fresh_key(self) -> str:
        """Return an idempotency key that was never used."""
        return self._keyring.next("idempotency")


def secrets_of(request: Request) -> tuple[str, ...]:
    """Return the credentials that a request carries."""
    token = bearer_token(request)
    values = [value for name, value in request.headers if name.lower() in _CREDENTIALS]
    return (*values, *((token,) if token else ()))


def _kinds(contract: Contract, alternative: Mapping[str, tuple[str, ...]]) -> set[str]:
    return {str(kind_of(contract.security_schemes.get(name))) for name in alternative}


def _with_altered_signature(request: Request) -> Request:
    """Return a request whose signature differs from the right one in one bit."""

    def altered(value: str) -> str:
        label, _, text = value.partition("=:")
        mac = bytearray(base64.b64decode(text.rstrip(":")))
        mac[0] ^= 1
        return f"{label}=:{base64.b64encode(mac).decode('ascii')}:"

    headers = [(name, altered(value) if name.lower() == "signature" else value) for name, value in request.headers]
    return replace(request, headers=tuple(headers))


def _spoilt(token: str | None, flaw: Flaw | None) -> str | None:
    """Return a token with a flaw that any token can be given."""
    if flaw == "unknown":
        return secrets.token_urlsafe(24)
    if flaw == "altered" and token:
        middle = len(token) - 8  # the very last character of base64url may hold bits that are not read
        return token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    return token


def _part(value: object) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
