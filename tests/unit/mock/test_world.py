"""The gate that every call passes: security, contract, idempotency; and calls between mocks."""

import json
from dataclasses import replace
from typing import Any

import pytest

from sim.contract import Answer, Request, violations_of_answer
from sim.errors import DocumentError, UsageError
from sim.mock import (
    Call,
    Caller,
    Keyring,
    Live,
    Mock,
    Problem,
    Reply,
    SigningKey,
    System,
    VirtualClock,
    World,
    authorise,
    base_url,
    signature_headers,
)
from sim.mock.message import encode_body, example_answer
from sim.mock.security import OWN
from tests.partners import CARD, START, SYSTEMS, Town, codec, contract, national, with_header


def verification(town: Town, **changes: Any) -> Request:
    body: dict[str, Any] = {"name": town.citizen.name, "id_no": town.citizen.number, **changes}
    headers = (("Content-Type", "application/json"),)
    return Request("POST", "/identity-verifications", (), headers, encode_body(body))


def notice(case_no: str = "1", payer: str = "马晓芳") -> Request:
    body: dict[str, Any] = {"case_no": case_no, "payee": "示例县公安局", "payer": payer, "amount_yuan": "20.00"}
    headers = (("Content-Type", "application/json"), ("Idempotency-Key", "key-00000001"))
    return Request("POST", "/payment-notices", (), headers, encode_body(body))


def told(answer: Answer) -> dict[str, Any]:
    assert ("Content-Type", "application/problem+json") in answer.headers
    problem = json.loads(answer.body)
    assert problem["status"] == answer.status
    assert isinstance(problem, dict)
    return problem


def behaving(system: str, operation: str, function: Any) -> dict[str, System]:
    """The national systems, one operation of one of them behaving otherwise."""
    old = national()[system]
    mock = replace(old.mock, operations={**old.mock.operations, operation: function})
    return {**national(), system: replace(old, mock=mock)}


def test_a_signed_request_that_keeps_the_contract_is_answered() -> None:
    town = Town()
    answer = town.send("identity", town.request("identity", "verifyIdentity", verification(town)))
    assert answer.status == 200
    assert json.loads(answer.body)["auth_level"] == "2"


def test_a_request_without_signature_is_refused() -> None:
    town = Town()
    answer = town.send("identity", verification(town))
    assert answer.status == 401
    assert told(answer)["detail"] == "the request is not signed"


def test_a_nonce_is_taken_once() -> None:
    town = Town()
    request = town.request("identity", "verifyIdentity", verification(town))
    assert town.send("identity", request).status == 200
    again = town.send("identity", request)
    assert again.status == 401
    assert told(again)["detail"] == "the nonce has been used before"


def test_a_body_changed_after_signing_is_refused() -> None:
    town = Town()
    request = town.request("identity", "verifyIdentity", verification(town))
    changed = replace(request, body=request.body.replace(b"name", b"nama"))
    assert town.send("identity", changed).status == 401


def test_a_known_token_is_accepted_and_an_unknown_or_revoked_one_refused() -> None:
    town = Town()
    query = Request("GET", "/duplicate-names", (("name", "马晓芳"),), (), b"")
    known = town.request("provincial-platform", "queryDuplicateName", query, token=town.token)
    assert town.send("provincial-platform", known).status == 200
    unknown = with_header(known, "Authorization", "Bearer nobody")
    assert told(town.send("provincial-platform", unknown))["detail"] == "the bearer token is not known"
    assert told(town.send("provincial-platform", query))["detail"] == "the request carries no bearer token"
    town.world.keyring.revoke(town.token)
    assert town.send("provincial-platform", known).status == 401


def test_an_operation_open_to_all_needs_no_credentials() -> None:
    town = Town()
    assert town.send("provincial-platform", Request("GET", f"/items/{CARD}/guide", (), (), b"")).status == 200


def test_a_request_that_breaks_the_contract_is_answered_with_its_errors() -> None:
    town = Town()
    request = town.request("identity", "verifyIdentity", verification(town, id_no="640000199001010018", extra=1))
    answer = town.send("identity", request)
    assert answer.status == 400
    assert [error["pointer"] for error in told(answer)["errors"]] == ["/body/extra", "/body/id_no"]
    assert town.world.exchanges[-1].violations[0].rule == "additionalProperties"


def test_every_refusal_keeps_the_contract() -> None:
    town = Town()
    town.send("identity", verification(town))
    town.send("identity", town.request("identity", "verifyIdentity", verification(town, extra=1)))
    town.send("identity", town.request("identity", "verifyIdentity", verification(town, name="张三")))
    statuses = [exchange.answer.status for exchange in town.world.exchanges]
    assert statuses == [401, 400, 422]
    for exchange in town.world.exchanges:
        assert exchange.operation is not None
        assert violations_of_answer(contract("identity"), exchange.operation, exchange.answer) == ()


def test_a_path_without_operation_is_not_found() -> None:
    town = Town()
    answer = town.send("identity", Request("GET", "/nothing", (), (), b""))
    assert answer.status == 404
    assert town.world.exchanges[-1].operation is None


def test_the_same_key_and_body_gives_the_first_answer_and_does_nothing_again() -> None:
    town = Town()
    first = town.send("payment", town.request("payment", "createPaymentNotice", notice()))
    second = town.send("payment", town.request("payment", "createPaymentNotice", notice()))
    assert first.status == 201
    assert second == first
    assert len(list(town.world.store.table("payment", "notices").items())) == 1


def test_the_same_key_with_another_body_is_a_conflict() -> None:
    town = Town()
    town.send("payment", town.request("payment", "createPaymentNotice", notice()))
    other = town.send("payment", town.request("payment", "createPaymentNotice", notice("2")))
    assert other.status == 422  # the operation declares 422
    assert told(other)["type"].endswith("idempotency-key-reused")


def without_statuses(system: str, operation_id: str, *statuses: str) -> dict[str, System]:
    """Every system, one of them with a contract whose operation does not declare these statuses."""
    known = contract(system)
    operation = known.operations[operation_id]
    kept = {status: one for status, one in operation.responses.items() if status not in statuses}
    changed = replace(known, operations={**known.operations, operation_id: replace(operation, responses=kept)})
    systems = dict(national())
    return {**systems, system: replace(systems[system], provider=changed, consumer=changed)}


@pytest.mark.parametrize(("undeclared", "status"), [((), 409), (("409",), 400)])
def test_a_conflict_of_keys_is_told_by_a_status_that_the_operation_declares(
    undeclared: tuple[str, ...], status: int
) -> None:
    town = Town(without_statuses("provincial-platform", "receiveAtWindow", *undeclared))
    headers = (("Content-Type", "application/json"), ("Idempotency-Key", "key-00000001"))
    answers = []
    for name in ("马晓芳", "张三"):
        body: dict[str, Any] = {"applicant_name": name, "implementation_code": CARD, "accepting_division": "640000"}
        request = Request("POST", "/window-receipts", (), headers, encode_body(body))
        answers.append(
            town.send("provincial-platform", town.request("provincial-platform", "receiveAtWindow", request))
        )
    assert [answer.status for answer in answers] == [201, status]  # it does not declare 422
    assert told(answers[1])["type"].endswith("idempotency-key-reused")


def test_a_missing_idempotency_key_breaks_the_contract() -> None:
    town = Town()
    bare = replace(notice(), headers=(("Content-Type", "application/json"),))
    key_id, secret = next(iter(town.world.keyring.secrets.items()))
    key, now = SigningKey(key_id, secret), town.world.clock.timestamp
    signed = signature_headers(bare, base_url(contract("payment")), key, created=now, nonce="n1")
    answer = town.send("payment", replace(bare, headers=bare.headers + signed))
    assert answer.status == 400
    assert told(answer)["errors"][0]["pointer"] == "/header/Idempotency-Key"


def test_nested_calls_are_kept_with_their_caller_and_what_was_read() -> None:
    town = Town()
    town.draft()
    nested, outer = town.world.exchanges
    assert nested.operation is not None
    assert outer.operation is not None
    assert (nested.caller, nested.operation.operation_id) == ("prefillForm", "queryCertificate")
    assert (outer.caller, outer.operation.operation_id) == ("test", "prefillForm")
    assert nested.read == {"/certificates"}


def test_an_unknown_operation_or_system_is_told() -> None:
    def asks(call: Call) -> Reply:
        return call.ask("identity", "verifyNobody")

    town = Town(behaving("identity", "verifyIdentity", asks))
    with pytest.raises(UsageError, match="'verifyNobody', which identity does not have"):
        town.call("identity", "verifyIdentity", body={"name": town.citizen.name, "id_no": town.citizen.number})
    with pytest.raises(UsageError, match="there is no system 'nobody'; known: certificate"):
        town.call("nobody", "x")


def test_mocks_that_call_each_other_in_a_circle_are_stopped() -> None:
    def asks(call: Call) -> Reply:
        return call.ask("identity", "verifyIdentity", body=call.body)

    town = Town(behaving("identity", "verifyIdentity", asks))
    with pytest.raises(UsageError, match="more than 8 deep"):
        town.call("identity", "verifyIdentity", body={"name": town.citizen.name, "id_no": town.citizen.number})


def test_an_error_of_a_mock_is_told_with_file_and_line() -> None:
    def fails(call: Call) -> Reply:
        raise KeyError("x")

    town = Town(behaving("identity", "verifyIdentity", fails))
    with pytest.raises(DocumentError, match=r"mocks/identity\.py.*verifyIdentity raised KeyError: 'x'"):
        town.call("identity", "verifyIdentity", body={"name": town.citizen.name, "id_no": town.citizen.number})


def test_the_error_of_a_nested_mock_names_that_mock() -> None:
    def fails(call: Call) -> Reply:
        raise KeyError("x")

    town = Town(behaving("certificate", "queryCertificate", fails))
    with pytest.raises(DocumentError) as caught:
        town.draft()
    assert [fault.file for fault in caught.value.faults] == ["mocks/certificate.py"]


def test_a_problem_may_carry_headers() -> None:
    def refuses(call: Call) -> Reply:
        raise Problem(503, "closed", "out-of-service", headers={"Retry-After": 60})

    town = Town(behaving("identity", "verifyIdentity", refuses))
    reply = town.call("identity", "verifyIdentity", body={"name": town.citizen.name, "id_no": town.citizen.number})
    assert (reply.status, reply.headers["Retry-After"]) == (503, "60")


def test_without_a_mock_the_contract_s_example_answers() -> None:
    systems = {name: replace(national()[name], mock=Mock()) for name in SYSTEMS}
    town = Town(systems)
    reply = town.call("identity", "verifyIdentity", body={"name": town.citizen.name, "id_no": town.citizen.number})
    assert (reply.status, reply.body["user_no"]) == (200, "U6400000000000117")
    assert reply.body["name"] == "马晓芳"


def test_two_worlds_of_one_seed_answer_alike() -> None:
    towns = Town(), Town()
    for town in towns:
        town.draft()
    first, second = ([exchange.answer for exchange in town.world.exchanges] for town in towns)
    assert first == second


@pytest.mark.parametrize(
    ("returned", "told"),
    [
        (None, "raised TypeError: it returned NoneType, not a Reply"),
        ("yes", "raised TypeError: it returned str, not a Reply"),
        (Reply("200", {}), "raised ValueError: the status '200' is not a whole number from 200 to 599"),  # type: ignore[arg-type] # as a mock without types would
        (Reply(99, {}), "raised ValueError: the status 99 is not"),
        (Reply(200, []), "raised TypeError: body and headers are mappings"),  # type: ignore[arg-type] # as above
    ],
)
def test_what_is_no_reply_is_the_mocks_fault(returned: Any, told: str) -> None:
    town = Town(behaving("identity", "verifyIdentity", lambda _: returned))
    with pytest.raises(DocumentError, match=rf"mocks/identity\.py.*verifyIdentity {told}"):
        town.call("identity", "verifyIdentity", body={"name": town.citizen.name, "id_no": town.citizen.number})


def test_a_mock_that_wants_to_exit_does_not_end_the_run_as_if_all_were_well() -> None:
    def leaves(call: Call) -> Reply:
        raise SystemExit(0)

    town = Town(behaving("identity", "verifyIdentity", leaves))
    with pytest.raises(DocumentError, match="verifyIdentity raised SystemExit: 0; correct the mock"):
        town.call("identity", "verifyIdentity", body={"name": town.citizen.name, "id_no": town.citizen.number})


def test_a_nonce_may_come_again_when_no_signature_of_its_time_holds_any_more() -> None:
    keyring = Keyring(1)
    assert keyring.is_fresh("a", 0)
    assert not keyring.is_fresh("a", 600)
    assert keyring.is_fresh("b", 700)
    assert keyring.is_fresh("a", 1300)
    assert keyring.is_fresh("c", 1301)
    assert list(keyring._nonces) == ["a", "c"]  # b is forgotten


def test_the_oldest_first_answers_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.mock.world.MAX_FIRST", 20)
    town = Town()
    for number in range(30):
        request = with_header(notice(str(number)), "Idempotency-Key", f"key-{number:08d}")
        town.send("payment", town.request("payment", "createPaymentNotice", request))
    kept = [key.rpartition("-")[2] for key, _ in town.world.store.table(OWN, "answers").items()]
    assert kept == [f"{number:08d}" for number in range(10, 30)]


def test_a_live_world_refuses_what_it_cannot_hold_against_the_contract() -> None:
    deep = Request("POST", "/identity-verifications", (), (("Content-Type", "application/json"),), b"[" * 300)
    town = Town()
    live = Live(VirtualClock(START), lambda: 0, lambda _, operation: example_answer(operation))
    world = World(national(), codec(), seed=1, start=START, live=live)
    signed = authorise(deep, contract("identity"), operation_of("verifyIdentity"), Caller(world.keyring), now=0)
    assert told(world.send("identity", signed))["status"] == 400
    assert town.world.instant == town.world.clock.timestamp


def operation_of(operation_id: str) -> Any:
    return contract("identity").operations[operation_id]
