"""Tokens by OAuth 2, as the contracts declare it."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from sim.contract import Request
from sim.mock import Problem
from sim.mock.security import check_security
from tests.partners import Town, contract
from tests.served import Served, header, served

if TYPE_CHECKING:
    from collections.abc import Iterator

BACK = "http://127.0.0.1:9/back"
ASKED = {"response_type": "code", "client_id": "app", "redirect_uri": BACK}


@pytest.fixture(scope="module")
def town() -> Iterator[Served]:
    with served(names=["identity", "provincial-platform"]) as one:
        yield one


def authorise(town: Served, **changes: str) -> Any:
    return town.get("identity", f"/authorize?{urlencode({**ASKED, **changes})}")


def code_of(town: Served, **changes: str) -> str:
    answer = authorise(town, **changes)
    assert answer.status == 302
    return parse_qs(urlsplit(header(answer, "location") or "").query)["code"][0]


def exchange(town: Served, system: str = "identity", path: str = "/token", **form: str) -> tuple[int, dict[str, Any]]:
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    answer = town.send(system, Request("POST", path, (), headers, urlencode(form).encode()))
    assert header(answer, "cache-control") == "no-store"
    told: dict[str, Any] = json.loads(answer.body)
    return answer.status, told


def redeem(town: Served, code: str, **changes: str) -> tuple[int, dict[str, Any]]:
    return exchange(town, grant_type="authorization_code", code=code, **{"redirect_uri": BACK, **changes})


def test_a_code_gives_the_token_of_the_citizen_who_was_named(town: Served) -> None:
    status, told = redeem(town, code_of(town, login_hint=town.citizen.number, scope="cases", state="s"))
    assert (status, told["token_type"], told["scope"]) == (200, "Bearer", "cases")
    assert town.world.keyring.holder(told["access_token"]) == town.citizen.number
    cases = town.get("provincial-platform", "/cases", Authorization=f"Bearer {told['access_token']}")
    assert cases.status == 200


def test_the_state_of_the_client_comes_back(town: Served) -> None:
    assert parse_qs(urlsplit(header(authorise(town, state="a&b"), "location") or "").query)["state"] == ["a&b"]


def test_a_code_is_used_once_with_the_same_redirect_and_in_time(town: Served) -> None:
    code = code_of(town)
    assert redeem(town, code, redirect_uri="http://127.0.0.1:9/other")[1]["error"] == "invalid_grant"
    assert redeem(town, code)[1]["error"] == "invalid_grant"  # it was used up
    assert redeem(town, "nobody")[0] == 400


def test_a_challenge_is_answered_by_its_verifier(town: Served) -> None:
    digest = hashlib.sha256(b"a-verifier-that-nobody-knows").digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    asked = {"code_challenge": challenge, "code_challenge_method": "S256"}
    assert redeem(town, code_of(town, **asked))[0] == 400
    assert redeem(town, code_of(town, **asked), code_verifier="a-verifier-that-nobody-knows")[0] == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:9/\r\nX: y"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"login_hint": "640099199001010018"}, "access_denied"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_what_is_not_granted_is_refused_here_and_not_by_a_redirect(town: Served, changes: Any, error: str) -> None:
    answer = authorise(town, **changes)
    assert (answer.status, json.loads(answer.body)["error"]) == (400, error)


def test_a_grant_that_no_contract_declares_is_refused(town: Served) -> None:
    assert exchange(town, grant_type="client_credentials")[1]["error"] == "unsupported_grant_type"
    assert exchange(town, grant_type="password")[1]["error_description"] == "the contracts declare: authorization_code"


def test_every_port_has_the_endpoints_and_only_the_declared_system_has_their_paths(town: Served) -> None:
    code = code_of(town)
    path = "/_tongban/oauth/token"
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    assert exchange(town, "provincial-platform", path, **form)[0] == 200
    assert town.get("provincial-platform", "/authorize").status == 404


def test_a_token_without_the_scope_is_403_and_a_system_s_token_has_no_holder() -> None:
    town = Town()
    operation = replace(contract("payment").operations["getPayment"], security=({"citizenToken": ("payments",)},))
    check = {"contract": contract("payment"), "operation": operation, "keyring": town.world.keyring, "now": 0}
    for scopes, status in ((frozenset({"cases"}), 403), (frozenset({"payments"}), 0), (None, 0)):
        token = town.world.keyring.grant(None, scopes)
        request = Request("GET", "/", (), (("Authorization", f"Bearer {token}"),), b"")
        assert town.world.keyring.holder(token) is None
        if status:
            with pytest.raises(Problem, match="403 Forbidden: the token lacks the scope payments"):
                check_security(request, **check)  # type: ignore[arg-type] # the keywords above
        else:
            check_security(request, **check)  # type: ignore[arg-type] # as above


SCHEMES: dict[str, Any] = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "key"},
    "basic": {"type": "http", "scheme": "basic"},
}


@pytest.mark.parametrize("name", sorted(SCHEMES))
def test_keys_and_passwords_are_checked_for_real(name: str) -> None:
    town = Town()
    keyring = town.world.keyring
    plain = contract("payment")
    operation = replace(plain.operations["getPayment"], security=({name: ()},))
    changed = replace(plain, security_schemes=SCHEMES)

    def passes(value: str) -> bool:
        encoded = base64.b64encode(value.encode()).decode()
        pairs = {
            "key": (("X-Key", value),),
            "cookie": (("Cookie", f"a=b; key={value}"),),
            "basic": (("Authorization", f"Basic {encoded}"),),
        }.get(name, ())
        request = Request("GET", "/", (("key", value),) if name == "query" else (), pairs, b"")
        try:
            check_security(request, changed, operation, keyring, now=0)
        except Problem as problem:
            return problem.status != 401
        return True

    right = keyring.keys["basic" if name == "basic" else "api-key"]
    assert passes(right)
    assert not passes(right[:-1])
    assert not passes("")


def test_every_scheme_of_an_alternative_must_hold() -> None:
    town = Town()
    operation = replace(contract("payment").operations["getPayment"], security=({"key": (), "query": ()},))
    changed = replace(contract("payment"), security_schemes=SCHEMES)
    request = Request("GET", "/", (), (("X-Key", town.world.keyring.keys["api-key"]),), b"")
    with pytest.raises(Problem, match="the request carries no API key"):
        check_security(request, changed, operation, town.world.keyring, now=0)
