"""A trial as JUnit XML: a test suite an operation, a test case a check.

What was not exercised, or does not apply, is skipped, never passed.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Final

from sim.conformance.trial.ledger import by_operation

if TYPE_CHECKING:
    from sim.conformance.verdict import Trial, Verdict

KINDS: Final = {"fail": "failure", "error": "error", "skip": "skipped", "omit": "skipped", "review": "skipped"}
_CONTROL: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


def trial_junit(trial: Trial) -> str:
    """Return a trial as XML text."""
    root = ET.Element("testsuites", name=f"tongban conform {trial.system}")
    for number, ((contract, operation), verdicts) in enumerate(by_operation(trial.verdicts).items()):
        name = _clean(f"{contract}.{operation}".strip(".") or "errand")
        cases = [_case(name, check, some) for check, some in _by_check(verdicts).items()]
        attributes = {"id": str(number), "name": name, "package": "tongban", "hostname": "localhost"}
        attributes |= {"timestamp": trial.started.removesuffix("Z"), "tests": str(len(cases)), "time": "0"}
        for kind, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            attributes[attribute] = str(sum(case.find(kind) is not None for case in cases))
        suite = ET.SubElement(root, "testsuite", attributes)
        ET.SubElement(suite, "properties")
        suite.extend(cases)
        ET.SubElement(suite, "system-out")
        ET.SubElement(suite, "system-err")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _by_check(verdicts: list[Verdict]) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.check, []).append(verdict)
    return found


def _case(group: str, check: str, verdicts: list[Verdict]) -> ET.Element:
    """Return the case of a check; the verdicts come worst first."""
    case = ET.Element("testcase", classname=group, name=check, time="0")
    kind = KINDS.get(verdicts[0].outcome)
    if kind is not None:
        told = ET.SubElement(case, kind, message=_clean(verdicts[0].reason or verdicts[0].outcome))
        if kind != "skipped":
            told.set("type", verdicts[0].rule or check)
            told.text = _clean("\n".join(_line(one) for one in verdicts if KINDS.get(one.outcome) == kind))
    return case


def _line(verdict: Verdict) -> str:
    where = f"{verdict.journey} {verdict.step}".strip()
    place = f" ({verdict.place})" if verdict.place is not None else ""
    told = f"expected {verdict.expected}, received {verdict.received}" if verdict.expected else ""
    return f"{where}: {verdict.reason}: {verdict.part} {verdict.pointer or '/'} {verdict.rule}: {told}{place}"


def _clean(text: str) -> str:
    """Return a text without the characters that no XML document may hold."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
