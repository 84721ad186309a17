"""Security of a mocked world: who may call, shown by a bearer token, a signature, an API key or a password.

One side writes the credentials into a request as its operation's contract asks, the other checks them for real. Of the
alternatives of an operation one must hold in full (OpenAPI, Security Requirement Object).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlencode

from sim.mock.problem import Problem
from sim.mock.signature import MAX_AGE, SignatureError, SigningKey, signature_headers, verify_signature
from sim.mock.store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.contract.model import Contract, Operation, Request
    from sim.document import JsonValue
    from sim.mock.store import Store

    _Asked = tuple["Scheme | None", JsonValue | None, tuple[str, ...]]

Scheme = Literal["bearer", "signature", "api-key", "basic"]

IDEMPOTENCY_KEY: Final = "idempotency-key"


OWN: Final = "$world"
"""System under whose name a world keeps what belongs to no system: tokens, first answers."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a bearer token stands for.

    Parameters
    ----------
    holder : str or None
        Citizen number; None for a system's token.
    scopes : frozenset of str or None
        What it may be used for; None is everything.
    """

    holder: str | None
    scopes: frozenset[str] | None = None


class Keyring:
    """Tokens and secrets that a world knows.

    Parameters
    ----------
    seed : int
        Two worlds of one seed know the same.
    store : Store, optional
        Keeps the tokens; a new one in memory when not given.
    """

    def __init__(self, seed: int, store: Store | None = None) -> None:
        self._seed = seed
        self.secrets = {"partner": self.derive("secret").encode("ascii")}
        self.keys = {"api-key": self.derive("api-key")[:32], "basic": f"partner:{self.derive('basic')[:32]}"}
        self._store = store if store is not None else MemoryStore()
        self._nonces: dict[str, int] = {}

    def grant(self, holder: str | None, scopes: frozenset[str] | None = None) -> str:
        """Issue a bearer token to a citizen, by citizen number, or to a system."""
        token = self.next("token")
        record = {"holder": holder, "scopes": sorted(scopes) if scopes is not None else None}
        self._store.table(OWN, "tokens").put(token, record)
        return token

    def revoke(self, token: str) -> None:
        """Forget a token."""
        self._store.table(OWN, "tokens").remove(token)

    def granted(self, token: str | None) -> Grant | None:
        """Return what a token stands for; None for an unknown token or none."""
        record = self._store.table(OWN, "tokens").get(token) if token is not None else None
        if record is None:
            return None
        scopes = record["scopes"]
        return Grant(record["holder"], frozenset(scopes) if scopes is not None else None)

    def holder(self, token: str | None) -> str | None:
        """Return the citizen number of a token's holder; None for a system's, an unknown token or none."""
        grant = self.granted(token)
        return grant.holder if grant is not None else None

    def is_fresh(self, nonce: str, now: int) -> bool:
        """Whether a nonce is used for the first time in the time that signatures are good for; it is used from now on.

        Parameters
        ----------
        now : int
            Seconds since 1970-01-01T00:00:00Z.
        """
        used = self._nonces.pop(nonce, None)
        self._nonces[nonce] = now
        while (oldest := next(iter(self._nonces))) != nonce and self._nonces[oldest] < now - 2 * MAX_AGE:
            del self._nonces[oldest]
        return used is None or used < now - 2 * MAX_AGE

    def forget_nonces(self) -> None:
        """Take every nonce for new, as the numbers that are made into nonces begin anew."""
        self._nonces.clear()

    def next(self, purpose: str) -> str:
        """Return a value never returned before, for a nonce or an idempotency key: 32 hexadecimal digits."""
        return self.derive(f"{purpose}/{self._store.count(OWN, 'issued')}")[:32]

    def derive(self, purpose: str) -> str:
        """Return a value that the seed decides: 64 hexadecimal digits."""
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


def authorise(
    request: Request, contract: Contract, operation: Operation, caller: Caller, *, now: int, base: str | None = None
) -> Request:
    """Return a request with the credentials and the idempotency key that its operation asks for.

    Headers that stand in the request already are kept. Of the alternatives, a citizen takes the first with a token and
    a system the first with a signature; where there is none, the first that asks for anything. What is not at hand is
    left out.

    Parameters
    ----------
    now : int
        Seconds since 1970-01-01T00:00:00Z.
    base : str, optional
        Address of the server; by default that of the contract.
    """
    present = {name.lower() for name, _ in request.headers}
    asked = {parameter.name.lower() for parameter in operation.parameters if parameter.location == "header"}
    if IDEMPOTENCY_KEY in asked - present:
        request = _with_header(request, "Idempotency-Key", caller.keyring.next("idempotency"))
    schemes = _chosen(contract, operation, "signature" if caller.token is None else "bearer")
    for scheme in schemes:
        request = _shown(request, scheme, caller)
    if any(kind_of(scheme) == "signature" for scheme in schemes) and "signature" not in present:
        key_id, secret = next(iter(caller.keyring.secrets.items()))
        key = SigningKey(key_id, secret)
        address = base_url(contract) if base is None else base
        signed = signature_headers(request, address, key, created=now, nonce=caller.keyring.next("nonce"))
        request = replace(request, headers=request.headers + signed)
    return request


def _chosen(contract: Contract, operation: Operation, preferred: Scheme) -> list[JsonValue | None]:
    """Return the security schemes of the alternative that is taken."""
    offered = [[contract.security_schemes.get(name) for name in alternative] for alternative in operation.security]
    fitting = (schemes for schemes in offered if preferred in map(kind_of, schemes))
    return next(fitting, next((schemes for schemes in offered if any(map(kind_of, schemes))), []))


def _shown(request: Request, scheme: JsonValue | None, caller: Caller) -> Request:
    """Return a request with a token, a password or an API key, unless the header for it stands there already."""
    kind, keys = kind_of(scheme), caller.keyring.keys
    is_free = all(name.lower() != "authorization" for name, _ in request.headers)
    if kind == "bearer" and caller.token is not None and is_free:
        return _with_header(request, "Authorization", f"Bearer {caller.token}")
    if kind == "basic" and "basic" in keys and is_free:  # RFC 7617, section 2
        return _with_header(
            request, "Authorization", f"Basic {base64.b64encode(keys['basic'].encode()).decode('ascii')}"
        )
    return _with_api_key(request, scheme, keys["api-key"]) if kind == "api-key" and "api-key" in keys else request


def _with_api_key(request: Request, scheme: JsonValue | None, key: str) -> Request:
    """Return a request with an API key where its scheme says (OpenAPI 3.1.1, section 4.8.27)."""
    place, name = (str(scheme.get("in")), str(scheme.get("name"))) if isinstance(scheme, dict) else ("", "")
    if place == "query":
        text = request.query_text
        text = f"{text}&{urlencode({name: key})}".lstrip("&") if text is not None else None
        return replace(request, query=(*request.query, (name, key)), query_text=text)
    if place == "cookie":
        cookie = "; ".join(filter(None, (_header(request, "cookie"), f"{name}={key}")))
        kept = tuple(pair for pair in request.headers if pair[0].lower() != "cookie")
        return replace(request, headers=(*kept, ("Cookie", cookie)))
    return request if _header(request, name.lower()) else _with_header(request, name, key)


def _with_header(request: Request, name: str, value: str) -> Request:
    return replace(request, headers=(*request.headers, (name, value)))


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
    scheme, _, token = request.fields.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def check_security(
    request: Request, contract: Contract, operation: Operation, keyring: Keyring, *, now: int, base: str | None = None
) -> None:
    """Check the credentials of a request.

    Parameters
    ----------
    base : str, optional
        The server's address as the caller knows it; by default that of the contract.

    Raises
    ------
    Problem
        401: no alternative of the operation's security holds; 403: a token is known and its scopes do not reach. The
        detail says why the first one does not.
    """
    alternatives = _alternatives(contract, operation)
    if not alternatives:
        return
    refusals: list[Problem] = []
    shown = _Presented(request, base_url(contract) if base is None else base, keyring, now)
    for alternative in alternatives:
        try:
            for kind, scheme, scopes in alternative:
                _check(kind, scheme, scopes, shown)
        except Problem as problem:
            refusals.append(problem)
        else:
            return
    if refusals:
        raise next((one for one in refusals if one.status == 403), refusals[0])


def kind_of(scheme: JsonValue | None) -> Scheme | None:
    """Return how a Security Scheme Object is checked; None for one that this world cannot check."""
    if not isinstance(scheme, dict):
        return None
    kind, word = scheme.get("type"), str(scheme.get("scheme", "")).lower()
    if kind in ("oauth2", "openIdConnect") or word == "bearer":
        return "bearer"
    if "signature" in f"{word} {scheme.get('name', '')}".lower():
        return "signature"
    if kind == "http" and word == "basic":
        return "basic"
    return "api-key" if kind == "apiKey" else None


@dataclass(frozen=True, slots=True)
class _Presented:
    """A request with what its credentials are held against."""

    request: Request
    base: str
    keyring: Keyring
    now: int


@lru_cache(maxsize=2048)
def _alternatives(contract: Contract, operation: Operation) -> tuple[tuple[_Asked, ...], ...]:
    """Return how each scheme of each alternative is checked."""
    return tuple(tuple(_schemes(contract, alternative)) for alternative in operation.security)


def _schemes(contract: Contract, alternative: Mapping[str, tuple[str, ...]]) -> Iterable[_Asked]:
    """Return the schemes of an alternative with their scopes; the headers of a signature are one."""
    found: dict[str, _Asked] = {}
    for name, scopes in alternative.items():
        scheme = contract.security_schemes.get(name)
        kind = kind_of(scheme)
        found["signature" if kind == "signature" else f"scheme {name}"] = (kind, scheme, scopes)
    return found.values()


def _check(kind: Scheme | None, scheme: JsonValue | None, scopes: tuple[str, ...], shown: _Presented) -> None:
    """Check one scheme; a ``Problem`` says why it does not hold."""
    if kind == "bearer":
        _check_token(shown, scopes)
    elif kind == "signature":
        _check_signature(shown)
    elif kind == "api-key":
        _check_text(_api_key(scheme, shown.request), shown.keyring.keys["api-key"], "API key")
    elif kind == "basic":
        _check_text(_basic(shown.request), shown.keyring.keys["basic"], "user and password")
    else:
        raise _refused("the security scheme is not one that this world can check")


def _check_token(shown: _Presented, scopes: tuple[str, ...]) -> None:
    token = bearer_token(shown.request)
    if token is None:
        raise _refused("the request carries no bearer token", "Bearer")
    grant = shown.keyring.granted(token)
    if grant is None:
        raise _refused("the bearer token is not known", 'Bearer error="invalid_token"')
    missing = sorted(set(scopes) - grant.scopes) if grant.scopes is not None else []
    if missing:  # RFC 6750, section 3.1
        raise Problem(403, f"the token lacks the scope {', '.join(missing)}", "insufficient-scope")


def _check_signature(shown: _Presented) -> None:
    try:
        signed = verify_signature(shown.request, shown.base, secrets=shown.keyring.secrets, now=shown.now)
    except SignatureError as error:
        raise _refused(str(error)) from error
    if not shown.keyring.is_fresh(signed.nonce or "", shown.now):
        raise _refused("the nonce has been used before")


def _check_text(given: str | None, known: str, name: str) -> None:
    if given is None:
        raise _refused(f"the request carries no {name}")
    if not hmac.compare_digest(given.encode(), known.encode()):
        raise _refused(f"the {name} is not known")


def _api_key(scheme: JsonValue | None, request: Request) -> str | None:
    place, name = (str(scheme.get("in")), str(scheme.get("name"))) if isinstance(scheme, dict) else ("", "")
    if place == "query":
        return dict(request.query).get(name)
    if place == "cookie":
        pieces = (piece.strip().partition("=") for piece in _header(request, "cookie").split(";"))
        return next((value for key, _, value in pieces if key == name), None)
    return _header(request, name.lower()) or None


def _basic(request: Request) -> str | None:
    """Return user and password with a colon between (RFC 7617, section 2)."""
    word, _, encoded = _header(request, "authorization").partition(" ")
    if word.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode()
    except ValueError:
        return None


def _header(request: Request, name: str) -> str:
    return next((value for key, value in request.headers if key.lower() == name), "")


def _refused(detail: str, challenge: str = "") -> Problem:
    return Problem(401, detail, "not-authenticated", headers={"WWW-Authenticate": challenge} if challenge else {})
