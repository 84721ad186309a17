"""The health mock: a life is certified once at each end, and a person nobody knows is unknown."""

from datetime import date, datetime
from typing import Any

from sim.mock import CHINA, Reply
from tests.departments import Desk

BORN = datetime(2022, 7, 20, 8, 15, tzinfo=CHINA)


class Hospital(Desk):
    """A town with the health system."""

    def __init__(self) -> None:
        super().__init__("health")

    def birth(self, child_name: str = "马小宝", parent: dict[str, str] | None = None) -> Reply:
        named = parent or {"parent_name": self.citizen.name, "parent_id_no": self.citizen.number}
        body: dict[str, Any] = {"child_name": child_name, "sex": "female", "born_at": BORN, "issuer": "示例县人民医院"}
        return self.call("issueBirthCertificate", **body, **named)

    def death(self, died_on: date = date(2022, 7, 24)) -> Reply:
        return self.call("issueDeathCertificate", **self.who, died_on=died_on, place="home", issuer="示例县人民医院")

    def status(self, name: str, id_no: str) -> str:
        answer = self.call("queryHealthStatus", people=[{"name": name, "id_no": id_no}])
        return str(answer.body["statuses"][0]["status"])


def test_a_birth_is_certified_once_and_twins_are_two_births() -> None:
    hospital = Hospital()
    assert [hospital.birth().status, hospital.birth().status, hospital.birth("马小贝").status] == [201, 409, 201]


def test_an_office_reads_the_certificate_by_its_number() -> None:
    hospital = Hospital()
    issued = hospital.birth().body
    read = hospital.call("getBirthCertificate", {"birth_certificate_no": issued["birth_certificate_no"]}).body
    assert (read["child_name"], read["born_at"], read["issued_on"]) == ("马小宝", BORN, date(2022, 7, 26))
    assert hospital.call("getBirthCertificate", {"birth_certificate_no": "N640000009"}).status == 404


def test_a_person_dies_once() -> None:
    hospital = Hospital()
    issued = hospital.death()
    assert hospital.death(date(2022, 7, 25)).status == 409
    number = issued.body["death_certificate_no"]
    read = hospital.call("getDeathCertificate", {"death_certificate_no": number}).body
    assert (read["id_no"], read["died_on"]) == (hospital.citizen.number, date(2022, 7, 24))


def test_a_vaccination_book_needs_a_certificate_and_is_opened_once() -> None:
    hospital = Hospital()
    asked = {"birth_certificate_no": "N640000001", "division": "640000"}
    assert hospital.call("registerVaccination", **asked).status == 422
    assert hospital.birth().body["birth_certificate_no"] == "N640000001"
    opened = hospital.call("registerVaccination", **asked)
    assert (opened.status, opened.body["next_dose_on"]) == (201, date(2022, 8, 25))
    assert hospital.call("registerVaccination", **asked).status == 409


def test_who_is_not_known_by_name_and_number_is_unknown() -> None:
    hospital = Hospital()
    citizen = hospital.citizen
    assert hospital.status(citizen.name, citizen.number) == "clear"
    assert hospital.status("马某某", citizen.number) == "unknown"
    assert hospital.status(citizen.name, "640099199208150027") == "unknown"


def test_one_sees_ones_own_status_and_lists_are_cut_into_pages() -> None:
    hospital = Hospital()
    own = hospital.call("getHealthStatus", token=hospital.town.token).body
    assert (own["id_no"], own["status"]) == (hospital.citizen.number, "clear")
    page = hospital.call("queryHealthStatus", people=[hospital.who] * 5, page=2, page_size=3).body
    assert (page["total"], len(page["statuses"])) == (5, 2)
