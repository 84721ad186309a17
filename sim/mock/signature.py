"""HTTP message signatures with a shared secret (RFC 9421 with HMAC-SHA256, RFC 9530 for the digest).

Takes a request, gives the headers that sign it or says why a signature does not hold. The covered components are those
that our contracts ask for: method and target; with a body its type and digest; the idempotency key where there is one.
``created``, ``nonce``, ``keyid`` and ``alg`` are parameters of the signature and so are signed too.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.model import Request

MAX_AGE: Final = 300
"""Seconds by which ``created`` may differ from the verifier's clock."""
ALGORITHM: Final = "hmac-sha256"
LABEL: Final = "sig1"

_INPUT = re.compile(
    r"(?P<label>[a-z*][a-z0-9_.*-]{0,63})="
    r'(?P<parameters>\((?P<components>(?:"[!#-~]{1,64}" ?){0,32})\)(?P<rest>[ -~]{0,512}))'
)
_USUAL = re.compile(
    r"(?P<label>[a-z*][a-z0-9_.*-]{0,63})="
    r'(?P<parameters>\((?P<components>"[!#-~]{1,64}"(?: "[!#-~]{1,64}"){0,31})\)'
    r';created=(?P<created>[0-9]{1,15});nonce="(?P<nonce>[ !#-\[\]-~]{0,256})";keyid="(?P<key_id>[ !#-\[\]-~]{0,256})"'
    r';alg="(?P<algorithm>[ !#-\[\]-~]{0,256})")'
)
"""What ``signature_headers`` writes: read at once."""
_SIGNATURE = re.compile(r"(?P<label>[a-z*][a-z0-9_.*-]{0,63})=:(?P<value>[A-Za-z0-9+/=]{1,1024}):")
_PARAMETER = re.compile(r';(?P<name>[a-z]{1,16})=(?:"(?P<text>[ !#-\[\]-~]{0,256})"|(?P<number>[0-9]{1,15}))')


_REQUIRED: Final = {
    (has_body, has_key): (
        *("@method", "@target-uri"),
        *(("content-type", "content-digest") if has_body else ()),
        *(("idempotency-key",) if has_key else ()),
    )
    for has_body in (False, True)
    for has_key in (False, True)
}
"""Components by whether there is a body and whether there is an idempotency key."""


class SignatureError(Exception):
    """A signature that is missing, malformed or wrong; the message says which."""


@dataclass(frozen=True, slots=True)
class SignatureInput:
    """The value of a ``Signature-Input`` header with one member.

    Parameters
    ----------
    label : str
        Name of the member.
    components : tuple of str
        Covered components in order, without quotes.
    parameters : str
        The member's value as it stands: it is signed byte by byte.
    key_id, nonce, algorithm : str or None
    created : int or None
        Seconds since 1970-01-01T00:00:00Z.
    """

    label: str
    components: tuple[str, ...]
    parameters: str
    key_id: str | None
    nonce: str | None
    algorithm: str | None
    created: int | None


def content_digest(body: bytes) -> str:
    """Return the value of a ``Content-Digest`` header (RFC 9530, section 2) with SHA-256."""
    return f"sha-256=:{binascii.b2a_base64(hashlib.sha256(body).digest(), newline=False).decode('ascii')}:"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A shared secret and its identifier: visible ASCII without quotes and backslashes."""

    key_id: str
    secret: bytes


def signature_headers(
    request: Request, base: str, key: SigningKey, *, created: int, nonce: str
) -> tuple[tuple[str, str], ...]:
    """Return the headers that sign a request.

    Parameters
    ----------
    request : Request
        As it will go over the wire, without these headers.
    base : str
        Address of the server, of which the request's path is below.
    created : int
        Seconds since 1970-01-01T00:00:00Z.
    nonce : str
        Visible ASCII without quotes and backslashes.

    Returns
    -------
    tuple of (str, str)
        ``Content-Digest`` where there is a body, ``Signature-Input``, ``Signature``.
    """
    digest = (("Content-Digest", content_digest(request.body)),) if request.body else ()
    headers = {name.lower(): value for name, value in (*request.headers, *digest)}
    components = required_components(request)
    listed = " ".join(f'"{component}"' for component in components)
    parameters = f'({listed});created={created};nonce="{nonce}";keyid="{key.key_id}";alg="{ALGORITHM}"'
    mac = _mac(key.secret, signature_base(request, base, headers, components, parameters))
    value = base64.b64encode(mac).decode("ascii")
    return (*digest, ("Signature-Input", f"{LABEL}={parameters}"), ("Signature", f"{LABEL}=:{value}:"))


def required_components(request: Request) -> tuple[str, ...]:
    """Return the components that a signature of this request must cover."""
    return _REQUIRED[bool(request.body), "idempotency-key" in request.fields]


def signature_base(
    request: Request, base: str, headers: Mapping[str, str], components: tuple[str, ...], parameters: str
) -> bytes:
    """Return the bytes that are signed (RFC 9421, section 2.5).

    Parameters
    ----------
    headers : dict of str to str
        By name in lower case.
    parameters : str
        Components and parameters as they stand in ``Signature-Input``.

    Raises
    ------
    SignatureError
        A component is not known or not present.
    """
    lines = ""
    for name in components:
        is_header = name in headers and name[0] != "@"
        lines += f'"{name}": {headers[name].strip() if is_header else _component(request, base, name)}\n'
    return f'{lines}"@signature-params": {parameters}'.encode()


def _component(request: Request, base: str, component: str) -> str:
    """Return a component that is no header."""
    if component == "@method":
        return request.method
    if component == "@path":
        return urlsplit(base).path + request.path
    if component == "@query":
        return f"?{_query(request)}"
    if component == "@target-uri":
        query = _query(request)
        return base + request.path + (f"?{query}" if query else "")
    if component == "@authority":
        return urlsplit(base).netloc.lower()
    raise SignatureError(f"the covered component {component!r} is not present")


def _query(request: Request) -> str:
    return urlencode(request.query, quote_via=quote) if request.query_text is None else request.query_text


def parse_signature_input(value: str) -> SignatureInput:
    """Read a ``Signature-Input`` header with one member.

    Raises
    ------
    SignatureError
        It has another form.
    """
    usual = _USUAL.fullmatch(value)
    if usual is not None and len(usual["parameters"]) - len(usual["components"]) <= 512:
        label, parameters, components, created, nonce, key_id, algorithm = usual.groups()
        return SignatureInput(label, _listed(components), parameters, key_id, nonce, algorithm, int(created))
    matched = _INPUT.fullmatch(value.strip())
    if matched is None:
        raise SignatureError("the header Signature-Input has not the form label=(components);parameters")
    found: dict[str, str] = {}
    rest, position = matched["rest"], 0
    while position < len(rest):
        parameter = _PARAMETER.match(rest, position)
        if parameter is None or parameter["name"] in found:
            raise SignatureError("the parameters in Signature-Input are malformed")
        found[parameter["name"]] = parameter["text"] if parameter["number"] is None else parameter["number"]
        position = parameter.end()
    created = found.get("created", "")
    return SignatureInput(
        matched["label"],
        _listed(matched["components"]),
        matched["parameters"],
        found.get("keyid"),
        found.get("nonce"),
        found.get("alg"),
        int(created) if created.isdigit() else None,
    )


@lru_cache(maxsize=256)
def _listed(components: str) -> tuple[str, ...]:
    return tuple(component.strip('"') for component in components.split())


def verify_signature(request: Request, base: str, *, secrets: dict[str, bytes], now: int) -> SignatureInput:
    """Check the signature of a request; whether its nonce is new is the caller's to remember.

    Parameters
    ----------
    base : str
        Address of the server.
    secrets : dict of str to bytes
        Shared secrets by key identifier.
    now : int
        The verifier's clock, seconds since 1970-01-01T00:00:00Z.

    Returns
    -------
    SignatureInput
        What was signed.

    Raises
    ------
    SignatureError
        The signature is missing, malformed, too old, covers too little or is wrong.
    """
    headers = request.fields
    if "signature-input" not in headers or "signature" not in headers:
        raise SignatureError("the request is not signed")
    signed = parse_signature_input(headers["signature-input"])
    _check_parameters(request, signed, now)
    if request.body and headers.get("content-digest") != content_digest(request.body):
        raise SignatureError("the header Content-Digest does not fit the body")
    secret = secrets.get(signed.key_id or "")
    if secret is None:
        raise SignatureError("the key identifier is not known")
    mac = hmac.digest(secret, signature_base(request, base, headers, signed.components, signed.parameters), "sha256")
    given = headers["signature"]
    usual = f"{signed.label}=:{binascii.b2a_base64(mac, newline=False).decode('ascii')}:"
    if not hmac.compare_digest(usual.encode(), given.encode(errors="replace")) and not hmac.compare_digest(
        mac, _signature_value(given, signed.label)
    ):
        raise SignatureError("the signature is wrong")
    return signed


def _check_parameters(request: Request, signed: SignatureInput, now: int) -> None:
    required = required_components(request)
    if required != signed.components and (missing := [name for name in required if name not in signed.components]):
        raise SignatureError(f"the signature does not cover {', '.join(missing)}")
    if not signed.nonce or signed.created is None:
        raise SignatureError("the signature has no nonce or no created")
    if signed.algorithm not in (None, ALGORITHM):
        raise SignatureError(f"the algorithm is not {ALGORITHM}")
    if abs(now - signed.created) > MAX_AGE:
        raise SignatureError(f"created differs from the clock by more than {MAX_AGE} s")


def _signature_value(header: str, label: str) -> bytes:
    matched = _SIGNATURE.fullmatch(header.strip())
    if matched is None or matched["label"] != label:
        raise SignatureError("the header Signature has not the form label=:base64:")
    try:
        return binascii.a2b_base64(matched["value"], strict_mode=True)
    except binascii.Error as error:
        raise SignatureError("the header Signature is not base64") from error


def _mac(secret: bytes, text: bytes) -> bytes:
    return hmac.digest(secret, text, "sha256")
