"""The kiosks' mock: a site's services, a stock that is used up, a machine that fails."""

from typing import Any

import pytest

from sim.mock import Reply
from tests.departments import Desk


class Kiosk(Desk):
    """A town with kiosks, one of them in use."""

    def __init__(self, number: str = "640099V001") -> None:
        super().__init__("kiosk")
        self.number = {"kiosk_no": number}

    def open(self, skill: str = "traffic") -> Reply:
        who = {"applicant_name": self.citizen.name, "accepting_division": "640099"}
        return self.call("openKioskSession", **self.number, **who, skill=skill)

    def session(self) -> dict[str, Any]:
        return {"session_no": self.open().body["session_no"]}

    def health(self) -> dict[str, Any]:
        return dict(self.call("getKioskHealth", self.number).body)


@pytest.mark.parametrize(
    ("letter", "skill", "status"),
    [("P", "household", 201), ("V", "household", 422), ("E", "traffic", 422), ("C", "exit-entry", 422)],
)
def test_a_kiosk_offers_what_its_site_is_for(letter: str, skill: str, status: int) -> None:
    kiosk = Kiosk(f"640099{letter}001")
    assert kiosk.open(skill).status == status
    assert kiosk.call("getKioskCapability", kiosk.number).body["skills"][skill.replace("-", "_")] == (status == 201)


def test_a_card_comes_from_the_stock_until_there_is_none() -> None:
    kiosk = Kiosk()
    session, card = kiosk.session(), {"case_no": "1", "certificate_name": "机动车驾驶证", "certificate_no": "1"}
    left = [kiosk.call("printCard", session, **card).body["stock"] for _ in range(50)]
    assert left == list(range(49, -1, -1))
    assert kiosk.call("printCard", session, **card).status == 409
    kiosk.call("refillKiosk", kiosk.number, cards=10, sheets=0, attendant="孙值守")
    assert kiosk.call("printCard", session, **card).body["stock"] == 9


def test_a_paper_uses_its_sheets() -> None:
    kiosk = Kiosk()
    paper = {"case_no": "1", "certificate_name": "临时行驶车号牌"}
    assert kiosk.call("printDocument", kiosk.session(), **paper, pages=2).body["stock"] == 498


def test_a_kiosk_that_nobody_filled_up_has_nothing() -> None:
    assert Kiosk("640099V002").health()["card_stock"] == 0


def test_a_kiosk_that_fails_is_out_of_service_until_it_is_repaired() -> None:
    kiosk = Kiosk()
    kiosk.call("reportKioskFault", kiosk.number, fault="jam")
    refused = kiosk.open()
    assert (refused.status, refused.headers["Retry-After"], kiosk.health()["working"]) == (503, "600", False)
    kiosk.call("repairKiosk", kiosk.number, attendant="孙值守")
    assert kiosk.open().status == 201


def test_nothing_is_printed_or_written_after_the_end() -> None:
    kiosk = Kiosk()
    session = kiosk.session()
    assert kiosk.call("writeCard", session, case_no="1", certificate_no="C1").status == 201
    assert kiosk.call("closeKioskSession", session, finished=True).status == 201
    assert kiosk.call("writeCard", session, case_no="1", certificate_no="C1").status == 409
    assert kiosk.call("closeKioskSession", session, finished=True).status == 409
