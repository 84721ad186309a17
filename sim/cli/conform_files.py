"""What a trial leaves in files: a folder of reports, and evidence; each is there whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.conformance.caller import Errand
    from sim.conformance.verdict import Trial


def check_new(*paths: Path | None) -> None:
    """Refuse to write where something stands or nothing can be written, before a trial begins.

    Raises
    ------
    UsageError
        A file or folder is there, or its folder takes none.
    """
    for path in paths:
        if path is None:
            continue
        if os.path.lexists(path):
            raise UsageError(f"{path} is there already", "give a new name")
        above = next((one for one in path.absolute().parents if one.exists()), Path("/"))
        try:
            Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=above)).rmdir()
        except OSError as error:
            message = f"{path} cannot be written: {error.strerror or error}"
            raise UsageError(message, "choose a place where you may write") from error


def write_folder(out: Path, trial: Trial, text: str, *, language: str) -> None:
    """Write the reports of a trial into a new folder.

    Parameters
    ----------
    language : str
        ``en`` or ``zh``: of the HTML page.

    Raises
    ------
    UsageError
        It cannot be written.
    """
    contents = _contents(trial, text, language)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        try:
            for name, content in contents.items():
                (aside / name).write_text(content, encoding="utf-8", errors="backslashreplace")
            aside.chmod(0o755)
            aside.rename(out)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror or error}", "choose another folder") from error


def _contents(trial: Trial, text: str, language: str) -> dict[str, str]:
    """Return the reports by name of file."""
    # a trial that writes nothing needs none of these
    from sim.conformance.trial.badge import badge_document, badge_of, badge_picture  # noqa: PLC0415 - as above
    from sim.conformance.trial.document import trial_document  # noqa: PLC0415 - as above
    from sim.conformance.trial.har import trial_har  # noqa: PLC0415 - as above
    from sim.conformance.trial.junit import trial_junit  # noqa: PLC0415 - as above
    from sim.report import language_of  # noqa: PLC0415 - as above
    from sim.report.trial import trial_page  # noqa: PLC0415 - as above

    badge = badge_of(trial)
    return {
        "conform.json": _json(trial_document(trial)),
        "conform.junit.xml": trial_junit(trial),
        "conform.html": trial_page(trial, language_of(language)),
        "conform.har": _json(trial_har(trial)),
        "conform.txt": f"{text}\n",
        "badge.json": _json(badge_document(badge)),
        "badge.svg": badge_picture(badge),
    }


def write_evidence(path: Path, trial: Trial, errands: Iterable[Errand]) -> str:
    """Write the evidence of a trial into a new file.

    Returns
    -------
    str
        Its SHA-256, hexadecimal.

    Raises
    ------
    UsageError
        It cannot be written.
    """
    from sim.conformance.evidence import evidence_of  # noqa: PLC0415 - a trial without evidence needs none of it

    content = evidence_of(trial, errands)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            aside.write_bytes(content)
            _place(aside, path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}", "choose another file") from error
    return hashlib.sha256(content).hexdigest()


def _place(aside: Path, path: Path) -> None:
    """Give a file its name, unless another has taken that meanwhile."""
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        raise
    except OSError:  # a file system that knows no links
        aside.replace(path)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
