"""Cross-network exchange: stores envelopes, carries them over its links, keeps receipts and large payloads."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from binascii import Error
from datetime import timedelta
from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Record

ALGORITHMS = {"sha-256": "sha256", "sm3": "sm3"}
UPLOAD_DAYS = 1


def send_envelope(call: Call) -> Reply:
    """Check the digest of an envelope and store it for its link."""
    body = call.body
    if "upload_no" in body:
        upload = call.table("uploads").get(body["upload_no"])
        if upload is None or "whole" not in upload:
            raise Problem(422, "there is no complete upload of that number", "not-consistent")
        content = upload["whole"]
    else:
        content = _decoded(body["payload"])
    if _digest(body["digest_algorithm"], content) != body["digest"]:
        raise Problem(422, "the content does not have that digest", "not-consistent")
    envelope = {
        **{name: value for name, value in body.items() if name != "payload"},
        "envelope_no": _number(call, "E"),
        "content": content,
        "size_bytes": len(content),
        "state": "queued",
        "attempts": 0,
        "queued_at": call.now,
    }
    call.table("envelopes").put(envelope["envelope_no"], envelope)
    return Reply(201, envelope)


def poll_envelopes(call: Call) -> Reply:
    """List what has come for a system and is not acknowledged, oldest first."""
    numbers = [number for number, _ in call.table(f"inbox {call.query['to_system']}").items()]
    page, shown = call.page(numbers)
    return Reply(200, {**page, "envelopes": [call.table("envelopes").get(number) for number in shown]})


def forward_envelope(call: Call) -> Reply:
    """Carry an envelope over its link, again where it was damaged."""
    envelope = _found(call, "envelopes", "envelope_no")
    if envelope["state"] == "received":
        raise Problem(409, "the envelope was acknowledged", "wrong-state")
    carried = {**envelope, "state": "forwarded", "attempts": envelope["attempts"] + 1}
    _keep(call, carried)
    call.table(f"inbox {envelope['to_system']}").put(envelope["envelope_no"], {})
    return Reply(201, carried)


def read_envelope(call: Call) -> Reply:
    """Give the receiver the content of an envelope that has come."""
    envelope = _come(call)
    return Reply(200, {**envelope, "payload": b64encode(envelope["content"]).decode()})


def acknowledge_envelope(call: Call) -> Reply:
    """Close an envelope that arrived whole; any other waits to be carried again."""
    envelope = _come(call)
    if envelope["state"] == "received":
        raise Problem(409, "the envelope was acknowledged", "wrong-state")
    is_whole = call.body["arrived"] == "whole" and call.body["digest"] == envelope["digest"]
    noted = {**envelope, "state": "received" if is_whole else "damaged", "acknowledged_at": call.now}
    _keep(call, noted)
    call.table(f"inbox {envelope['to_system']}").remove(envelope["envelope_no"])
    return Reply(201, _receipt(noted))


def get_receipt(call: Call) -> Reply:
    """Tell the sender how far an envelope is."""
    return Reply(200, _receipt(_found(call, "envelopes", "envelope_no")))


def start_upload(call: Call) -> Reply:
    """Announce a large payload."""
    expires_at = call.now + timedelta(days=UPLOAD_DAYS)
    upload = {**call.body, "upload_no": _number(call, "F"), "parts": {}, "expires_at": expires_at}
    call.table("uploads").put(upload["upload_no"], upload)
    return Reply(201, _upload(upload))


def upload_part(call: Call) -> Reply:
    """Take one part; the same again takes the place of the first."""
    upload, number = _open_upload(call), int(call.path["part_no"])
    if number > upload["part_count"]:
        raise Problem(404, "there is no part of that number", "not-found")
    part = _decoded(call.body["part"])
    if _digest(upload["digest_algorithm"], part) != call.body["digest"]:
        raise Problem(422, "the part does not have that digest", "not-consistent")
    taken = {**upload, "parts": {**upload["parts"], str(number): part}}
    call.table("uploads").put(upload["upload_no"], taken)
    return Reply(200, _upload(taken))


def complete_upload(call: Call) -> Reply:
    """Put the parts together and hold the whole against what was announced."""
    upload = _open_upload(call)
    if len(upload["parts"]) < upload["part_count"]:
        raise Problem(409, "parts are missing", "wrong-state")
    whole = b"".join(upload["parts"][str(number)] for number in range(1, upload["part_count"] + 1))
    if len(whole) != upload["size_bytes"] or _digest(upload["digest_algorithm"], whole) != upload["digest"]:
        raise Problem(422, "the whole does not have the size and the digest announced", "not-consistent")
    kept = {name: value for name, value in upload.items() if name != "parts"}
    completed = {**kept, "whole": whole, "completed_at": call.now}
    call.table("uploads").put(upload["upload_no"], completed)
    return Reply(201, completed)


def _number(call: Call, letter: str) -> str:
    return f"{letter}{call.now:%Y%m%d}{call.count(letter):06d}"


def _found(call: Call, table: str, parameter: str) -> Record:
    record = call.table(table).get(call.path[parameter])
    if record is None:
        raise Problem(404, "there is nothing of that number", "not-found")
    return record


def _come(call: Call) -> Record:
    envelope = _found(call, "envelopes", "envelope_no")
    if envelope["state"] in ("queued", "damaged"):
        raise Problem(404, "the envelope has not come", "not-found")
    return envelope


def _open_upload(call: Call) -> Record:
    upload = _found(call, "uploads", "upload_no")
    if call.now > upload["expires_at"]:
        raise Problem(404, "the upload was not completed in time", "not-found")
    if "whole" in upload:
        raise Problem(409, "the upload is complete", "wrong-state")
    return upload


def _keep(call: Call, envelope: Record) -> None:
    call.table("envelopes").put(envelope["envelope_no"], envelope)


def _receipt(envelope: Record) -> Record:
    told = {name: envelope[name] for name in ("envelope_no", "state", "attempts")}
    return told if "acknowledged_at" not in envelope else {**told, "acknowledged_at": envelope["acknowledged_at"]}


def _upload(upload: Record) -> Record:
    return {**upload, "missing_count": upload["part_count"] - len(upload["parts"])}


def _decoded(text: str) -> bytes:
    try:
        if len(text) % 4 == 0:  # the decoder takes padding that is not needed
            return b64decode(text, validate=True)
    except Error:
        pass
    raise Problem(422, "the content is not Base64", "not-consistent")


def _digest(algorithm: str, content: bytes) -> str:
    name = ALGORITHMS[algorithm]
    if name not in hashlib.algorithms_available:  # an OpenSSL that was built without SM3
        raise Problem(422, f"this exchange has no {algorithm}", "not-consistent")
    return hashlib.new(name, content).hexdigest()
