"""Electronic certificates: finds, issues, hands out, verifies, shares and revokes them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sim.contract.checksum import CERTIFICATE_ROOT, certificate_identifier_check
from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, Record, Table, World

HOUSEHOLD_REGISTER = "居民户口簿"
ID_CARD = "居民身份证"
DRIVER_LICENCE = "机动车驾驶证"
VEHICLE_LICENCE = "机动车行驶证"
KINDS = {HOUSEHOLD_REGISTER: "001", ID_CARD: "002", DRIVER_LICENCE: "003", VEHICLE_LICENCE: "004"}
OTHER_KIND = "099"
DEFINING_BODY = "11110099MB0009929B"
ISSUER = "示例县公安局"
CODE_SECONDS = 60
SHARED = ("certificate_name", "certificate_no", "certificate_validity", "name", "id_no", "issuer")


def enrol(world: World, citizen: Citizen) -> None:
    """File what every citizen holds: household register, present ID card, driver and vehicle licence."""
    certificates, holders = (world.store.table("certificate", name) for name in ("certificates", "holders"))
    number = world.store.count("certificate", "citizen")
    numbers = {
        HOUSEHOLD_REGISTER: f"{citizen.home_division}{number:06d}",
        VEHICLE_LICENCE: f"V{citizen.home_division[:2]}{number:06d}",
    }
    for name, kind in KINDS.items():
        identifier = _identifier(name, citizen.home_division, f"{number:09d}{kind}")
        certificate = {
            "certificate_identifier": identifier,
            "certificate_name": name,
            "certificate_no": numbers.get(name, citizen.number),
            "name": citizen.name,
            "id_no": citizen.number,
            "issuer": ISSUER,
            "issued_on": date(2012, 7, 26),
        }
        _file(certificates, holders, certificate)


def query_certificate(call: Call) -> Reply:
    """List the certificates of one person, newest first."""
    found = _held(call, call.body["name"], call.body["id_no"], call.body.get("certificate_name"))
    page, shown = call.page(found)
    return Reply(200, {**page, "certificates": shown})


def issue_certificate(call: Call) -> Reply:
    """Make, seal and file the certificate of a finished case."""
    body = call.body
    if call.table("issued").get(str(body["case_no"])) is not None:
        raise Problem(409, "the case has its certificate", "wrong-state")
    serial = f"{call.now:%Y%m%d}{call.count('serial'):06d}"
    identifier = _identifier(str(body["certificate_name"]), str(body["issuer_uscc"]), serial)
    certificate = {
        "certificate_identifier": identifier,
        **{name: value for name, value in body.items() if name != "issuer_uscc"},
        "issued_on": call.now.date(),
        "seal": {
            "signature_version": "4",
            "signer": body["issuer"],
            "signed_at": call.now,
            "seal_name": f"{body['issuer']}电子证照专用章",
            "made_on": date(2021, 1, 4),
            "issued_on": date(2021, 1, 11),
        },
    }
    _file(call.table("certificates"), call.table("holders"), certificate)
    call.table("issued").put(str(body["case_no"]), {"certificate_identifier": identifier})
    return Reply(201, certificate)


def get_certificate(call: Call) -> Reply:
    """Give one certificate."""
    return Reply(200, _found(call, call.path["certificate_identifier"]))


def verify_certificate(call: Call) -> Reply:
    """Say whether a certificate is genuine and in force."""
    identifier = call.body["certificate_identifier"]
    certificate = call.table("certificates").get(identifier)
    number = call.body.get("certificate_no")
    genuine = certificate is not None and number in (None, certificate["certificate_no"])
    in_force = genuine and not _is_revoked(call, identifier)
    verdict = {"certificate_identifier": identifier, "genuine": genuine, "in_force": in_force}
    return Reply(200, {**verdict, "verified_at": call.now})


def revoke_certificate(call: Call) -> Reply:
    """Take a certificate out of force."""
    identifier = _found(call, call.path["certificate_identifier"])["certificate_identifier"]
    if _is_revoked(call, identifier):
        raise Problem(409, "the certificate was revoked before", "wrong-state")
    revoked = {"certificate_identifier": identifier, "reason": call.body["reason"], "revoked_at": call.now}
    call.table("revoked").put(identifier, revoked)
    return Reply(201, revoked)


def share_certificate(call: Call) -> Reply:
    """Let an organisation see a certificate for a purpose."""
    certificate = _found(call, call.path["certificate_identifier"])
    _check_holder(call, certificate["id_no"])
    if _is_revoked(call, certificate["certificate_identifier"]):
        raise Problem(409, "the certificate is not in force", "wrong-state")
    share_no = f"SH{call.now:%Y%m%d}{call.count('share'):06d}"
    share = {"share_no": share_no, "certificate_identifier": certificate["certificate_identifier"]}
    share |= {name: call.body[name] for name in ("organisation", "purpose", "scope")}
    share["valid_until"] = call.now + timedelta(days=int(call.body.get("days", 7)))
    call.table("shares").put(share_no, share)
    return Reply(201, share)


def get_shared_certificate(call: Call) -> Reply:
    """Give what a share allows."""
    share = call.table("shares").get(call.path["share_no"])
    if share is None:
        raise Problem(404, "there is no share of that number", "not-found")
    if call.now > share["valid_until"] or call.query["purpose"] != share["purpose"]:
        raise Problem(403, "the share is over, or is for another purpose", "not-allowed")
    identifier = share["certificate_identifier"]
    certificate = _found(call, identifier)
    shown = SHARED if share["scope"] == "whole" else ()
    seen = {name: certificate[name] for name in shown if name in certificate}
    told = {"share_no": share["share_no"], "certificate_identifier": identifier}
    return Reply(200, {**told, "in_force": not _is_revoked(call, identifier), **seen})


def issue_code(call: Call) -> Reply:
    """Make a code that opens one certificate once."""
    _check_holder(call, call.body["id_no"])
    found = _held(call, call.body["name"], call.body["id_no"], call.body["certificate_name"])
    if not found:
        raise Problem(404, "the person has no such certificate in force", "not-found")
    code = f"Q{call.world.keyring.next('code')}"
    issued = {"code": code, "certificate_name": call.body["certificate_name"], "purpose": call.body["purpose"]}
    issued["expires_at"] = call.now + timedelta(seconds=CODE_SECONDS)
    opened = {"certificate_identifier": found[0]["certificate_identifier"], "used": False}
    call.table("codes").put(code, {**issued, **opened})
    return Reply(201, {**issued, "expires_in": CODE_SECONDS})


def redeem_code(call: Call) -> Reply:
    """Open a certificate by its code, once, in time and for the purpose that it was made for."""
    code = call.table("codes").get(call.body["code"])
    if code is None:
        raise Problem(404, "there is no such code", "not-found")
    if code["used"]:
        raise Problem(409, "the code was used", "wrong-state")
    if call.now > code["expires_at"] or call.body["purpose"] != code["purpose"]:
        raise Problem(422, "the code is too old, or is for another purpose", "not-consistent")
    call.table("codes").put(code["code"], {**code, "used": True})
    certificate = _found(call, code["certificate_identifier"])
    names = ("certificate_identifier", "certificate_name", "certificate_no", "name", "id_no")
    in_force = not _is_revoked(call, code["certificate_identifier"])
    told = {name: certificate[name] for name in names}
    return Reply(201, {**told, "in_force": in_force, "redeemed_at": call.now})


def _file(certificates: Table, holders: Table, certificate: Record) -> None:
    """File a certificate, and note it under its holder: who asks for a person's does not search those of all."""
    identifier, holder = certificate["certificate_identifier"], certificate["id_no"]
    certificates.put(identifier, certificate)
    listed = holders.get(holder) or {"identifiers": []}
    holders.put(holder, {"identifiers": [*listed["identifiers"], identifier]})


def _held(call: Call, name: str, id_no: str, wanted: str | None) -> list[Record]:
    """Return a person's certificates in force, newest first; all of them, or those of one name."""
    listed = call.table("holders").get(id_no) or {"identifiers": []}
    held = [_found(call, one) for one in listed["identifiers"] if not _is_revoked(call, one)]
    found = [one for one in held if one["name"] == name and wanted in (None, one["certificate_name"])]
    return sorted(found, key=lambda certificate: certificate["issued_on"], reverse=True)


def _found(call: Call, identifier: str) -> Record:
    certificate = call.table("certificates").get(identifier)
    if certificate is None:
        raise Problem(404, "there is no certificate of that identifier", "not-found")
    return certificate


def _is_revoked(call: Call, identifier: str) -> bool:
    return call.table("revoked").get(identifier) is not None


def _check_holder(call: Call, id_no: str) -> None:
    if call.holder not in (None, id_no):
        raise Problem(403, "the certificate is another person's", "not-allowed")


def _identifier(name: str, issuer: str, serial: str) -> str:
    kind = DEFINING_BODY + KINDS.get(name, OTHER_KIND)
    check = certificate_identifier_check(kind, issuer, serial, "001")
    return f"{CERTIFICATE_ROOT}.{kind}.{issuer}.{serial}.001.{check}"
