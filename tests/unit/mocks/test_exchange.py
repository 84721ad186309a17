"""The mock of the cross-network exchange."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from sim.catalog import Catalog
from sim.mock import System, load_mock
from tests.partners import Town, contract

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "exchange"
# Of "abc": FIPS 180-4, example 1, and GB/T 32905-2016, annex A.1.
DIGESTS = {
    "sha-256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "sm3": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
}
PARTS = (b"first ", b"second")


@cache
def systems() -> Mapping[str, System]:
    known = contract(NAME)
    return {NAME: System(known, known, load_mock(Catalog.bundled(), NAME, known.operations))}


def town() -> Town:
    return Town(systems())


def text(content: bytes) -> str:
    return b64encode(content).decode()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def send(town: Town, **changed: Any) -> Any:
    body = {
        "from_system": "provincial-platform",
        "to_system": "ministry-platform",
        "link": "one-way",
        "kind": "case-materials",
        "payload": text(b"abc"),
        "digest_algorithm": "sha-256",
        "digest": DIGESTS["sha-256"],
        **changed,
    }
    given = {name: value for name, value in body.items() if value is not None}
    return town.call(NAME, "sendEnvelope", body=given)


def on(town: Town, operation: str, number: str, **body: Any) -> Any:
    return town.call(NAME, operation, path={"envelope_no": number}, body=body)


def waiting(town: Town) -> list[str]:
    body = town.call(NAME, "pollEnvelopes", query={"to_system": "ministry-platform"}).body
    return [one["envelope_no"] for one in body["envelopes"]]


def start(town: Town, whole: bytes = b"".join(PARTS), **changed: Any) -> str:
    announced = {"size_bytes": len(whole), "part_count": len(PARTS), "digest_algorithm": "sha-256"}
    body = {"from_system": "provincial-platform", "digest": digest(whole), **announced, **changed}
    return str(town.call(NAME, "startUpload", body=body).body["upload_no"])


def upload(town: Town, number: str, part: int, content: bytes, told: str = "") -> Any:
    body = {"part": text(content), "digest": told or digest(content)}
    return town.call(NAME, "uploadPart", path={"upload_no": number, "part_no": part}, body=body)


def complete(town: Town, number: str) -> Any:
    return town.call(NAME, "completeUpload", path={"upload_no": number})


@pytest.mark.parametrize("algorithm", DIGESTS)
def test_content_is_held_against_its_digest(algorithm: str) -> None:
    if algorithm.replace("-", "") not in hashlib.algorithms_available:
        pytest.skip("this OpenSSL has no SM3")
    here = town()
    right = {"digest_algorithm": algorithm, "digest": DIGESTS[algorithm]}
    assert send(here, **right).status == 201
    assert send(here, **right, payload=text(b"abd")).status == 422
    assert send(here, **right, payload="YWJj=").status in (400, 422)


def test_an_envelope_carries_content_or_names_an_upload_but_not_both() -> None:
    here = town()
    assert send(here, upload_no="F20220726000001").status == 400
    assert send(here, payload=None).status == 400
    assert send(here, payload=None, upload_no="F20220726000001").status == 422


def test_an_envelope_is_stored_carried_read_and_acknowledged() -> None:
    here = town()
    number = send(here).body["envelope_no"]
    assert (waiting(here), on(here, "readEnvelope", number).status) == ([], 404)
    on(here, "forwardEnvelope", number)
    assert waiting(here) == [number]
    assert b64decode(on(here, "readEnvelope", number).body["payload"]) == b"abc"
    assert on(here, "getReceipt", number).body["state"] == "forwarded"
    noted = on(here, "acknowledgeEnvelope", number, arrived="whole", digest=DIGESTS["sha-256"])
    assert (noted.body["state"], noted.body["attempts"], waiting(here)) == ("received", 1, [])
    assert on(here, "acknowledgeEnvelope", number, arrived="damaged").status == 409
    assert on(here, "forwardEnvelope", number).status == 409


@pytest.mark.parametrize("said", [{"arrived": "damaged"}, {"arrived": "whole", "digest": "0" * 64}])
def test_a_damaged_envelope_is_carried_again(said: Mapping[str, str]) -> None:
    here = town()
    number = send(here).body["envelope_no"]
    on(here, "forwardEnvelope", number)
    assert on(here, "acknowledgeEnvelope", number, **said).body["state"] == "damaged"
    assert waiting(here) == []
    assert on(here, "forwardEnvelope", number).body["attempts"] == 2
    assert on(here, "acknowledgeEnvelope", number, arrived="whole", digest=DIGESTS["sha-256"]).status == 201


def test_what_arrived_whole_is_told_with_its_digest() -> None:
    here = town()
    number = send(here).body["envelope_no"]
    on(here, "forwardEnvelope", number)
    assert on(here, "acknowledgeEnvelope", number, arrived="whole").status == 400


def test_parts_come_in_any_order_and_make_the_whole() -> None:
    here = town()
    number = start(here)
    assert upload(here, number, 2, PARTS[1]).body["missing_count"] == 1
    assert complete(here, number).status == 409
    assert upload(here, number, 1, b"wrong!").body["missing_count"] == 0
    assert complete(here, number).status == 422
    upload(here, number, 1, PARTS[0])
    assert complete(here, number).body["digest"] == digest(b"first second")
    assert upload(here, number, 1, PARTS[0]).status == 409
    sent = send(here, payload=None, upload_no=number, digest=digest(b"first second"))
    on(here, "forwardEnvelope", sent.body["envelope_no"])
    assert b64decode(on(here, "readEnvelope", sent.body["envelope_no"]).body["payload"]) == b"first second"


def test_a_part_with_a_wrong_digest_or_number_is_refused() -> None:
    here = town()
    number = start(here)
    assert upload(here, number, 1, PARTS[0], "0" * 64).status == 422
    assert upload(here, number, 3, PARTS[0]).status == 404
    assert upload(here, "F20220726999999", 1, PARTS[0]).status == 404


def test_an_upload_is_forgotten_after_a_day() -> None:
    here = town()
    number = start(here)
    here.world.clock.advance(timedelta(days=1, seconds=1).total_seconds())
    assert upload(here, number, 1, PARTS[0]).status == 404


def test_a_size_that_was_announced_wrong_is_found() -> None:
    here = town()
    number = start(here, size_bytes=11)
    for part, content in enumerate(PARTS, 1):
        upload(here, number, part, content)
    assert complete(here, number).status == 422
