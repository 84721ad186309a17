"""API keys, passwords, several credentials at once: a mock asks for them, a trial brings them and tries wrong ones."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import requests

from sim.catalog import Catalog
from sim.cli.conform_secret import credentials_of
from sim.conformance.caller import Errand
from sim.conformance.credential import Credentials, GivenTokens
from sim.conformance.http import Tls, place_of
from sim.conformance.trial import Order, conform
from sim.conformance.trial.document import trial_document
from sim.errors import UsageError
from sim.journey import load_journey
from sim.mock import Mock, System
from tests.partners import journey as bundled_journey
from tests.served import served
from tests.trials import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim.conformance.verdict import Trial
    from sim.mock.http import House

KEY = "k3y-of-the-integrator-0001"
PASSWORD = "pa55-of-the-integrator"  # noqa: S105 - of a test
SCHEMES = {
    "header": "{type: apiKey, in: header, name: X-Key}",
    "query": "{type: apiKey, in: query, name: key}",
    "cookie": "{type: apiKey, in: cookie, name: key}",
    "basic": "{type: http, scheme: basic}",
    "bearer": "{type: http, scheme: bearer}",
    "digest": "{type: http, scheme: digest}",
    "certificate": "{type: mutualTLS}",
}
OPERATION = """
  /{name}:
    get:
      operationId: {name}
      security: [{security}]
      responses:
        "200":
          description: Good.
          content: {{application/json: {{schema: {{type: object}}, example: {{}}}}}}
        default:
          description: Refused.
          content: {{application/problem+json: {{schema: {{type: object}}}}}}
"""


def catalog(folder: Path, **securities: str) -> Catalog:
    """A contract whose operations ask for one thing each, and an errand that calls them all."""
    schemes = "".join(f"    {name}: {scheme}\n" for name, scheme in SCHEMES.items())
    operations = "".join(OPERATION.format(name=name, security=text) for name, text in securities.items())
    contract = 'openapi: 3.1.0\ninfo: {title: Desk, version: "1"}\nservers: [{url: "https://desk.example"}]\npaths:'
    contract += f"{operations}components:\n  securitySchemes:\n{schemes}"
    steps = "".join(f"      - {{stepId: {name}, operationId: {name}}}\n" for name in securities)
    journey = (
        'arazzo: 1.0.1\ninfo: {title: Errand, version: "1"}\n'
        "sourceDescriptions: [{name: desk, url: ../../contracts/desk.openapi.yaml, type: openapi}]\n"
        f"workflows:\n  - workflowId: errand\n    steps:\n{steps}"
    )
    (folder / "contracts").mkdir()
    (folder / "scenarios/journeys").mkdir(parents=True)
    (folder / "contracts/desk.openapi.yaml").write_text(contract, encoding="utf-8")
    (folder / "scenarios/journeys/errand.arazzo.yaml").write_text(journey, encoding="utf-8")
    return Catalog(folder)


@contextmanager
def desk(found: Catalog) -> Iterator[str]:
    """The mock of that contract, which knows the integrator's key and password; gives its address."""
    journey = load_journey(found, "errand")
    contract = journey.contracts["desk"]
    mock = Mock(None, {}, None, ())

    def house(one: House) -> None:
        one.world.keyring.keys.update({"api-key": KEY, "basic": f"desk:{PASSWORD}"})

    with served({"desk": System(contract, contract, mock)}, names=("desk",), house=house) as town:
        yield town.base("desk")


def tried(found: Catalog, credentials: Credentials, url: str) -> Trial:
    journey = load_journey(found, "errand")
    order = Order(
        catalog=found,
        errands=(Errand(journey, journey.main),),
        system="desk",
        place=place_of(url),
        credentials=credentials,
        citizens=1,
        longest_wait=0.01,
    )
    return conform(order)


def held(**changes: Any) -> Credentials:
    keys = {"api-key": KEY, "basic": f"desk:{PASSWORD}"}
    return Credentials(changes.pop("tokens", None), None, (KEY, PASSWORD), keys=keys, **changes)


SECURITIES = {name: f"{{{name}: []}}" for name in ("header", "query", "cookie", "basic")}


def test_a_key_or_password_is_brought_wherever_the_contract_wants_it(tmp_path: Path) -> None:
    found = catalog(tmp_path, **SECURITIES, both="{header: [], basic: []}")
    with desk(found) as url:
        trial = tried(found, held(), url)
    assert told(trial) == []
    passed = {(one.operation, one.check) for one in trial.verdicts if one.outcome == "pass"}
    operations = {*SECURITIES, "both"}
    assert {(name, "reached") for name in operations} <= passed
    assert {(name, "security-missing") for name in operations} <= passed
    assert {(name, "security-key") for name in operations} <= passed


@pytest.mark.parametrize("name", sorted(SECURITIES))
@pytest.mark.parametrize(("key", "status"), [(KEY, 200), (KEY[:-1], 401), ("", 401)])
def test_a_mock_asks_for_the_right_key_or_password(tmp_path: Path, name: str, key: str, status: int) -> None:
    ways: dict[str, dict[str, Any]] = {
        "header": {"headers": {"x-key": key}},
        "query": {"params": {"key": key}},
        "cookie": {"cookies": {"key": key}},
        "basic": {"auth": ("desk", PASSWORD + key.removeprefix(KEY) if key == KEY else key)},
    }
    found = catalog(tmp_path, **SECURITIES)
    with desk(found) as url:
        assert requests.get(f"{url}/{name}", **ways[name], timeout=5).status_code == status


def test_neither_key_nor_password_stands_in_a_report(tmp_path: Path) -> None:
    found = catalog(tmp_path, **SECURITIES)
    with desk(found) as url:
        wrong = Credentials(None, None, (KEY, PASSWORD), keys={"api-key": KEY, "basic": f"desk:{PASSWORD}x"})
        text = json.dumps(trial_document(tried(found, wrong, url)))
    assert "fail" in text
    assert KEY not in text
    assert PASSWORD not in text


def test_what_nothing_is_held_for_is_refused_before_any_request_and_named(tmp_path: Path) -> None:
    found = catalog(
        tmp_path, a="{header: []}", b="{digest: []}", c="{bearer: [], basic: []}", d="{certificate: []}", e="{}"
    )
    with pytest.raises(UsageError) as caught:
        tried(found, Credentials(None, None), "http://127.0.0.1:9")
    assert caught.value.message == "there are no credentials for a, b, c, d"
    assert caught.value.remedy == (
        "set TONGBAN_API_KEY for API keys, or something else, as tongban cannot keep the security scheme 'digest', or "
        "TONGBAN_USER and TONGBAN_PASSWORD for passwords and TONGBAN_TOKEN or TONGBAN_TOKEN_KEY for bearer tokens, or "
        "--client-cert for mutual TLS"
    )


def test_a_certificate_counts_beside_other_credentials(tmp_path: Path) -> None:
    found = catalog(tmp_path, a="{certificate: []}", b="{certificate: [], header: []}", c="{bearer: []}, {}")
    contract = load_journey(found, "errand").contracts["desk"]
    one = held(has_certificate=True, tokens=GivenTokens("a token", {}, {}))
    schemes = [one.scheme(contract, contract.operations[name], is_citizen=True) for name in "abc"]
    assert schemes == ["certificate", "api-key+certificate", "bearer"]
    assert one.flaws("certificate") == frozenset()
    assert one.flaws("api-key+certificate") == {"missing", "unknown-key"}


# The environment.


def secrets(monkeypatch: pytest.MonkeyPatch, *asked: str, **variables: str) -> Credentials:
    for name in ("API_KEY", "USER", "PASSWORD", "TOKEN", "TOKEN_KEY", "CLIENT_SECRET", "SIGNING_SECRET"):
        monkeypatch.delenv(f"TONGBAN_{name}", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(f"TONGBAN_{name}", value)
    contract = bundled_journey("renew-id-card").contracts["identity"]
    return credentials_of(asked, contract, (), audience="desk", token_endpoint=None, tls=Tls())


def test_keys_and_passwords_come_from_the_environment_and_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    found = secrets(monkeypatch, API_KEY=KEY, USER="desk", PASSWORD=PASSWORD)
    assert set(found.hidden) == {KEY, PASSWORD, "ZGVzazpwYTU1LW9mLXRoZS1pbnRlZ3JhdG9y"}  # desk:... in base64


@pytest.mark.parametrize(
    ("asked", "variables", "message"),
    [
        (("api-key",), {}, "TONGBAN_API_KEY is not set"),
        (("basic",), {"PASSWORD": PASSWORD}, "TONGBAN_USER is not set"),
        (("basic",), {"USER": "desk"}, "TONGBAN_PASSWORD is not set"),
        ((), {"USER": "a:b", "PASSWORD": PASSWORD}, "TONGBAN_USER holds a colon"),
        ((), {"API_KEY": "a\r\nX: y"}, "TONGBAN_API_KEY holds a character that no request can carry"),
        ((), {"API_KEY": "密钥密钥"}, "TONGBAN_API_KEY holds a character that no request can carry"),
    ],
)
def test_a_secret_that_is_missing_or_cannot_be_sent_is_told_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...], variables: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        secrets(monkeypatch, *asked, **variables)
    assert not any(value in str(caught.value) for name, value in variables.items() if name != "USER")
