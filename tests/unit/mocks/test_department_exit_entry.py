"""The exit-entry department's mock: who may travel, which photo does, what is made once."""

from typing import Any

import pytest

from sim.mock import Reply
from tests.departments import Desk, seed_where

FREE = seed_where(lambda lot: lot % 20 != 0 and lot % 25 != 0)
OFFICIAL = seed_where(lambda lot: lot % 20 == 0 and lot % 25 != 0)
BARRED = seed_where(lambda lot: lot % 25 == 0)
DECISION = {"decision": "approve", "officer": "郑出入", "result_text": "单位已同意"}


class Office(Desk):
    """A town with the exit-entry department, and what its citizen asks of it."""

    def __init__(self, seed: int = FREE) -> None:
        super().__init__("department-exit-entry", seed=seed)

    def photo(self, **other: Any) -> Reply:
        photo = {"width_px": 354, "height_px": 472, "brightness": 60, "taken_at": "home", **other}
        return self.call("checkPhoto", **photo)

    def accept(self, kind: str = "passport", **other: Any) -> Reply:
        who = {"applicant_name": self.citizen.name, "applicant_id_no": self.citizen.number}
        case = {**who, "document_kind": kind, "accepting_division": "640099", "entry_point": "app", **other}
        return self.call("acceptExitEntryCase", **case)


def test_who_may_not_leave_is_told_before_and_refused_after() -> None:
    office = Office(BARRED)
    assert office.call("checkApplicant", **office.who, document_kind="passport").body["outcome"] == "barred"
    assert office.accept().status == 422


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, "none"),
        ({"width_px": 353}, "too-small"),
        ({"height_px": 471}, "too-small"),
        ({"brightness": 39}, "too-dark"),
        ({"brightness": 91}, "too-bright"),
    ],
)
def test_a_photo_is_checked_for_size_and_light(change: dict[str, int], reason: str) -> None:
    checked = Office().photo(**change).body
    assert (checked["usable"], checked["reason"]) == (reason == "none", reason)


def test_a_better_photo_takes_the_place_of_the_first() -> None:
    office = Office()
    first = office.photo(brightness=20).body["photo_no"]
    assert office.accept(photo_no=first).status == 422
    assert office.photo(photo_no=first).body["photo_no"] == first
    assert office.accept(photo_no=first).status == 201


def test_a_photo_takes_the_place_of_one_that_exists() -> None:
    assert Office().photo(photo_no="P404").status == 422


def test_a_passport_is_made_once_for_its_application() -> None:
    office = Office()
    case = office.accept().body
    assert case["outcome"] == "pass"
    assert office.call("issuePassport", case_no=case["case_no"]).body["document_kind"] == "passport"
    assert office.call("issuePassport", case_no=case["case_no"]).status == 409


def test_an_application_for_one_document_makes_no_other() -> None:
    office = Office()
    assert office.call("issueTravelPermit", case_no=office.accept("passport").body["case_no"]).status == 409


def test_for_an_official_on_file_the_place_of_registration_decides_first() -> None:
    office = Office(OFFICIAL)
    case = office.accept().body
    assert case["outcome"] == "refer"
    assert office.call("issuePassport", case_no=case["case_no"]).status == 409
    assert office.call("decideExitEntryCase", {"case_no": case["case_no"]}, **DECISION).status == 201
    assert office.call("issuePassport", case_no=case["case_no"]).status == 201


def test_what_passed_is_decided_only_after_an_examination_by_hand() -> None:
    office = Office()
    path = {"case_no": office.accept().body["case_no"]}
    assert office.call("decideExitEntryCase", path, **DECISION).status == 409
    office.call("examineExitEntryFile", path, officer="郑出入")
    assert office.call("decideExitEntryCase", path, **DECISION).status == 201


def test_an_endorsement_is_on_the_permit_that_the_citizen_holds() -> None:
    office = Office()
    path = {"case_no": office.accept("endorsement").body["case_no"]}
    endorsed = office.call("endorsePermit", path, journeys=2).body
    assert (endorsed["permit_no"], endorsed["journeys"]) == ("C00000001", 2)


def test_a_document_is_shown_to_its_holder() -> None:
    office = Office()
    permit = office.call("issuePassport", case_no=office.accept().body["case_no"]).body
    stranger = office.town.world.keyring.grant("640099199003070015")
    path = {"permit_no": permit["permit_no"]}
    assert office.call("getPermit", path, token=office.town.token).body["case_no"] == permit["case_no"]
    assert office.call("getPermit", path, token=stranger).status == 403
