"""Narcotics department: licences for precursor chemicals, their use and their records."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sim.contract.checksum import CERTIFICATE_ROOT, certificate_identifier_check
from sim.mock import Code, Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Record

YES, NO = Code("yes_no", "yes"), Code("yes_no", "no")
PROVINCE, COUNTY = Code("level", "provincial"), Code("level", "county")
# Who decides and within how many days, by class.
LEVELS = {"class-1": (PROVINCE, 20), "class-2": (COUNTY, 10), "class-3": (COUNTY, 5)}
# Enterprises that deal in precursors, and whether their records are filed in time.
ENTERPRISES = {"91640099MA00099014": True, "91640099MA00099027": False}
LICENCE_KIND = "11110099MB0009929B098"
VALID_DAYS = 90
RECORD_DAYS = 30
BUSINESS_LICENCE, HANDLER, FORM = "营业执照", "经办人身份证明", "易制毒化学品申请表"
OTHERS = ("购销合同", "合法使用需要证明")


def check_enterprise(call: Call) -> Reply:
    """Say whether an enterprise may apply, and what it has to hand in."""
    uscc = call.body["uscc"]
    answer = {"uscc": uscc, "outcome": "pass", "checked_at": call.now, "materials": _materials(call)}
    if uscc not in ENTERPRISES:
        answer |= {"outcome": "fail", "reason": "the enterprise is not known to deal in precursor chemicals"}
    elif not ENTERPRISES[uscc]:
        answer |= {"outcome": "refer", "reason": "records of former licences are overdue"}
    return Reply(200, answer)


def examine_enterprise(call: Call) -> Reply:
    """Keep what an officer found of an enterprise."""
    examined = {name: call.body[name] for name in ("uscc", "finding", "officer")} | {"examined_at": call.now}
    call.table("examinations").put(call.body["uscc"], examined)
    return Reply(201, examined)


def apply_precursor_licence(call: Call) -> Reply:
    """Take an application in; the class says who decides."""
    body = call.body
    if body["uscc"] not in ENTERPRISES:
        raise Problem(422, "the enterprise is not known to deal in precursor chemicals", "not-consistent")
    level, days = LEVELS[body["precursor_class"]]
    number = f"P{call.now:%Y%m%d}{call.count('licence'):04d}"
    licence = {name: body[name] for name in ("purpose", "precursor_class", "chemical", "uscc")}
    licence |= {"licence_no": number, "licensed_kg": body["quantity_kg"], "remaining_kg": body["quantity_kg"]}
    licence |= {"state": "applied", "deciding_level": level, "term_days": days}
    call.table("licences").put(number, licence)
    return Reply(201, licence)


def get_precursor_licence(call: Call) -> Reply:
    """Give a licence with what is left of it."""
    return Reply(200, _licence(call))


def decide_precursor_licence(call: Call) -> Reply:
    """Grant or refuse what was applied for."""
    licence = _licence(call)
    if licence["state"] != "applied":
        raise Problem(409, "the application has been decided", "wrong-state")
    decided = {**licence, "state": "refused"}
    if call.body["decision"] == "approve":
        until = (call.now + timedelta(days=VALID_DAYS)).date()
        decided |= {"state": "granted", "granted_at": call.now, "valid_until": until}
    call.table("licences").put(licence["licence_no"], decided)
    return Reply(201, decided)


def use_precursor_licence(call: Call) -> Reply:
    """Take a quantity from a licence, never more than is left."""
    licence, quantity = _licence(call), call.body["quantity_kg"]
    if call.body["uscc"] != licence["uscc"]:
        raise Problem(403, "the licence is of another enterprise", "not-allowed")
    if not _in_force(call, licence):
        raise Problem(409, "the licence is not in force", "wrong-state")
    if quantity > licence["remaining_kg"]:
        raise Problem(422, f"only {licence['remaining_kg']} kg are left", "not-consistent")
    remaining = licence["remaining_kg"] - quantity
    call.table("licences").put(licence["licence_no"], {**licence, "remaining_kg": remaining})
    use_no = f"U{call.now:%Y%m%d}{call.count('use'):04d}"
    use = {"use_no": use_no, "licence_no": licence["licence_no"], "uscc": licence["uscc"], "quantity_kg": quantity}
    use |= {"purpose": licence["purpose"], "remaining_kg": remaining, "used_at": call.now, "recorded": False}
    call.table("uses").put(use_no, use)
    return Reply(201, use)


def check_transport(call: Call) -> Reply:
    """Say whether a licence to move covers a load."""
    number, reason = call.body["licence_no"], ""
    licence = call.table("licences").get(number)
    if licence is None or licence["purpose"] != "transport":
        reason = "there is no licence to move of that number"
    elif not _in_force(call, licence):
        reason = "the licence is not in force"
    elif call.body["quantity_kg"] > licence["licensed_kg"] - licence["remaining_kg"]:
        reason = "more is loaded than was taken from the licence"
    verdict = {"licence_no": number, "covered": not reason, "checked_at": call.now}
    return Reply(200, verdict | ({"reason": reason} if reason else {}))


def file_precursor_record(call: Call) -> Reply:
    """Keep what became of one use; late records say so."""
    use = call.table("uses").get(call.body["use_no"])
    if use is None:
        raise Problem(404, "there is no use of that number", "not-found")
    if use["uscc"] != call.body["uscc"]:
        raise Problem(403, "the use is of another enterprise", "not-allowed")
    if use["recorded"]:
        raise Problem(409, "the use has its record", "wrong-state")
    if use["quantity_kg"] != call.body["quantity_kg"]:
        raise Problem(422, "the quantity is not that of the use", "not-consistent")
    call.table("uses").put(use["use_no"], {**use, "recorded": True})
    number = f"B{call.now:%Y%m%d}{call.count('record'):04d}"
    record = {"record_no": number, "use_no": use["use_no"], "quantity_kg": use["quantity_kg"], "filed_at": call.now}
    return Reply(201, {**record, "overdue": call.now > use["used_at"] + timedelta(days=RECORD_DAYS)})


def _licence(call: Call) -> Record:
    licence: Record | None = call.table("licences").get(call.path["licence_no"])
    if licence is None:
        raise Problem(404, "there is no licence of that number", "not-found")
    return licence


def _in_force(call: Call, licence: Record) -> bool:
    return bool(licence["state"] == "granted" and call.now.date() <= licence["valid_until"])


def _materials(call: Call) -> list[Record]:
    """List what an application needs; the two that the network holds carry their identifiers."""
    known = (BUSINESS_LICENCE, HANDLER, FORM) if call.body["uscc"] in ENTERPRISES else ()
    held = [{"material_name": name, "material_taken": YES, "material_count": "1"} for name in known]
    for serial, material in enumerate(held, 1):
        material["certificate_identifier"] = _identifier(call.body["uscc"], f"{serial:06d}")
    named = (*(() if known else (BUSINESS_LICENCE, HANDLER, FORM)), *OTHERS)
    return [*held, *({"material_name": name, "material_taken": NO} for name in named)]


def _identifier(uscc: str, serial: str) -> str:
    check = certificate_identifier_check(LICENCE_KIND, uscc, serial, "001")
    return f"{CERTIFICATE_ROOT}.{LICENCE_KIND}.{uscc}.{serial}.001.{check}"
