"""The medical insurance mock: an insurance begins once and ends once."""

from datetime import date
from decimal import Decimal

from sim.mock import citizen_number
from tests.departments import Desk

CHILD = citizen_number("640000", date(2022, 7, 20), 2)


def test_a_newborn_is_insured_once_from_its_birth() -> None:
    office = Desk("medical-insurance")
    asked = {"case_no": "1", "name": "马小宝", "id_no": CHILD, "since": date(2022, 7, 20), "division": "640000"}
    insured = office.call("enrolInsured", **asked)
    assert (insured.status, office.call("enrolInsured", **asked).status) == (201, 409)
    read = office.call("getInsured", {"insurance_no": insured.body["insurance_no"]}).body
    assert (read["id_no"], read["since"], read["insured"]) == (CHILD, date(2022, 7, 20), True)


def test_a_newborn_whom_another_province_insures_is_refused_and_may_come_again() -> None:
    office = Desk("medical-insurance")
    asked = {"case_no": "1", "name": "马小宝", "id_no": CHILD, "since": date(2022, 7, 20), "division": "640000"}
    assert office.call("enrolInsured", **asked, insured_elsewhere=True).body == {"id_no": CHILD, "decision": "refuse"}
    assert office.call("enrolInsured", **asked).body["decision"] == "approve"


def test_an_insurance_ends_once_and_leaves_its_balance() -> None:
    office = Desk("medical-insurance")
    asked = {"name": "马建国", "id_no": office.citizen.parent_number, "died_on": date(2022, 7, 24)}
    ended = office.call("endInsured", **asked)
    assert (ended.status, ended.body["ended_on"], ended.body["balance_yuan"]) == (
        201,
        asked["died_on"],
        Decimal("1315.20"),
    )
    assert office.call("endInsured", **asked).status == 409
    assert office.call("getInsured", {"insurance_no": ended.body["insurance_no"]}).body["insured"] is False


def test_who_is_not_insured_is_not_found() -> None:
    office = Desk("medical-insurance")
    asked = {"name": "马小宝", "id_no": CHILD, "died_on": date(2022, 7, 24)}
    assert office.call("endInsured", **asked).status == 404
    assert office.call("getInsured", {"insurance_no": "M64000000099"}).status == 404


def test_an_end_that_hit_the_wrong_person_is_taken_back_once_and_leaves_no_gap() -> None:
    office = Desk("medical-insurance")
    number = office.citizen.parent_number
    why = {"id_no": number, "result_text": "号码有误"}
    assert office.call("restoreInsured", **why).status == 409, "the insurance stands"
    office.call("endInsured", name="马建国", id_no=number, died_on=date(2022, 7, 24))
    restored = office.call("restoreInsured", **why)
    assert (restored.status, restored.body["since"], restored.body["insured"]) == (201, date(2009, 1, 1), True)
    read = office.call("getInsured", {"insurance_no": restored.body["insurance_no"]}).body
    assert (read["insured"], "ended_on" in read) == (True, False)
    assert office.call("restoreInsured", **why).status == 409
    assert office.call("restoreInsured", id_no=CHILD, result_text="号码有误").status == 404
