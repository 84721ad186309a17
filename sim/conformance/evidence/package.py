"""Making evidence."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import sim
from sim.conformance.evidence.archive import packed
from sim.conformance.level import standings
from sim.conformance.trial.badge import badge_document, badge_of, badge_picture
from sim.conformance.trial.document import trial_document
from sim.conformance.trial.har import trial_har
from sim.contract.json_text import MAX_BYTES
from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.conformance.caller import Errand
    from sim.conformance.verdict import Trial

VERSION: Final = 1
MANIFEST: Final = "manifest.json"
REPORT: Final = "conform.json"
EXCHANGES: Final = "exchanges.har"
BADGE: Final = "badge.json"
PICTURE: Final = "badge.svg"
MEMBERS: Final = (BADGE, PICTURE, REPORT, EXCHANGES)
"""Names of all members but the manifest."""


def evidence_of(trial: Trial, errands: Iterable[Errand]) -> bytes:
    """Return the evidence of a trial as a ZIP.

    Parameters
    ----------
    errands : iterable of Errand
        Those that were walked: their journeys and contracts are named with their digests.

    Raises
    ------
    UsageError
        The report is larger than one that ``verify`` reads.
    """
    badge = badge_of(trial)
    members = {
        BADGE: json_bytes(badge_document(badge)),
        PICTURE: badge_picture(badge).encode(),
        REPORT: json_bytes(trial_document(trial)),
        EXCHANGES: json_bytes(trial_har(trial)),
    }
    if len(members[REPORT]) > MAX_BYTES:
        raise UsageError(f"the report is larger than {MAX_BYTES} bytes", "try fewer journeys at a time")
    manifest = {
        "tongban-evidence": VERSION,
        "product": f"tongban {sim.__version__}",
        "system": trial.system,
        "target": trial.target,
        "started": trial.started,
        "outcome": trial.outcome,
        "levels": [asdict(one) for one in standings(trial)],
        "exchanges": len(trial.exchanges),
        "documents": _documents(errands),
        "members": {name: member_of(content) for name, content in sorted(members.items())},
    }
    return packed({**members, MANIFEST: json_bytes(manifest)})


def member_of(content: bytes) -> dict[str, Any]:  # JSON
    """Return what a manifest says of a member."""
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def json_bytes(value: Any) -> bytes:  # JSON
    """Return a JSON value as text that people can read."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8", "backslashreplace")


def _documents(errands: Iterable[Errand]) -> list[dict[str, str]]:
    """Return the documents that the system was held against; a contract's digest covers what it refers to."""
    found: dict[tuple[str, str], str] = {}
    for errand in errands:
        found["journey", errand.journey.name] = errand.journey.document.digest
        found.update({("contract", one.name): one.digest for one in errand.journey.contracts.values()})
    return [{"kind": kind, "name": name, "sha256": digest} for (kind, name), digest in sorted(found.items())]
