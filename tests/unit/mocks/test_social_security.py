"""The social security mock: what is paid after a death is counted by the day."""

from datetime import date
from decimal import Decimal

import pytest

from sim.mock import Reply
from tests.departments import Desk

RELATIVE = {"name": "马建国", "id_no": "640099199003070015"}


class Office(Desk):
    """A town with social security and the certificates."""

    def __init__(self) -> None:
        super().__init__("social-security", "certificate")

    def stop(self, died_on: date) -> Reply:
        parent = {"name": "马建国", "id_no": self.citizen.parent_number}
        return self.call("stopBenefit", **parent, died_on=died_on)

    def card(self, **who: str) -> Reply:
        return self.call("issueSocialCard", **(who or self.who), bank="示例银行", mobile="19900990117")


@pytest.mark.parametrize(
    ("died_on", "days", "yuan"),
    [(date(2022, 7, 24), 2, "240"), (date(2022, 7, 26), 0, "0"), (date(2022, 6, 26), 30, "3600")],
)
def test_every_day_after_a_death_is_overpaid(died_on: date, days: int, yuan: str) -> None:
    stopped = Office().stop(died_on).body
    assert (stopped["overpaid_days"], stopped["overpaid_yuan"]) == (days, Decimal(yuan))


def test_a_benefit_stops_once_and_only_where_there_is_one() -> None:
    office = Office()
    assert [office.stop(date(2022, 7, 24)).status, office.stop(date(2022, 7, 24)).status] == [201, 409]
    assert office.call("stopBenefit", **office.who, died_on=date(2022, 7, 24)).status == 404


def test_a_stop_that_hit_the_wrong_person_is_taken_back_and_the_benefit_can_stop_again() -> None:
    office = Office()
    why = {"id_no": office.citizen.parent_number, "result_text": "号码有误"}
    assert office.call("resumeBenefit", **why).status == 409, "it was not stopped"
    office.stop(date(2022, 7, 24))
    assert office.call("resumeBenefit", **why).body == {"id_no": why["id_no"], "resumed_on": date(2022, 7, 26)}
    assert office.call("resumeBenefit", **why).status == 409
    assert office.stop(date(2022, 7, 24)).status == 201
    assert office.call("resumeBenefit", id_no=RELATIVE["id_no"], result_text="号码有误").status == 404


def test_a_person_is_enrolled_once() -> None:
    office = Office()
    asked = {**office.who, "case_no": "1", "division": "640000"}
    assert [office.call("enrolSocial", **asked).status for _ in range(2)] == [201, 409]


def test_a_card_comes_from_the_electronic_id_card() -> None:
    office = Office()
    assert office.card(**RELATIVE).status == 422
    assert [office.card().status, office.card().status] == [201, 409]


def test_a_card_is_taken_into_use_once_by_its_holder() -> None:
    office = Office()
    path = {"card_no": office.card().body["card_no"]}
    assert office.call("activateSocialCard", path, **RELATIVE).status == 422
    active = office.call("activateSocialCard", path, **office.who)
    assert (active.status, active.body["state"]) == (201, "active")
    assert office.call("activateSocialCard", path, **office.who).status == 409
    assert office.call("activateSocialCard", {"card_no": "S64000000099"}, **office.who).status == 404
