"""A trial's JSON report, read again.

Takes ``conform.json``, gives which system was tried and what was exercised; promises that size and depth are bounded
and that a file of another form is told with what is wrong in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sim.conformance.coverage import Exercised
from sim.conformance.verdict import OUTCOMES
from sim.contract.json_text import JsonBoundError, JsonTextError, parse_json
from sim.document import display_name, read_bytes
from sim.errors import DocumentError, Fault

if TYPE_CHECKING:
    from pathlib import Path

MARK: Final = "tongban-conform"
MAX_FAULTS: Final = 200


def read_exercised(path: Path) -> tuple[str, Exercised]:
    """Return the system that a trial tried, and what was exercised of it.

    Raises
    ------
    DocumentError
        The file cannot be read, or is no report of a trial; its first 200 faults are told.
    """
    file = display_name(path.absolute())
    try:
        value = parse_json(read_bytes(path))
    except (JsonTextError, JsonBoundError) as error:
        remedy = "give the conform.json that tongban conform wrote"
        raise DocumentError([Fault(file, 0, 0, "", f"is no such report: {error}", remedy)]) from error
    faults: list[Fault] = []
    found = _read(file, value, faults)
    if faults:
        raise DocumentError(faults[:MAX_FAULTS])
    return found


def _read(file: str, value: Any, faults: list[Fault]) -> tuple[str, Exercised]:  # JSON
    report = value if isinstance(value, dict) else {}
    if MARK not in report:
        faults.append(Fault(file, 1, 1, "", f"has no {MARK!r}", "give the conform.json that tongban conform wrote"))
    system = report.get("system")
    journeys, verdicts = report.get("journeys"), report.get("verdicts")
    for name, is_right in (
        ("system", isinstance(system, str)),
        ("journeys", isinstance(journeys, list) and all(isinstance(one, str) for one in journeys)),
        ("verdicts", isinstance(verdicts, list)),
    ):
        if not is_right:
            faults.append(Fault(file, 1, 1, f"/{name}", f"has no {name}, or of another form", "run the trial again"))
    if faults or not isinstance(journeys, list) or not isinstance(verdicts, list):
        return "", Exercised(frozenset(), {}, {})
    outcomes: dict[tuple[str, str], set[str]] = {}
    reasons: dict[tuple[str, str], str] = {}
    for number, verdict in enumerate(verdicts):
        said = verdict if isinstance(verdict, dict) else {}
        texts = [said.get(name, "") for name in ("contract", "operation", "check", "outcome", "reason")]
        contract, operation, check, outcome, reason = texts
        if not all(isinstance(text, str) for text in texts) or outcome not in OUTCOMES or not check:
            message = "is no verdict: check and outcome are texts, the outcome a known one"
            faults.append(Fault(file, 1, 1, f"/verdicts/{number}", message, "run the trial again"))
        elif contract == system:
            outcomes.setdefault((operation, check), set()).add(outcome)
            if outcome in ("skip", "omit"):
                reasons.setdefault((operation, check), reason)
    kept = {place: frozenset(found) for place, found in outcomes.items()}
    return str(system), Exercised(frozenset(journeys), kept, reasons)
