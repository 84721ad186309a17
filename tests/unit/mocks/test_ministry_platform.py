"""The ministry platform's mock."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from sim.catalog import Catalog
from sim.mock import System, citizen_number, load_mock
from tests.partners import Town, contract, national

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "ministry-platform"
MIGRATION = "11640099MB0009902H4640709900011"
LICENCE = "11640099MB0009902H4640709900041"


@cache
def systems() -> Mapping[str, System]:
    known = {name: contract(name) for name in (NAME, "national-platform")}
    bundled = Catalog.bundled()
    mine = {name: System(one, one, load_mock(bundled, name, one.operations)) for name, one in known.items()}
    return {**national(), **mine}


def town() -> Town:
    return Town(systems())


def forward(town: Town, case_no: str = "1", id_no: str = "") -> Any:
    body = {
        "case_no": case_no,
        "implementation_code": MIGRATION,
        "item_name": "户口迁移",
        "applicant_name": town.citizen.name,
        "applicant_id_no": id_no or town.citizen.number,
        "receiving_division": "640000",
        "home_division": "620000",
        "step_opinion": "请迁出地核办",
    }
    return town.call(NAME, "forwardCase", body=body)


def decide(town: Town, number: str, *, division: str = "620000", decision: str = "approve") -> Any:
    body = {"decision": decision, "officer": "陈审核", "division": division, "result_text": "见意见"}
    return town.call(NAME, "returnDecision", path={"collaboration_no": number}, body=body)


def route(town: Town, capability: str, name: str) -> Any:
    body = {"capability": capability, "name": name, "id_no": town.citizen.number, "caller_division": "640000"}
    return town.call(NAME, "routeCall", body=body).body


def dispatch(town: Town) -> Any:
    tasks = [
        {"department": "household", "implementation_code": MIGRATION},
        {"department": "social-security", "implementation_code": LICENCE},
    ]
    body = {
        "case_no": "3",
        "one_thing": "newborn",
        "applicant_name": town.citizen.name,
        "applicant_id_no": town.citizen.number,
        "division": "640000",
        "tasks": tasks,
    }
    return town.call(NAME, "dispatchOneThing", body=body)


def report(town: Town, number: str, task: int, department: str, decision: str = "approve") -> Any:
    path = {"dispatch_no": number, "task_no": task}
    return town.call(NAME, "reportOneThingTask", path=path, body={"department": department, "decision": decision})


def split(town: Town) -> Any:
    branches = [{"department": "narcotics", "task": "用途"}, {"department": "crime", "task": "记录"}]
    body = {"case_no": "4", "implementation_code": LICENCE, "division": "640000", "branches": branches}
    return town.call(NAME, "splitCase", body=body)


def answer(town: Town, number: str, branch: int, decision: str = "approve") -> Any:
    body = {"decision": decision, "step_officer": "郑会办", "step_opinion": "见意见"}
    return town.call(NAME, "answerBranch", path={"joint_no": number, "branch_no": branch}, body=body)


def join(town: Town, number: str) -> Any:
    return town.call(NAME, "joinCase", path={"joint_no": number})


def test_the_hub_calls_what_offers_the_capability() -> None:
    here = town()
    asked = {"name": here.citizen.name, "id_no": here.citizen.number}
    held = here.call("certificate", "queryCertificate", body=asked).body["total"]
    assert [route(here, one, here.citizen.name)["found"] for one in ("certificates", "identity")] == [held, 1]
    assert held > 0
    refused = route(here, "identity", "张三")
    assert (refused["system"], refused["answered"], refused["found"]) == ("identity", 422, 0)


def test_a_decision_comes_back_once_and_from_the_province_of_registration() -> None:
    here = town()
    opened = forward(here).body
    assert forward(here).status == 409
    number = opened["collaboration_no"]
    assert decide(here, number, division="310000").status == 403
    decided = decide(here, number).body
    assert (decided["decision"], decided["in_time"]) == ("approve", True)
    assert decide(here, number).status == 409
    assert here.call(NAME, "getForwardedCase", path={"collaboration_no": number}).body["decided_at"]


@pytest.mark.parametrize(("days", "in_time"), [(2, True), (3, False)])
def test_a_province_has_two_working_days(days: int, in_time: bool) -> None:  # noqa: FBT001  # a case
    here = town()
    number = forward(here).body["collaboration_no"]
    here.world.clock.advance(timedelta(days=days).total_seconds())
    assert decide(here, number).body["in_time"] is in_time


def urge(town: Town, number: str, division: str = "640000") -> Any:
    body = {"division": division, "urged_by": "郑督办"}
    return town.call(NAME, "urgeCase", path={"collaboration_no": number}, body=body)


def lapse(town: Town, number: str, division: str = "640000") -> Any:
    body = {"division": division, "closed_by": "郑督办"}
    return town.call(NAME, "lapseCase", path={"collaboration_no": number}, body=body)


def test_a_silent_province_is_urged_once_and_has_one_more_working_day() -> None:
    here = town()
    opened = forward(here).body
    number = opened["collaboration_no"]
    assert urge(here, number, "620000").status == 403, "only who forwarded the case may ask for it"
    here.world.clock.advance(timedelta(days=3).total_seconds())  # Friday, a day after the term
    assert urge(here, number).body["due_on"] == date(2022, 8, 1), "the next Monday"
    assert urge(here, number).status == 409
    here.world.clock.advance(timedelta(days=3).total_seconds())
    assert decide(here, number).body["in_time"] is True


def test_most_provinces_take_a_case_up_some_when_urged_and_some_never() -> None:
    here = town()
    numbers = [citizen_number("620000", date(1990, 7, 1), sequence) for sequence in range(64)]
    opened = [forward(here, str(place), number).body for place, number in enumerate(numbers)]
    silent = [one["collaboration_no"] for one in opened if not one["taken_up"]]
    late = [number for number in silent if urge(here, number).body["taken_up"]]
    assert 0 < len(late) < len(silent) < len(numbers) / 4


def test_what_nobody_decides_after_the_urging_lapses_and_cannot_be_decided_any_more() -> None:
    here = town()
    number = forward(here).body["collaboration_no"]
    assert lapse(here, number).status == 409, "nobody was urged"
    urge(here, number)
    assert lapse(here, number, "620000").status == 403
    closed = lapse(here, number).body
    assert (closed["step_status"].label, "decision" in closed) == ("done", False)
    assert [lapse(here, number).status, urge(here, number).status, decide(here, number).status] == [409, 409, 409]


def test_a_decided_case_is_neither_urged_nor_closed() -> None:
    here = town()
    number = forward(here).body["collaboration_no"]
    decide(here, number)
    assert [urge(here, number).status, lapse(here, number).status] == [409, 409]


@pytest.mark.parametrize(("decision", "code"), [("approve", "0"), ("refuse", "1")])
def test_the_national_platform_is_told_of_a_decision_head_to_head(decision: str, code: str) -> None:
    here = town()
    decide(here, forward(here).body["collaboration_no"], decision=decision)
    seen = here.call("national-platform", "followCase", path={"case_no": "1"}, token=here.token).body
    assert seen["pushed_by"] == "ministry"
    assert seen["case_result"].label == {"0": "finished with certificate", "1": "refused"}[code]


def test_one_thing_is_over_when_its_last_task_is() -> None:
    here = town()
    number = dispatch(here).body["dispatch_no"]
    assert dispatch(here).status == 409
    assert report(here, number, 1, "social-security").status == 403
    assert report(here, number, 3, "household").status == 404
    assert report(here, number, 1, "household").body["open_count"] == 1
    assert report(here, number, 1, "household").status == 409
    report(here, number, 2, "social-security", "refuse")
    seen = here.call(NAME, "getOneThing", path={"dispatch_no": number}, token=here.token).body
    assert (seen["open_count"], seen["refused_count"]) == (0, 1)
    assert seen["ended_at"]
    stranger = here.world.keyring.grant("640099199003070015")
    assert here.call(NAME, "getOneThing", path={"dispatch_no": number}, token=stranger).status == 403


@pytest.mark.parametrize(("opinion", "decision"), [("approve", "approve"), ("refuse", "refuse")])
def test_a_case_is_joined_when_all_have_spoken_and_agrees_when_all_agree(opinion: str, decision: str) -> None:
    here = town()
    number = split(here).body["joint_no"]
    assert split(here).status == 409
    answer(here, number, 2)
    assert join(here, number).status == 409
    assert answer(here, number, 1, opinion).body["open_count"] == 0
    assert [answer(here, number, branch).status for branch in (1, 3)] == [409, 404]
    assert join(here, number).body["decision"] == decision
    assert join(here, number).status == 409


def test_the_audit_lists_the_hubs_calls_newest_first_and_by_division() -> None:
    here = town()
    decide(here, forward(here).body["collaboration_no"])
    split(here)
    audit = here.call(NAME, "listAudit", query={"page_size": 2}).body
    assert (audit["total"], [one["operation"] for one in audit["entries"]]) == (3, ["splitCase", "returnDecision"])
    rest = here.call(NAME, "listAudit", query={"page": 2, "page_size": 2}).body
    assert [one["entry_no"] for one in rest["entries"]] == [1]
    gansu = here.call(NAME, "listAudit", query={"division": "620000"}).body
    assert [one["operation"] for one in gansu["entries"]] == ["returnDecision"]
    assert here.call(NAME, "listAudit", query={"division": "110000"}).body["total"] == 0
