"""Unified electronic seals: a certification authority, the ministry's catalogue of seals, and signatures that verify.

Signatures are SM2 with SM3 (GM/T 0003, GM/T 0004), made and verified by the library gmalg. Keys are test keys: each
follows from the world's seed and the serial number of its certificate, and so do the numbers that signatures draw, so
that equal calls give equal seals.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any

from sim.mock import CHINA, Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, Record, World

USER_ID = b"1234567812345678"
"""The user ID that both sides take where none was agreed (GM/T 0009-2012, section 10)."""
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
"""Order of the base point (GM/T 0003.5-2012)."""
AUTHORITY = "national-authority"
YEARS = 5
FOUNDERS = (
    ("11000099MB0009910K", "示例铁路公安局", "110099000001"),
    ("11640099MB0009902H", "示例县公安局", "640099000001"),
)
"""Units that have their seals from the start: code, name, number of the seal."""


def enrol(world: World, _: Citizen) -> None:
    """Make the seals that are there before anybody asks; a citizen has none."""
    store, listed = world.store, datetime(2021, 1, 4, 12, tzinfo=CHINA)
    made = listed.date()
    catalogue = store.table("e-seal", "catalogue")
    for place, (uscc, organisation, seal_no) in enumerate(FOUNDERS, 1):
        if catalogue.get(seal_no) is not None:
            continue
        serial = f"CA{made:%Y%m%d}{place:06d}"
        unit = {"organisation": organisation, "uscc": uscc, "certificate_serial": serial}
        store.table("e-seal", "certificates").put(serial, {**unit, "valid_until": made.replace(year=2031)})
        seal = {**unit, "seal_no": seal_no, "seal_name": f"{organisation}电子专用章", "made_on": made}
        seal |= {"issued_on": made, "state": "valid", "listed_at": listed}
        catalogue.put(seal_no, seal)
        store.table("e-seal", "national").put(seal_no, seal)
        store.table("e-seal", "current").put(uscc, {"seal_no": seal_no})


def issue_signing_certificate(call: Call) -> Reply:
    """Make a key pair for a unit and certify its public key."""
    today = call.now.date()
    serial = f"CA{today:%Y%m%d}{100 + call.count('certificate'):06d}"
    unit = {name: call.body[name] for name in ("organisation", "uscc")}
    until = today + timedelta(days=365 * YEARS)
    call.table("certificates").put(serial, {**unit, "certificate_serial": serial, "valid_until": until})
    public = _public(_private(call, serial))
    statement = _canonical(
        {**unit, "certificate_serial": serial, "public_key": public, "valid_until": f"{until:%Y%m%d}"}
    )
    certificate = {**unit, "certificate_serial": serial, "public_key": public, "state": "good"}
    certificate |= {"valid_from": today, "valid_until": until}
    return Reply(201, {**certificate, "authority_signature": _sign(_private(call, AUTHORITY), statement)})


def get_certificate_status(call: Call) -> Reply:
    """Say whether the authority stands behind a certificate."""
    serial = call.path["certificate_serial"]
    state = _certificate_state(call, serial)
    return Reply(200, {"certificate_serial": serial, "state": state, "checked_at": call.now})


def apply_seal(call: Call) -> Reply:
    """Make a seal for a unit whose certificate holds."""
    serial = call.body["certificate_serial"]
    certificate = call.table("certificates").get(serial)
    if certificate is None or certificate["uscc"] != call.body["uscc"]:
        raise Problem(422, "the certificate is not one of this unit's", "not-consistent")
    if _certificate_state(call, serial) != "good":
        raise Problem(422, "the certificate does not hold", "not-consistent")
    seal_no = f"{call.body['uscc'][2:8]}{100 + call.count('seal'):06d}"
    today = call.now.date()
    seal = {**call.body, "seal_no": seal_no, "made_on": today, "issued_on": today, "state": "valid"}
    seal["listed_at"] = call.now
    call.table("catalogue").put(seal_no, seal)
    call.table("national").put(seal_no, seal)
    call.table("current").put(call.body["uscc"], {"seal_no": seal_no})
    return Reply(201, seal)


def get_seal_status(call: Call) -> Reply:
    """Give a seal as the node's catalogue has it."""
    return Reply(200, _listed(call, "catalogue", call.path["seal_no"]))


def revoke_seal(call: Call) -> Reply:
    """Strike a seal from the national catalogue; the node's own learns of it later."""
    seal = _listed(call, "national", call.path["seal_no"])
    if seal["state"] == "revoked":
        raise Problem(409, "the seal was revoked before", "wrong-state")
    call.table("national").put(seal["seal_no"], {**seal, "state": "revoked"})
    call.table("changes").put(seal["seal_no"], {"state": "revoked"})
    if call.body["reason"] == "key-lost":
        certificate = call.table("certificates").get(seal["certificate_serial"]) or {}
        call.table("certificates").put(seal["certificate_serial"], {**certificate, "revoked": True})
    return Reply(201, {"seal_no": seal["seal_no"], "state": "revoked", "revoked_at": call.now})


def synchronise_seals(call: Call) -> Reply:
    """Take over the changes of the national catalogue and list the seals, changed ones first."""
    catalogue, changes = call.table("catalogue"), call.table("changes")
    changed = [seal_no for seal_no, _ in changes.items()]
    for seal_no in changed:
        changes.remove(seal_no)
    for seal_no, seal in catalogue.items():
        national = call.table("national").get(seal_no)
        catalogue.put(seal_no, {**(national or seal), "listed_at": call.now})
    fresh = frozenset(changed)
    seals = sorted((seal for _, seal in catalogue.items()), key=lambda seal: seal["seal_no"] not in fresh)
    page, shown = call.page(seals)
    return Reply(200, {**page, "changed": len(changed), "seals": shown})


def sign_document(call: Call) -> Reply:
    """Apply a seal of the unit to a document."""
    seal = _seal_of(call)
    if seal["state"] != "valid" or _certificate_state(call, seal["certificate_serial"]) != "good":
        raise Problem(422, "the seal is not in force", "not-consistent")
    number = f"DS{call.now:%Y%m%d}{call.count('signature'):06d}"
    signed = _canonical(
        {
            "version": 4,
            "seal_no": seal["seal_no"],
            "time": f"{call.now:%Y%m%d%H%M%S}",
            "data_hash": _sm3(_bytes(call.body["document"])),
            "properties": {"signature_no": number, "certificate_serial": seal["certificate_serial"]},
        }
    )
    private = _private(call, seal["certificate_serial"])
    body = {name: seal[name] for name in ("seal_no", "seal_name", "certificate_serial")}
    body |= {"signature_no": number, "signature_version": "4", "signer": seal["organisation"], "signed_at": call.now}
    body |= {"public_key": _public(private), "signed_data": _base64(signed), "signature": _sign(private, signed)}
    return Reply(201, body)


def verify_seal(call: Call) -> Reply:
    """Say whether a seal holds on a document, by the node's catalogue."""
    seal_no = call.body["seal_no"]
    seal = call.table("catalogue").get(seal_no)
    listed_at = call.now if seal is None else seal["listed_at"]
    verdict = "unknown-seal" if seal is None else _verdict(call, seal)
    return Reply(200, {"seal_no": seal_no, "verdict": verdict, "listed_at": listed_at, "verified_at": call.now})


def _verdict(call: Call, seal: Record) -> str:
    signed = _bytes(call.body["signed_data"])
    public = _public(_private(call, seal["certificate_serial"]))
    if not _is_signed(public, signed, call.body["signature"]):
        return "wrong-signature"
    statement = json.loads(signed)  # ours, as its signature holds
    if statement["seal_no"] != seal["seal_no"] or statement["data_hash"] != _sm3(_bytes(call.body["document"])):
        return "altered-document"
    return "holds" if seal["state"] == "valid" else "revoked-seal"


def _seal_of(call: Call) -> Record:
    """Return the seal that is named, or the unit's newest, as the national catalogue has it."""
    uscc = call.body["uscc"]
    current = call.table("current").get(uscc)
    seal_no = call.body.get("seal_no") or (current["seal_no"] if current else "")
    seal = call.table("national").get(seal_no)
    if seal is None or seal["uscc"] != uscc:
        raise Problem(422, "the unit has no such seal", "not-consistent")
    return seal


def _listed(call: Call, table: str, seal_no: str) -> Record:
    seal = call.table(table).get(seal_no)
    if seal is None:
        raise Problem(404, "there is no seal of that number", "not-found")
    return seal


def _certificate_state(call: Call, serial: str) -> str:
    certificate = call.table("certificates").get(serial)
    if certificate is None:
        raise Problem(404, "there is no certificate of that serial number", "not-found")
    if certificate.get("revoked"):
        return "revoked"
    return "good" if call.now.date() <= certificate["valid_until"] else "expired"


def _canonical(value: Record) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Problem(400, "a value is not base64", "invalid-request") from error


def _private(call: Call, owner: str) -> bytes:
    """Return the private test key of a certificate: 32 bytes, from 1 to the order less 2 (GM/T 0003.1, section 6.1)."""
    drawn = int(call.world.keyring.derive(f"sm2/{owner}"), 16)
    return (drawn % (ORDER - 2) + 1).to_bytes(32, "big")


def _sm2(private: bytes | None, public: bytes | None, message: bytes) -> Any:  # the library has no types
    """Return the library's SM2, drawing by HMAC of key and message, as RFC 6979 advises, in place of chance."""
    from gmalg import SM2  # type: ignore[import-untyped]  # noqa: PLC0415  # it ships no types; most worlds never sign

    draws = count()

    def draw(bits: int) -> int:
        seed = message + next(draws).to_bytes(4, "big")
        return int.from_bytes(hmac.digest(private or b"", seed, hashlib.sha256), "big") >> (256 - bits)

    return SM2(private, USER_ID, public, rnd_fn=draw)


# Pure functions that cost 10 to 20 ms: the worlds of one replay ask for the same values again and again.
@lru_cache(maxsize=64)
def _public(private: bytes) -> str:
    return str(_sm2(private, None, b"").generate_pk(private).hex())


@lru_cache(maxsize=256)
def _sign(private: bytes, message: bytes) -> str:
    r, s = _sm2(private, bytes.fromhex(_public(private)), message).sign(message)
    return _base64(_der(b"\x30", _der_integer(r) + _der_integer(s)))


@lru_cache(maxsize=256)
def _is_signed(public: str, message: bytes, signature: str) -> bool:
    numbers = _read_der(_bytes(signature))
    if numbers is None or not all(0 < number < ORDER for number in numbers):
        return False
    r, s = (number.to_bytes(32, "big") for number in numbers)
    return bool(_sm2(None, bytes.fromhex(public), message).verify(message, r, s))


def _sm3(message: bytes) -> str:
    from gmalg import SM3  # noqa: PLC0415  # as above

    hashing = SM3()
    hashing.update(message)
    return str(hashing.value().hex())


def _der(tag: bytes, content: bytes) -> bytes:
    return tag + bytes([len(content)]) + content


def _der_integer(number: bytes) -> bytes:
    value = int.from_bytes(number, "big")
    return _der(b"\x02", value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _read_der(signature: bytes) -> tuple[int, int] | None:
    """Return r and s of a signature (GM/T 0009, section 7.3); None for what DER would write otherwise."""
    if len(signature) < 8 or signature[3] > len(signature) - 7:
        return None
    middle = 4 + signature[3]
    r, s = int.from_bytes(signature[4:middle], "big"), int.from_bytes(signature[middle + 2 :], "big")
    if r.bit_length() > 256 or s.bit_length() > 256:
        return None
    content = _der_integer(r.to_bytes(32, "big")) + _der_integer(s.to_bytes(32, "big"))
    return (r, s) if _der(b"\x30", content) == signature else None
