"""Health: certificates of birth and death, vaccination books, and how people stand in an epidemic."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, Record, World

DOSE_DAYS = 30


def enrol(world: World, citizen: Citizen) -> None:
    """Note how a citizen stands."""
    world.store.table("health", "statuses").put(citizen.number, {"name": citizen.name, "status": "clear"})


def issue_birth_certificate(call: Call) -> Reply:
    """Certify a birth; one certificate a child."""
    body = call.body
    born = f"{body['parent_id_no']} {body['child_name']} {body['born_at']}"
    if call.table("births").get(born) is not None:
        raise Problem(409, "the birth is certified", "wrong-state")
    number = f"N64{call.count('birth'):07d}"
    certificate = {**body, "birth_certificate_no": number, "issued_on": call.now.date()}
    call.table("births").put(born, {"birth_certificate_no": number})
    call.table("birth certificates").put(number, certificate)
    return Reply(201, certificate)


def get_birth_certificate(call: Call) -> Reply:
    """Give one birth certificate."""
    return Reply(200, _held(call, "birth certificates", call.path["birth_certificate_no"]))


def issue_death_certificate(call: Call) -> Reply:
    """Certify a death; one certificate a person."""
    if call.table("deaths").get(call.body["id_no"]) is not None:
        raise Problem(409, "the death is certified", "wrong-state")
    number = f"D64{call.count('death'):07d}"
    certificate = {**call.body, "death_certificate_no": number, "issued_on": call.now.date()}
    call.table("deaths").put(call.body["id_no"], {"death_certificate_no": number})
    call.table("death certificates").put(number, certificate)
    return Reply(201, certificate)


def get_death_certificate(call: Call) -> Reply:
    """Give one death certificate."""
    return Reply(200, _held(call, "death certificates", call.path["death_certificate_no"]))


def register_vaccination(call: Call) -> Reply:
    """Open the vaccination book of a child."""
    number = call.body["birth_certificate_no"]
    if call.table("birth certificates").get(number) is None:
        raise Problem(422, "nobody issued that birth certificate", "not-consistent")
    if call.table("books").get(number) is not None:
        raise Problem(409, "the child has a book", "wrong-state")
    book = {**call.body, "vaccination_no": f"V64{call.count('book'):09d}"}
    book |= {"next_dose_on": (call.now + timedelta(days=DOSE_DAYS)).date()}
    call.table("books").put(number, book)
    return Reply(201, book)


def get_health_status(call: Call) -> Reply:
    """Say how the citizen stands whose token it is."""
    return Reply(200, _status(call, str(call.holder)))


def query_health_status(call: Call) -> Reply:
    """Say how each of many people stands."""
    people = call.body["people"]
    page, shown = call.page(people)
    return Reply(200, {**page, "statuses": [_status(call, one["id_no"], one["name"]) for one in shown]})


def _status(call: Call, id_no: str, name: str | None = None) -> Record:
    known = call.table("statuses").get(id_no)
    is_known = known is not None and name in (None, known["name"])
    status = known["status"] if known is not None and is_known else "unknown"
    return {"id_no": id_no, "status": status, "checked_at": call.now}


def _held(call: Call, table: str, number: str) -> Record:
    certificate = call.table(table).get(number)
    if certificate is None:
        raise Problem(404, "there is no certificate of that number", "not-found")
    return certificate
