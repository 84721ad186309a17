"""Every contract keeps the house rules."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.unit.catalog_content.documents import (
    CONTRACTS,
    Operation,
    Place,
    contract_names,
    document,
    operations,
    parameters,
    resolve,
    responses,
)

ALL = operations(callbacks=True)
every_operation = pytest.mark.parametrize("operation", ALL, ids=lambda one: one.name)

PROBLEMS = {"400", "401", "403", "404", "409", "422", "429", "503"}
# Operations by who does them: people and machines.
ACTORS = {
    "attendant": {
        "refillKiosk",
        "repairKiosk",
    },
    "citizen": {
        "goToKiosk",
        "goToOffice",
    },
    "clerk": {
        "callNextTicket",
        "closeWindowSession",
        "collectAtWindow",
        "enterApplicationAtWindow",
        "handDocument",
        "openWindowSession",
        "receiveVehicle",
        "recordCremation",
        "serveTicket",
    },
    "courier": {
        "collectParcel",
        "deliverParcel",
        "postLetter",
        "returnParcel",
    },
    "doctor": {
        "issueBirthCertificate",
        "issueDeathCertificate",
    },
    "gate": {
        "verifyTemporaryId",
    },
    "gateway": {
        "forwardEnvelope",
    },
    "inspector": {
        "examineVehicle",
        "inspectVehicle",
        "recordArrival",
        "recordInspection",
    },
    "kiosk": {
        "captureAtKiosk",
        "closeKioskSession",
        "openKioskSession",
        "printCard",
        "printDocument",
        "writeCard",
    },
    "officer": {
        "acceptCase",
        "acceptPetition",
        "answerBranch",
        "answerPetition",
        "answerQuestion",
        "checkPaperTemporaryId",
        "checkTransport",
        "checkTravellerByHand",
        "confirmResidence",
        "decideCase",
        "decideExitEntryCase",
        "decidePrecursorLicence",
        "decideTrafficCase",
        "decideWebsiteFiling",
        "examineCriminalRecord",
        "examineEnterprise",
        "examineExitEntryFile",
        "examineHousehold",
        "examineResidence",
        "examineTrafficFile",
        "extendPetition",
        "inspectRental",
        "issuePaperTemporaryId",
        "receiveAtStationWindow",
        "receiveAtWindow",
        "receiveLawyer",
        "recordMeeting",
        "rectifyReview",
        "submitPaperTemporaryId",
        "transferPetition",
    },
    "receptionist": {
        "checkIn",
        "checkOut",
        "noteGuestByHand",
        "reportStay",
    },
    "workshop": {
        "issuePassport",
        "issueStayPermit",
        "issueTravelPermit",
        "makeDocument",
    },
}


def test_there_are_the_systems_of_the_network() -> None:
    departments = {
        *("crime", "cyber", "detention", "exit-entry", "household", "narcotics", "order", "petition", "traffic"),
    }
    assert set(contract_names()) == {
        *("national-platform", "ministry-platform", "provincial-platform", "exchange"),
        *("certificate", "e-seal", "identity", "population", "citizen-service"),
        *("kiosk", "service-window", "logistics", "notification", "payment"),
        *(f"department-{name}" for name in departments),
        *("civil-affairs", "court", "health", "medical-insurance", "social-security"),
        *("hotel", "inspection-station", "insurance", "railway"),
    }


@pytest.mark.parametrize("name", contract_names())
def test_an_outside_validator_accepts_the_contract(name: str) -> None:
    path = CONTRACTS / f"{name}.openapi.yaml"
    OpenAPIV31SpecValidator(document(path.name), base_uri=path.as_uri()).validate()


@pytest.mark.parametrize("name", [*contract_names(), "components"])
def test_readers_of_yaml_1_1_see_the_same_values(name: str) -> None:
    file = f"{name}.yaml" if name == "components" else f"{name}.openapi.yaml"
    assert yaml.safe_load((CONTRACTS / file).read_text("utf-8")) == document(file)


def test_an_operation_id_stands_once_in_all_contracts() -> None:
    assert [name for name, count in Counter(one.name for one in ALL).items() if count > 1] == []


@every_operation
def test_an_operation_explains_itself(operation: Operation) -> None:
    held = operation.place.value
    assert held["summary"]
    assert len(held["description"]) > len(held["summary"])


@every_operation
def test_a_description_names_operations_that_exist(operation: Operation) -> None:
    named = set(re.findall(r"\b[a-z]+(?:[A-Z][a-z]+)+\b", operation.place.value["description"]))
    assert named <= {one.name for one in ALL}


def test_what_the_platform_calls_while_it_answers_stands_in_the_descriptions() -> None:
    calls = {one.name: re.findall(r"(\w+) of the (?:certificate|identity)", _description(one)) for one in ALL}
    assert {name: called for name, called in calls.items() if called} == {
        "prefillForm": ["queryCertificate"],
        "submitApplication": ["verifyIdentity", "queryCertificate"],
        "makeDocument": ["issueCertificate"],
        "registerResidence": ["verifyIdentity"],
        "authoriseAgent": ["verifyIdentity"],
        "actAsAgent": ["verifyIdentity"],
        "issueSocialCard": ["queryCertificate"],
    }


def _description(operation: Operation) -> str:
    return str(operation.place.value["description"]).replace("\n", " ")


@every_operation
def test_an_operation_says_who_may_call(operation: Operation) -> None:
    document_ = document(operation.place.file)
    known = document_["components"]["securitySchemes"]
    asked = operation.place.value["security"]
    assert asked
    for alternative in asked:
        assert alternative.keys() <= known.keys()
        assert ("requestSignature" in alternative) == ("requestSignatureInput" in alternative)
        for scheme, scopes in alternative.items():
            flows = known[scheme].get("flows", {})
            assert set(scopes) <= {scope for flow in flows.values() for scope in flow["scopes"]}


def test_only_what_anybody_may_read_is_public() -> None:
    assert {one.name for one in ALL if {} in one.place.value["security"]} == {
        *("getItem", "getItemGuide", "getMenu", "listItems", "searchItems"),
        *("askQuestion", "listAppointments"),
    }


@every_operation
def test_an_operation_that_changes_something_requires_an_idempotency_key(operation: Operation) -> None:
    statuses = dict(responses(operation))
    is_change = operation.method == "post" and "200" not in statuses
    keys = [one.value for one in parameters(operation) if one.value["name"] == "Idempotency-Key"]
    assert [key["required"] for key in keys] == ([True] if is_change else [])


@every_operation
def test_a_failure_is_a_problem(operation: Operation) -> None:
    failures = {status: one for status, one in responses(operation) if status >= "400"}
    assert {"400", "429", "503"} <= failures.keys() <= PROBLEMS or operation.name == "revokeSession"
    for status, one in failures.items():
        assert list(one.value["content"]) == ["application/problem+json"]
        schema = resolve(one.child("content", "application/problem+json", "schema"))
        assert schema.file == "schemas/problem.schema.json"
        assert one.value["content"]["application/problem+json"]["example"]["status"] == int(status)
        assert ("Retry-After" in one.value.get("headers", {})) == (status in ("429", "503"))


@every_operation
def test_what_needs_credentials_can_be_refused_for_them(operation: Operation) -> None:
    is_public = {} in operation.place.value["security"]
    assert ("401" in dict(responses(operation))) != is_public


@every_operation
def test_a_request_body_is_closed(operation: Operation) -> None:
    if "requestBody" not in operation.place.value or not operation.path:
        return
    schema = resolve(operation.place.child("requestBody", "content", "application/json", "schema"))
    assert operation.place.value["requestBody"]["required"] is True
    assert schema.value["additionalProperties"] is False


@every_operation
def test_an_answer_is_open(operation: Operation) -> None:
    for status, one in responses(operation):
        if status < "300" and "content" in one.value:
            schema = resolve(one.child("content", "application/json", "schema"))
            assert "additionalProperties" not in schema.value
            assert schema.value["required"]


@every_operation
def test_a_list_comes_in_pages(operation: Operation) -> None:
    answers = [
        resolve(one.child("content", "application/json", "schema"))
        for status, one in responses(operation)
        if status < "300" and "content" in one.value
    ]
    for schema in answers:
        lists = {name for name, one in schema.child("properties").items() if resolve(one).value.get("type") == "array"}
        if lists - {"materials"}:
            assert {"page", "page_size", "total"} <= set(schema.value["required"])


def test_work_of_people_and_machines_says_who_acts() -> None:
    marked: dict[str, set[str]] = {}
    for one in ALL:
        if "x-tongban-actor" in one.place.value:
            marked.setdefault(one.place.value["x-tongban-actor"], set()).add(one.name)
    assert marked == ACTORS


@pytest.mark.parametrize(
    ("contract", "name"), [("payment", "notifyPayment"), ("logistics", "notifyParcelEvent")], ids=lambda one: one
)
def test_events_are_told_by_callbacks(contract: str, name: str) -> None:
    assert [one.contract for one in ALL if one.name == name and not one.path] == [contract]


def test_every_contract_describes_signed_requests_alike() -> None:
    names = ("requestSignature", "requestSignatureInput")
    held = [document(f"{one}.openapi.yaml")["components"]["securitySchemes"] for one in contract_names()]
    assert all(one[name] == held[0][name] for one in held for name in names)
    signature, signature_input = (held[0][name]["x-signature"] for name in names)
    assert signature["algorithms"] == ["hmac-sha256", "sm2"]
    assert {"created", "nonce"} <= set(signature_input["parameters"])


def test_every_shared_response_is_used() -> None:
    shared = document("components.yaml")["components"]["responses"]
    used = {
        reference["$ref"].rpartition("/")[2]
        for one in ALL
        for reference in one.place.value["responses"].values()
        if "$ref" in reference
    }
    assert used == set(shared)


@pytest.mark.parametrize("name", contract_names())
def test_every_component_is_used(name: str) -> None:
    file = f"{name}.openapi.yaml"
    text = (CONTRACTS / file).read_text("utf-8")
    for kind, held in Place(file, "", document(file)).child("components").items():
        if kind != "securitySchemes":
            assert [key for key in held.value if f"#/components/{kind}/{key}" not in text] == []
