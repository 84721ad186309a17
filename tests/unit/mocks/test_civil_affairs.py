"""The civil affairs mock: a death is reported under its certificate."""

from datetime import date

import pytest

from sim.mock import Reply
from tests.departments import Desk

DIED = date(2022, 7, 24)


class Office(Desk):
    """A town with civil affairs and health."""

    def __init__(self) -> None:
        super().__init__("civil-affairs", "health")
        dead = {"name": "马建国", "id_no": "640099199003070015", "died_on": DIED, "place": "hospital", "issuer": "医院"}
        self.certificate = self.town.call("health", "issueDeathCertificate", body=dead).body["death_certificate_no"]

    def report(self, number: str | None = None, name: str = "马建国") -> Reply:
        reporter = {"reporter_name": self.citizen.name, "reporter_id_no": self.citizen.number, "relation": "child"}
        dead = {"deceased_name": name, "deceased_id_no": "640099199003070015"}
        return self.call("reportDeath", **reporter, **dead, death_certificate_no=number or self.certificate)

    def cremate(self, report_no: str) -> int:
        asked = {"cremated_on": date(2022, 7, 26), "place": "示例县殡仪馆"}
        return self.call("recordCremation", {"report_no": report_no}, **asked).status


def test_a_death_is_reported_once_with_the_day_of_its_certificate() -> None:
    office = Office()
    report = office.report()
    assert (report.status, report.body["died_on"]) == (201, DIED)
    assert office.report().status == 409


@pytest.mark.parametrize(("number", "name"), [("D640000099", "马建国"), (None, "马国建")])
def test_a_certificate_of_nobody_or_of_another_is_refused(number: str | None, name: str) -> None:
    assert Office().report(number, name).status == 422


def test_a_cremation_follows_its_report_once() -> None:
    office = Office()
    assert office.cremate("B64000000009") == 404
    number = office.report().body["report_no"]
    assert [office.cremate(number), office.cremate(number)] == [201, 409]


def test_a_marriage_is_told_of_who_is_in_the_register() -> None:
    office = Office()
    assert office.call("getMarriage", **office.who).body["registered_on"] == date(2018, 5, 20)
    assert office.call("getMarriage", name="马某某", id_no=office.citizen.number).status == 422
    assert office.call("getMarriage", name="马某某", id_no="640099199003070015").body["married"] is False
