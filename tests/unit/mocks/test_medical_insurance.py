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
