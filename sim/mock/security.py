"""Security of a mocked world: who may call, shown by a bearer token or a signature.

One side writes the credentials into a request as its operation's contract asks, the other checks them for real. Of the
alternatives of an operation one must hold in full (OpenAPI, Security Requirement Object).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from sim.mock.problem import Problem
from sim.mock.signature import SignatureError, SigningKey, signature_headers, verify_signature

if TYPE_CHECKING:
    from sim.contract.model import Contract, Operation, Request
    from sim.document import JsonValue

Scheme = Literal["bearer", "signature"]

IDEMPOTENCY_KEY: Final = "idempotency-key"


class Keyring:
    """Tokens and secrets that a world knows.

    Parameters
    ----------
    seed : int
        Two worlds of one seed know the same.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.secrets = {"partner": self._derive("secret").encode("ascii")}
        self._holders: dict[str, str] = {}
        self._nonces: set[str] = set()
        self._issued = 0

    def grant(self, holder: str) -> str:
        """Issue a bearer token to a citizen, by citizen number."""
        token = self.next("token")
        self._holders[token] = holder
        return token

    def revoke(self, token: str) -> None:
        """Forget a token."""
        self._holders.pop(token, None)

    def holder(self, token: str | None) -> str | None:
        """Return the citizen number of a token's holder; None for an unknown token or none."""
        return self._holders.get(token) if token is not None else None

    def is_fresh(self, nonce: str) -> bool:
        """Whether a nonce is used for the first time; it is used from now on."""
        fresh = nonce not in self._nonces
        self._nonces.add(nonce)
        return fresh

    def next(self, purpose: str) -> str:
        """Return a value never returned before, for a nonce or an idempotency key: 32 hexadecimal digits."""
        self._issued += 1
        return self._derive(f"{purpose}/{self._issued}")[:32]

    def _derive(self, purpose: str) -> str:
        return hashlib.sha256(f"{self._seed}/{purpose}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request.

    Parameters
    ----------
    keyring : Keyring
    token : str or None
        The bearer token of a citizen; None for a system, which signs.
    """

    keyring: Keyring
    token: str | None = None


def authorise(request: Request, contract: Contract, operation: Operation, caller: Caller, *, now: int) -> Request:
    """Return a request with the credentials and the idempotency key that its operation asks for.

    Headers that stand in the request already are kept. Of the alternatives, a citizen takes the first with a token and
    a system the first with a signature; where there is none, the first of all.

    Parameters
    ----------
    now : int
        Seconds since 1970-01-01T00:00:00Z.
    """
    present = {name.lower() for name, _ in request.headers}
    headers = list(request.headers)
    asked = {parameter.name.lower() for parameter in operation.parameters if parameter.location == "header"}
    if IDEMPOTENCY_KEY in asked - present:
        headers.append(("Idempotency-Key", caller.keyring.next("idempotency")))
    scheme = _scheme(contract, operation, "signature" if caller.token is None else "bearer")
    if scheme == "bearer" and caller.token is not None and "authorization" not in present:
        headers.append(("Authorization", f"Bearer {caller.token}"))
    request = replace(request, headers=tuple(headers))
    if scheme == "signature" and "signature" not in present:
        key_id, secret = next(iter(caller.keyring.secrets.items()))
        key = SigningKey(key_id, secret)
        signed = signature_headers(request, base_url(contract), key, created=now, nonce=caller.keyring.next("nonce"))
        request = replace(request, headers=request.headers + signed)
    return request


def base_url(contract: Contract) -> str:
    """Return the address of a contract's first server without a slash at its end; one that leads nowhere without it."""
    root = contract.document.value
    servers = root.get("servers") if isinstance(root, dict) else None
    first = servers[0] if isinstance(servers, list) and servers else None
    url = first.get("url") if isinstance(first, dict) else None
    is_address = isinstance(url, str) and url.startswith(("https://", "http://"))
    return str(url).rstrip("/") if is_address else f"https://{contract.name}.invalid"


def bearer_token(request: Request) -> str | None:
    """Return the bearer token of a request (RFC 6750, section 2.1)."""
    values = {name.lower(): value for name, value in request.headers}
    scheme, _, token = values.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _scheme(contract: Contract, operation: Operation, preferred: Scheme) -> Scheme | None:
    offered: list[Scheme | None] = [
        next((kind for name in alternative if (kind := _kind(contract.security_schemes.get(name)))), None)
        for alternative in operation.security
    ]
    return preferred if preferred in offered else next(iter(offered), None)


def check_security(request: Request, contract: Contract, operation: Operation, keyring: Keyring, *, now: int) -> None:
    """Check the credentials of a request.

    Raises
    ------
    Problem
        401: no alternative of the operation's security holds; the detail says why the first one does not.
    """
    refusals: list[str] = []
    for alternative in operation.security:
        kinds = dict.fromkeys(_kind(contract.security_schemes.get(name)) for name in alternative)
        reason = next(filter(None, (_refusal(kind, request, base_url(contract), keyring, now) for kind in kinds)), "")
        if not reason:
            return
        refusals.append(reason)
    if refusals:
        raise Problem(401, refusals[0], "not-authenticated")


def _kind(scheme: JsonValue | None) -> Scheme | None:
    if not isinstance(scheme, dict):
        return None
    if scheme.get("type") in ("oauth2", "openIdConnect") or str(scheme.get("scheme", "")).lower() == "bearer":
        return "bearer"
    named = f"{scheme.get('scheme', '')} {scheme.get('name', '')}".lower()
    return "signature" if "signature" in named else None


def _refusal(kind: Scheme | None, request: Request, base: str, keyring: Keyring, now: int) -> str:
    if kind == "bearer":
        token = bearer_token(request)
        if token is None:
            return "the request carries no bearer token"
        return "" if keyring.holder(token) is not None else "the bearer token is not known"
    if kind == "signature":
        try:
            signed = verify_signature(request, base, secrets=keyring.secrets, now=now)
        except SignatureError as error:
            return str(error)
        return "" if keyring.is_fresh(signed.nonce or "") else "the nonce has been used before"
    return "the security scheme is not one that this world can check"
