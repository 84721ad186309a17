"""The household department's mock: comparison, removals, cards, characters."""

from datetime import date

import pytest

from sim.contract.checksum import is_citizen_number
from tests.departments import Desk, seed_where


def desk(seed: int = 1) -> Desk:
    return Desk("department-household", "certificate", seed=seed)


def outcome(office: Desk, matter: str = "id-card", **other: str) -> str:
    return str(office.call("checkHousehold", case_no="1", matter=matter, **{**office.who, **other}).body["outcome"])


def test_who_is_in_the_register_passes() -> None:
    plain = seed_where(lambda turn: turn % 12 != 0 and turn % 40 != 1)
    assert outcome(desk(plain)) == "pass"


def test_an_old_photo_is_referred_to_an_officer() -> None:
    office = desk(seed_where(lambda turn: turn % 12 == 0 and turn % 40 != 1))
    answer = office.call("checkHousehold", case_no="1", matter="certificate", **office.who).body
    assert (answer["outcome"], answer["reason"]) == ("refer", "the photo of the record is older than ten years")


def test_a_card_under_way_fails_a_card_and_nothing_else() -> None:
    office = desk(seed_where(lambda turn: turn % 40 == 1))
    assert [outcome(office), outcome(office, "residence")] == ["fail", "pass"]


def test_a_name_that_is_not_the_numbers_fails() -> None:
    assert outcome(desk(), name="李四") == "fail"


def test_a_case_is_examined_once() -> None:
    office = desk()
    found = {"case_no": "1", "matter": "id-card", "finding": "consistent", "officer": "陈户籍"}
    assert [office.call("examineHousehold", **office.who, **found).status for _ in range(2)] == [201, 409]


def birth(office: Desk, **other: object) -> dict[str, object]:
    parent = {"parent_name": office.citizen.name, "parent_id_no": office.citizen.number, "division": "640099"}
    child = {"case_no": "1", "birth_certificate_no": "N640000001", "name": "马小宝", "sex": "male"}
    return {**child, "born_on": date(2022, 7, 20), **parent, **other}


def test_a_newborn_gets_a_number_and_is_known_from_then_on() -> None:
    office = desk()
    child = office.call("registerBirth", **birth(office)).body
    assert is_citizen_number(child["id_no"])
    assert child["id_no"][6:14] == "20220720"
    assert int(child["id_no"][16]) % 2 == 1, "a boy's sequence is odd"
    assert outcome(office, "certificate", name="马小宝", id_no=child["id_no"]) in ("pass", "refer")


def test_a_birth_certificate_enters_one_child() -> None:
    office = desk()
    assert [office.call("registerBirth", **birth(office)).status for _ in range(2)] == [201, 409]


def test_a_child_needs_a_parent_in_the_register() -> None:
    assert desk().call("registerBirth", **birth(desk(), parent_name="李四")).status == 422


def test_who_was_struck_is_struck_once_and_fails_the_comparison() -> None:
    office = desk()
    body = {"case_no": "1", "ground": "death", "document_no": "D1", "occurred_on": date(2022, 7, 24), **office.who}
    assert [office.call("cancelHousehold", **body).status for _ in range(2)] == [201, 409]
    assert outcome(office, "certificate") == "fail"
    unknown = {**body, "id_no": "640099199003070015"}
    assert office.call("cancelHousehold", **unknown).status == 404


def test_nobody_is_struck_for_a_document_about_somebody_else() -> None:
    office = desk()
    body = {"case_no": "1", "ground": "death", "document_no": "D1", "occurred_on": date(2022, 7, 24), **office.who}
    refused = office.call("cancelHousehold", **body, finding="inconsistent")
    assert (refused.status, refused.body) == (201, {"case_no": "1", "id_no": body["id_no"], "decision": "refuse"})
    assert office.call("cancelHousehold", **body, finding="consistent").body["decision"] == "approve"


def test_a_person_moves_out_and_then_in_once() -> None:
    office = desk()
    out = office.call("moveHouseholdOut", case_no="1", to_division="310099", **office.who)
    assert office.call("moveHouseholdOut", case_no="2", to_division="310099", **office.who).status == 409
    into = {"case_no": "1", "removal_no": out.body["removal_no"], "division": "310099", "address": "示例路2号"}
    assert office.call("moveHouseholdIn", **{**into, **office.who, "name": "李四"}).status == 422
    moved = office.call("moveHouseholdIn", **into, **office.who)
    assert (moved.status, moved.body["household_no"][:7]) == (201, "H310099")
    assert office.call("moveHouseholdIn", **into, **office.who).status == 409
    assert office.call("moveHouseholdIn", **{**into, "removal_no": "R202207269999"}, **office.who).status == 404


def test_a_household_certificate_is_filed_once_a_case() -> None:
    office = desk()
    body = {"case_no": "1", "matter": "registration", **office.who}
    issued = office.call("issueHouseholdCertificate", **body)
    held = office.town.call("certificate", "queryCertificate", body=office.who).body["certificates"][0]
    assert held["certificate_identifier"] == issued.body["certificate_identifier"]
    assert office.call("issueHouseholdCertificate", **body).status == 409
    assert office.call("issueHouseholdCertificate", **{**body, "case_no": "2", "name": "李四"}).status == 404
    assert office.call("issueHouseholdCertificate", **{**body, "case_no": "2", "matter": "cancellation"}).status == 409


def test_a_lost_card_is_reported_before_there_is_a_new_one() -> None:
    office = desk()
    card = {"case_no": "1", "reason": "loss", **office.who}
    assert office.call("issueIdCard", **card).status == 409
    first = office.call("reportLostIdCard", **office.who).body
    assert office.call("reportLostIdCard", **office.who).body == first
    assert office.call("issueIdCard", **card).body["former_card_void"] is True
    assert [office.call("issueIdCard", **{**card, "case_no": case}).status for case in ("1", "2")] == [409, 409]


@pytest.mark.parametrize(
    ("born", "validity"),
    [
        (date(2010, 1, 1), "20220726-20270726"),
        (date(2006, 7, 27), "20220726-20270726"),
        (date(2006, 7, 26), "20220726-20320726"),
        (date(1990, 1, 1), "20220726-20420726"),
        (date(1976, 7, 26), "20220726-长期"),
    ],
)
def test_the_age_decides_how_long_a_card_is_valid(born: date, validity: str) -> None:
    office = desk()
    child = office.call("registerBirth", **birth(office, born_on=born)).body
    card = {"case_no": "1", "reason": "first", "name": "马小宝", "id_no": child["id_no"]}
    assert office.call("issueIdCard", **card).body["certificate_validity"] == validity


@pytest.mark.parametrize(
    ("character", "standard", "level"),
    [
        ("芳", True, 1),
        ("啊", True, 1),
        ("座", True, 1),
        ("亍", True, 2),
        ("骥", True, 2),
        ("㛃", False, None),
        ("A", False, None),
    ],
)
def test_a_character_is_standard_or_not(character: str, standard: bool, level: int | None) -> None:  # noqa: FBT001  # a row of the table
    answer = desk().call("lookUpCharacter", query={"character": character}).body
    assert (answer["standard"], answer.get("level"), answer["code_point"]) == (
        standard,
        level,
        f"U+{ord(character):04X}",
    )
