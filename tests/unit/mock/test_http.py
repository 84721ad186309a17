"""Mocks over real connections: the gate, the control endpoints, what is told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.contract import Request, violations_of_answer
from sim.mock import Call, Mock, Reply
from sim.mock.http import Fault
from sim.mock.live import load_systems
from sim.mock.message import encode_body
from sim.mock.stand_in import stand_in
from tests.partners import catalog_with, contract, national
from tests.served import Served, header, served
from tests.unit.mock.test_world import without_statuses

WORD = "long-enough"


@pytest.fixture(scope="module")
def town() -> Iterator[Served]:
    with served() as one:
        yield one


def verification(town: Served, **changes: Any) -> Request:
    body = encode_body({"name": town.citizen.name, "id_no": town.citizen.number, **changes})
    request = Request("POST", "/identity-verifications", (), (("Content-Type", "application/json"),), body)
    return town.signed("identity", "verifyIdentity", request)


def told(answer: Any) -> dict[str, Any]:
    assert header(answer, "content-type") == "application/problem+json"
    problem: dict[str, Any] = json.loads(answer.body)
    assert problem["status"] == answer.status
    return problem


def test_a_citizen_with_a_token_is_answered(town: Served) -> None:
    answer = town.get("provincial-platform", "/cases", Authorization=f"Bearer {town.token}")
    assert (answer.status, json.loads(answer.body)["total"]) == (200, 0)


def test_a_signature_covers_the_address_that_the_client_called(town: Served) -> None:
    answer = town.send("identity", verification(town))
    assert (answer.status, json.loads(answer.body)["name"]) == (200, town.citizen.name)


def test_a_signature_for_another_address_is_refused(town: Served) -> None:
    request = verification(town)
    elsewhere = town.raw("identity", _with_host(request, f"localhost:{town.port('identity')}"))
    assert elsewhere.startswith(b"HTTP/1.1 401 ")


def _with_host(request: Request, host: str) -> bytes:
    lines = [f"{request.method} {request.path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [*(f"{name}: {value}" for name, value in request.headers), f"Content-Length: {len(request.body)}", "", ""]
    return "\r\n".join(lines).encode() + request.body


def test_a_query_is_verified_as_it_was_written(town: Served) -> None:
    name = "/duplicate-names?name=%e9%a9%ac"  # lower case: written anew it would be another
    answer = town.get("provincial-platform", name, Authorization=f"Bearer {town.token}")
    assert (answer.status, json.loads(answer.body)["name"]) == (200, "马")


def test_a_breach_of_the_contract_is_refused_and_the_refusal_keeps_it(town: Served) -> None:
    answer = town.send("identity", verification(town, extra=1))
    assert [error["pointer"] for error in told(answer)["errors"]] == ["/body/extra"]
    assert violations_of_answer(contract("identity"), contract("identity").operations["verifyIdentity"], answer) == ()


@pytest.mark.parametrize(("undeclared", "status"), [((), 400), (("400",), 404)])
def test_where_no_400_is_declared_a_path_that_names_nothing_is_404(undeclared: tuple[str, ...], status: int) -> None:
    with served(without_statuses("identity", "revokeSession", *undeclared), names=["identity"]) as town:
        request = Request("DELETE", "/sessions/--", (), (("Authorization", f"Bearer {town.token}"),), b"")
        answer = town.send("identity", request)
    assert told(answer)["type"] == "urn:tongban:problem:invalid-request"
    assert answer.status == status


def test_another_method_of_a_path_is_405_with_those_that_are_there(town: Served) -> None:
    answer = town.send("provincial-platform", Request("PATCH", "/cases", (), (), b""))
    assert (answer.status, header(answer, "allow")) == (405, "GET, POST")


def test_a_name_that_is_not_allowed_reaches_nothing(town: Served) -> None:
    data = town.raw("identity", b"GET /x HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n")
    assert data.startswith(b"HTTP/1.1 421 ")
    assert town.raw("identity", b"GET /x HTTP/1.1\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 421 ")


def test_an_allowed_name_reaches_the_system() -> None:
    with served(names=["identity"], allowed=frozenset(["mock.example"])) as town:
        data = town.raw("identity", b"GET /x HTTP/1.1\r\nHost: MOCK.example:1\r\nConnection: close\r\n\r\n")
    assert data.startswith(b"HTTP/1.1 404 ")


def behaving(system: str, operation: str, function: Any) -> dict[str, Any]:
    old = national()[system]
    return {**national(), system: replace(old, mock=replace(old.mock, operations={operation: function}))}


def test_an_answer_of_a_mock_that_breaks_the_contract_does_not_leave() -> None:
    def lies(call: Call) -> Reply:
        return Reply(200, {"name": call.body["name"]})

    with served(behaving("identity", "verifyIdentity", lies), names=["identity"]) as town:
        problem = told(town.send("identity", verification(town)))
    assert (problem["status"], problem["type"]) == (500, "urn:tongban:problem:contract-breach")
    assert problem["detail"].startswith("the mock's answer breaks required at /body/auth_level (contracts/identity")


def test_a_status_of_a_mock_that_the_contract_does_not_declare_does_not_leave() -> None:
    with served(behaving("identity", "verifyIdentity", lambda _: Reply(418)), names=["identity"]) as town:
        problem = told(town.send("identity", verification(town)))
    assert "breaks declared at /status" in problem["detail"]


def test_an_error_of_a_mock_is_told_to_its_owner_alone() -> None:
    def fails(call: Call) -> Reply:
        raise KeyError(f"{call.body['name']} {call.body['id_no']}")

    with served(behaving("identity", "verifyIdentity", fails), names=["identity"]) as town:
        problem = told(town.send("identity", verification(town)))
        text = "\n".join(town.lines)
        personal = town.citizen.personal_values
    assert problem["detail"] == "the mock failed; its log says where"
    assert "mocks/identity.py" in text
    assert "raised KeyError: '<redacted> <redacted>'" in text
    assert not [value for value in personal if value in text]


def test_an_operation_without_mock_answers_what_its_contract_says() -> None:
    systems = {name: replace(system, mock=Mock()) for name, system in national().items()}
    with served(systems) as town:
        for system in systems.values():
            for operation in system.provider.operations.values():
                answer = stand_in(system.provider, operation)
                assert answer
                assert violations_of_answer(system.provider, operation, answer) == ()
        answer = town.send("identity", verification(town))
    assert (answer.status, json.loads(answer.body)["user_no"]) == (200, "U6400000000000117")


def test_faults_are_met_by_share() -> None:
    with served(names=["identity"], faults=[Fault("status", 1.0, status=503)]) as town:
        answer = town.send("identity", verification(town))
        assert (answer.status, header(answer, "retry-after")) == (503, "1")
        operation = contract("identity").operations["verifyIdentity"]
        assert violations_of_answer(contract("identity"), operation, answer) == ()
        town.service.faults.active = [Fault("drop", 1.0)]
        assert town.raw("identity", _with_host(verification(town), "localhost")) == b""
        town.service.faults.active = [Fault("status", 1.0, status=500, operation="createSession")]
        assert town.send("identity", verification(town)).status == 200


def test_what_was_seen_is_given_without_anything_personal(town: Served) -> None:
    town.control("DELETE", "/requests")
    town.send("identity", verification(town))
    (seen,) = town.control("GET", "/requests")
    assert (seen["operation"], seen["answer"]["status"]) == ("verifyIdentity", 200)
    text = json.dumps([seen, town.lines], ensure_ascii=False)
    secret = town.world.keyring.secrets["partner"].decode()
    for planted in (*town.citizen.personal_values, town.token, secret, "sig1=:"):
        assert planted not in text


def test_nested_calls_are_seen_too(town: Served) -> None:
    town.control("DELETE", "/requests")
    body: dict[str, Any] = {
        "implementation_code": "11640099MB0009902H4640709900001",
        "applicant_name": town.citizen.name,
        "applicant_id_no": town.citizen.number,
        "applicant_division": "640000",
        "entry_point": "app",
    }
    headers = (("Content-Type", "application/json"), ("Idempotency-Key", "key-00000001"))
    path = contract("provincial-platform").operations["prefillForm"].path
    request = Request("POST", path, (), headers, encode_body(body))
    answer = town.send(
        "provincial-platform", town.signed("provincial-platform", "prefillForm", request, token=town.token)
    )
    assert answer.status == 201
    seen = [(one["operation"], one["caller"]) for one in town.control("GET", "/requests")]
    assert seen == [("queryCertificate", "prefillForm"), ("prefillForm", None)]


def test_the_state_is_given_and_taken_back() -> None:
    with served(names=["payment"]) as town:
        empty = town.control("GET", "/state")
        key = (("Content-Type", "application/json"), ("Idempotency-Key", "key-00000001"))
        notice: dict[str, Any] = {"case_no": "1", "payee": "示例县公安局", "payer": "马晓芳", "amount_yuan": "20.00"}
        request = Request("POST", "/payment-notices", (), key, encode_body(notice))
        first = town.send("payment", town.signed("payment", "createPaymentNotice", request))
        full = town.control("GET", "/state")
        assert full["tables"]["payment"]["notices"][0][1]["amount_yuan"] == {"$decimal": "20.00"}
        town.control("PUT", "/state", empty)
        assert town.control("GET", "/state") == empty
        town.control("PUT", "/state", full)
        assert town.control("GET", "/state") == full
        again = town.send("payment", town.signed("payment", "createPaymentNotice", request))
    assert again.body == first.body  # the first answer under its key came back too


@pytest.mark.parametrize(
    "state",
    [
        [],
        {},
        {"tables": []},
        {"tables": {"a": {"b": [["k"]]}}, "counters": {}},
        {"tables": {}, "counters": {"a": {"b": -1}}},
    ],
)
def test_a_state_of_another_form_changes_nothing(town: Served, state: Any) -> None:
    before = town.control("GET", "/state")
    assert town.control("PUT", "/state", state)["status"] == 400
    assert town.control("GET", "/state") == before


def test_reset_goes_back_to_the_beginning() -> None:
    with served(names=["identity"]) as town:
        before = town.control("GET", "/state")
        town.send("identity", verification(town))
        town.control("POST", "/clock", {"advance": "1 h"})
        town.control("PUT", "/faults", "drop=0.5")
        town.control("POST", "/reset")
        assert town.control("GET", "/state") == before
        assert town.control("GET", "/faults") == []
        assert town.control("GET", "/requests") == []
        assert town.control("GET", "/clock")["elapsed_seconds"] < 60.0
        assert town.send("identity", verification(town)).status == 200


def test_the_clock_is_moved_on_and_not_back(town: Served) -> None:
    before = town.control("GET", "/clock")["elapsed_seconds"]
    after = town.control("POST", "/clock", {"advance": "2 h"})["elapsed_seconds"]
    assert 7200.0 <= after - before < 7260.0
    wrongs: list[Any] = [{"advance": "-1 h"}, {"advance": 5}, {}, [], {"advance": "400 d"}]
    for wrong in wrongs:
        assert town.control("POST", "/clock", wrong)["status"] == 400


def test_faults_are_set_and_cleared(town: Served) -> None:
    shown = town.control("PUT", "/faults", [{"fault": "latency=20ms:0.5", "system": "identity"}])
    assert shown == [{"fault": "latency=20 ms:0.5", "system": "identity", "operation": None}]
    assert town.control("PUT", "/faults", [{"fault": "latency=20ms:2"}])["status"] == 400
    assert town.control("GET", "/faults") == shown
    assert town.control("DELETE", "/faults") == []


def test_a_page_of_another_origin_controls_nothing(town: Served) -> None:
    assert town.control("POST", "/reset", Origin="http://evil.example")["status"] == 403
    own = f"http://127.0.0.1:{min(town.site.ports)}"
    assert "now" in town.control("GET", "/clock", Origin=own)


def test_control_asks_for_the_token_where_there_is_one() -> None:
    with served(names=["identity"], token=WORD) as town:
        assert town.control("GET", "/state")["status"] == 401
        assert town.control("GET", "/state", Authorization=f"Bearer {WORD[:-1]}m")["status"] == 401
        assert "tables" in town.control("GET", "/state", Authorization=f"Bearer {WORD}")
        assert town.send("identity", verification(town)).status == 200


def test_what_is_no_control_endpoint_is_404(town: Served) -> None:
    assert town.control("GET", "/nothing")["status"] == 404
    assert town.control("POST", "/state")["status"] == 405
    assert town.control("PUT", "/faults", "status=200:0.1")["status"] == 400


def test_a_system_stands_below_the_path_of_its_contract_s_server(tmp_path: Path) -> None:
    edit = (
        "contracts/identity.openapi.yaml",
        "url: https://identity.tongban.example\n",
        "url: https://i.example/api/v1\n",
    )
    systems = load_systems(catalog_with(tmp_path, edit), ["identity"])
    with served(systems, names=["identity"]) as town:
        assert town.base("identity").endswith("/api/v1")
        request = verification(town)
        below = replace(request, path=f"/api/v1{request.path}")
        assert town.send("identity", below).status == 200
        assert told(town.send("identity", request))["detail"] == "the system stands below /api/v1"
        assert "tables" in town.control("GET", "/state")
