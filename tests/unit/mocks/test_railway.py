"""The railway mock: temporary certificates that end, in number and in time, and seals that hold at the gate."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sim.catalog import Catalog
from sim.contract import load_contract
from sim.mock import System, load_mock
from tests.partners import Town

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.mock import Reply


@cache
def systems() -> Mapping[str, System]:
    bundled = Catalog.bundled()
    names = ("e-seal", "identity", "population", "railway")
    known = {name: load_contract(bundled, name) for name in names}
    return {name: System(one, one, load_mock(bundled, name, one.operations)) for name, one in known.items()}


class Traveller:
    """A citizen without a card."""

    def __init__(self) -> None:
        self.town = Town(systems())

    def call(self, operation: str, **parts: Any) -> Reply:
        return self.town.call("railway", operation, **parts)

    def apply(self, name: str = "") -> Reply:
        citizen = self.town.citizen
        body = {"name": name or citizen.name, "id_no": citizen.number, "mobile": citizen.mobile, "entry_point": "app"}
        return self.call("applyTemporaryId", body=body)

    def show(self, number: str, token: str = "") -> Reply:
        path = {"temporary_id_no": number}
        return self.call("showTemporaryId", path=path, body={"train_no": "K1296"}, token=token or self.town.token)

    def pass_gate(self, code: str) -> Any:
        return self.call("verifyTemporaryId", body={"gate_code": code, "gate_no": "A12"}).body

    def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            self.town.world.clock.pass_call()


def test_a_sealed_certificate_opens_the_gate() -> None:
    traveller = Traveller()
    number = traveller.apply().body["temporary_id_no"]
    shown = traveller.show(number).body
    verdict = traveller.pass_gate(shown["gate_code"])
    assert (verdict["verdict"], verdict["name"]) == ("admitted", traveller.town.citizen.name)


def test_three_certificates_a_month_and_no_more() -> None:
    traveller = Traveller()
    assert [traveller.apply().status for _ in range(4)] == [201, 201, 201, 409]


def test_a_stranger_s_name_gets_none_and_uses_none() -> None:
    traveller = Traveller()
    assert traveller.apply("张三").status == 422
    assert traveller.apply().body["times_this_month"] == 1


def test_a_code_is_shown_for_a_minute() -> None:
    traveller = Traveller()
    shown = traveller.show(traveller.apply().body["temporary_id_no"]).body
    traveller.wait(60)
    assert traveller.pass_gate(shown["gate_code"])["verdict"] == "code-expired"


def test_a_certificate_ends_after_a_day() -> None:
    traveller = Traveller()
    number = traveller.apply().body["temporary_id_no"]
    traveller.wait(24 * 3600 - 30)
    shown = traveller.show(number).body
    traveller.wait(30)
    assert traveller.pass_gate(shown["gate_code"])["verdict"] == "certificate-expired"
    assert traveller.show(number).status == 409


def test_nobody_shows_another_person_s_certificate() -> None:
    traveller = Traveller()
    number = traveller.apply().body["temporary_id_no"]
    stranger = traveller.town.world.keyring.grant("640099199003070015")
    assert traveller.show(number, stranger).status == 403


def test_an_altered_certificate_does_not_open_the_gate() -> None:
    traveller = Traveller()
    number = traveller.apply().body["temporary_id_no"]
    held = traveller.town.world.store.table("railway", "certificates")
    held.put(number, {**(held.get(number) or {}), "name": "张三"})
    shown = traveller.show(number).body
    assert traveller.pass_gate(shown["gate_code"])["verdict"] == "seal-broken"


def test_a_paper_takes_two_visits_and_an_officer_s_word() -> None:
    traveller = Traveller()
    citizen = traveller.town.citizen
    asked = {"name": citizen.name, "office_division": "640000", "wish": "paper"}
    assert traveller.call("receiveAtStationWindow", body=asked).status == 201
    papers = [{"material_name": "本人近期照片", "material_taken": "1"}]
    handed_in = {"name": citizen.name, "id_no": citizen.number, "materials": papers}
    path = {"application_no": traveller.call("submitPaperTemporaryId", body=handed_in).body["application_no"]}
    issue = {"path": path, "body": {"officer": "赵铁警"}}
    assert traveller.call("issuePaperTemporaryId", **issue).status == 409
    found = {"officer": "赵铁警", "finding": "confirmed"}
    checks = [traveller.call("checkTravellerByHand", path=path, body=found).status for _ in range(2)]
    assert checks == [201, 409]
    paper = traveller.call("issuePaperTemporaryId", **issue).body
    gate = {"paper_no": paper["paper_no"], "gate_no": "M01"}
    assert traveller.call("checkPaperTemporaryId", body=gate).body["verdict"] == "admitted"
    traveller.wait(24 * 3600)
    assert traveller.call("checkPaperTemporaryId", body=gate).body["verdict"] == "certificate-expired"


def test_what_is_not_there_is_not_found() -> None:
    traveller = Traveller()
    assert traveller.show("TL20220726999999").status == 404
    assert (
        traveller.call("checkPaperTemporaryId", body={"paper_no": "RZ20220726999999", "gate_no": "M01"}).status == 404
    )
    assert traveller.call("verifyTemporaryId", body={"gate_code": "G" + "0" * 16, "gate_no": "A12"}).status == 404
