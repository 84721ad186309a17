"""The halls' mock: lines by what citizens came for, windows by what they may serve."""

from typing import Any

import pytest

from sim.mock import Reply
from tests.departments import Desk

CLERK = {"clerk": "李窗口"}


class Hall(Desk):
    """A hall with its lines and windows."""

    def __init__(self) -> None:
        super().__init__("service-window")

    def ticket(self, skill: str = "traffic", purpose: str = "hand-in") -> dict[str, Any]:
        drawn = {"division": "640099", "skill": skill, "purpose": purpose, "applicant_name": self.citizen.name}
        return dict(self.call("takeTicket", **drawn).body)

    def window(self, skill: str = "one-stop", window_no: str = "07") -> dict[str, Any]:
        opened = self.call("openWindowSession", division="640099", window_no=window_no, skill=skill, **CLERK).body
        return {"session_no": opened["session_no"]}

    def next_for(self, window: dict[str, Any]) -> Reply:
        return self.call("callNextTicket", window, **CLERK)

    def waiting(self) -> int:
        return int(self.call("getHallQueue", {"division": "640099"}).body["waiting"])


def number(ticket: dict[str, Any]) -> dict[str, Any]:
    return {"ticket_no": ticket["ticket_no"]}


def test_a_ticket_says_how_many_wait_before_it() -> None:
    hall = Hall()
    assert [hall.ticket()["ahead"] for _ in range(3)] == [0, 1, 2]
    assert (hall.ticket("household")["ahead"], hall.waiting()) == (0, 4)


def test_a_one_stop_window_calls_who_waited_longest_of_all() -> None:
    hall = Hall()
    first, second = hall.ticket("household"), hall.ticket("traffic")
    window = hall.window()
    assert [hall.next_for(window).body["ticket_no"] for _ in range(2)] == [first["ticket_no"], second["ticket_no"]]
    assert hall.next_for(window).status == 409


def test_a_window_with_one_skill_passes_over_the_others() -> None:
    hall = Hall()
    hall.ticket("household")
    mine = hall.ticket("traffic")
    assert hall.next_for(hall.window("traffic")).body["ticket_no"] == mine["ticket_no"]
    assert hall.waiting() == 1


@pytest.mark.parametrize(("skill", "status"), [("one-stop", 201), ("traffic", 201), ("household", 422)])
def test_a_window_serves_what_it_may(skill: str, status: int) -> None:
    hall = Hall()
    ticket, window = hall.ticket("traffic"), hall.window(skill)
    assert hall.call("serveTicket", number(ticket), **CLERK, **window).status == status


def test_a_window_that_is_open_is_not_opened_again_before_it_is_closed() -> None:
    hall = Hall()
    window = hall.window()
    again = {"division": "640099", "window_no": "07", "skill": "one-stop", **CLERK}
    assert hall.call("openWindowSession", **again).status == 409
    assert hall.call("closeWindowSession", window, **CLERK).status == 201
    assert hall.next_for(window).status == 409
    assert hall.call("openWindowSession", **again).status == 201


def test_who_was_served_or_left_is_in_no_line() -> None:
    hall = Hall()
    served, left = hall.ticket(), hall.ticket()
    assert hall.call("serveTicket", number(served), **CLERK).status == 201
    assert hall.call("cancelTicket", number(left), reason="等候时间过长").status == 201
    assert hall.waiting() == 0
    assert hall.call("cancelTicket", number(served), reason="等候时间过长").status == 409


@pytest.mark.parametrize(("purpose", "status"), [("collect", 201), ("hand-in", 422)])
def test_a_document_is_handed_to_who_came_to_collect(purpose: str, status: int) -> None:
    hall = Hall()
    document = {"case_no": "1", "certificate_name": "普通护照"}
    receiver = {"receiver": hall.citizen.name, "id_no": hall.citizen.number}
    assert hall.call("handDocument", number(hall.ticket(purpose=purpose)), **document, **receiver).status == status


def test_each_letter_has_its_number() -> None:
    hall = Hall()
    letter = {"case_no": "1", "to": "office", "division": "640000"}
    assert [hall.call("postLetter", **letter).body["letter_no"][-6:] for _ in range(2)] == ["000001", "000002"]
