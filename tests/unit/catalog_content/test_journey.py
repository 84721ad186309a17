"""The journeys call what the contracts have, in ways that a scenario can simulate."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.unit.catalog_content.documents import (
    Json,
    Operation,
    breaches,
    contract_names,
    journey,
    journey_names,
    operations,
    parameters,
    resolve,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

OPERATIONS = {f"$sourceDescriptions.{one.contract}.{one.name}": one for one in operations()}
# Fields that an example leaves out, where a journey gives them.
SAMPLES = {
    "finishing_division": "640099",
    "division": "640099",
    "property_matched": True,
    "person_matched": True,
    "agent_name": "马晓芳",
    "agent_id_no": "640099199208150027",
}

# Errands on paper that go online under another name.
ONLINE = {"renew-licence": "renew-licence-at-kiosk", "replace-vehicle-licence": "replace-traffic-paper"}


def _workflows() -> Iterator[tuple[str, Json]]:
    for name in journey_names():
        for workflow in journey(name)["workflows"]:
            yield f"{name}#{workflow['workflowId']}", workflow


WORKFLOWS = dict(_workflows())
STEPS = {f"{name}/{step['stepId']}": step for name, workflow in WORKFLOWS.items() for step in workflow["steps"]}
CALLS = {name: step for name, step in STEPS.items() if "operationId" in step}
every_call = pytest.mark.parametrize("step", CALLS.values(), ids=CALLS.keys())


def _actions(step: Json) -> list[Json]:
    return [*step.get("onSuccess", ()), *(one for one in step.get("onFailure", ()) if "name" in one)]


def test_an_errand_on_paper_is_one_that_goes_online_too() -> None:
    names = journey_names()
    before = [name.removesuffix("-on-paper") for name in names if name.endswith("-on-paper")]
    assert len(before) > 10
    assert {ONLINE.get(name, name) for name in before} <= set(names)


def test_every_contract_serves_a_journey() -> None:
    called = {OPERATIONS[step["operationId"]].contract for step in CALLS.values()}
    assert set(contract_names()) - called == {"court"}, "the court is asked by the criminal records alone"


@every_call
def test_a_step_calls_an_operation_that_exists(step: Json) -> None:
    assert step["operationId"] in OPERATIONS


@every_call
def test_a_step_gives_every_required_parameter(step: Json) -> None:
    wanted = {
        (one.value["name"], one.value["in"])
        for one in parameters(OPERATIONS[step["operationId"]])
        if one.value.get("required")
    }
    assert wanted <= {(one["name"], one["in"]) for one in step.get("parameters", ())}


@every_call
def test_a_body_keeps_the_contract_once_its_expressions_have_values(step: Json) -> None:
    operation: Operation = OPERATIONS[step["operationId"]]
    if "requestBody" not in step:
        assert "requestBody" not in operation.place.value
        return
    media = operation.place.child("requestBody", "content", step["requestBody"]["contentType"])
    known = {**SAMPLES, **media.value["example"]}
    assert breaches(media.child("schema"), _valued(step["requestBody"]["payload"], known)) == []


def _valued(payload: Json, known: Json) -> Json:
    """Return a payload whose expressions have the values of their fields, those of entries of lists too."""
    valued: Json = {}
    for name, value in payload.items():
        if isinstance(value, list):
            sample: Json = next(iter(known.get(name, ())), {})
            valued[name] = [_valued(one, {**known, **sample}) if isinstance(one, dict) else one for one in value]
        else:
            valued[name] = known[name] if isinstance(value, str) and value.startswith("$") else value
    return valued


@every_call
def test_an_output_names_a_field_that_the_answer_always_has(step: Json) -> None:
    if "outputs" not in step:  # an answer without content has none
        return
    answers = OPERATIONS[step["operationId"]].place.child("responses").items()
    schema = next(one for status, one in answers if status < "300").child("content", "application/json", "schema")
    required = resolve(schema).value["required"]
    for expression in step.get("outputs", {}).values():
        assert expression.removeprefix("$response.body#/") in required


@pytest.mark.parametrize("name", journey_names())
def test_idempotency_keys_of_a_journey_differ(name: str) -> None:
    keys = [
        one["value"]
        for workflow in journey(name)["workflows"]
        for step in workflow["steps"]
        for one in step.get("parameters", ())
        if one["name"] == "Idempotency-Key"
    ]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert all("citizen_number" not in key for key in keys)


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS.keys())
def test_the_actions_of_a_step_have_names_of_their_own(workflow: Json) -> None:
    for step in workflow["steps"]:
        for kind in ("onSuccess", "onFailure"):
            names = [one.get("name", one.get("reference")) for one in step.get(kind, ())]
            assert len(names) == len(set(names))


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_success_is_told_apart_by_channel_or_by_what_is_drawn_and_never_by_both(step: Json) -> None:
    """A Plan is made for each channel; answers, and whether somebody is registered here, are drawn as outcomes."""
    for action in step.get("onSuccess", ()):
        text = " ".join(one["condition"] for one in action.get("criteria", ()))
        inputs = set(re.findall(r"\$inputs\.(\w+)", text))
        assert inputs in (set(), {"channel"}, {"home_division", "office_division"})
        assert not ("channel" in inputs and "$response" in text)


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_failures_are_told_apart_by_status_alone(step: Json) -> None:
    for action in step.get("onFailure", ()):
        for criterion in action.get("criteria", ()):
            assert re.fullmatch(r"\$statusCode == (400|422|429|503)", criterion["condition"])


@pytest.mark.parametrize("name", journey_names())
def test_every_choice_of_the_replay_has_a_default_among_its_values(name: str) -> None:
    inputs = journey(name)["workflows"][0]["inputs"]["properties"]
    choices = {key: schema for key, schema in inputs.items() if "enum" in schema}
    assert "channel" in choices
    assert [key for key, schema in choices.items() if schema["default"] not in schema["enum"]] == []


def test_a_case_is_supplemented_at_most_once() -> None:
    steps = [step["stepId"] for step in WORKFLOWS["renew-id-card#renew-id-card"]["steps"]]
    assert steps.count("supplement") == 1
    for step in WORKFLOWS["renew-id-card#renew-id-card"]["steps"]:
        for action in _actions(step):
            if action["type"] == "goto":
                assert steps.index(action["stepId"]) > steps.index(step["stepId"]), "a journey goes forward"


def test_outcomes_of_the_first_review_are_those_that_scenarios_name() -> None:
    step = STEPS["renew-id-card#renew-id-card/review"]
    assert [action["name"] for action in step["onSuccess"]] == ["approved", "supplement", "refused"]


def test_the_two_checks_of_a_residence_wait_for_its_number_alone() -> None:
    workflow = WORKFLOWS["register-residence#check-and-confirm"]
    assert workflow["x-tongban-parallel"] is True
    steps = {step["stepId"]: step for step in workflow["steps"]}
    for name in ("check-property", "check-person"):
        assert set(re.findall(r"\$steps\.([\w-]+)\.", str(steps[name]))) == {"open"}
    assert steps["confirm"]["dependsOn"] == ["check-property", "check-person"]


def test_asking_for_a_name_changes_nothing() -> None:
    calls = [step["operationId"] for name, step in CALLS.items() if name.startswith("query-duplicate-name#")]
    assert {OPERATIONS[call].method for call in calls} == {"get"}


@pytest.mark.parametrize("name", journey_names())
def test_a_version_is_no_newer_than_its_fields_need(name: str) -> None:
    newer = {"timeout", "dependsOn"}
    steps = [step for workflow in journey(name)["workflows"] for step in workflow["steps"]]
    assert journey(name)["arazzo"] == ("1.1.0" if any(newer & step.keys() for step in steps) else "1.0.1")
