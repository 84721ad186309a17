"""The replay of the bundled journeys: every channel and outcome, no false finding."""

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from sim.catalog import Catalog
from sim.conformance import Replay, check_nested_calls, replay_scenario
from sim.errors import DocumentError, UsageError
from sim.scenario.model import Call
from tests.partners import journey as bundled_journey
from tests.scenarios import cost, line, scenario

if TYPE_CHECKING:
    from sim.journey import Journey
    from sim.scenario.model import Scenario

JOURNEYS = ("query-duplicate-name", "register-residence", "renew-id-card")
CITIZENS = 60


@cache
def journeys() -> dict[str, Any]:
    return {name: bundled_journey(name) for name in JOURNEYS}


def demand(*names: str, **changes: Any) -> "Scenario":
    lines = tuple(line(name, journey=name) for name in names)
    return scenario(**{"demand": lines, "journeys": {}, "replay_citizens": CITIZENS, "seed": 7, **changes})


@cache
def replayed() -> Replay:
    return replay_scenario(Catalog.bundled(), demand(*JOURNEYS), journeys(), use_cache=False)


def taken(journey: str) -> Counter[tuple[str, str, str]]:
    counts: Counter[tuple[str, str, str]] = Counter()
    for ending in replayed().table.endings:
        if ending.journey == journey:
            counts[ending.channel, ending.step, ending.action] += ending.count
    return counts


def test_the_bundled_mocks_give_no_finding() -> None:
    table = replayed().table
    assert table.findings == ()
    assert {row.verdict for row in table.rows} == {"pass", "omit"}
    assert all(share.refused == share.breached == 0.0 for share in replayed().failures.values())


def test_every_journey_reaches_an_end() -> None:
    assert replayed().table.unfinished == 0


@pytest.mark.parametrize("name", JOURNEYS)
def test_every_channel_comes_at_least_five_times(name: str) -> None:
    journey: Journey = journeys()[name]
    properties: Any = journey.main.inputs["properties"]
    first = journey.main.steps[0].step_id
    counts = Counter[str]()
    for (channel, step, _), count in taken(name).items():
        counts[channel] += count if step == first else 0
    for channel in properties["channel"]["enum"]:
        assert counts[channel] >= 5


@pytest.mark.parametrize(
    ("journey", "step", "action"),
    [
        ("renew-id-card", "review", "approved"),
        ("renew-id-card", "review", "supplement"),
        ("renew-id-card", "review", "refused"),
        ("renew-id-card", "second-review", "approved"),
        ("renew-id-card", "second-review", "refused"),
        ("renew-id-card", "make", "courier"),
        ("renew-id-card", "make", "pick-up"),
        ("renew-id-card", "progress", "to-pay"),
        ("renew-id-card", "progress", "free"),
        ("register-residence", "progress", "refused"),
        ("register-residence", "progress", "default"),
    ],
)
def test_every_outcome_that_a_choice_makes_is_exercised(journey: str, step: str, action: str) -> None:
    assert sum(count for (_, at, done), count in taken(journey).items() if (at, done) == (step, action)) >= 5


def test_what_was_not_exercised_is_shown_as_such() -> None:
    rows = {row.operation: row for row in replayed().table.rows}
    assert rows["refundPayment"].verdict == "omit"
    assert rows["refundPayment"].calls == 0
    assert rows["decideCase"].exercised == ("201",)
    assert set(rows["decideCase"].declared) >= {"201", "400", "409", "503"}
    assert taken("renew-id-card")["any", "pay", "busy"] == 0
    assert ("any", "pay", "busy") in taken("renew-id-card")


def test_every_action_of_every_step_stands_in_the_table() -> None:
    for name in JOURNEYS:
        listed = {(step, action) for _, step, action in taken(name)}
        for step in journeys()[name].main.steps:
            assert {(step.step_id, action.name) for action in (*step.on_success, *step.on_failure)} <= listed


def test_steps_of_a_called_workflow_stand_under_their_path() -> None:
    assert sum(count for (_, step, _), count in taken("register-residence").items() if step == "registration/open")


def test_every_operation_of_every_contract_that_takes_part_stands_in_the_table() -> None:
    contracts = {contract for journey in journeys().values() for contract in journey.contracts.values()}
    operations = {(contract.name, operation) for contract in contracts for operation in contract.operations}
    assert operations <= {(row.contract, row.operation) for row in replayed().table.rows}


def test_the_nested_calls_of_the_mocks_are_told() -> None:
    assert replayed().nested == {
        "makeDocument": frozenset({"issueCertificate"}),
        "prefillForm": frozenset({"queryCertificate"}),
        "registerResidence": frozenset({"verifyIdentity"}),
        "submitApplication": frozenset({"queryCertificate", "verifyIdentity"}),
    }


def test_a_difference_from_the_declared_calls_is_a_fault_of_the_scenario() -> None:
    costs = {
        "prefillForm": cost("prefillForm", calls=(Call("queryCertificate", "none"),)),
        "submitApplication": cost("submitApplication", calls=(Call("verifyIdentity", "none"),)),
        "getCase": cost("getCase", calls=(Call("verifyIdentity", "none"),)),
        "refundPayment": cost("refundPayment", calls=(Call("getCase", "none"),)),
    }
    with pytest.raises(DocumentError) as caught:
        check_nested_calls(demand(*JOURNEYS, costs=costs), replayed())
    assert [fault.pointer for fault in caught.value.faults] == [
        "/operations/getCase/calls",
        "/operations/submitApplication/calls",
    ]
    assert caught.value.faults[0].message == "declares the calls verifyIdentity, its mock makes none"
    assert "its mock makes queryCertificate, verifyIdentity" in caught.value.faults[1].message


def test_equal_declared_calls_are_no_fault() -> None:
    calls = tuple(Call(operation, "none") for operation in ("verifyIdentity", "queryCertificate"))
    check_nested_calls(demand(costs={"submitApplication": cost("submitApplication", calls=calls)}), replayed())


def test_the_same_seed_gives_an_equal_table_and_another_seed_other_citizens() -> None:
    few = demand("query-duplicate-name", replay_citizens=15)
    first = replay_scenario(Catalog.bundled(), few, journeys(), use_cache=False)
    assert replay_scenario(Catalog.bundled(), few, journeys(), use_cache=False) == first


def test_progress_is_told_up_to_the_whole() -> None:
    told: list[float] = []
    few = demand("query-duplicate-name", replay_citizens=15)
    replay_scenario(Catalog.bundled(), few, journeys(), on_progress=told.append, use_cache=False)
    assert (len(told), told[-1]) == (15, 1.0)
    assert told == sorted(told)


def test_a_scenario_of_inline_journeys_has_an_empty_table() -> None:
    replay = replay_scenario(Catalog.bundled(), scenario(), {})
    assert (replay.table.citizens, replay.table.rows, replay.failures) == (0, (), {})


def test_a_workflow_is_named_behind_the_document() -> None:
    named = demand(replay_citizens=5, demand=(line("x", journey="query-duplicate-name#query-duplicate-name"),))
    assert replay_scenario(Catalog.bundled(), named, journeys(), use_cache=False).failures.keys() == {
        "queryDuplicateName"
    }


@pytest.mark.parametrize("name", ["nobody", "renew-id-card#nothing"])
def test_a_journey_or_workflow_that_does_not_exist_is_told(name: str) -> None:
    with pytest.raises(UsageError, match=r"was not loaded|has no workflow 'nothing'"):
        replay_scenario(Catalog.bundled(), demand(demand=(line("x", journey=name),)), journeys(), use_cache=False)


def test_what_is_handed_in_is_counted_by_journey_channel_and_operation() -> None:
    rows = replayed().table.materials
    assert {row.operation for row in rows if row.channel == "app"} >= {"submitApplication"}
    assert {row.operation for row in rows if row.channel == "window"} >= {"enterApplicationAtWindow"}
    assert {row.journey for row in rows} == {"renew-id-card"}
    for row in rows:
        if row.operation in ("submitApplication", "enterApplicationAtWindow"):
            # the household register is in the network; the photo is sent along online and taken elsewhere
            photos = row.calls if row.channel in ("app", "mini-program", "pc") else 0
            assert (row.submitted, row.reused) == (photos, row.calls)


def test_a_line_that_names_a_workflow_has_its_materials_under_that_name() -> None:
    journey = bundled_journey("renew-id-card")
    name = f"renew-id-card#{journey.main.workflow_id}"
    found = replay_scenario(Catalog.bundled(), demand(name), {name: journey}, use_cache=False)
    assert {row.journey for row in found.table.materials} == {name}
