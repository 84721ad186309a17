"""Electronic certificates: finds, issues, hands out and verifies them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sim.contract.checksum import CERTIFICATE_ROOT, certificate_identifier_check
from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, World

HOUSEHOLD_REGISTER = "居民户口簿"
ID_CARD = "居民身份证"
KINDS = {HOUSEHOLD_REGISTER: "001", ID_CARD: "002"}
OTHER_KIND = "099"
DEFINING_BODY = "11110099MB0009929B"
ISSUER = "示例县公安局"
PAGE_SIZE = 20


def enrol(world: World, citizen: Citizen) -> None:
    """File the certificates that every citizen holds: household register and present ID card."""
    certificates = world.store.table("certificate", "certificates")
    number = world.store.count("certificate", "citizen")
    for name, kind in KINDS.items():
        identifier = _identifier(name, citizen.home_division, f"{number:09d}{kind}")
        certificates.put(
            identifier,
            {
                "certificate_identifier": identifier,
                "certificate_name": name,
                "certificate_no": citizen.number if name == ID_CARD else f"{citizen.home_division}{number:06d}",
                "name": citizen.name,
                "id_no": citizen.number,
                "issuer": ISSUER,
                "issued_on": date(2012, 7, 26),
            },
        )


def query_certificate(call: Call) -> Reply:
    """List the certificates of one person, newest first."""
    wanted = call.body.get("certificate_name")
    found = [
        certificate
        for _, certificate in call.table("certificates").items()
        if (certificate["name"], certificate["id_no"]) == (call.body["name"], call.body["id_no"])
        and wanted in (None, certificate["certificate_name"])
    ]
    found.sort(key=lambda certificate: certificate["issued_on"], reverse=True)
    page, size = int(call.body.get("page", 1)), int(call.body.get("page_size", PAGE_SIZE))
    shown = found[(page - 1) * size : page * size]
    return Reply(200, {"page": page, "page_size": size, "total": len(found), "certificates": shown})


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
    call.table("certificates").put(identifier, certificate)
    call.table("issued").put(str(body["case_no"]), {"certificate_identifier": identifier})
    return Reply(201, certificate)


def get_certificate(call: Call) -> Reply:
    """Give one certificate."""
    certificate = call.table("certificates").get(call.path["certificate_identifier"])
    if certificate is None:
        raise Problem(404, "there is no certificate of that identifier", "not-found")
    return Reply(200, certificate)


def verify_certificate(call: Call) -> Reply:
    """Say whether a certificate is genuine and in force."""
    identifier = call.body["certificate_identifier"]
    certificate = call.table("certificates").get(identifier)
    number = call.body.get("certificate_no")
    genuine = certificate is not None and number in (None, certificate["certificate_no"])
    verdict = {"certificate_identifier": identifier, "genuine": genuine, "in_force": genuine}
    return Reply(200, {**verdict, "verified_at": call.now})


def _identifier(name: str, issuer: str, serial: str) -> str:
    kind = DEFINING_BODY + KINDS.get(name, OTHER_KIND)
    check = certificate_identifier_check(kind, issuer, serial, "001")
    return f"{CERTIFICATE_ROOT}.{kind}.{issuer}.{serial}.001.{check}"
