"""The public-order department's mock: tenancies, residence permits, guests of hotels."""

from datetime import date
from typing import Any

import pytest

from sim.mock import Code
from tests.departments import Desk, seed_where

YES = Code("yes_no", "yes")
LANDLORD = {"landlord": "周房东", "landlord_id_no": "640099199003070015"}


def desk(seed: int = 1) -> Desk:
    return Desk("department-order", seed=seed)


def dwelling(office: Desk) -> dict[str, Any]:
    return {"address": office.citizen.address, "division": "640000"}


def tenancy(office: Desk, **other: object) -> dict[str, Any]:
    tenant = {"tenant": office.citizen.name, "tenant_id_no": office.citizen.number}
    term = {"rented_from": date(2022, 8, 1), "rented_until": date(2023, 7, 31)}
    paper = {"materials": [{"material_name": "房屋租赁合同", "material_taken": YES}]}
    return {**LANDLORD, **tenant, **dwelling(office), **term, **paper, **other}


PLAIN = seed_where(lambda turn: turn % 30 != 1 and turn % 10 != 0, of="address")
SHARED = seed_where(lambda turn: turn % 30 != 1 and turn % 10 == 0, of="address")
UNFIT = seed_where(lambda turn: turn % 30 == 1, of="address")


@pytest.mark.parametrize(("seed", "outcome"), [(PLAIN, "pass"), (SHARED, "refer"), (UNFIT, "fail")])
def test_the_property_register_decides_the_comparison(seed: int, outcome: str) -> None:
    office = desk(seed)
    assert office.call("checkRental", **LANDLORD, **dwelling(office)).body["outcome"] == outcome


def test_a_tenancy_that_passes_is_registered_and_renewed_under_its_number() -> None:
    office = desk(PLAIN)
    first = office.call("registerRental", **tenancy(office))
    again = office.call("registerRental", **tenancy(office, rented_until=date(2024, 7, 31)))
    assert (first.status, again.body["rental_no"]) == (201, first.body["rental_no"])
    path = {"rental_no": first.body["rental_no"]}
    assert office.call("getRental", path).body["rented_until"] == date(2024, 7, 31)


def test_a_referred_dwelling_needs_an_inspection_that_found_it_fit() -> None:
    office = desk(SHARED)
    look = {"landlord": "周房东", "officer": "吴社区", **dwelling(office)}
    bad = office.call("inspectRental", **look, fit=False).body["inspection_no"]
    good = office.call("inspectRental", **look, fit=True).body["inspection_no"]
    bodies = [tenancy(office), tenancy(office, inspection_no=bad), tenancy(office, inspection_no=good)]
    assert [office.call("registerRental", **body).status for body in bodies] == [422, 422, 201]


def test_a_dwelling_that_failed_is_not_let() -> None:
    office = desk(UNFIT)
    assert office.call("registerRental", **tenancy(office)).status == 422


def test_a_term_has_days() -> None:
    office = desk(PLAIN)
    assert office.call("registerRental", **tenancy(office, rented_until=date(2022, 8, 1))).status == 422


def test_a_tenancy_ends_once_and_is_seen_by_its_people_alone() -> None:
    office = desk(PLAIN)
    path = {"rental_no": office.call("registerRental", **tenancy(office)).body["rental_no"]}
    stranger = office.town.world.keyring.grant("640099199208150027")
    assert office.call("getRental", path, token=stranger).status == 403
    assert office.call("getRental", path, token=office.town.token).status == 200
    ended = [office.call("endRental", path, ended_on=date(2023, 1, 31)) for _ in range(2)]
    assert [one.status for one in ended] == [201, 409]
    assert office.call("getRental", {"rental_no": "Z999999"}).status == 404


def residence(office: Desk, **other: object) -> str:
    body = {"case_no": "1", "ground": "employment", **office.who, **other}
    return str(office.call("checkResidence", **body).body["outcome"])


def test_half_a_year_and_a_ground_are_compared() -> None:
    new = seed_where(lambda turn: turn % 25 == 1)
    unclear = seed_where(lambda turn: turn % 25 != 1 and turn % 8 == 0)
    plain = seed_where(lambda turn: turn % 25 != 1 and turn % 8 != 0)
    assert [residence(desk(seed)) for seed in (new, unclear, plain)] == ["fail", "refer", "pass"]
    assert residence(desk(plain), name="李四") == "refer"


def test_a_permit_is_valid_one_year_and_stands_once_a_case() -> None:
    office = desk()
    body = {"case_no": "1", "division": "640000", **office.who}
    permit = office.call("grantResidencePermit", **body)
    assert permit.body["certificate_validity"] == "20220726-20230726"
    assert office.call("grantResidencePermit", **body).status == 409


def test_a_guest_leaves_before_the_next_room() -> None:
    office = desk()
    hotel = {"hotel_uscc": "91640099MA00099014"}
    stay = {**hotel, **office.who, "room_no": "0812"}
    path = {"guest_no": office.call("registerHotelGuest", **stay).body["guest_no"]}
    assert office.call("registerHotelGuest", **stay).status == 409
    assert office.call("reportDeparture", path, hotel_uscc="91640099MA00099027").status == 403
    assert [office.call("reportDeparture", path, **hotel).status for _ in range(2)] == [201, 409]
    assert office.call("registerHotelGuest", **stay).status == 201
    assert office.call("reportDeparture", {"guest_no": "G999999"}, **hotel).status == 404
