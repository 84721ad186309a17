"""Credentials hold, and each flaw makes them fail in one thing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace

import pytest

from sim.conformance.credential import Credentials, Flaw, GivenTokens, IssuedTokens, secrets_of
from sim.contract import Request
from sim.mock import SignatureError, SigningKey, make_citizen, verify_signature
from tests.partners import contract

PLATFORM = contract("provincial-platform")
KEY = b"a key of at least sixteen bytes"
SIGNING = SigningKey("partner", b"a secret of at least sixteen bytes")
BASE = "http://127.0.0.1:8000"
CITIZEN = make_citizen(1, "test", 0)
BODY = Request("POST", "/cases", (), (("Content-Type", "application/json"),), b"{}")
ISSUED = IssuedTokens(KEY, "provincial-platform", ("cases",))


def given(credentials: Credentials, flaw: Flaw | None = None, *, is_citizen: bool = True) -> Request:
    operation = PLATFORM.operations["prefillForm"]
    citizen = CITIZEN if is_citizen else None
    return credentials.give(BODY, PLATFORM, operation, base=BASE, citizen=citizen, flaw=flaw)


def header(request: Request, name: str) -> str | None:
    return next((value for key, value in request.headers if key.lower() == name.lower()), None)


def claims(request: Request) -> tuple[dict[str, object], bool]:
    """Claims of a token, and whether its signature holds; read by hand (RFC 7515, appendix A.1)."""
    token = (header(request, "Authorization") or "").removeprefix("Bearer ")
    head, body, mac = token.split(".")
    wanted = hmac.new(KEY, f"{head}.{body}".encode(), hashlib.sha256).digest()
    told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return told, base64.urlsafe_b64decode(mac + "=" * (-len(mac) % 4)) == wanted


def test_an_issued_token_names_citizen_audience_and_scope_for_ten_minutes() -> None:
    told, holds = claims(given(Credentials(ISSUED, None)))
    assert holds
    assert (told["sub"], told["aud"], told["scope"]) == (CITIZEN.number, "provincial-platform", "cases")
    assert isinstance(told["exp"], int)
    assert 590 < told["exp"] - time.time() <= 600


def test_an_expired_token_is_right_but_for_its_time() -> None:
    told, holds = claims(given(Credentials(ISSUED, None), "expired"))
    assert holds
    assert isinstance(told["exp"], int)
    assert told["exp"] < time.time()
    assert told["aud"] == "provincial-platform"


def test_a_token_for_another_system_is_right_but_for_its_audience() -> None:
    told, holds = claims(given(Credentials(ISSUED, None), "audience"))
    assert holds
    assert told["aud"] == "another-system"
    assert isinstance(told["exp"], int)
    assert told["exp"] > time.time()


def test_an_altered_token_has_a_signature_that_does_not_hold() -> None:
    _, holds = claims(given(Credentials(ISSUED, None), "altered"))
    assert not holds


def test_two_tokens_are_never_the_same() -> None:
    credentials = Credentials(ISSUED, None)
    assert header(given(credentials), "Authorization") != header(given(credentials), "Authorization")


def holds(request: Request) -> bool:
    try:
        verify_signature(request, BASE, secrets={SIGNING.key_id: SIGNING.secret}, now=int(time.time()))
    except SignatureError:
        return False
    return True


def test_a_system_signs_and_a_citizen_shows_a_token() -> None:
    both = Credentials(ISSUED, SIGNING)
    assert header(given(both), "Signature") is None
    signed = given(both, is_citizen=False)
    assert holds(signed)
    assert header(signed, "Authorization") is None


def test_a_citizen_without_token_is_signed_for() -> None:
    credentials = Credentials(None, SIGNING)
    assert holds(given(credentials))
    assert credentials.scheme(PLATFORM, PLATFORM.operations["submitReview"], is_citizen=True) is None


@pytest.mark.parametrize("flaw", ["signature", "old-signature"])
def test_a_flawed_signature_does_not_hold(flaw: Flaw) -> None:
    credentials = Credentials(None, SIGNING)
    flawed = given(credentials, flaw, is_citizen=False)
    assert header(flawed, "Signature") is not None
    assert not holds(flawed)
    assert flaw in credentials.flaws("signature")


def test_an_old_signature_held_when_it_was_made() -> None:
    flawed = given(Credentials(None, SIGNING), "old-signature", is_citizen=False)
    then = int(time.time()) - 3600
    verify_signature(flawed, BASE, secrets={SIGNING.key_id: SIGNING.secret}, now=then)


@pytest.mark.parametrize("is_citizen", [True, False])
def test_without_credentials_all_else_stays(is_citizen: bool) -> None:  # noqa: FBT001 - a parameter of the test
    request = given(Credentials(ISSUED, SIGNING), "missing", is_citizen=is_citizen)
    assert secrets_of(request) == ()
    assert header(request, "Idempotency-Key") is not None
    assert request.body == BODY.body


def test_an_idempotency_key_that_stands_there_is_kept_and_a_missing_one_is_made() -> None:
    credentials = Credentials(ISSUED, None)
    keys = {header(given(credentials), "Idempotency-Key") for _ in range(3)}
    assert len(keys) == 3
    assert header(given(credentials, "no-key"), "Idempotency-Key") is None
    named = replace(BODY, headers=(*BODY.headers, ("Idempotency-Key", "chosen-by-the-journey")))
    operation = PLATFORM.operations["prefillForm"]
    kept = credentials.give(named, PLATFORM, operation, base=BASE, citizen=CITIZEN)
    assert header(kept, "Idempotency-Key") == "chosen-by-the-journey"


def test_given_tokens_are_the_citizens_own_or_common() -> None:
    tokens = GivenTokens("common", {CITIZEN.number: "own"}, {"expired": "late"})
    assert tokens.token(CITIZEN, None) == "own"
    assert tokens.token(None, None) == "common"
    assert tokens.token(CITIZEN, "expired") == "late"
    assert tokens.flaws == {"unknown", "altered", "expired"}
    assert tokens.token(CITIZEN, "unknown") not in ("own", "common", "late")


def test_what_a_request_carries_is_known_as_secret() -> None:
    request = given(Credentials(ISSUED, SIGNING))
    token = (header(request, "Authorization") or "").removeprefix("Bearer ")
    assert token in secrets_of(request)
