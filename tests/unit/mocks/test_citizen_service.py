"""The citizen service mock: the guides answer what they can, and an hour holds so many."""

from datetime import date
from typing import Any

from sim.mock import Reply
from tests.departments import Desk

CARD = "11640099MB0009902H4640709900001"
MARRIAGE = "11640099MB0009902H4640709900061"


class Service(Desk):
    """A town with the desk and the platform."""

    def __init__(self) -> None:
        super().__init__("citizen-service", "provincial-platform", "certificate", "identity")

    def ask(self, title: str) -> Any:
        return self.call("askQuestion", title=title).body

    def slots(self) -> Any:
        return self.call("listAppointments", query={"division": "640000"}).body

    def book(self, item: str = CARD, id_no: str | None = None, slot: str = "09:00") -> Reply:
        who = {"applicant_name": self.citizen.name, "applicant_id_no": id_no or self.citizen.number}
        when = {"day": date(2022, 7, 27), "slot": slot, "accepting_division": "640000"}
        return self.call("bookAppointment", **who, **when, implementation_code=item)


def test_what_a_guide_answers_is_answered_at_once() -> None:
    asked = Service().ask("居民身份证换领")
    assert (asked["referred"], asked["answer"]) == (False, "居民身份证换领: 居民户口簿, 本人近期照片; 20个工作日")


def test_anything_else_waits_for_a_person_who_answers_once() -> None:
    service = Service()
    asked = service.ask("孩子的户口该落在哪里")
    path = {"enquiry_no": asked["enquiry_no"]}
    assert (asked["referred"], "answer" in asked) == (True, False)
    assert "answer" not in service.call("getQuestion", path).body
    reply = {"answer": "随父或随母", "officer": "孙咨询"}
    assert [service.call("answerQuestion", path, **reply).status for _ in range(2)] == [201, 409]
    assert service.call("getQuestion", path).body["answer"] == "随父或随母"
    assert service.call("getQuestion", {"enquiry_no": "Q2022072600000099"}).status == 404


def test_hours_are_those_of_the_five_working_days_to_come() -> None:
    page = Service().slots()
    assert (page["first_day"], page["first_slot"], page["total"]) == (date(2022, 7, 27), "09:00", 30)


def test_an_hour_that_is_full_is_free_no_more_until_somebody_cancels() -> None:
    service = Service()
    people = ["640099199208150027", "640099199003070015", "640099199003070023", service.citizen.number]
    booked = [service.book(id_no=person) for person in people]
    assert [one.status for one in booked] == [201] * 4
    assert service.slots()["first_slot"] == "10:00"
    assert service.book(MARRIAGE).status == 409
    path = {"appointment_no": booked[0].body["appointment_no"]}
    assert [service.call("cancelAppointment", path).status for _ in range(2)] == [204, 204]
    assert service.slots()["slots"][0]["free"] == 1
    assert service.book(MARRIAGE).status == 201


def test_a_person_has_one_appointment_for_an_item() -> None:
    service = Service()
    first = service.book().body["appointment_no"]
    assert service.book(slot="10:00").status == 409
    assert service.book(MARRIAGE, slot="10:00").status == 201
    service.call("cancelAppointment", {"appointment_no": first})
    assert service.book(slot="10:00").status == 201


def test_nobody_cancels_for_another() -> None:
    service = Service()
    path = {"appointment_no": service.book(id_no="640099199208150027").body["appointment_no"]}
    assert service.call("cancelAppointment", path, token=service.town.token).status == 403


def test_every_trip_has_its_number() -> None:
    service = Service()
    trips = [
        service.call("goToOffice", accepting_division="640000", purpose="hand-in").body,
        service.call("goToKiosk", accepting_division="640000").body,
    ]
    assert [trip["trip_no"] for trip in trips] == ["T2022072600000001", "T2022072600000002"]
