"""Checking evidence: nothing in it is believed before it was compared."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sim.conformance.evidence.archive import packed
from sim.conformance.evidence.package import BADGE, EXCHANGES, MANIFEST, MEMBERS, REPORT, VERSION, member_of
from sim.contract.json_text import MAX_BYTES as JSON_BYTES
from sim.contract.json_text import JsonBoundError, JsonTextError, parse_json
from sim.document import display_name, read_start
from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAX_BYTES: Final = 256 * 1024 * 1024
MAX_MEMBERS: Final = 64
MAX_TOLD: Final = 80
"""Characters of a name or value that are told."""
_BEGIN: Final = b"PK\x03\x04"
_BROKEN: Final = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, struct.error)
"""What the standard library says of bytes that are no whole ZIP; it has no common class for it."""
_FACTS: Final = ("product", "system", "target", "started", "outcome")
_COPIED: Final = ("product", "system", "target", "started", "outcome", "levels")
"""What the manifest repeats of the report."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found in evidence.

    Parameters
    ----------
    seal : str
        SHA-256 of the whole file, hexadecimal.
    facts : tuple of (str, str)
        What its manifest says of the trial; of no worth where ``faults`` holds something.
    documents : tuple of (str, str, str)
        Kind, name and SHA-256 of what the system was held against.
    faults : tuple of str
        What is wrong with it; nothing when it holds.
    """

    seal: str
    facts: tuple[tuple[str, str], ...]
    documents: tuple[tuple[str, str, str], ...]
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether it is as it was made."""
        return not self.faults


def verify(path: Path) -> Verification:
    """Check evidence.

    Raises
    ------
    UsageError
        The file cannot be read, or is no ZIP.
    """
    shown = display_name(path.absolute())
    try:
        if not path.is_file():
            raise UsageError(f"there is no file {shown}", "name a file that --evidence wrote")
        is_zip = read_start(path, len(_BEGIN)) == _BEGIN  # before a large file is taken into memory
        content = read_start(path, MAX_BYTES + 1) if is_zip else b""
    except OSError as error:
        raise UsageError(f"{shown} cannot be read: {error.strerror or error}", "check path and permissions") from error
    if len(content) > MAX_BYTES:
        raise UsageError(f"{shown} is larger than {MAX_BYTES} bytes", "evidence is never so large")
    if not content:
        raise UsageError(f"{shown} is no evidence: it is no ZIP", "name a file that --evidence wrote")
    seal = hashlib.sha256(content).hexdigest()
    members, faults = _unpacked(content)
    if faults:
        return Verification(seal, (), (), tuple(faults))
    manifest = _object(members, MANIFEST, faults)
    if manifest.get("tongban-evidence") != VERSION and not faults:
        faults.append(f"{MANIFEST} is of another form: tongban-evidence is not {VERSION}")
    if not faults:
        faults += _compared(manifest, members)
    if not faults and packed(members) != content:
        faults.append("bytes that belong to no member were altered or added")
    return Verification(seal, _facts(manifest), _documents(manifest), tuple(faults))


def _unpacked(content: bytes) -> tuple[dict[str, bytes], list[str]]:
    """Return the members of a ZIP, and what is wrong with it: only what ``packed`` writes is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            faults = _odd(entries, len(content))
            if faults:
                return {}, faults
            return {one.filename: archive.read(one) for one in entries}, []
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        struct.error,
    ) as error:
        # whatever the parser of the standard library says of bytes that are no whole ZIP; it has no common class for it
        return {}, [f"it is truncated or altered: {_told(str(error) or type(error).__name__)}"]


def _odd(entries: list[zipfile.ZipInfo], size: int) -> list[str]:
    """Return why members are not unpacked from a file of a size in bytes."""
    if len(entries) > MAX_MEMBERS:
        return [f"it has {len(entries)} members; evidence has {len(MEMBERS) + 1}"]
    if sum(one.file_size for one in entries) > size:
        return [f"its members claim {sum(one.file_size for one in entries)} bytes, the file has {size}"]
    faults = []
    seen: set[str] = set()
    for one in entries:
        name = _told(one.orig_filename)
        if one.orig_filename in seen:
            faults.append(f"the member {name} stands twice")
        elif one.orig_filename not in (*MEMBERS, MANIFEST):
            is_path = one.is_dir() or "/" in one.orig_filename or "\\" in one.orig_filename
            faults.append(f"the member {name} was added" + (", and is a path to elsewhere" if is_path else ""))
        elif one.compress_type != zipfile.ZIP_STORED or one.compress_size != one.file_size:
            faults.append(f"the member {name} is compressed ({one.compress_size} bytes for {one.file_size})")
        elif one.flag_bits & 1:
            faults.append(f"the member {name} is encrypted")
        seen.add(one.orig_filename)
    faults += [f"the member {name} is missing" for name in (MANIFEST, *MEMBERS) if name not in seen]
    return faults


def _compared(manifest: Mapping[str, Any], members: Mapping[str, bytes]) -> list[str]:
    """Return where members differ from what the manifest says of them."""
    said = manifest.get("members")
    listed = said if isinstance(said, dict) else {}
    faults = [f"{MANIFEST} lists {_told(name)}, which is no member" for name in sorted(set(listed) - set(MEMBERS))]
    for name in MEMBERS:
        if name not in listed:
            faults.append(f"{MANIFEST} does not list {name}")
        elif listed[name] != member_of(members[name]):
            faults.append(f"the member {name} was altered: its digest is not the manifest's")
    return faults or _agreed(manifest, members)


def _agreed(manifest: Mapping[str, Any], members: Mapping[str, bytes]) -> list[str]:
    """Return where members that are each whole do not tell the same."""
    faults: list[str] = []
    report, badge = _object(members, REPORT, faults), _object(members, BADGE, faults)
    differing = [name for name in _COPIED if manifest.get(name) != report.get(name)]
    faults += [f"{MANIFEST} and {REPORT} disagree on {name}" for name in differing]
    core = [one for one in _objects(manifest.get("levels")) if one.get("level") == "core"]
    if (badge.get("color") == "brightgreen") != any(one.get("is_reached") is True for one in core):
        faults.append(f"{BADGE} does not say what {REPORT} says")
    counts = report.get("counts")
    counted = Counter(str(one.get("outcome")) for one in _objects(report.get("verdicts")))
    if not isinstance(counts, dict) or {name: many for name, many in counts.items() if many} != dict(counted):
        faults.append(f"the counts of {REPORT} are not those of its verdicts")
    if len(members[EXCHANGES]) <= JSON_BYTES:
        log = _object(members, EXCHANGES, faults).get("log")
        entries = log.get("entries") if isinstance(log, dict) else None
        if not isinstance(entries, list) or len(entries) != manifest.get("exchanges"):
            faults.append(f"{MANIFEST} and {EXCHANGES} disagree on the number of exchanges")
    return faults


def _object(members: Mapping[str, bytes], name: str, faults: list[str]) -> dict[str, Any]:  # JSON
    """Return a member that is a JSON object; an empty one, and a fault, where it is not."""
    try:
        value = parse_json(members[name])
    except (JsonTextError, JsonBoundError) as error:
        faults.append(f"{name} cannot be read: {_told(str(error))}")
        return {}
    if not isinstance(value, dict):
        faults.append(f"{name} is not an object")
        return {}
    return value


def _objects(value: Any) -> list[dict[str, Any]]:  # JSON
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _facts(manifest: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((name, _told(str(manifest[name]))) for name in _FACTS if manifest.get(name))


def _documents(manifest: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    told = ((one.get("kind"), one.get("name"), one.get("sha256")) for one in _objects(manifest.get("documents")))
    return tuple((_told(str(kind)), _told(str(name)), _told(str(digest))) for kind, name, digest in told)


def _told(text: str) -> str:
    return text if len(text) <= MAX_TOLD else f"{text[:MAX_TOLD]}..."
