"""The network security department's mock: a domain is filed once."""

from datetime import date
from typing import Any

import pytest

from sim.mock import Reply
from tests.departments import Desk


class Cyber(Desk):
    """A town with the department."""

    def __init__(self) -> None:
        super().__init__("department-cyber")

    def outcome(self, label: str, zone: str = "example", site_name: str = "示例小站") -> str:
        body = {"label": label, "zone": zone, "site_name": site_name, "operator_id_no": self.citizen.number}
        return str(self.call("checkWebsite", **body).body["outcome"])

    def file(self, domain: str = "www.example") -> Reply:
        operator = {"operator": self.citizen.name, "operator_id_no": self.citizen.number}
        body: dict[str, Any] = {"domain": domain, "site_name": "示例小站", "division": "640099", "materials": []}
        body |= {"contact_mobile": self.citizen.mobile, "online_since": date(2022, 7, 20)}
        return self.call("fileWebsite", **body, **operator)

    def decide(self, request_no: str, decision: str) -> Reply:
        return self.call("decideWebsiteFiling", {"request_no": request_no}, decision=decision, officer="孙网安")

    def look(self, domain: str) -> Any:
        return self.call("getWebsiteFiling", query={"domain": domain}).body


@pytest.mark.parametrize(
    ("domain", "site_name", "outcome"),
    [
        (("www", "example"), "示例小站", "pass"),
        (("www", "example"), "示例银行", "refer"),
        (("www", "invalid"), "示例银行", "fail"),
        (("shili", "example"), "示例小站", "fail"),
    ],
)
def test_domain_and_name_are_compared(domain: tuple[str, str], site_name: str, outcome: str) -> None:
    assert Cyber().outcome(*domain, site_name) == outcome


def test_a_website_is_filed_under_a_number_that_anybody_may_look_up() -> None:
    office = Cyber()
    request_no = office.file().body["request_no"]
    assert office.look("www.example") == {"domain": "www.example", "filed": False}
    assert (office.outcome("www"), office.file().status) == ("fail", 409)
    filed = office.decide(request_no, "approve").body
    assert (filed["state"], filed["filing_no"]) == ("filed", "64009902000001")
    assert office.decide(request_no, "refuse").status == 409
    found = office.look("www.example")
    assert (found["filed"], found["filing_no"], found["filed_on"]) == (True, "64009902000001", date(2022, 7, 26))


def test_what_was_refused_may_be_handed_in_again() -> None:
    office = Cyber()
    assert office.decide(office.file().body["request_no"], "refuse").body["state"] == "refused"
    assert office.file().status == 201


def test_what_was_filed_before_is_known() -> None:
    assert Cyber().look("shili.example")["filed"] is True
    assert Cyber().decide("W999999", "approve").status == 404
