"""Replays kept from run to run, under the digest of everything they depend on.

Takes a key and a replay, gives the replay back, promises that a stored file is whole (it is written aside and renamed)
and that what cannot be read or has another shape counts as not stored.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.bundle.codec import decode
from sim.bundle.conformance import ConformanceTable
from sim.conformance.model import Replay
from sim.plan import CallShare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FORMAT = 3
_CODE = ("conformance", "mock", "contract", "journey")


def cache_folder() -> Path:
    """Return the folder of stored replays: ``TONGBAN_CACHE_DIR``, else the user's cache folder for tongban.

    Raises
    ------
    OSError
        The user has no home.
    """
    own, shared = os.environ.get("TONGBAN_CACHE_DIR"), os.environ.get("XDG_CACHE_HOME")
    named = own or (f"{shared}/tongban" if shared else "~/.cache/tongban")
    try:
        return Path(named).expanduser() / "replay"
    except RuntimeError as error:
        raise FileNotFoundError(errno.ENOENT, str(error), named) from error


def replay_key(parts: Iterable[str]) -> str:
    """Return the digest of what a replay depends on, product code included, hexadecimal."""
    text = "\n".join((f"format {FORMAT}", f"tongban {sim.__version__}", _code_digest(), *parts))
    return hashlib.sha256(text.encode()).hexdigest()


def folder_digest(folder: Path) -> str:
    """Return the SHA-256 over names and contents of all files below a folder, hexadecimal."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").digest()
            digest.update(os.fsencode(path.relative_to(folder).as_posix()) + b"\0" + content)  # a name holds no NUL
    return digest.hexdigest()


def load_replay(key: str, folder: Path | None = None) -> Replay | None:
    """Return the stored replay of a key, or None."""
    try:
        path = (folder or cache_folder()) / f"{key}.json"
        stored = json.loads(path.read_bytes())
        return _replay(stored["replay"]) if stored["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def store_replay(key: str, replay: Replay, folder: Path | None = None) -> None:
    """Store a replay; a folder that cannot be written is passed over, as the next run replays again."""
    text = json.dumps({"key": key, "replay": _plain(replay)}, ensure_ascii=False)
    with suppress(OSError):
        target = folder or cache_folder()
        target.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target, suffix=".part")
        try:
            with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor, not a path
                file.write(text)
            Path(name).replace(target / f"{key}.json")
        finally:
            Path(name).unlink(missing_ok=True)


def _code_digest() -> str:
    """Digest of the code that replays: a checkout changes without its version."""
    root = Path(sim.__file__).parent
    return hashlib.sha256(" ".join(folder_digest(root / package) for package in _CODE).encode()).hexdigest()


def _plain(replay: Replay) -> Mapping[str, Any]:
    return {
        "table": asdict(replay.table),
        "failures": {operation: asdict(share) for operation, share in replay.failures.items()},
        "nested": {caller: sorted(callees) for caller, callees in replay.nested.items()},
        "variants": {
            name: {operation: asdict(share) for operation, share in shares.items()}
            for name, shares in replay.variants.items()
        },
    }


def _replay(stored: Any) -> Replay:  # JSON from outside; what does not fit raises
    return Replay(
        decode(ConformanceTable, stored["table"]),
        _shares(stored["failures"]),
        {caller: frozenset(decode(tuple[str, ...], callees)) for caller, callees in stored["nested"].items()},
        {name: _shares(shares) for name, shares in stored["variants"].items()},
    )


def _shares(stored: Any) -> dict[str, CallShare]:  # as above
    return {operation: decode(CallShare, share) for operation, share in stored.items()}
