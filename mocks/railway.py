"""Railway: lends travellers a temporary identity certificate, electronic or on paper, and checks it at the gate."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Record

PARTNERS = ("e-seal", "identity")

RAILWAY_POLICE = "11000099MB0009910K"
VALID = timedelta(hours=24)
"""Life of a certificate (W061)."""
MOST_A_MONTH = 3
"""Certificates of one person in a calendar month (W061)."""
SHOWN = timedelta(seconds=60)


def receive_at_station_window(call: Call) -> Reply:
    """Listen to a traveller."""
    number = f"RW{call.now:%Y%m%d}{call.count('reception'):06d}"
    return Reply(201, {"reception_no": number, "wish": call.body["wish"], "received_at": call.now})


def apply_temporary_id(call: Call) -> Reply:
    """Verify the person, make the certificate and have it sealed."""
    body = call.body
    month = f"{body['id_no']}/{call.now:%Y%m}"
    times = int((call.table("months").get(month) or {"times": 0})["times"]) + 1
    if times > MOST_A_MONTH:
        raise Problem(409, "three certificates were given this month", "wrong-state")
    _verify(call)
    number = f"TL{call.now:%Y%m%d}{call.count('temporary'):06d}"
    issued = {"temporary_id_no": number, "name": body["name"], "id_no": body["id_no"], "issued_at": call.now}
    issued |= {"valid_until": call.now + VALID, "times_this_month": times}
    document = _document(issued)
    sealed = call.ask("e-seal", "signDocument", body={"uscc": RAILWAY_POLICE, "document": document})
    sealed.require("the certificate could not be sealed")
    certificate = {**issued, **{name: sealed.body[name] for name in ("seal_no", "signed_data", "signature")}}
    call.table("certificates").put(number, certificate)
    call.table("months").put(month, {"times": times})
    return Reply(201, certificate)


def show_temporary_id(call: Call) -> Reply:
    """Make the code that the gate scans."""
    number = call.path["temporary_id_no"]
    certificate = _found(call, "certificates", number)
    if call.holder not in (None, certificate["id_no"]):
        raise Problem(403, "the certificate is another person's", "not-allowed")
    if call.now > certificate["valid_until"]:
        raise Problem(409, "the certificate is over", "wrong-state")
    code = f"G{call.world.keyring.next('gate')[:16]}"
    shown = {"gate_code": code, "temporary_id_no": number, "expires_at": call.now + SHOWN}
    call.table("codes").put(code, shown)
    return Reply(201, shown)


def verify_temporary_id(call: Call) -> Reply:
    """Scan a code and have the seal verified."""
    shown = _found(call, "codes", call.body["gate_code"])
    certificate = _found(call, "certificates", shown["temporary_id_no"])
    verdict = {"temporary_id_no": certificate["temporary_id_no"], "name": certificate["name"], "checked_at": call.now}
    if call.now > shown["expires_at"]:
        return Reply(201, {**verdict, "verdict": "code-expired"})
    if call.now > certificate["valid_until"]:
        return Reply(201, {**verdict, "verdict": "certificate-expired"})
    sealed = {name: certificate[name] for name in ("seal_no", "signed_data", "signature")}
    checked = call.ask("e-seal", "verifySeal", body={**sealed, "document": _document(certificate)})
    checked.require("the seal could not be verified")
    holds = checked.body["verdict"] == "holds"
    return Reply(201, {**verdict, "verdict": "admitted" if holds else "seal-broken"})


def submit_paper_temporary_id(call: Call) -> Reply:
    """Take a paper application."""
    number = f"RP{call.now:%Y%m%d}{call.count('paper application'):06d}"
    return _paper(call, {"application_no": number, "name": call.body["name"]}, "handed-in")


def check_traveller_by_hand(call: Call) -> Reply:
    """Note what an officer found."""
    application = _found(call, "papers", call.path["application_no"])
    _expect(application, "handed-in")
    return _paper(call, application, call.body["finding"])


def issue_paper_temporary_id(call: Call) -> Reply:
    """Write and stamp the paper."""
    application = _found(call, "papers", call.path["application_no"])
    _expect(application, "confirmed")
    _paper(call, application, "issued")
    number = f"RZ{call.now:%Y%m%d}{call.count('paper'):06d}"
    paper = {"paper_no": number, "name": application["name"], "valid_until": call.now + VALID}
    call.table("stamped").put(number, paper)
    return Reply(201, paper)


def check_paper_temporary_id(call: Call) -> Reply:
    """Read a paper at the gate."""
    paper = _found(call, "stamped", call.body["paper_no"])
    verdict = "admitted" if call.now <= paper["valid_until"] else "certificate-expired"
    return Reply(201, {"verdict": verdict, "paper_no": paper["paper_no"], "checked_at": call.now})


def _verify(call: Call) -> None:
    person = {name: call.body[name] for name in ("name", "id_no", "face_evidence") if name in call.body}
    answer = call.ask("identity", "verifyIdentity", body=person)
    if answer.status == 422:
        raise Problem(422, "name and number do not belong to one person", "not-consistent")
    answer.require("the person could not be verified")


def _document(certificate: Record) -> str:
    """Return the text that is sealed, base64."""
    fields = {name: certificate[name] for name in ("temporary_id_no", "name", "id_no")}
    fields |= {name: f"{certificate[name]:%Y%m%d%H%M%S}" for name in ("issued_at", "valid_until")}
    return base64.b64encode(json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()).decode("ascii")


def _paper(call: Call, application: Record, state: str) -> Reply:
    changed = {**application, "state": state, "changed_at": call.now}
    call.table("papers").put(changed["application_no"], changed)
    return Reply(201, changed)


def _found(call: Call, table: str, key: str) -> Record:
    record = call.table(table).get(key)
    if record is None:
        raise Problem(404, "there is nothing of that number", "not-found")
    return record


def _expect(application: Record, state: str) -> None:
    if application["state"] != state:
        raise Problem(409, f"the application is {application['state']}", "wrong-state")
