"""The petition department's mock: 15 days to say who answers, 60 to answer, 30 more where that was told in time."""

from datetime import date

from sim.mock import Reply
from tests.departments import Desk


class Petition(Desk):
    """A town with the department, and one petition of 26 July 2022."""

    def __init__(self) -> None:
        super().__init__("department-petition")
        body = {"title": "小区停车问题", "content": "小区门口长期停放车辆。", "division": "640000"}
        self.first = self.call("submitPetition", mobile=self.citizen.mobile, **self.who, **body).body
        self.path = {"enquiry_no": self.first["enquiry_no"]}

    def sort(self, decision: str) -> Reply:
        return self.call("acceptPetition", self.path, decision=decision, accepted_by="钱信访")

    def pass_on(self) -> Reply:
        body = {"to_division": "640100", "to_unit": "示例市公安局", "officer": "钱信访"}
        return self.call("transferPetition", self.path, **body)

    def extend(self) -> Reply:
        return self.call("extendPetition", self.path, officer="钱信访", reason="需现场调查")

    def answer(self) -> Reply:
        return self.call("answerPetition", self.path, answer="已协调。", officer="钱信访")

    def look(self) -> tuple[str, bool, int]:
        seen = self.call("getPetition", self.path, token=self.town.token).body
        return seen["state"], seen["overdue"], seen["overdue_days"]


def test_a_petition_is_late_the_day_after_the_fifteenth() -> None:
    petition = Petition()
    assert petition.first["due_on"] == date(2022, 8, 10)
    petition.later(days=15)
    assert petition.look() == ("submitted", False, 0)
    petition.later(days=1)
    assert petition.look() == ("submitted", True, 1)


def test_acceptance_starts_the_sixty_days() -> None:
    petition = Petition()
    petition.later(days=2)
    assert petition.sort("accept").body["due_on"] == date(2022, 9, 26)
    assert petition.sort("accept").status == 409
    petition.later(days=63)
    assert petition.look() == ("accepted", True, 3)
    late = petition.answer().body
    petition.later(days=10)
    assert (late["overdue_days"], petition.look()) == (3, ("answered", True, 3))
    assert petition.answer().status == 409


def test_thirty_more_days_are_told_once_and_in_time() -> None:
    petition = Petition()
    assert petition.extend().status == 409
    petition.sort("accept")
    assert [petition.extend().body["due_on"], petition.extend().status] == [date(2022, 10, 24), 409]
    late = Petition()
    late.sort("accept")
    late.later(days=61)
    assert late.extend().status == 409


def test_what_belongs_elsewhere_is_passed_on_twice_at_most() -> None:
    petition = Petition()
    assert petition.pass_on().status == 409
    statuses = [(petition.sort("pass-on").status, petition.pass_on().status) for _ in range(3)]
    assert statuses == [(201, 201), (201, 201), (201, 409)]


def test_passing_on_starts_the_fifteen_days_anew() -> None:
    petition = Petition()
    petition.later(days=14)
    petition.sort("pass-on")
    moved = petition.pass_on().body
    assert (moved["state"], moved["division"], moved["due_on"]) == ("transferred", "640100", date(2022, 8, 24))
    assert petition.sort("accept").status == 201


def test_what_was_turned_away_is_over() -> None:
    petition = Petition()
    assert petition.sort("turn-away").body["state"] == "turned-away"
    petition.later(days=30)
    assert petition.look() == ("turned-away", False, 0)
    assert petition.answer().status == 409


def test_a_petition_is_seen_by_its_citizen_alone() -> None:
    petition = Petition()
    stranger = petition.town.world.keyring.grant("640099199003070015")
    assert petition.call("getPetition", petition.path, token=stranger).status == 403
    assert petition.call("getPetition", {"enquiry_no": "XF1"}).status == 404
