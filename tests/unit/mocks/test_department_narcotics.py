"""The narcotics department's mock: a licence is good for its quantity, in whatever province."""

from typing import Any

import pytest

from sim.contract.checksum import is_certificate_identifier
from sim.mock import Code, Reply
from tests.departments import Desk

GOOD, OVERDUE, UNKNOWN = "91640099MA00099014", "91640099MA00099027", "91640099MA0009903A"
NAME = "示例化工有限公司"


class Enterprise(Desk):
    """A town with the department, and one application."""

    def __init__(self) -> None:
        super().__init__("department-narcotics")

    def apply(self, **other: Any) -> Reply:
        body: dict[str, Any] = {"enterprise": NAME, "uscc": GOOD, "contact": self.citizen.name}
        body |= {"contact_mobile": self.citizen.mobile, "quantity_kg": 500}
        body |= {"purpose": "purchase", "precursor_class": "class-2", "chemical": "三氯甲烷"}
        body |= {"counterpart_uscc": OVERDUE, "from_division": "640000", "to_division": "310000", "materials": []}
        return self.call("applyPrecursorLicence", **{**body, **other})

    def granted(self, **other: Any) -> dict[str, str]:
        path = {"licence_no": self.apply(**other).body["licence_no"]}
        assert self.decide(path).body["state"] == "granted"
        return path

    def decide(self, path: dict[str, str], decision: str = "approve") -> Reply:
        return self.call("decidePrecursorLicence", path, decision=decision, officer="郑禁毒")

    def use(self, path: dict[str, str], quantity: int, uscc: str = GOOD) -> Reply:
        return self.call("usePrecursorLicence", path, uscc=uscc, quantity_kg=quantity)

    def covers(self, licence_no: str, quantity: int) -> str:
        body = {"licence_no": licence_no, "plate_no": "宁A00099", "quantity_kg": quantity}
        verdict = self.call("checkTransport", **body).body
        return "covered" if verdict["covered"] else str(verdict["reason"])


@pytest.mark.parametrize(
    ("uscc", "outcome", "papers"), [(GOOD, "pass", 2), (OVERDUE, "refer", 2), (UNKNOWN, "fail", 5)]
)
def test_what_is_known_of_an_enterprise_is_not_handed_in(uscc: str, outcome: str, papers: int) -> None:
    answer = Enterprise().call("checkEnterprise", enterprise=NAME, uscc=uscc, purpose="purchase").body
    held = [one["certificate_identifier"] for one in answer["materials"] if "certificate_identifier" in one]
    assert (answer["outcome"], len(answer["materials"]), len(answer["materials"]) - len(held)) == (outcome, 5, papers)
    assert all(is_certificate_identifier(one) for one in held)


@pytest.mark.parametrize(
    ("precursor_class", "level", "days"),
    [("class-1", "provincial", 20), ("class-2", "county", 10), ("class-3", "county", 5)],
)
def test_the_class_decides_who_decides(precursor_class: str, level: str, days: int) -> None:
    licence = Enterprise().apply(precursor_class=precursor_class).body
    assert (licence["deciding_level"], licence["term_days"]) == (Code("level", level), days)


def test_an_unknown_enterprise_is_refused() -> None:
    assert Enterprise().apply(uscc=UNKNOWN).status == 422


def test_an_application_is_decided_once() -> None:
    office = Enterprise()
    path = {"licence_no": office.apply().body["licence_no"]}
    assert office.use(path, 1).status == 409
    refused = office.decide(path, "refuse")
    assert (refused.status, refused.body["state"], "valid_until" in refused.body) == (201, "refused", False)
    assert office.decide(path).status == 409
    assert office.use(path, 1).status == 409


def test_uses_take_from_the_licence_and_never_more_than_is_left() -> None:
    office = Enterprise()
    path = office.granted()
    answers = [office.use(path, quantity) for quantity in (200, 301, 300, 1)]
    assert [one.status for one in answers] == [201, 422, 201, 422]
    assert [answers[0].body["remaining_kg"], answers[2].body["remaining_kg"]] == [300, 0]
    assert office.call("getPrecursorLicence", path).body["remaining_kg"] == 0
    assert office.use(path, 1, OVERDUE).status == 403


def test_a_licence_runs_out() -> None:
    office = Enterprise()
    path = office.granted()
    office.later(days=89)
    assert office.use(path, 1).status == 201
    office.later(days=2)
    assert office.use(path, 1).status == 409


def test_police_of_any_province_see_what_a_licence_covers() -> None:
    office = Enterprise()
    purchase, transport = office.granted(), office.granted(purpose="transport")
    office.use(transport, 200)
    number = transport["licence_no"]
    assert [office.covers(number, 200), office.covers(number, 201)] == [
        "covered",
        "more is loaded than was taken from the licence",
    ]
    none = "there is no licence to move of that number"
    assert [office.covers(purchase["licence_no"], 1), office.covers("P999999", 1)] == [none, none]
    office.later(days=91)
    assert office.covers(number, 200) == "the licence is not in force"


def test_each_use_has_one_record_of_its_quantity_and_a_late_one_says_so() -> None:
    office = Enterprise()
    path = office.granted()
    uses = [office.use(path, 100).body["use_no"] for _ in range(2)]

    def file(use_no: str, quantity: int = 100, uscc: str = GOOD) -> Reply:
        body = {"uscc": uscc, "use_no": use_no, "quantity_kg": quantity, "destination": "生产投料"}
        return office.call("filePrecursorRecord", **body)

    assert [file(uses[0], 99).status, file(uses[0], uscc=OVERDUE).status, file("U999999").status] == [422, 403, 404]
    first = file(uses[0])
    assert (first.status, first.body["overdue"], file(uses[0]).status) == (201, False, 409)
    office.later(days=31)
    assert file(uses[1]).body["overdue"] is True


def test_an_officers_finding_is_kept() -> None:
    body = {"enterprise": NAME, "uscc": OVERDUE, "finding": "reliable", "officer": "郑禁毒"}
    assert Enterprise().call("examineEnterprise", **body).body["finding"] == "reliable"
