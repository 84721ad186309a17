"""Credentials for a system under test: what its contract asks for, and what is wrong with them on purpose.

Takes secrets of the environment, gives requests with a token, a signature, an API key or a password; promises that no
secret is part of any value that is reported, and that a flaw changes one thing alone.

References
----------
RFC 6750 (bearer tokens), RFC 7617 (passwords), RFC 9068 (JWT access tokens), RFC 7515 (HS256), RFC 9421 (signatures).
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
    from collections.abc import Callable, Iterable, Mapping

    from sim.contract import Contract, Operation, Request
    from sim.mock import Citizen, SigningKey

Flaw = Literal[
    "missing", "unknown", "altered", "expired", "audience", "signature", "old-signature", "unknown-key", "no-key"
]

TOKEN_LIFE: Final = 600
STALE: Final = 3600
"""Seconds by which an expired token and an old signature are too old."""
ISSUER: Final = "https://identity.tongban.example"

_CREDENTIALS: Final = frozenset(("authorization", "cookie", "signature", "signature-input"))
_CITIZEN: Final = ("bearer", "basic", "api-key", "signature")
_SYSTEM: Final = ("signature", "api-key", "basic", "bearer")
_VARIABLES: Final = {
    "bearer": "TONGBAN_TOKEN or TONGBAN_TOKEN_KEY for bearer tokens",
    "signature": "TONGBAN_SIGNING_SECRET for signatures",
    "api-key": "TONGBAN_API_KEY for API keys",
    "basic": "TONGBAN_USER and TONGBAN_PASSWORD for passwords",
    "certificate": "--client-cert for mutual TLS",
}


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
    keys : mapping of str to str, optional
        ``api-key``; ``basic``: user and password with a colon between.
    has_certificate : bool
        Whether the connection shows a certificate of tongban (mutual TLS).
    """

    def __init__(
        self,
        tokens: Tokens | None,
        signing: SigningKey | None,
        hidden: tuple[str, ...] = (),
        *,
        keys: Mapping[str, str] | None = None,
        has_certificate: bool = False,
    ) -> None:
        self.hidden = hidden
        self._tokens = tokens
        self._keyring = Keyring(secrets.randbits(62))  # nonces and keys that no run before has used
        self._keyring.secrets = {signing.key_id: signing.secret} if signing is not None else {}
        self._keyring.keys = dict(keys or {})
        held = {"bearer": tokens is not None, "signature": signing is not None, "certificate": has_certificate}
        self._held = frozenset((*(kind for kind, has in held.items() if has), *self._keyring.keys))

    def scheme(self, contract: Contract, operation: Operation, *, is_citizen: bool) -> str | None:
        """Return how such a caller is authorised; None where nothing fits.

        ``bearer``, ``basic``, ``api-key``, ``signature`` or ``certificate``, several joined by ``+``, or ``none``.
        """
        alternative = self._alternative(contract, operation, is_citizen=is_citizen)
        if alternative is None:
            return None
        return "+".join(sorted(_kinds(contract, alternative))) or "none"

    def lacking(self, contract: Contract, operations: Iterable[Operation]) -> tuple[str, str] | None:
        """Return for which operations there are no credentials, with a remedy; None where there are for all."""
        named: list[str] = []
        remedies: list[str] = []
        for operation in operations:
            if self._alternative(contract, operation, is_citizen=operation.actor is None) is None:
                named.append(operation.operation_id)
                remedies += [
                    " and ".join(_VARIABLES.get(kind, kind) for kind in sorted(_kinds(contract, alternative)))
                    for alternative in operation.security
                ]
        if not named:
            return None
        return f"there are no credentials for {', '.join(named)}", f"set {', or '.join(dict.fromkeys(remedies))}"

    def flaws(self, scheme: str | None) -> frozenset[Flaw]:
        """Return the flaws that credentials of a scheme can be given."""
        kinds = set((scheme or "none").split("+")) - {"none"}
        found: set[Flaw] = {"missing"} if kinds - {"certificate"} else set()
        if "bearer" in kinds and self._tokens is not None:
            found |= self._tokens.flaws
        if "signature" in kinds:
            found |= {"signature", "old-signature"}
        return frozenset(found | {"unknown-key"} if kinds & {"api-key", "basic"} else found)

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
        alternative = self._alternative(contract, operation, is_citizen=citizen is not None)
        is_bare = flaw == "missing" or not alternative
        operation = replace(operation, security=() if is_bare else (dict(alternative or {}),))
        if flaw == "no-key":
            operation = replace(operation, parameters=())
        has_token = self._tokens is not None and "bearer" in _kinds(contract, alternative or {})
        token = self._tokens.token(citizen, flaw) if has_token and self._tokens is not None else None
        now = int(time.time()) - (STALE if flaw == "old-signature" else 0)
        keyring = self._spoilt_keys() if flaw == "unknown-key" else self._keyring
        given = authorise(request, contract, operation, Caller(keyring, token), now=now, base=base)
        return _with_altered_signature(given) if flaw == "signature" else given

    def _alternative(
        self, contract: Contract, operation: Operation, *, is_citizen: bool
    ) -> Mapping[str, tuple[str, ...]] | None:
        """Return the alternative that is taken: one thing rather than several; empty for none, None where none fits."""
        if not operation.security:
            return {}
        order = _CITIZEN if is_citizen else _SYSTEM
        fitting = [one for one in operation.security if _kinds(contract, one) <= self._held]

        def rank(alternative: Mapping[str, tuple[str, ...]]) -> tuple[bool, int, int]:
            kinds = _kinds(contract, alternative)
            return (
                not kinds,
                len(kinds),
                min((order.index(kind) for kind in kinds if kind in order), default=len(order)),
            )

        return min(fitting, key=rank, default=None)

    def _spoilt_keys(self) -> Keyring:
        """Return a keyring like this one with keys and passwords that nobody knows; the user stays."""
        spoilt = Keyring(secrets.randbits(62))
        spoilt.secrets = self._keyring.secrets
        user = self._keyring.keys.get("basic", "").partition(":")[0]
        spoilt.keys = {"api-key": secrets.token_urlsafe(24), "basic": f"{user}:{secrets.token_urlsafe(24)}"}
        return spoilt

    def fresh_key(self) -> str:
        """Return an idempotency key that was never used."""
        return self._keyring.next("idempotency")


def secrets_of(request: Request) -> tuple[str, ...]:
    """Return the credentials that a request carries."""
    token = bearer_token(request)
    values = [value for name, value in request.headers if name.lower() in _CREDENTIALS]
    return (*values, *((token,) if token else ()))


def _kinds(contract: Contract, alternative: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(_kind(contract, name) for name in alternative)


def _kind(contract: Contract, name: str) -> str:
    """Return the kind of a security scheme; of one that tongban has nothing for, that in words."""
    scheme = contract.security_schemes.get(name)
    if isinstance(scheme, dict) and scheme.get("type") == "mutualTLS":
        return "certificate"
    return kind_of(scheme) or f"something else, as tongban cannot keep the security scheme {name!r}"


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
