"""Where bundles stand, and how one comes to stand there whole or not at all.

A bundle is made in a hidden folder beside its place, which carries the name of the host and process that makes it, and
takes its place by a rename. What a killed process left is removed by the next writer on that host.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from sim.bundle.codec import is_unicode
from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim.bundle.manifest import Manifest

MANIFEST: Final = "manifest.json"
_ELSEWHERE: Final = "choose another folder with --out"
_WORKING = re.compile(r"\.(?P<name>.+)\.(?P<host>[A-Za-z0-9-]+)\.(?P<process>[0-9]{1,9})\.(?P<state>new|old|log)")


def folder_name(name: str, digest: str, *, partial: bool = False) -> str:
    """Return the name of a bundle's folder from the scenario's name and the input digest."""
    return f"{name}-{digest[:8]}" + ("-partial" if partial else "")


def place_of(manifest: Manifest, parent: Path) -> Path:
    """Return where a bundle belongs."""
    return parent / folder_name(manifest.name, manifest.input_digest, partial=manifest.partial)


def check_place(place: Path) -> None:
    """Check, without leaving anything behind, that a bundle can be put somewhere.

    Raises
    ------
    UsageError
        Something else stands there, the folder cannot be written, or it is a part of another bundle, which goes with
        that one.
    """
    try:
        _check(place)
    except (OSError, RuntimeError) as error:  # a link that leads to itself is a RuntimeError
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{str(place)[:200]} cannot be written: {reason}", _ELSEWHERE) from error


def _check(place: Path) -> None:
    if not is_unicode(str(place.absolute())):
        raise UsageError(f"{place} is not a path in UTF-8", _ELSEWHERE)
    if place.exists() and not (place / MANIFEST).is_file() and (not place.is_dir() or any(place.iterdir())):
        raise UsageError(f"{place} is there and is not a bundle", "move it away or choose another folder with --out")
    outer = next((folder for folder in place.resolve().parents if _is_bundle(folder)), None)
    if outer is not None:
        raise UsageError(f"{place} lies inside the bundle {outer}", _ELSEWHERE)
    folder = place.parent
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"{folder} cannot be written", _ELSEWHERE)


def _is_bundle(folder: Path) -> bool:
    return (folder / MANIFEST).is_file() and (folder / "replications.parquet").is_file()


@contextmanager
def new_folder(place: Path) -> Iterator[Path]:
    """Give an empty folder to fill; it takes its place when the block ends, or vanishes when the block fails.

    Raises
    ------
    UsageError
        As ``check_place``.
    """
    with _working_folder(place, "new") as working:
        yield working
        _take_place(working, place)


@contextmanager
def log_folder(place: Path) -> Iterator[Path]:
    """Give an empty folder for the parts of a log, beside the place of the bundle to come; it vanishes with the block.

    Raises
    ------
    UsageError
        As ``check_place``.
    """
    with _working_folder(place, "log") as working:
        yield working


@contextmanager
def _working_folder(place: Path, state: str) -> Iterator[Path]:
    """Give an empty folder beside a place; it vanishes with the block, unless it took the place."""
    check_place(place)
    with _made(place.parent):
        remove_stale(place.parent)
        working = place.with_name(_working_name(place.name, state))
        working.mkdir()
        try:
            yield working
        finally:
            shutil.rmtree(working, ignore_errors=True)


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder with its parents; when the block fails, those that it made vanish again, unless others use them."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        with suppress(OSError):
            for one in missing:
                one.rmdir()
        raise


def remove_stale(parent: Path) -> None:
    """Remove the working folders of processes of this host that are no more; a bundle half replaced comes back."""
    for path in parent.iterdir():
        match = _WORKING.fullmatch(path.name)
        if match is None or match["host"] != _host() or _is_alive(int(match["process"])):
            continue
        if match["state"] == "old" and not os.path.lexists(parent / match["name"]):
            path.rename(parent / match["name"])
        else:
            shutil.rmtree(path, ignore_errors=True)


def _take_place(working: Path, place: Path) -> None:
    previous = place.with_name(_working_name(place.name, "old"))
    if os.path.lexists(place):
        place.rename(previous)
    working.rename(place)
    if previous.is_symlink():
        previous.unlink()  # the bundle that it leads to stays where it is
    else:
        shutil.rmtree(previous, ignore_errors=True)


def _working_name(name: str, suffix: str) -> str:
    return f".{name}.{_host()}.{os.getpid()}.{suffix}"


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname()) or "host"


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
