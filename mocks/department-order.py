"""Public-order department: rented dwellings, residence permits, guests of hotels."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, Record, World

SYSTEM = "department-order"
# Which dwellings and people the comparison refers or fails: one in so many, by address or number.
ONE_SHARED_IN = 10
ONE_UNFIT_IN = 30
ONE_UNCLEAR_IN = 8
ONE_TOO_NEW_IN = 25
PERMIT_DAYS = 365


def enrol(world: World, citizen: Citizen) -> None:
    """Enter a citizen's residence, of which the comparison knows how long it has lasted."""
    turn = crc32(citizen.number.encode())
    days = 90 if turn % ONE_TOO_NEW_IN == 1 else 400
    residence = {"name": citizen.name, "days": days, "proven": turn % ONE_UNCLEAR_IN != 0}
    world.store.table(SYSTEM, "residences").put(citizen.number, residence)


def check_rental(call: Call) -> Reply:
    """Compare a dwelling with the property register."""
    outcome, reason = _dwelling(call.body["address"])
    return Reply(200, {"outcome": outcome, "checked_at": call.now} | ({"reason": reason} if reason else {}))


def inspect_rental(call: Call) -> Reply:
    """Keep what the community officer found at a dwelling."""
    number = f"I{call.now:%Y%m%d}{call.count('inspection'):04d}"
    found = {
        "inspection_no": number,
        "fit": call.body["fit"],
        "officer": call.body["officer"],
        "inspected_at": call.now,
    }
    call.table("inspections").put(number, {**found, "address": call.body["address"]})
    return Reply(201, found)


def register_rental(call: Call) -> Reply:
    """Enter a tenancy."""
    body = call.body
    if body["rented_until"] <= body["rented_from"] or not _may_be_let(call):
        raise Problem(422, "the dwelling may not be let, or the term has no days", "not-consistent")
    place = f"{body['tenant_id_no']} {body['address']}"
    held = call.table("dwellings").get(place)
    number = held["rental_no"] if held is not None else f"Z{call.now:%Y%m%d}{call.count('rental'):04d}"
    kept = ("landlord_id_no", "tenant", "tenant_id_no", "address", "rented_from", "rented_until")
    rental = {name: body[name] for name in kept} | {"rental_no": number, "ended": False, "registered_at": call.now}
    call.table("rentals").put(number, rental)
    call.table("dwellings").put(place, {"rental_no": number})
    return Reply(201, rental)


def get_rental(call: Call) -> Reply:
    """Give a tenancy."""
    return Reply(200, _rental(call))


def end_rental(call: Call) -> Reply:
    """End a tenancy, once."""
    rental = _rental(call)
    if rental["ended"]:
        raise Problem(409, "the tenancy is over", "wrong-state")
    ended = {**rental, "rented_until": call.body["ended_on"], "ended": True}
    call.table("rentals").put(rental["rental_no"], ended)
    call.table("dwellings").remove(f"{rental['tenant_id_no']} {rental['address']}")
    return Reply(201, ended)


def check_residence(call: Call) -> Reply:
    """Compare a claim with the register: half a year, and a ground."""
    residence = call.table("residences").get(call.body["id_no"])
    outcome, reason = "pass", ""
    if residence is None or residence["name"] != call.body["name"]:
        outcome, reason = "refer", "no residence is registered"
    elif residence["days"] < PERMIT_DAYS / 2:
        outcome, reason = "fail", "the residence has not lasted half a year"
    elif not residence["proven"]:
        outcome, reason = "refer", "the ground is not known to other offices"
    answer = {"case_no": call.body["case_no"], "outcome": outcome, "checked_at": call.now}
    return Reply(200, answer | ({"reason": reason} if reason else {}))


def examine_residence(call: Call) -> Reply:
    """Keep what an officer found about a claim."""
    found = {name: call.body[name] for name in ("case_no", "finding", "officer")}
    return Reply(201, {**found, "examined_at": call.now})


def grant_residence_permit(call: Call) -> Reply:
    """Record the permit of a case, valid for one year."""
    case_no = call.body["case_no"]
    if call.table("permits").get(case_no) is not None:
        raise Problem(409, "the case has its permit", "wrong-state")
    until = call.now + timedelta(days=PERMIT_DAYS)
    permit_no = f"{call.body['division'][:6]}{call.now:%Y%m%d}{call.count('permit'):04d}"
    permit = {"case_no": case_no, "permit_no": permit_no, "certificate_validity": f"{call.now:%Y%m%d}-{until:%Y%m%d}"}
    call.table("permits").put(case_no, permit)
    return Reply(201, permit)


def register_hotel_guest(call: Call) -> Reply:
    """Enter a guest who has arrived."""
    stay = f"{call.body['hotel_uscc']} {call.body['id_no']}"
    if call.table("stays").get(stay) is not None:
        raise Problem(409, "the guest has not left", "wrong-state")
    guest_no = f"G{call.now:%Y%m%d}{call.count('guest'):04d}"
    guest = {"guest_no": guest_no, "hotel_uscc": call.body["hotel_uscc"], "arrived_at": call.now, "present": True}
    call.table("guests").put(guest_no, {**guest, "stay": stay})
    call.table("stays").put(stay, {"guest_no": guest_no})
    return Reply(201, guest)


def report_departure(call: Call) -> Reply:
    """Note that a guest has left."""
    guest = call.table("guests").get(call.path["guest_no"])
    if guest is None:
        raise Problem(404, "there is no report of that number", "not-found")
    if guest["hotel_uscc"] != call.body["hotel_uscc"]:
        raise Problem(403, "the guest stays elsewhere", "not-allowed")
    if not guest["present"]:
        raise Problem(409, "the guest has left", "wrong-state")
    left = {**guest, "present": False, "left_at": call.now}
    call.table("guests").put(guest["guest_no"], left)
    call.table("stays").remove(guest["stay"])
    return Reply(201, left)


def _dwelling(address: str) -> tuple[str, str]:
    """Return what the property register says of a dwelling: outcome and reason."""
    turn = crc32(address.encode())
    if turn % ONE_UNFIT_IN == 1:
        return "fail", "the dwelling may not be lived in"
    if turn % ONE_SHARED_IN == 0:
        return "refer", "the dwelling has several owners"
    return "pass", ""


def _may_be_let(call: Call) -> bool:
    """Whether the comparison, or an inspection where it referred the dwelling, allows a tenancy."""
    outcome, _ = _dwelling(call.body["address"])
    if outcome != "refer":
        return outcome == "pass"
    inspection = call.table("inspections").get(call.body.get("inspection_no", ""))
    return inspection is not None and inspection["fit"] and inspection["address"] == call.body["address"]


def _rental(call: Call) -> Record:
    rental: Record | None = call.table("rentals").get(call.path["rental_no"])
    if rental is None:
        raise Problem(404, "there is no tenancy of that number", "not-found")
    if call.holder not in (None, rental["tenant_id_no"], rental["landlord_id_no"]):
        raise Problem(403, "the tenancy is of other people", "not-allowed")
    return rental
