"""Message signatures, held against RFC 9421's own example and against every way to break them."""

import base64
import hashlib
import hmac
from dataclasses import replace

import pytest

from sim.contract.model import Request
from sim.mock.signature import (
    SignatureError,
    SigningKey,
    content_digest,
    parse_signature_input,
    signature_base,
    signature_headers,
    verify_signature,
)

BASE = "https://platform.example"
NOW = 1_658_800_000
KEY = SigningKey("partner", b"secret")
PLAIN = Request(
    "POST",
    "/cases",
    (("page", "1"), ("name", "马 芳")),
    (("Content-Type", "application/json"), ("Idempotency-Key", "key-00000001")),
    b'{"a":1}',
)


def signed(request: Request = PLAIN, *, created: int = NOW, nonce: str = "n1") -> Request:
    headers = signature_headers(request, BASE, KEY, created=created, nonce=nonce)
    return replace(request, headers=request.headers + headers)


def verify(request: Request, *, now: int = NOW) -> str | None:
    return verify_signature(request, BASE, secrets={"partner": b"secret"}, now=now).nonce


def with_header(request: Request, name: str, value: str) -> Request:
    kept = tuple(pair for pair in request.headers if pair[0].lower() != name.lower())
    return replace(request, headers=(*kept, (name, value)))


def header(request: Request, name: str) -> str:
    return next(value for key, value in request.headers if key == name)


def test_the_example_of_rfc_9421_section_b_2_5_is_signed_the_same() -> None:
    request = Request("POST", "/foo", (), (), b"")
    headers = {"date": "Tue, 20 Apr 2021 02:07:55 GMT", "content-type": "application/json"}
    parameters = '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"'
    base = signature_base(request, "https://example.com", headers, ("date", "@authority", "content-type"), parameters)
    secret = base64.b64decode(
        "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
    )
    mac = hmac.new(secret, base, hashlib.sha256).digest()
    assert base64.b64encode(mac) == b"pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8="


def test_the_digest_is_that_of_rfc_9530() -> None:
    assert content_digest(b'{"hello": "world"}\n') == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"


def test_a_signed_request_is_accepted_and_tells_its_nonce() -> None:
    assert verify(signed(nonce="n7")) == "n7"


def test_a_request_without_body_needs_no_digest() -> None:
    request = replace(PLAIN, method="GET", body=b"", headers=())
    assert verify(signed(request)) == "n1"


@pytest.mark.parametrize(
    ("altered", "reason"),
    [
        (replace(signed(), method="PUT"), "wrong"),
        (replace(signed(), path="/cases/1"), "wrong"),
        (replace(signed(), query=()), "wrong"),
        (replace(signed(), body=b'{"a":2}'), "Content-Digest"),
        (with_header(signed(), "Content-Digest", content_digest(b'{"a":2}')), "Content-Digest"),
        (with_header(signed(), "Content-Type", "text/plain"), "wrong"),
        (with_header(signed(), "Idempotency-Key", "key-00000002"), "wrong"),
        (with_header(signed(), "Signature", "sig1=:AAAA:"), "wrong"),
        (with_header(signed(), "Signature", "sig2=:AAAA:"), "form"),
        (with_header(signed(), "Signature", "sig1=:A:"), "base64"),
        (with_header(signed(), "Signature-Input", "sig1=nonsense"), "form"),
        (replace(signed(), headers=PLAIN.headers), "not signed"),
    ],
)
def test_an_altered_request_is_refused(altered: Request, reason: str) -> None:
    with pytest.raises(SignatureError, match=reason):
        verify(altered)


@pytest.mark.parametrize(
    ("part", "changed", "reason"),
    [
        (' "content-digest"', "", "cover"),
        ('"@target-uri" ', "", "cover"),
        (';nonce="n1"', "", "nonce"),
        (f";created={NOW}", "", "created"),
        ('alg="hmac-sha256"', 'alg="none"', "algorithm"),
        ('keyid="partner"', 'keyid="stranger"', "key"),
        ('nonce="n1"', 'nonce="n2"', "wrong"),
        (";created=", ";created=1;created=", "malformed"),
    ],
)
def test_an_altered_signature_input_is_refused(part: str, changed: str, reason: str) -> None:
    request = signed()
    value = header(request, "Signature-Input")
    assert part in value
    with pytest.raises(SignatureError, match=reason):
        verify(with_header(request, "Signature-Input", value.replace(part, changed)))


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_signature_farther_than_five_minutes_from_the_clock_is_refused(seconds: int) -> None:
    verify(signed(), now=NOW + seconds // 301 * 300)
    with pytest.raises(SignatureError, match="300 s"):
        verify(signed(), now=NOW + seconds)


def test_the_input_is_read_into_its_parts() -> None:
    read = parse_signature_input('sig1=("@method" "content-type");created=5;nonce="a b"')
    assert (read.label, read.components, read.created, read.nonce, read.key_id) == (
        "sig1",
        ("@method", "content-type"),
        5,
        "a b",
        None,
    )
