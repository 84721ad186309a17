"""Partners as a test has them, in process and over HTTP."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from sim.catalog import Catalog
from sim.contract import Request
from sim.errors import UsageError
from sim.mock import CHINA, signature_headers, verify_signature
from sim.mock.message import encode_body
from sim.pytest_plugin.in_process import answering, open_in_process
from sim.pytest_plugin.served import serving
from sim.pytest_plugin.setting import Settings
from sim.pytest_plugin.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.preparation import Prepared
    from sim.pytest_plugin import Partners

START = datetime(2022, 7, 26, 9, tzinfo=CHINA)
CALLBACK = "https://platform.tongban.example/callbacks/payment"
WAYS = ("in process", "over HTTP")


@pytest.fixture(scope="module")
def stage() -> Stage:
    catalog = Catalog.bundled()
    return Stage.load(Settings(catalog, catalog.names("contract"), 7, 3, START, ()))


@pytest.fixture(scope="module")
def served(stage: Stage) -> Iterator[Partners]:
    with serving(stage) as partners:
        yield partners


@contextmanager
def opened(way: str, request: pytest.FixtureRequest) -> Iterator[Partners]:
    if way == "over HTTP":
        partners: Partners = request.getfixturevalue("served")
        partners.reset()
        yield partners
        return
    partners = open_in_process(request.getfixturevalue("stage"))
    with answering(partners):
        yield partners


@pytest.fixture
def here(request: pytest.FixtureRequest) -> Iterator[Partners]:
    """Partners in process."""
    with opened("in process", request) as partners:
        yield partners


@pytest.fixture(params=WAYS)
def partners(request: pytest.FixtureRequest) -> Iterator[Partners]:
    """Partners in process, then over HTTP: what holds for both."""
    with opened(request.param, request) as found:
        yield found


def bearer(partners: Partners, errand: Prepared, **more: str) -> dict[str, str]:
    named = {name.replace("_", "-"): value for name, value in more.items()}
    return {"Authorization": f"Bearer {partners.token(errand.citizen)}", **named}


def notice_url(partners: Partners, errand: Prepared) -> str:
    return f"{partners.url('payment')}/payment-notices/{errand.values['payment_no']}"


def pay(partners: Partners, errand: Prepared, key: str, *, timeout: float = 5.0) -> requests.Response:
    return requests.post(
        f"{notice_url(partners, errand)}/payments",
        json={"payer": errand.citizen.name, "amount_yuan": errand.values["amount"]},
        headers=bearer(partners, errand, Idempotency_Key=key),
        timeout=timeout,
    )


def ask_for_notice(partners: Partners, case_no: str) -> requests.Response:
    """Ask for a payment notice as a platform does: signed, and to be told when it is paid."""
    body = encode_body(
        {
            "case_no": case_no,
            "payee": "示例县公安局",
            "payer": "马晓芳",
            "amount_yuan": "20.00",
            "callback_url": CALLBACK,
        }
    )
    headers = (("Content-Type", "application/json"), ("Idempotency-Key", uuid.uuid4().hex))
    request = Request("POST", "/payment-notices", (), headers, body)
    base = partners.url("payment")
    signed = signature_headers(request, base, partners.signing_key, created=int(time.time()), nonce=uuid.uuid4().hex)
    return requests.post(f"{base}/payment-notices", data=body, headers=dict(headers + signed), timeout=5)


def test_a_prepared_errand_can_be_gone_on_with(partners: Partners) -> None:
    errand = partners.prepare("renew-id-card@pay")
    assert (errand.waits_at, errand.citizen) == ("pay", partners.citizens[0])
    before = requests.get(notice_url(partners, errand), headers=bearer(partners, errand), timeout=5)
    paid = pay(partners, errand, "paid-once-1")
    assert [before.json()["paid"], paid.json()["paid"]] == [False, True]
    assert [(one.operation, one.status, one.caller) for one in partners.requests_seen] == [
        ("getPayment", 200, None),
        ("payNotice", 201, None),
    ]
    assert partners.requests_seen[1].json == {"payer": errand.citizen.name, "amount_yuan": "20.00"}


def test_each_errand_is_another_citizens_unless_one_is_named(partners: Partners) -> None:
    first, second = (partners.prepare("renew-id-card@pay") for _ in range(2))
    again = partners.prepare("renew-id-card@pay", partners.citizens[0])
    assert [first.citizen, second.citizen, again.citizen] == [*partners.citizens[:2], partners.citizens[0]]
    assert first.values["payment_no"] != second.values["payment_no"]
    assert again == first  # the same errand of the same citizen


def test_more_errands_than_citizens_are_refused(here: Partners) -> None:
    for _ in here.citizens:
        here.prepare("renew-id-card@pay")
    with pytest.raises(UsageError, match=r"each of the 3 citizens has a prepared errand; raise tongban_citizens"):
        here.prepare("renew-id-card@pay")


def test_a_reset_forgets_what_happened_and_knows_the_same_people(partners: Partners) -> None:
    def story() -> list[Any]:
        errand = partners.prepare("renew-id-card@pay")
        paid = pay(partners, errand, "paid-once-1").json()
        return [partners.token(), errand.values["payment_no"], paid["payment_no"], partners.citizens]

    told = story()
    partners.faults("status=503:1")
    partners.reset()
    assert partners.requests_seen == ()
    assert story() == told


def test_a_bearer_token_reaches_as_far_as_its_scopes(partners: Partners) -> None:
    errand = partners.prepare("renew-id-card@pay")

    def status(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return requests.get(notice_url(partners, errand), headers=headers, timeout=5).status_code

    own = errand.citizen
    assert status(partners.token(own)) == status(partners.token(own, scopes=["payments"])) == 200
    assert status(partners.token(own, scopes=["cases"])) == 403
    assert status("unknown") == 401


def test_a_partner_that_calls_another_is_seen_as_its_caller(partners: Partners) -> None:
    citizen = partners.citizens[0]
    draft = {
        "implementation_code": "11640099MB0009902H4640709900001",
        "applicant_name": citizen.name,
        "applicant_id_no": citizen.number,
        "applicant_division": "640099",
        "entry_point": "app",
    }
    headers = {"Authorization": f"Bearer {partners.token()}", "Idempotency-Key": "draft-of-one"}
    url = f"{partners.url('provincial-platform')}/cases"
    assert requests.post(url, json=draft, headers=headers, timeout=5).status_code == 201
    assert [(one.system, one.operation, one.caller) for one in partners.requests_seen] == [
        ("certificate", "queryCertificate", "prefillForm"),
        ("provincial-platform", "prefillForm", None),
    ]


def test_what_was_seen_shows_nothing_personal(partners: Partners) -> None:
    errand = partners.prepare("renew-id-card@pay")
    pay(partners, errand, "paid-once-1")
    shown = repr(partners.requests_seen)
    assert shown == "(<payment payNotice POST 201>,)"


def test_faults_end_with_their_context(partners: Partners) -> None:
    errand = partners.prepare("renew-id-card@pay")

    def status() -> int:
        return requests.get(notice_url(partners, errand), headers=bearer(partners, errand), timeout=5).status_code

    with partners.faults("status=503:1", operation="getPayment"):
        assert status() == 503
        with partners.faults("status=429:1", system="identity"):
            assert status() == 503
        assert status() == 503
    assert status() == 200


def test_faults_of_a_share_are_the_same_in_every_test(partners: Partners) -> None:
    def statuses() -> list[int]:
        errand = partners.prepare("renew-id-card@pay")
        partners.faults("status=503:0.5")
        urls = [notice_url(partners, errand)] * 12
        return [requests.get(url, headers=bearer(partners, errand), timeout=5).status_code for url in urls]

    first = statuses()
    partners.reset()
    assert set(first) == {200, 503}
    assert statuses() == first


def test_a_closed_connection_is_one(partners: Partners) -> None:
    with partners.faults("drop=1"), pytest.raises(requests.exceptions.ConnectionError):
        requests.get(f"{partners.url('payment')}/payment-notices/1", timeout=5)
    assert partners.requests_seen == ()


@pytest.mark.parametrize(
    ("text", "more", "message"),
    [
        ("503", {}, "'503' is no fault"),
        (
            "drop=1",
            {"system": "bank"},
            "there is no system 'bank'; mocked: certificate, citizen-service, civil-affairs, court",
        ),
        ("drop=1", {"operation": "payAll"}, "there is no operation 'payAll'; known: "),
        ("drop=1", {"system": "identity", "operation": "payNotice"}, "there is no operation 'payNotice'; known: "),
    ],
)
def test_faults_that_say_nothing_are_refused(here: Partners, text: str, more: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        here.faults(text, **more)
    assert str(caught.value).startswith(message)


def test_what_comes_too_late_has_taken_effect(here: Partners) -> None:
    errand = here.prepare("renew-id-card@pay")
    with here.faults("latency=10s:1", operation="payNotice"):
        with pytest.raises(requests.exceptions.ReadTimeout, match=r"payment took 10 s, the timeout is 2 s"):
            pay(here, errand, "paid-once-1", timeout=2)
        assert pay(here, errand, "paid-once-1", timeout=11).status_code == 201
    assert pay(here, errand, "paid-twice-2").status_code == 409
    assert (here.now - START).total_seconds() == 20.0


def test_in_process_the_clock_stands_still_until_it_is_moved_on(here: Partners) -> None:
    assert here.now == START
    here.advance("2 h")
    errand = here.prepare("renew-id-card@pay")
    assert pay(here, errand, "paid-once-1").json()["paid_at"] == "20220726110000"
    assert here.now.hour == 11


def test_a_span_without_unit_is_refused(here: Partners) -> None:
    with pytest.raises(UsageError, match=r'write a number and a unit: "2 h"'):
        here.advance("soon")


def test_in_process_a_callback_is_signed_and_kept(here: Partners) -> None:
    asked = ask_for_notice(here, "640099202207260001")
    assert asked.status_code == 201
    url = f"{here.url('payment')}/payment-notices/{asked.json()['payment_no']}/payments"
    headers = {"Authorization": f"Bearer {here.token()}", "Idempotency-Key": "paid-once-1"}
    requests.post(url, json={"payer": "马晓芳", "amount_yuan": "20.00"}, headers=headers, timeout=5).raise_for_status()
    (callback,) = here.callbacks
    assert (callback.operation, callback.method, callback.url) == ("notifyPayment", "POST", CALLBACK)
    assert callback.json["paid"] is True
    assert repr(callback) == "<payment notifyPayment kept>"
    sent = Request("POST", "/callbacks/payment", (), tuple(callback.headers.items()), callback.body)
    key = here.signing_key
    signed = verify_signature(
        sent, "https://platform.tongban.example", secrets={key.key_id: key.secret}, now=int(time.time())
    )
    assert signed.nonce


def test_a_signed_request_is_taken(partners: Partners) -> None:
    assert ask_for_notice(partners, "640099202207260001").status_code == 201


def test_over_http_a_callback_is_not_sent_where_nobody_allowed_it(served: Partners) -> None:
    served.reset()
    asked = ask_for_notice(served, "640099202207260001")
    url = f"{served.url('payment')}/payment-notices/{asked.json()['payment_no']}/payments"
    headers = {"Authorization": f"Bearer {served.token()}", "Idempotency-Key": "paid-once-1"}
    requests.post(url, json={"payer": "马晓芳", "amount_yuan": "20.00"}, headers=headers, timeout=5).raise_for_status()
    served.advance("10 s")
    (callback,) = served.callbacks
    assert (callback.state, callback.statuses) == ("not allowed", ())


def test_in_process_nothing_else_is_reached(here: Partners) -> None:
    with pytest.raises(requests.exceptions.ConnectionError, match="Connection refused by Responses"):
        requests.get("https://payment.tongban.example.org/payment-notices/1", timeout=5)


def test_in_process_other_answers_can_be_added(here: Partners) -> None:
    here.responses.get("https://weather.example/today", json={"sky": "clear"})
    assert requests.get("https://weather.example/today", timeout=5).json() == {"sky": "clear"}


def test_over_http_nothing_is_patched(served: Partners) -> None:
    with pytest.raises(UsageError, match=r"use tongban_partners"):
        served.responses  # noqa: B018 - the question is what reading it says


def test_in_process_a_session_and_a_query_are_answered(here: Partners) -> None:
    errand = here.prepare("renew-id-card@pay")
    with requests.Session() as session:
        url = f"{here.url('provincial-platform')}/cases"
        found = session.get(url, params={"page_size": 5}, headers=bearer(here, errand), timeout=5)
    assert found.json()["page_size"] == 5
    assert here.requests_seen[0].request.query == (("page_size", "5"),)


def test_a_token_is_got_by_oauth(partners: Partners) -> None:
    identity, back = partners.url("identity"), "http://127.0.0.1:9/back"
    asked = {"response_type": "code", "client_id": "app", "redirect_uri": back, "scope": "cases"}
    led = requests.get(f"{identity}/authorize", params=asked, timeout=5, allow_redirects=False)
    code = parse_qs(urlsplit(led.headers["Location"]).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "client_id": "app"}
    token = requests.post(f"{identity}/token", data=form, timeout=5).json()["access_token"]
    cases = f"{partners.url('provincial-platform')}/cases"
    assert requests.get(cases, headers={"Authorization": f"Bearer {token}"}, timeout=5).status_code == 200


def test_in_process_many_threads_are_answered(here: Partners) -> None:
    errand = here.prepare("renew-id-card@pay")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: pay(here, errand, f"pay-{number:05d}").status_code, range(16)))
    assert sorted(answers) == [201, *[409] * 15]


def test_a_system_that_is_not_mocked_is_told(here: Partners) -> None:
    with pytest.raises(UsageError, match=r"there is no system 'bank'; mocked: certificate, citizen-service"):
        here.url("bank")


def test_keys_and_tokens_are_the_seeds(stage: Stage, here: Partners) -> None:
    other = open_in_process(stage)
    assert other.token() == here.token()
    assert other.keys == here.keys
    assert other.signing_key == here.signing_key
