"""The detention department's mock: a slot needs room in two calendars. The world begins on a Tuesday at nine."""

from typing import Any

from sim.mock import Reply
from tests.departments import Desk

CENTRE = "MC640099"
FIRST = "MC6400992022072709"
LAWYERS = [f"1640020151009900{number}" for number in range(1, 7)]


class Centre(Desk):
    """A town with the department."""

    def __init__(self) -> None:
        super().__init__("department-detention")

    def slots(self, lawyer: str = LAWYERS[0], **page: int) -> Any:
        return self.call("listMeetingSlots", query={"centre_no": CENTRE, "lawyer_licence_no": lawyer, **page}).body

    def book(self, slot_no: str = FIRST, lawyer: str = LAWYERS[0], token: str = "") -> Reply:
        body = {"slot_no": slot_no, "lawyer": self.citizen.name, "lawyer_licence_no": lawyer, "client": "甲某"}
        return self.call("bookMeeting", token=token, **body, firm_uscc="31640099MD0009904R", materials=[])

    def booked(self, **given: str) -> dict[str, str]:
        return {"meeting_no": self.book(**given).body["meeting_no"]}

    def record(self, path: dict[str, str], *, came: bool) -> Reply:
        return self.call("recordMeeting", path, came=came, officer="周监管")

    def receive(self, path: dict[str, str]) -> Reply:
        return self.call("receiveLawyer", path, officer="周监管")

    def cancel(self, path: dict[str, str], token: str = "") -> int:
        return self.call("cancelMeeting", path, token=token, reason="庭审冲突").status


def test_slots_are_working_hours_of_the_days_ahead() -> None:
    slots = Centre().slots(page_size=100)["slots"]
    hours = [f"{one['starts_at']:%m%d%H}" for one in slots[:7]]
    assert hours == ["072709", "072710", "072711", "072714", "072715", "072716", "072809"]
    assert {one["starts_at"].weekday() for one in slots} == {0, 1, 2, 3, 4}
    assert Centre().slots(page=2, page_size=5)["slots"][0]["slot_no"] == slots[5]["slot_no"]


def test_a_lawyer_is_not_in_two_places() -> None:
    centre = Centre()
    assert [centre.book().status, centre.book().status] == [201, 409]
    other_centre = FIRST.replace("640099", "640199")
    assert centre.book(other_centre).status == 409
    assert centre.slots()["earliest_slot_no"] == "MC6400992022072710"
    assert centre.slots(LAWYERS[1])["slots"][0]["rooms_free"] == 3


def test_a_centre_has_four_rooms_an_hour() -> None:
    centre = Centre()
    assert [centre.book(lawyer=lawyer).status for lawyer in LAWYERS[:5]] == [201, 201, 201, 201, 409]
    assert centre.slots(LAWYERS[5])["earliest_slot_no"] == "MC6400992022072710"


def test_a_slot_that_is_none_is_refused() -> None:
    numbers = ("MC6400992022072708", "MC6400992022073009", "MC6400992022072609", "MC6400992022139909")
    assert [Centre().book(number).status for number in numbers] == [422, 422, 422, 422]


def test_a_meeting_within_48_hours_is_in_time() -> None:
    centre = Centre()
    assert [centre.book(number).body["in_time"] for number in (FIRST, "MC6400992022072910")] == [True, False]


def test_cancelling_gives_room_and_hour_back_until_the_beginning() -> None:
    centre = Centre()
    path = centre.booked(token=centre.town.token)
    stranger = centre.town.world.keyring.grant("640099199003070015")
    assert centre.cancel(path, stranger) == 403
    assert [centre.cancel(path, centre.town.token), centre.cancel(path)] == [201, 409]
    again = centre.booked()
    centre.later(days=2)
    assert centre.cancel(again) == 409
    assert centre.cancel({"meeting_no": "H999999"}) == 404


def test_who_came_is_received_and_who_did_not_is_counted() -> None:
    centre = Centre()
    first, second = centre.booked(), centre.booked(slot_no="MC6400992022072710")
    third = centre.booked(slot_no="MC6400992022072711")
    assert centre.receive(first).status == 409
    assert [centre.record(first, came=True).body["state"], centre.receive(first).body["state"]] == ["present", "held"]
    assert [centre.record(path, came=False).body["absences"] for path in (second, third)] == [1, 2]
    assert [centre.receive(second).status, centre.record(second, came=True).status] == [409, 409]


def test_the_answer_of_the_day_before_is_noted_once() -> None:
    centre = Centre()
    path = centre.booked()
    answers = [centre.call("confirmMeeting", path, comes=comes) for comes in (False, True)]
    assert (answers[0].body["state"], [one.status for one in answers]) == ("declined", [201, 409])
    assert centre.cancel(path) == 201


def test_nothing_free_within_a_month_is_not_found() -> None:
    centre = Centre()
    query = {"centre_no": CENTRE, "lawyer_licence_no": LAWYERS[0]}
    while (answer := centre.call("listMeetingSlots", query=query)).status == 200:
        assert centre.book(answer.body["earliest_slot_no"]).status == 201
    assert answer.status == 404
