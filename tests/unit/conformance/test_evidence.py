"""Evidence says by itself whether it is whole; whoever made what is checked here meant no good."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from sim.conformance.evidence import evidence_of, verification, verify
from sim.conformance.evidence.archive import packed
from sim.conformance.evidence.package import MANIFEST, MEMBERS, member_of
from sim.conformance.verdict import Verdict
from sim.errors import UsageError
from tests.recordings import errand, exchange, trial

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sim.conformance.evidence import Verification


@cache
def evidence() -> bytes:
    verdicts = (Verdict("status", "pass", "platform", "getCase"), Verdict("callback", "skip", "platform", ""))
    return evidence_of(trial(*verdicts, exchanges=(exchange(), exchange(step="second"))), (errand(),))


def members() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(evidence())) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def checked(folder: Path, content: bytes) -> Verification:
    path = folder / "evidence.zip"
    path.write_bytes(content)
    return verify(path)


def forged(**changes: Callable[[Any], Any]) -> bytes:
    """Evidence with JSON members altered, and a manifest that agrees with each of them."""
    found = members()
    for name, change in changes.items():
        if name != "manifest":
            file = {"report": "conform.json", "badge": "badge.json", "log": "exchanges.har"}[name]
            found[file] = json.dumps(change(json.loads(found[file])), ensure_ascii=False).encode()
    manifest = json.loads(found[MANIFEST])
    manifest["members"] = {name: member_of(found[name]) for name in MEMBERS}
    manifest = changes.get("manifest", lambda value: value)(manifest)
    return packed({**found, MANIFEST: json.dumps(manifest).encode()})


def zipped(*entries: tuple[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", how) as archive:
        for name, value in entries:
            archive.writestr(zipfile.ZipInfo(name), value, how)
    return content.getvalue()


# Whole.


def test_evidence_that_nobody_touched_holds(tmp_path: Path) -> None:
    found = checked(tmp_path, evidence())
    assert (found.faults, found.holds) == ((), True)
    assert found.seal == hashlib.sha256(evidence()).hexdigest()
    assert dict(found.facts)["outcome"] == "pass"
    assert ("journey", "query-duplicate-name", errand().journey.document.digest) in found.documents
    platform = errand().journey.contracts["provincial-platform"]
    assert ("contract", "provincial-platform", platform.digest) in found.documents


def test_equal_trials_give_equal_bytes() -> None:
    first = evidence()
    evidence.cache_clear()
    assert evidence() == first


def test_what_is_in_it_stands_in_the_file_as_it_is() -> None:
    found = members()
    assert sorted(found) == sorted((MANIFEST, *MEMBERS))
    assert all(content in evidence() for content in found.values())
    manifest = json.loads(found[MANIFEST])
    assert (manifest["tongban-evidence"], manifest["exchanges"], manifest["target"]) == (1, 2, "http://h")
    assert {name: one["sha256"] for name, one in manifest["members"].items()} == {
        name: hashlib.sha256(found[name]).hexdigest() for name in MEMBERS
    }


def test_evidence_of_a_trial_that_failed_holds_too(tmp_path: Path) -> None:
    content = evidence_of(trial(Verdict("status", "fail", "platform", "getCase")), (errand(),))
    found = checked(tmp_path, content)
    assert (found.holds, dict(found.facts)["outcome"]) == (True, "fail")


# Altered.


def test_every_byte_counts(tmp_path: Path) -> None:
    """Bytes are flipped, one at a time: every 23rd of the members, every one of the list of members and its end."""
    whole = evidence()
    path = tmp_path / "evidence.zip"
    for at in (*range(0, len(whole), 23), *range(whole.index(b"PK\x01\x02"), len(whole))):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x01]) + whole[at + 1 :])
        try:
            assert not verify(path).holds, at
        except UsageError:
            assert at < 4  # the mark by which a ZIP is known


def test_every_truncation_is_found(tmp_path: Path) -> None:
    whole = evidence()
    for size in (*range(4, 200), *range(200, len(whole), 101), len(whole) - 1):
        found = checked(tmp_path, whole[:size])
        assert len(found.faults) == 1, size
        assert "truncated or altered" in found.faults[0]


@pytest.mark.parametrize("name", MEMBERS)
def test_an_altered_member_is_named(tmp_path: Path, name: str) -> None:
    found = members()
    altered = packed({**found, name: found[name].replace(b"a", b"b", 1)})
    assert checked(tmp_path, altered).faults == (f"the member {name} was altered: its digest is not the manifest's",)


@pytest.mark.parametrize("name", [MANIFEST, *MEMBERS])
def test_a_missing_member_is_named(tmp_path: Path, name: str) -> None:
    found = members()
    del found[name]
    assert checked(tmp_path, packed(found)).faults == (f"the member {name} is missing",)


@pytest.mark.parametrize("name", ["notes.txt", "MANIFEST.json", "manifest.json ", "编"])
def test_an_added_member_is_named(tmp_path: Path, name: str) -> None:
    (fault,) = checked(tmp_path, packed({**members(), name: b"x"})).faults
    assert fault == f"the member {name} was added"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\x", "a/b.json", "..\\x", "folder/"])
def test_a_name_that_leads_elsewhere_is_told_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    (fault,) = checked(tmp_path, packed({**members(), name: b""})).faults
    assert fault.endswith("was added, and is a path to elsewhere")
    assert [one.name for one in tmp_path.iterdir()] == ["evidence.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_stands_twice_is_named(tmp_path: Path) -> None:
    found = members()
    entries = [*found.items(), ("conform.json", b"{}")]
    assert checked(tmp_path, zipped(*entries)).faults == ("the member conform.json stands twice",)


@pytest.mark.parametrize("tail", [b"\0", b"PK\x05\x06" + b"\0" * 18, b"<script>"])
def test_what_stands_behind_its_end_is_found(tmp_path: Path, tail: bytes) -> None:
    assert not checked(tmp_path, evidence() + tail).holds


def test_a_comment_is_found(tmp_path: Path) -> None:
    content = io.BytesIO(evidence())
    with zipfile.ZipFile(content, "a") as archive:
        archive.comment = b"trust me"
    assert checked(tmp_path, content.getvalue()).faults == ("bytes that belong to no member were altered or added",)


def test_what_stands_before_a_member_is_found(tmp_path: Path) -> None:
    """Offsets may leave room between members, which no list of them shows."""
    whole = bytearray(evidence())
    end = whole.rindex(b"PK\x05\x06")
    (start,) = struct.unpack_from("<I", whole, end + 16)
    struct.pack_into("<I", whole, end + 16, start + 5)
    hidden = bytes(whole[:start]) + b"hello" + bytes(whole[start:])
    assert checked(tmp_path, hidden).faults == ("bytes that belong to no member were altered or added",)


# Bombs.


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    found = {**members(), "exchanges.har": b"0" * 50_000_000}
    content = zipped(*found.items(), how=zipfile.ZIP_DEFLATED)
    assert len(content) < 200_000
    (fault,) = checked(tmp_path, content).faults
    assert fault.startswith("its members claim 50")


def test_a_compressed_member_is_refused_however_small(tmp_path: Path) -> None:
    found = members()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, value in found.items():
            how = zipfile.ZIP_DEFLATED if name == "badge.json" else zipfile.ZIP_STORED
            archive.writestr(zipfile.ZipInfo(name), value, how)
        archive.comment = b" " * 2000
    (fault,) = checked(tmp_path, content.getvalue()).faults
    assert fault.startswith("the member badge.json is compressed")


def test_members_that_lie_in_each_other_are_refused(tmp_path: Path) -> None:
    """Five names for the same bytes: the file would be read five times over."""
    whole = bytearray(packed({**members(), "exchanges.har": b"x" * 100_000}))
    at = whole.index(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<II", whole, at + 20, 100_000, 100_000)
        at = whole.find(b"PK\x01\x02", at + 4)
    (fault,) = checked(tmp_path, bytes(whole)).faults
    assert fault.startswith("its members claim 500000 bytes")


def test_a_crowd_of_members_is_not_listed(tmp_path: Path) -> None:
    (fault,) = checked(tmp_path, zipped(*((f"{number}", b"") for number in range(5000)))).faults
    assert fault == "it has 5000 members; evidence has 5"


@pytest.mark.parametrize(("begin", "told"), [(b"", "it is no ZIP"), (b"PK\x03\x04", "larger than 1000000 bytes")])
def test_a_file_beyond_the_bound_is_not_read_to_its_end(
    tmp_path: Path, begin: bytes, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "MAX_BYTES", 1_000_000)
    path = tmp_path / "evidence.zip"
    with path.open("wb") as file:
        file.write(begin)
        file.truncate(100 * 1024 * 1024 * 1024)  # a hole: nothing of it stands on the disk
    with pytest.raises(UsageError, match=told):
        verify(path)


# Forged with care.


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (forged(report=lambda one: {**one, "outcome": "pass", "system": "other"}), "disagree on system"),
        (forged(manifest=lambda one: {**one, "started": "2030-01-01T00:00:00Z"}), "disagree on started"),
        (forged(report=lambda one: {**one, "verdicts": []}), "the counts of conform.json are not those"),
        (forged(report=lambda one: {**one, "counts": 7}), "the counts of conform.json are not those"),
        (forged(badge=lambda one: {**one, "color": "red"}), "badge.json does not say what conform.json says"),
        (
            forged(log=lambda one: {"log": {"entries": one["log"]["entries"][:1]}}),
            "disagree on the number of exchanges",
        ),
        (forged(log=lambda _: []), "exchanges.har is not an object"),
        (forged(manifest=lambda one: {**one, "tongban-evidence": 2}), "manifest.json is of another form"),
        (forged(manifest=lambda _: []), "manifest.json is not an object"),
        (forged(manifest=lambda one: {**one, "members": None}), "manifest.json does not list badge.json"),
        (forged(manifest=lambda one: {**one, "levels": "all"}), "disagree on levels"),
        (
            forged(manifest=lambda one: {**one, "members": {**one["members"], "../x": {}}}),
            "manifest.json lists ../x, which is no member",
        ),
    ],
)
def test_members_that_do_not_tell_the_same_are_found(tmp_path: Path, content: bytes, told: str) -> None:
    assert any(told in fault for fault in checked(tmp_path, content).faults)


@pytest.mark.parametrize("value", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a": NaN}'])
def test_a_manifest_that_is_no_json_is_told(tmp_path: Path, value: bytes) -> None:
    (fault,) = checked(tmp_path, packed({**members(), MANIFEST: value})).faults
    assert fault.startswith("manifest.json cannot be read")


def test_evidence_that_cannot_be_read_is_bad_usage(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(UsageError, match="there is no file"):
            verify(path)
    with pytest.raises(UsageError, match="it is no ZIP"):
        checked(tmp_path, b"hello")


def test_a_report_that_verify_could_not_read_gives_no_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.conformance.evidence.package.MAX_BYTES", 100)
    with pytest.raises(UsageError, match="larger than 100 bytes"):
        evidence_of(trial(), (errand(),))


def test_exchanges_beyond_what_is_parsed_are_held_by_their_digest_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "JSON_BYTES", 10)
    assert checked(tmp_path, evidence()).holds
