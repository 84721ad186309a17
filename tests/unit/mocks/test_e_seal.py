"""The electronic seal mock: its seals verify, with a second implementation of SM2 as well."""

from __future__ import annotations

import base64
import json
from functools import cache
from typing import TYPE_CHECKING, Any

import gmssl_pyx  # type: ignore[import-untyped]  # it ships no types for its package
import pytest

from sim.catalog import Catalog
from sim.contract import load_contract
from sim.document import read_document
from sim.mock import System, load_mock
from tests.partners import Town

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.mock import Reply

UNIT = {"organisation": "示例派出所", "uscc": "12000099MB0009912N"}
COUNTY = "11640099MB0009902H"
DOCUMENT = base64.b64encode("无犯罪记录证明".encode()).decode()


@cache
def systems() -> Mapping[str, System]:
    known = load_contract(Catalog.bundled(), "e-seal")
    return {"e-seal": System(known, known, load_mock(Catalog.bundled(), "e-seal", known.operations))}


class Office:
    """A unit and its seal."""

    def __init__(self, *, seed: int = 1) -> None:
        self.town = Town(systems(), seed=seed)
        self.certificate = self.call("issueSigningCertificate", body=UNIT).body
        applied = {**UNIT, "certificate_serial": self.certificate["certificate_serial"], "seal_name": "示例章"}
        self.seal_no = str(self.call("applySeal", body=applied).body["seal_no"])

    def call(self, operation: str, **parts: Any) -> Reply:
        return self.town.call("e-seal", operation, **parts)

    def sign(self, document: str = DOCUMENT) -> Any:
        return self.call("signDocument", body={"uscc": UNIT["uscc"], "document": document})

    def verdict(self, signed: Any, document: str = DOCUMENT, **changes: str) -> str:
        names = ("seal_no", "signed_data", "signature")
        body = {"document": document, **{name: signed.body[name] for name in names}, **changes}
        return str(self.call("verifySeal", body=body).body["verdict"])

    def revoke(self, reason: str = "unit-changed") -> int:
        return self.call("revokeSeal", path={"seal_no": self.seal_no}, body={"reason": reason}).status


def _verifies(public_key: str, signed_data: bytes, signature: bytes) -> bool:
    return bool(gmssl_pyx.sm2_verify(bytes.fromhex(public_key)[1:], signed_data, signature))


def test_a_seal_verifies_with_a_second_implementation_and_one_altered_byte_does_not(
    capfd: pytest.CaptureFixture[str],
) -> None:
    signed = Office().sign().body
    data, signature = (base64.b64decode(signed[name]) for name in ("signed_data", "signature"))
    assert _verifies(signed["public_key"], data, signature)
    for place in (0, len(data) // 2, len(data) - 1):
        altered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert not _verifies(signed["public_key"], altered, signature)
    capfd.readouterr()  # the library prints where it failed


def test_the_signed_hash_is_that_of_the_second_implementation() -> None:
    statement = json.loads(base64.b64decode(Office().sign().body["signed_data"]))
    assert statement["data_hash"] == gmssl_pyx.sm3_hash(base64.b64decode(DOCUMENT)).hex()


def test_a_seal_of_the_second_implementation_is_verified_by_the_mock() -> None:
    office = Office()
    signed = office.sign()
    private = office.town.world.keyring.derive(f"sm2/{office.certificate['certificate_serial']}")
    order = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
    key = (int(private, 16) % (order - 2) + 1).to_bytes(32, "big")
    public = bytes.fromhex(signed.body["public_key"])[1:]
    foreign = gmssl_pyx.sm2_sign(key, public, base64.b64decode(signed.body["signed_data"]))
    assert foreign != base64.b64decode(signed.body["signature"])
    assert office.verdict(signed, signature=base64.b64encode(foreign).decode()) == "holds"


def test_the_examples_of_the_contract_verify() -> None:
    contract: Any = read_document(Catalog.bundled().root / "contracts/e-seal.openapi.yaml").value
    signing = contract["paths"]["/signatures"]["post"]
    answer = signing["responses"]["201"]["content"]["application/json"]["example"]
    data, signature = (base64.b64decode(answer[name]) for name in ("signed_data", "signature"))
    assert _verifies(answer["public_key"], data, signature)


def test_what_was_altered_is_told() -> None:
    office = Office()
    signed = office.sign()
    assert office.verdict(signed) == "holds"
    assert office.verdict(signed, document=base64.b64encode(b"another").decode()) == "altered-document"
    data = base64.b64decode(signed.body["signed_data"]).replace(b'"version":4', b'"version":5')
    assert office.verdict(signed, signed_data=base64.b64encode(data).decode()) == "wrong-signature"
    assert office.verdict(signed, seal_no="999999999999") == "unknown-seal"
    assert office.verdict(signed, seal_no="640099000001") == "wrong-signature"


@pytest.mark.parametrize("signature", ["AAAA", "MAYCAQACAQA=", "MAYCAQECAQE=", "MAgCAgABAgIAAQ=="])
def test_a_malformed_signature_is_wrong_not_an_error(signature: str) -> None:
    office = Office()
    assert office.verdict(office.sign(), signature=signature) == "wrong-signature"


def test_a_signature_with_bytes_behind_it_is_wrong() -> None:
    office = Office()
    signed = office.sign()
    longer = base64.b64decode(signed.body["signature"]) + b"\0"
    assert office.verdict(signed, signature=base64.b64encode(longer).decode()) == "wrong-signature"


def test_equal_worlds_make_equal_seals_and_another_seed_another_key() -> None:
    first, again, other = Office().sign().body, Office().sign().body, Office(seed=2).sign().body
    assert first["signature"] == again["signature"]
    assert first["public_key"] != other["public_key"]


def test_a_revoked_seal_is_accepted_until_the_node_has_synchronised() -> None:
    office = Office()
    signed = office.sign()
    assert [office.revoke(), office.revoke()] == [201, 409]
    assert office.sign().status == 422
    assert office.verdict(signed) == "holds"
    page = office.call("synchroniseSeals", body={}).body
    assert (page["changed"], page["seals"][0]["seal_no"], page["total"]) == (1, office.seal_no, 3)
    assert office.verdict(signed) == "revoked-seal"
    assert office.call("getSealStatus", path={"seal_no": office.seal_no}).body["state"] == "revoked"
    assert office.call("synchroniseSeals", body={}).body["changed"] == 0


def test_a_lost_key_takes_its_certificate_with_it() -> None:
    office = Office()
    path = {"certificate_serial": office.certificate["certificate_serial"]}
    assert office.call("getCertificateStatus", path=path).body["state"] == "good"
    office.revoke("key-lost")
    assert office.call("getCertificateStatus", path=path).body["state"] == "revoked"
    applied = {**UNIT, **path, "seal_name": "示例章"}
    assert office.call("applySeal", body=applied).status == 422


def test_a_unit_signs_with_its_own_seal_alone() -> None:
    office = Office()
    asked = {"uscc": COUNTY, "seal_no": office.seal_no, "document": DOCUMENT}
    assert office.call("signDocument", body=asked).status == 422
    assert office.call("signDocument", body={"uscc": COUNTY, "document": DOCUMENT}).status == 201
    applied = {**UNIT, "uscc": COUNTY, "certificate_serial": office.certificate["certificate_serial"]}
    assert office.call("applySeal", body={**applied, "seal_name": "示例章"}).status == 422


def test_what_is_not_there_is_not_found() -> None:
    office = Office()
    assert office.call("getSealStatus", path={"seal_no": "999999999999"}).status == 404
    assert office.call("getCertificateStatus", path={"certificate_serial": "X"}).status == 404
    missing = office.call("revokeSeal", path={"seal_no": "999999999999"}, body={"reason": "key-lost"})
    assert missing.status == 404
