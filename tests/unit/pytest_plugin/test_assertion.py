"""The assertion that an exchange keeps its contract."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests
from werkzeug.test import Client
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response as WerkzeugResponse

from sim.catalog import Catalog
from sim.contract import Answer, Request
from sim.errors import UsageError
from sim.pytest_plugin import AssertConforms, Seen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NOTICE = {"case_no": "640099202207260001", "payee": "示例县公安局", "payer": "马晓芳", "amount_yuan": "20.00"}
OPEN = {**NOTICE, "payment_no": "6400990122000117", "paid": False}
PAID = {**OPEN, "paid": True, "paid_at": "20220726143015"}
ORDER = {"payer": "马晓芳", "amount_yuan": "20.00"}
KEYED = {"Idempotency-Key": "pay-once-1", "Authorization": "Bearer 5c1f0e9d8b7a65434c1f0e9d8b7a6543"}
PAYMENTS = "/payment-notices/6400990122000117/payments"


@pytest.fixture(scope="module")
def conforms() -> AssertConforms:
    return AssertConforms(Catalog.bundled())


def response(
    sent: Any,
    given: Any,
    *,
    status: int = 201,
    url: str = f"https://payment.tongban.example{PAYMENTS}",
    headers: Mapping[str, str] = KEYED,
) -> requests.Response:
    """A response of requests, as a payment gateway could have given it."""
    made = requests.Response()
    made.request = requests.Request("POST", url, headers=dict(headers), json=sent).prepare()
    made.status_code = status
    made._content = b""
    if given is not None:
        made.headers["Content-Type"] = "application/json" if status < 400 else "application/problem+json"
        made._content = json.dumps(given).encode()
    return made


def message_of(conforms: AssertConforms, given: Any, *names: str, **more: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        conforms(given, *names, **more)
    return str(caught.value)


def test_what_keeps_its_contract_passes(conforms: AssertConforms) -> None:
    conforms(response(ORDER, PAID), "payment")
    conforms(response(ORDER, PAID), "payment", "payNotice")


def test_a_breach_is_told_with_rule_place_expectation_and_contract_line(conforms: AssertConforms) -> None:
    given = {**PAID, "amount_yuan": "20,00"}
    assert message_of(conforms, response(ORDER, given), "payment") == (
        "payment payNotice POST /payment-notices/{payment_no}/payments -> 201 breaks its contract in 1 place\n"
        "\n"
        "response body /amount_yuan: pattern\n"
        '  expected  "^(0|[1-9][0-9]{0,13})(\\\\.[0-9]{1,2})?$"\n'
        '  received  "20,00"\n'
        "  contract  contracts/schemas/money.schema.json:6:14 (#/pattern)\n"
        "  remedy    Make the answer's body as the contract's schema has it; the pointer says which field."
    )


def test_both_sides_are_told_the_request_first(conforms: AssertConforms) -> None:
    message = message_of(conforms, response({"amount_yuan": "20.00"}, OPEN | {"paid": "no"}), "payment")
    heads = [line for line in message.splitlines() if line.startswith(("request ", "response "))]
    assert heads == ["request body /payer: required", "response body /paid: type"]
    assert "breaks its contract in 2 places" in message


def test_what_is_missing_was_received_as_nothing(conforms: AssertConforms) -> None:
    message = message_of(conforms, response(ORDER, PAID, headers={}), "payment")
    assert "request header /Idempotency-Key: required" in message
    assert "  received  nothing\n" in message


def test_one_side_can_be_judged_alone(conforms: AssertConforms) -> None:
    problem = {"type": "urn:tongban:problem:invalid-request", "title": "Bad Request", "status": 400}
    refused = response({}, problem, status=400)
    conforms(refused, "payment", only="response")
    message_of(conforms, refused, "payment", only="request")
    broken = response(ORDER, {})
    conforms(broken, "payment", only="request")
    message_of(conforms, broken, "payment", only="response")


def test_a_side_that_there_is_not_is_refused(conforms: AssertConforms) -> None:
    with pytest.raises(UsageError, match=r"write only='request' or only='response'"):
        conforms(response(ORDER, PAID), "payment", only="answer")  # type: ignore[arg-type]  # the question


def test_a_status_that_is_not_declared_is_a_breach(conforms: AssertConforms) -> None:
    message = message_of(conforms, response(ORDER, PAID, status=200), "payment")
    assert "response status: declared\n" in message
    assert "  received  200\n" in message


def test_an_error_that_is_no_problem_is_a_breach(conforms: AssertConforms) -> None:
    wrong = response(ORDER, {"type": "about:blank", "title": "Conflict", "status": 400}, status=409)
    message = message_of(conforms, wrong, "payment")
    assert "response body /status: problem\n  expected  409\n  received  400\n" in message


def test_nothing_personal_or_secret_stands_in_the_message(conforms: AssertConforms) -> None:
    number = "640099199001010018"
    sent = {"payer": "马晓芳", "amount_yuan": f"{number} yuan", number: number}
    given = {**PAID, "payer": 5, "payee": ["马晓芳"], "paid_at": f"马晓芳 {number}"}
    message = message_of(conforms, response(sent, given), "payment")
    assert "<redacted>" in message
    for secret in (number, "马晓芳", "5c1f0e9d8b7a65434c1f0e9d8b7a6543"):
        assert secret not in message


def test_many_breaches_are_counted(conforms: AssertConforms) -> None:
    sent = {**ORDER, **{f"more_{number}": 1 for number in range(25)}}
    message = message_of(conforms, response(sent, PAID), "payment")
    assert "breaks its contract in 25 places" in message
    assert message.endswith("\n\n... and 5 more")


def test_a_request_that_no_operation_takes_is_told_with_those_near_it(conforms: AssertConforms) -> None:
    lost = response(ORDER, PAID, url="https://payment.tongban.example/payment-notice/1/payments")
    message = message_of(conforms, lost, "payment")
    assert message.startswith("payment has no operation POST /payment-notice/1/payments; near it:\n")
    assert "  POST /payment-notices/{payment_no}/payments  payNotice\n" in message


def test_a_request_for_another_operation_is_told(conforms: AssertConforms) -> None:
    message = message_of(conforms, response(ORDER, PAID), "payment", "issueBill")
    assert message == "payment: the request is for payNotice, not for issueBill"


def test_names_that_there_are_not_are_refused(conforms: AssertConforms) -> None:
    with pytest.raises(UsageError, match=r"payment has no operation 'payAll'; known: createPaymentNotice, "):
        conforms(response(ORDER, PAID), "payment", "payAll")
    with pytest.raises(UsageError, match=r"there is no contract 'bank'; known: certificate, citizen-service"):
        conforms(response(ORDER, PAID), "bank")
    with pytest.raises(UsageError, match=r"name its system"):
        conforms(response(ORDER, PAID))


@pytest.mark.parametrize("given", [None, 201, {"status": 201}, Answer(201, (), b"")])
def test_what_is_no_response_is_refused(conforms: AssertConforms, given: object) -> None:
    with pytest.raises(UsageError, match=r"is no response that knows its request; give a response of requests"):
        conforms(given, "payment")


def test_a_body_that_was_streamed_away_is_refused(conforms: AssertConforms) -> None:
    streamed = response(ORDER, PAID)
    streamed.request.body = iter((b"{}",))  # type: ignore[assignment]  # requests takes iterables too
    with pytest.raises(UsageError, match=r"of which nothing is left; send bytes or text, or judge the response alone"):
        conforms(streamed, "payment")


def test_the_response_alone_needs_no_body_of_the_request(conforms: AssertConforms) -> None:
    streamed = response(ORDER, PAID)
    streamed.request.body = iter((b"{}",))  # type: ignore[assignment]  # as above
    conforms(streamed, "payment", only="response")


def test_a_base_is_taken_off_the_address(conforms: AssertConforms) -> None:
    elsewhere = response(ORDER, PAID, url=f"http://127.0.0.1:5000/api/v2{PAYMENTS}")
    conforms(elsewhere, "payment", base="http://127.0.0.1:5000/api/v2/")
    conforms(elsewhere, "payment", base="/api/v2")
    assert "no operation" in message_of(conforms, elsewhere, "payment")


def test_what_a_partner_saw_knows_its_system(conforms: AssertConforms) -> None:
    headers = (("Content-Type", "application/json"), *KEYED.items())
    request = Request("POST", PAYMENTS, (), headers, json.dumps(ORDER).encode())
    answer = Answer(201, (("Content-Type", "application/json"),), json.dumps(PAID).encode())
    conforms(Seen("payment", "payNotice", None, request, answer, ()))
    message_of(conforms, Seen("payment", "payNotice", None, request, Answer(201, (), b"{"), ()))


def test_an_answer_to_a_callback_is_judged_by_the_callbacks_name(conforms: AssertConforms) -> None:
    url = "https://platform.example/anywhere?case=1"
    conforms(response(PAID, None, status=204, url=url), "payment", "notifyPayment")
    message = message_of(conforms, response(OPEN | {"paid": 1}, None, status=200, url=url), "payment", "notifyPayment")
    assert message.startswith("payment notifyPayment POST (callback) -> 200 breaks its contract in 2 places")


@WerkzeugRequest.application
def gateway(request: WerkzeugRequest) -> WerkzeugResponse:
    """A payment gateway of which only one answer is written."""
    told = request.get_json()
    return WerkzeugResponse(json.dumps({**PAID, **told}), 201, mimetype="application/json")


def test_a_response_of_werkzeugs_client_is_judged(conforms: AssertConforms) -> None:
    client = Client(gateway)
    conforms(client.post(PAYMENTS, json=ORDER, headers=KEYED), "payment", "payNotice")
    message = message_of(conforms, client.post(PAYMENTS, json={"payer": 1}, headers=KEYED), "payment")
    heads = [line for line in message.splitlines() if line.startswith(("request ", "response "))]
    assert heads == ["request body /amount_yuan: required", "request body /payer: type", "response body /payer: type"]


def test_a_response_of_httpx_is_judged(conforms: AssertConforms) -> None:
    """Starlette's and FastAPI's test clients give the same."""
    httpx = pytest.importorskip("httpx")

    def answer(_: Any) -> Any:
        return httpx.Response(201, json=PAID)

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        url = f"https://payment.tongban.example{PAYMENTS}"
        conforms(client.post(url, json=ORDER, headers=KEYED), "payment", "payNotice")
        message_of(conforms, client.post(url, json={}, headers=KEYED), "payment")


def test_a_contract_of_another_catalog_is_named_with_its_own_lines(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "desk.openapi.yaml").write_text(
        "openapi: 3.1.0\n"
        "info: {title: Desk, version: 1.0.0}\n"
        "servers: [{url: https://desk.example/api/v1}]\n"
        "paths:\n"
        "  /tickets:\n"
        "    post:\n"
        "      operationId: drawTicket\n"
        "      responses:\n"
        "        '201':\n"
        "          description: The ticket.\n"
        "          content: {application/json: {schema: {type: object, required: [number]}}}\n",
        encoding="utf-8",
    )
    conforms = AssertConforms(Catalog(tmp_path))
    given = response(None, {"number": 1}, url="https://desk.example/api/v1/tickets", headers={})
    conforms(given, "desk", "drawTicket")
    message = message_of(conforms, response(None, {}, url="http://testserver/tickets", headers={}), "desk")
    assert "  contract  contracts/desk.openapi.yaml:11:" in message
