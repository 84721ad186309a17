"""Those to whom citizens show a code: hotel, insurer and inspection station."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from sim.catalog import Catalog
from sim.contract import load_contract
from sim.mock import System, load_mock
from tests.partners import Town

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.mock import Reply

PURPOSES = {"hotel": "hotel-check-in", "insurance": "motor-insurance", "inspection-station": "vehicle-inspection"}
SCANS: dict[str, tuple[str, dict[str, Any]]] = {
    "hotel": ("checkIn", {"hotel_no": "H6400000117", "nights": 1}),
    "insurance": ("quotePolicy", {"cover": "compulsory"}),
    "inspection-station": ("receiveVehicle", {"station_no": "J6400000012"}),
}
WANTED = {"hotel": "居民身份证", "insurance": "机动车行驶证", "inspection-station": "机动车行驶证"}


@cache
def systems() -> Mapping[str, System]:
    bundled = Catalog.bundled()
    known = {name: load_contract(bundled, name) for name in ("certificate", *PURPOSES)}
    return {name: System(one, one, load_mock(bundled, name, one.operations)) for name, one in known.items()}


def code(town: Town, name: str, purpose: str) -> str:
    person = {"name": town.citizen.name, "id_no": town.citizen.number}
    body = {**person, "certificate_name": name, "purpose": purpose}
    return str(town.call("certificate", "issueCode", body=body, token=town.token).body["code"])


def scan(town: Town, party: str, shown: str) -> Reply:
    operation, rest = SCANS[party]
    return town.call(party, operation, body={"code": shown, **rest})


@pytest.mark.parametrize("party", PURPOSES)
def test_a_code_is_taken_once(party: str) -> None:
    town = Town(systems())
    shown = code(town, WANTED[party], PURPOSES[party])
    first = scan(town, party, shown)
    assert (first.status, first.body["name"]) == (201, town.citizen.name)
    assert scan(town, party, shown).status == 422


@pytest.mark.parametrize("party", PURPOSES)
def test_a_code_of_another_purpose_or_certificate_is_refused(party: str) -> None:
    town = Town(systems())
    assert scan(town, party, code(town, WANTED[party], "social-security-card")).status == 422
    assert scan(town, party, code(town, "居民户口簿", PURPOSES[party])).status == 422
    assert scan(town, party, "Q" + "0" * 32).status == 422


def test_a_guest_noted_by_hand_is_reported_once_before_leaving() -> None:
    town = Town(systems())
    body = {"name": town.citizen.name, "id_no": town.citizen.number, "hotel_no": "H6400000117", "nights": 1}
    stay = town.call("hotel", "noteGuestByHand", body=body).body
    path = {"stay_no": stay["stay_no"]}
    assert stay["reported"] is False
    calls = ("checkOut", "reportStay", "reportStay", "checkOut", "checkOut")
    assert [town.call("hotel", one, path=path).status for one in calls] == [409, 201, 409, 201, 409]


def test_a_hotel_forgets_who_has_left() -> None:
    town = Town(systems())
    stay_no = scan(town, "hotel", code(town, "居民身份证", "hotel-check-in")).body["stay_no"]
    town.call("hotel", "checkOut", path={"stay_no": stay_no})
    held = town.world.store.table("hotel", "stays").get(stay_no)
    assert held is not None
    assert town.citizen.name not in str(held)
    assert town.citizen.number not in str(held)


def insure(town: Town, quote_no: str, name: str = "机动车驾驶证") -> Reply:
    body = {"code": code(town, name, "motor-insurance")}
    return town.call("insurance", "issuePolicy", path={"quote_no": quote_no}, body=body)


def test_a_quote_becomes_one_policy() -> None:
    town = Town(systems())
    quote = scan(town, "insurance", code(town, "机动车行驶证", "motor-insurance")).body
    assert insure(town, quote["quote_no"], "机动车行驶证").status == 422
    first, second = insure(town, quote["quote_no"]), insure(town, quote["quote_no"])
    assert (first.status, second.status) == (201, 409)
    assert first.body["amount_yuan"] == quote["amount_yuan"]
    held: Any = town.call("insurance", "getPolicy", path={"policy_no": first.body["policy_no"]}).body
    assert (held["valid_until"] - held["valid_from"]).days == 364
    assert insure(town, "IQ20220726999999").status == 404


def test_a_vehicle_gets_its_mark_when_it_passes() -> None:
    town = Town(systems())
    shown = code(town, "机动车行驶证", "vehicle-inspection")
    path = {"reception_no": scan(town, "inspection-station", shown).body["reception_no"]}

    def inspect(finding: str) -> int:
        body = {"officer": "孙检验", "finding": finding}
        return town.call("inspection-station", "inspectVehicle", path=path, body=body).status

    def mark() -> int:
        return town.call("inspection-station", "issueInspectionMark", path=path).status

    assert [mark(), inspect("failed"), mark(), inspect("passed"), mark(), mark()] == [409, 201, 409, 201, 201, 409]
    assert inspect("passed") == 409
