"""Criminal record department: joins police records with judgments and certifies that there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, World

PARTNERS = ("certificate", "court")

SYSTEM = "department-crime"
ISSUER = "示例县公安局"
ISSUER_USCC = "11640099MB0009902H"
CERTIFICATE_NAME = "无犯罪记录证明"
# Who stands in the police records: one in so many, by number.
ONE_ENTERED_IN = 15


def enrol(world: World, citizen: Citizen) -> None:
    """Enter the few citizens whom the police records name."""
    if crc32(citizen.number.encode()) % ONE_ENTERED_IN == 0:
        world.store.table(SYSTEM, "entries").put(citizen.number, {"name": citizen.name})


def check_criminal_record(call: Call) -> Reply:
    """Look through the police records and ask the courts."""
    case_no, name, id_no = (call.body[field] for field in ("case_no", "name", "id_no"))
    entry = call.table("entries").get(id_no)
    found = call.ask("court", "queryJudgments", body={"name": name, "id_no": id_no})
    found.require("the courts could not be asked")
    police, judgments = int(entry is not None and entry["name"] == name), found.body["total"]
    outcome = "refer" if police or judgments else "pass"
    call.table("findings").put(case_no, {"id_no": id_no, "clear": outcome == "pass", "examined": False})
    hits = {"police_hits": police, "judgment_hits": judgments}
    return Reply(200, {"case_no": case_no, "outcome": outcome, **hits, "checked_at": call.now})


def examine_criminal_record(call: Call) -> Reply:
    """Keep what an officer found; a case is examined once."""
    case_no = call.body["case_no"]
    former = call.table("findings").get(case_no)
    if former is not None and former["examined"]:
        raise Problem(409, "the case has been examined", "wrong-state")
    clear = call.body["finding"] == "no-record"
    call.table("findings").put(case_no, {"id_no": call.body["id_no"], "clear": clear, "examined": True})
    examined = {name: call.body[name] for name in ("case_no", "finding", "officer")}
    return Reply(201, {**examined, "examined_at": call.now})


def issue_no_record_certificate(call: Call) -> Reply:
    """Certify that there is no record, once a case."""
    body = call.body
    finding = call.table("findings").get(body["case_no"])
    if finding is None:
        raise Problem(404, "nobody has looked at the case", "not-found")
    if not finding["clear"] or finding["id_no"] != body["id_no"]:
        raise Problem(409, "the case has a record, or another person's", "wrong-state")
    certificate = {
        "case_no": body["case_no"],
        "certificate_name": CERTIFICATE_NAME,
        "certificate_no": f"X{call.now:%Y%m%d}{call.count('certificate'):04d}",
        "issuer": ISSUER,
    }
    holder = {"name": body["name"], "id_no": body["id_no"], "issuer_uscc": ISSUER_USCC}
    issued = call.ask("certificate", "issueCertificate", body={**certificate, **holder})
    if issued.status == 409:
        raise Problem(409, "the case has its certificate", "wrong-state")
    issued.require("the certificate could not be filed")
    held = {**certificate, "certificate_identifier": issued.body["certificate_identifier"]}
    held |= {"issued_on": call.now.date(), "id_no": body["id_no"]}
    call.table("certificates").put(body["case_no"], held)
    return Reply(201, held)


def get_no_record_certificate(call: Call) -> Reply:
    """Give the certificate of a case to its holder."""
    held = call.table("certificates").get(call.path["case_no"])
    if held is None:
        raise Problem(404, "the case has no certificate", "not-found")
    if call.holder not in (None, held["id_no"]):
        raise Problem(403, "the certificate is someone else's", "not-allowed")
    return Reply(200, held)
