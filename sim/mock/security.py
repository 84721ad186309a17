"""Security of a mocked world: who may call, shown by a bearer token or a signature.

One side writes the credentials into a request as its operation's contract asks, the other checks them for real. Of the
alternatives of an operation one must hold in full (OpenAPI, Security Requirement Object).
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from sim.mock.problem import Problem
from sim.mock.signature import SignatureError, signature_headers, verify_signature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.model import Contract, Operation, Request
    from sim.document import JsonValue
    from sim.mock.clock import VirtualClock

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
        self.token = self._derive("token")
        self._tokens = {self.token}
        self._nonces: set[str] = set()
        self._issued = 0

    def grant(self, token: str) -> None:
        """Make a token known, as an operation that issues tokens does."""
        self._tokens.add(token)

    def revoke(self, token: str) -> None:
        """Forget a token."""
        self._tokens.discard(token)

    def is_known(self, token: str) -> bool:
        """Whether a bearer token is known."""
        return token in self._tokens

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


def authorise(
    request: Request, contract: Contract, operation: Operation, keyring: Keyring, clock: VirtualClock
) -> Request:
    """Return a request with the credentials and the idempotency key that its operation asks for.

    Headers that stand in the request already are kept.
    """
    present = {name.lower() for name, _ in request.headers}
    headers = list(request.headers)
    asked = {parameter.name.lower() for parameter in operation.parameters if parameter.location == "header"}
    if IDEMPOTENCY_KEY in asked - present:
        headers.append(("Idempotency-Key", keyring.next("idempotency")))
    schemes = [_kind(contract.security_schemes.get(name)) for name in next(iter(operation.security), {})]
    if "bearer" in schemes and "authorization" not in present:
        headers.append(("Authorization", f"Bearer {keyring.token}"))
    request = replace(request, headers=tuple(headers))
    if "signature" in schemes and "signature" not in present:
        key_id, secret = next(iter(keyring.secrets.items()))
        signed = signature_headers(
            request, key_id=key_id, secret=secret, created=clock.timestamp, nonce=keyring.next("nonce")
        )
        request = replace(request, headers=request.headers + signed)
    return request


def check_security(
    request: Request, contract: Contract, operation: Operation, keyring: Keyring, clock: VirtualClock
) -> None:
    """Check the credentials of a request.

    Raises
    ------
    Problem
        401: no alternative of the operation's security holds; the detail says why the first one does not.
    """
    refusals: list[str] = []
    for alternative in operation.security:
        kinds = dict.fromkeys(_kind(contract.security_schemes.get(name)) for name in alternative)
        reason = next(filter(None, (_refusal(kind, request, keyring, clock) for kind in kinds)), "")
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


def _refusal(kind: Scheme | None, request: Request, keyring: Keyring, clock: VirtualClock) -> str:
    if kind == "bearer":
        return _bearer_refusal(request.headers, keyring)
    if kind == "signature":
        try:
            signed = verify_signature(request, secrets=keyring.secrets, now=clock.timestamp)
        except SignatureError as error:
            return str(error)
        return "" if keyring.is_fresh(signed.nonce or "") else "the nonce has been used before"
    return "the security scheme is not one that this world can check"


def _bearer_refusal(headers: tuple[tuple[str, str], ...], keyring: Keyring) -> str:
    values: Mapping[str, str] = {name.lower(): value for name, value in headers}
    scheme, _, token = values.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return "the request carries no bearer token"
    return "" if keyring.is_known(token.strip()) else "the bearer token is not known"
