"""Exit-entry department: checks applicants and photos, issues passports, permits and endorsements."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, Record, World

OFFICIAL_EVERY = 20  # citizens of whom one is an official on file; which one, their number decides
BARRED_EVERY = 25  # citizens of whom one may not leave
LEAST_WIDTH, LEAST_HEIGHT = 354, 472  # pixels of a photo of 33 mm x 48 mm at 272 points an inch
DARKEST, BRIGHTEST = 40, 90
YEARS = {"passport": 10, "travel-permit": 10, "stay-permit": 5}
LETTERS = {"passport": "E", "travel-permit": "C", "stay-permit": "S"}
ENDORSED_DAYS = 365


def enrol(world: World, citizen: Citizen) -> None:
    """Give every citizen a permit; some are officials on file, some may not leave."""
    number = world.store.count("department-exit-entry", "citizen")
    lot = crc32(citizen.number.encode())
    person = {
        "permit_no": f"C{number:08d}",
        "is_official": lot % OFFICIAL_EVERY == 0,
        "is_barred": lot % BARRED_EVERY == 0,
    }
    world.store.table("department-exit-entry", "people").put(citizen.number, person)


def check_applicant(call: Call) -> Reply:
    """Look a person up among those who may not leave."""
    outcome = "barred" if _person(call, call.body["id_no"])["is_barred"] else "clear"
    return Reply(200, {"outcome": outcome, "checked_at": call.now})


def check_photo(call: Call) -> Reply:
    """Keep a photo and say whether it may stand on a document."""
    body, reason = call.body, "none"
    if body["width_px"] < LEAST_WIDTH or body["height_px"] < LEAST_HEIGHT:
        reason = "too-small"
    elif body["brightness"] < DARKEST:
        reason = "too-dark"
    elif body["brightness"] > BRIGHTEST:
        reason = "too-bright"
    photo_no = body.get("photo_no") or f"P{call.now:%Y%m%d}{call.count('photo'):06d}"
    if "photo_no" in body and call.table("photos").get(photo_no) is None:
        raise Problem(422, "there is no photo of that number", "not-consistent")
    photo = {"photo_no": photo_no, "usable": reason == "none", "reason": reason}
    call.table("photos").put(photo_no, photo)
    return Reply(201, {**photo, "checked_at": call.now})


def accept_exit_entry_case(call: Call) -> Reply:
    """Take an application in; officials on file are referred."""
    body = call.body
    person = _person(call, body["applicant_id_no"])
    if person["is_barred"]:
        raise Problem(422, "the application cannot be accepted; please ask at the office", "not-consistent")
    photo = call.table("photos").get(body["photo_no"]) if "photo_no" in body else {"usable": True}
    if photo is None or not photo["usable"]:
        raise Problem(422, "the photo may not stand on a document", "not-consistent")
    case = {
        "case_no": f"C{body['accepting_division'][:6]}{call.now:%Y%m%d}{call.count('case'):06d}",
        "document_kind": body["document_kind"],
        "id_no": body["applicant_id_no"],
        "outcome": "refer" if person["is_official"] else "pass",
        "accepted_at": call.now,
    }
    call.table("cases").put(case["case_no"], case)
    return Reply(201, case)


def get_exit_entry_case(call: Call) -> Reply:
    """Say how far an application is."""
    case = _case(call, call.path["case_no"])
    if call.holder is not None and call.holder != case["id_no"]:
        raise Problem(403, "the application is someone else's", "not-allowed")
    return Reply(200, case)


def decide_exit_entry_case(call: Call) -> Reply:
    """Let an officer decide what was referred, or examined by hand."""
    case = _case(call, call.path["case_no"])
    if case["outcome"] != "refer" and not case.get("was_examined"):
        raise Problem(409, "the application was not referred", "wrong-state")
    decision = call.body["decision"]
    call.table("cases").put(case["case_no"], {**case, "outcome": "pass" if decision == "approve" else "fail"})
    return Reply(201, {"case_no": case["case_no"], "decision": decision, "decided_at": call.now})


def examine_exit_entry_file(call: Call) -> Reply:
    """Let an officer compare papers with one register after another."""
    case = _case(call, call.path["case_no"])
    call.table("cases").put(case["case_no"], {**case, "was_examined": True})
    return Reply(201, {"case_no": case["case_no"], "matched": True, "examined_at": call.now})


def issue_passport(call: Call) -> Reply:
    """Make a passport."""
    return _issued(call, "passport")


def issue_travel_permit(call: Call) -> Reply:
    """Make a permit to Hong Kong and Macao or to Taiwan."""
    return _issued(call, "travel-permit")


def issue_stay_permit(call: Call) -> Reply:
    """Make a stay or residence permit."""
    return _issued(call, "stay-permit")


def endorse_permit(call: Call) -> Reply:
    """Grant journeys on the permit that the applicant holds."""
    case = _case(call, call.path["case_no"])
    _require_passed(case, "endorsement")
    permit_no = _person(call, case["id_no"])["permit_no"]
    until = (call.now + timedelta(days=ENDORSED_DAYS)).date()
    call.table("cases").put(case["case_no"], {**case, "outcome": "issued"})
    endorsement = {"case_no": case["case_no"], "permit_no": permit_no, "journeys": call.body["journeys"]}
    return Reply(201, {**endorsement, "valid_until": until})


def get_permit(call: Call) -> Reply:
    """Say what a document is, to its holder and to systems."""
    permit = call.table("permits").get(call.path["permit_no"])
    if permit is None:
        raise Problem(404, "there is no document of that number", "not-found")
    if call.holder is not None and call.holder != permit["id_no"]:
        raise Problem(403, "the document is someone else's", "not-allowed")
    return Reply(200, permit)


def _person(call: Call, id_no: str) -> Record:
    person = call.table("people").get(id_no)
    if person is None:
        raise Problem(422, "the number belongs to nobody", "not-consistent")
    return person


def _case(call: Call, case_no: str) -> Record:
    case = call.table("cases").get(case_no)
    if case is None:
        raise Problem(404, "there is no application of that number", "not-found")
    return case


def _require_passed(case: Record, kind: str) -> None:
    if case["document_kind"] != kind or case["outcome"] != "pass":
        raise Problem(409, f"no {kind} of that application has been let pass", "wrong-state")


def _issued(call: Call, kind: str) -> Reply:
    case = _case(call, call.body["case_no"])
    _require_passed(case, kind)
    until = call.now.replace(year=call.now.year + YEARS[kind], day=min(call.now.day, 28)).date()
    permit = {
        "case_no": case["case_no"],
        "permit_no": f"{LETTERS[kind]}64{call.count(kind):06d}",
        "document_kind": kind,
        "id_no": case["id_no"],
        "issued_at": call.now,
        "valid_until": until,
    }
    call.table("permits").put(permit["permit_no"], permit)
    call.table("cases").put(case["case_no"], {**case, "outcome": "issued"})
    return Reply(201, permit)
