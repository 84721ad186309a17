"""Household department: the register, ID cards and household certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from sim.mock import Problem, Reply, citizen_number

if TYPE_CHECKING:
    from datetime import date

    from sim.mock import Call, Citizen, Record, World

PARTNERS = ("certificate",)

SYSTEM = "department-household"
ISSUER = "示例县公安局"
ISSUER_USCC = "11640099MB0009902H"
CERTIFICATE_NAME = "户籍类证明"
# Whose record an officer must see, and whose card is being made already: one in so many, by their number.
ONE_REFERRED_IN = 12
ONE_OPEN_IN = 40
# Years that a card is valid, by the age of its holder (Law on Resident Identity Cards, article 5).
VALIDITY = ((16, 5), (26, 10), (46, 20))
LONG_TERM = "长期"
# GB 2312 stands for the table of standard characters: rows 16 to 55 hold the frequent ones, 56 to 87 the others.
FIRST_ROW, SECOND_ROW, LAST_ROW = 0xB0, 0xD8, 0xF7


def enrol(world: World, citizen: Citizen) -> None:
    """Enter a citizen into the register."""
    number = world.store.count(SYSTEM, "household")
    person = {
        "name": citizen.name,
        "id_no": citizen.number,
        "born_on": citizen.birth_date,
        "household_no": f"H{citizen.home_division}{number:08d}",
        "division": citizen.home_division,
        "registered": True,
    }
    world.store.table(SYSTEM, "people").put(citizen.number, person)


def check_household(call: Call) -> Reply:
    """Compare name, number and matter with the register."""
    outcome, reason = _comparison(call)
    answer = {"case_no": call.body["case_no"], "outcome": outcome, "checked_at": call.now}
    return Reply(200, answer | ({"reason": reason} if reason else {}))


def examine_household(call: Call) -> Reply:
    """Keep what an officer found; a case is examined once."""
    case_no = call.body["case_no"]
    if call.table("examinations").get(case_no) is not None:
        raise Problem(409, "the case has been examined", "wrong-state")
    examined = {name: call.body[name] for name in ("case_no", "finding", "officer")} | {"examined_at": call.now}
    call.table("examinations").put(case_no, examined)
    return Reply(201, examined)


def register_birth(call: Call) -> Reply:
    """Enter a child into a parent's household and give it a number."""
    body = call.body
    parent = call.table("people").get(body["parent_id_no"])
    if parent is None or not parent["registered"] or parent["name"] != body["parent_name"]:
        raise Problem(422, "the parent is not in the register", "not-consistent")
    if call.table("births").get(body["birth_certificate_no"]) is not None:
        raise Problem(409, "the birth certificate has entered a child", "wrong-state")
    sequence = call.count("birth") * 2 % 1000 + (1 if body["sex"] == "male" else 0)
    number = citizen_number(body["division"][:6], body["born_on"], sequence)
    child = {"name": body["name"], "id_no": number, "born_on": body["born_on"], "registered": True}
    child |= {"household_no": parent["household_no"], "division": body["division"]}
    call.table("people").put(number, child)
    call.table("births").put(body["birth_certificate_no"], {"id_no": number})
    return Reply(201, {**child, "case_no": body["case_no"], "registered_on": call.now.date()})


def cancel_household(call: Call) -> Reply:
    """Strike a person from the register, unless the document is about somebody else."""
    person = _person(call)
    told = {"case_no": call.body["case_no"], "id_no": person["id_no"]}
    if call.body.get("finding") == "inconsistent":
        return Reply(201, {**told, "decision": "refuse"})
    call.table("people").put(person["id_no"], {**person, "registered": False})
    number = f"C{call.now:%Y%m%d}{call.count('cancellation'):04d}"
    cancelled = {"decision": "approve", "cancellation_no": number, "cancelled_on": call.now.date()}
    return Reply(201, {**told, **cancelled})


def move_household_out(call: Call) -> Reply:
    """Let a person go to another division."""
    person = _person(call)
    number = f"R{call.now:%Y%m%d}{call.count('removal'):04d}"
    removal = {"removal_no": number, "id_no": person["id_no"], "to_division": call.body["to_division"], "open": True}
    call.table("removals").put(number, removal)
    call.table("people").put(person["id_no"], {**person, "registered": False})
    return Reply(201, {**removal, "case_no": call.body["case_no"], "moved_out_on": call.now.date()})


def move_household_in(call: Call) -> Reply:
    """Enter a person whom the former place has let go."""
    body = call.body
    removal = call.table("removals").get(body["removal_no"])
    if removal is None:
        raise Problem(404, "there is no removal of that number", "not-found")
    if not removal["open"]:
        raise Problem(409, "the removal has been used", "wrong-state")
    person = call.table("people").get(removal["id_no"])
    if person is None or (person["id_no"], person["name"]) != (body["id_no"], body["name"]):
        raise Problem(422, "the removal names another person", "not-consistent")
    household_no = f"H{body['division'][:6]}{call.count('household'):08d}"
    moved = {**person, "household_no": household_no, "division": body["division"], "registered": True}
    call.table("people").put(person["id_no"], moved)
    call.table("removals").put(body["removal_no"], {**removal, "open": False})
    return Reply(201, {**moved, "case_no": body["case_no"], "moved_in_on": call.now.date()})


def issue_household_certificate(call: Call) -> Reply:
    """Certify what the register holds; a cancellation is certified of a person who was struck."""
    body = call.body
    person = call.table("people").get(body["id_no"])
    if person is None or person["name"] != body["name"]:
        raise Problem(404, "there is no such person in the register", "not-found")
    if person["registered"] == (body["matter"] == "cancellation"):
        raise Problem(409, "the register says otherwise", "wrong-state")
    certificate = {
        "case_no": body["case_no"],
        "certificate_name": CERTIFICATE_NAME,
        "certificate_no": f"Z{call.now:%Y%m%d}{call.count('certificate'):04d}",
        "issuer": ISSUER,
    }
    holder = {"name": body["name"], "id_no": body["id_no"], "issuer_uscc": ISSUER_USCC}
    issued = call.ask("certificate", "issueCertificate", body={**certificate, **holder})
    if issued.status == 409:
        raise Problem(409, "the case has its certificate", "wrong-state")
    issued.require("the certificate could not be filed")
    identifier = {"certificate_identifier": issued.body["certificate_identifier"]}
    return Reply(201, {**certificate, **identifier, "matter": body["matter"]})


def report_lost_id_card(call: Call) -> Reply:
    """Make a lost card void."""
    person = _person(call)
    lost = call.table("losses").get(person["id_no"])
    if lost is not None and lost["open"]:
        return Reply(201, lost)
    number = f"L{call.now:%Y%m%d}{call.count('loss'):04d}"
    loss = {"loss_no": number, "id_no": person["id_no"], "void_since": call.now, "open": True}
    call.table("losses").put(person["id_no"], loss)
    return Reply(201, loss)


def issue_id_card(call: Call) -> Reply:
    """Record the card of a case; a lost one must have been reported."""
    person, reason = _person(call), call.body["reason"]
    case_no = call.body["case_no"]
    if call.table("cards").get(case_no) is not None:
        raise Problem(409, "the case has its card", "wrong-state")
    loss = call.table("losses").get(person["id_no"])
    if reason == "loss" and (loss is None or not loss["open"]):
        raise Problem(409, "the loss has not been reported", "wrong-state")
    if loss is not None:
        call.table("losses").put(person["id_no"], {**loss, "open": False})
    card = {"case_no": case_no, "id_no": person["id_no"], "reason": reason, "former_card_void": reason != "first"}
    card |= {"certificate_validity": _validity(call.now.date(), person["born_on"])}
    call.table("cards").put(case_no, card)
    return Reply(201, card)


def look_up_character(call: Call) -> Reply:
    """Say whether a character is standard."""
    character = call.query["character"]
    known = {"character": character, "code_point": f"U+{ord(character[0]):04X}"}
    row = character.encode("gb2312", "ignore")[:1] if len(character) == 1 else b""
    if not row or not FIRST_ROW <= row[0] <= LAST_ROW:
        return Reply(200, {**known, "standard": False})
    return Reply(200, {**known, "standard": True, "level": 1 if row[0] < SECOND_ROW else 2})


def _comparison(call: Call) -> tuple[str, str]:
    """Return outcome and, where it is not a pass, the reason."""
    person = call.table("people").get(call.body["id_no"])
    if person is None or person["name"] != call.body["name"] or not person["registered"]:
        return "fail", "name and number are not in the register"
    turn = crc32(person["id_no"].encode())
    if call.body["matter"] == "id-card" and turn % ONE_OPEN_IN == 1:
        return "fail", "a card of this person is being made"
    if turn % ONE_REFERRED_IN == 0:
        return "refer", "the photo of the record is older than ten years"
    return "pass", ""


def _person(call: Call) -> Record:
    """Return the registered person whom the body names."""
    person: Record | None = call.table("people").get(call.body["id_no"])
    if person is None or person["name"] != call.body["name"]:
        raise Problem(404, "there is no such person in the register", "not-found")
    if not person["registered"]:
        raise Problem(409, "the person has been struck or is moving", "wrong-state")
    return person


def _validity(issued: date, born: date) -> str:
    age = issued.year - born.year - ((issued.month, issued.day) < (born.month, born.day))
    years = next((years for below, years in VALIDITY if age < below), None)
    if years is None:
        return f"{issued:%Y%m%d}-{LONG_TERM}"
    until = issued.replace(year=issued.year + years, day=min(issued.day, 28))
    return f"{issued:%Y%m%d}-{until:%Y%m%d}"
