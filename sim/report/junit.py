"""The report as JUnit XML: each objective and each conformance row is a test case, for build servers.

The shape is the one that build servers share: ``testsuites`` of ``testsuite`` (properties, test cases, output) with the
attributes that the stricter of the common schemas asks for. Not exercised is skipped, never passed.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Final

from sim.report.context import Context
from sim.report.registry import report_format
from sim.report.text import Words
from sim.report.tile import objectives

if TYPE_CHECKING:
    from sim.bundle import ConformanceRow, ConformanceTable
    from sim.chart import View
    from sim.metric import Verdict
    from sim.report.model import Tile

MOST: Final = 10  # findings told of one test case
_CONTROL = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


@report_format("junit", file="report.junit.xml")
def render_junit(view: View) -> str:
    """Give objectives and conformance as test cases, for build servers; what was not exercised is skipped."""
    context = Context(view, Words(view.language))
    root = ET.Element("testsuites")
    tiles = objectives(context)
    notes = [note for one in zip(view.summary.verdicts, tiles, strict=True) for note in _note(*one)]
    cases = [_objective(context, verdict, tile) for verdict, tile in zip(view.summary.verdicts, tiles, strict=True)]
    root.append(_suite(context, "objectives", cases, notes))
    table = view.bundle.conformance
    root.append(_suite(context, "conformance", [_row(context.words, table, row) for row in table.rows], []))
    for number, suite in enumerate(root):
        suite.set("id", str(number))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(context: Context, name: str, cases: list[ET.Element], notes: list[str]) -> ET.Element:
    manifest = context.bundle.manifest
    facts = {"seed": str(manifest.seed), "input_digest": manifest.input_digest, "digest": manifest.digest}
    facts |= {"command": manifest.command, "assumptions": str(len(manifest.assumptions))}
    attributes = {"package": "tongban", "name": f"{manifest.name} {name}", "hostname": "localhost"}
    attributes |= {"timestamp": f"{manifest.started:%Y-%m-%dT%H:%M:%S}", "tests": str(len(cases)), "time": "0"}
    for kind, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        attributes[attribute] = str(sum(case.find(kind) is not None for case in cases))
    suite = ET.Element("testsuite", {key: _clean(value) for key, value in attributes.items()})
    properties = ET.SubElement(suite, "properties")
    for key, value in facts.items():
        ET.SubElement(properties, "property", name=key, value=_clean(value))
    suite.extend(cases)
    ET.SubElement(suite, "system-out").text = _clean("\n".join(notes))
    ET.SubElement(suite, "system-err")
    return suite


def _case(group: str, name: str) -> ET.Element:
    return ET.Element("testcase", classname=_clean(group), name=_clean(name), time="0")


def _objective(context: Context, verdict: Verdict, tile: Tile) -> ET.Element:
    """Return the case of an objective; it fails where ``tongban run`` ends with exit code 4."""
    case = _case(f"{context.bundle.manifest.name}.objectives", verdict.objective.name)
    if verdict.outcome != "met" and verdict.objective.expect == "met":
        failure = ET.SubElement(case, "failure", type="objective", message=_clean(_told(tile)))
        failure.text = _clean(f"{tile.title}\n{tile.interval}\n{tile.remark}".rstrip())
    return case


def _told(tile: Tile) -> str:
    return f"{tile.value} {tile.unit}".strip() + f"; {tile.objective}; {tile.verdict}"


def _note(verdict: Verdict, tile: Tile) -> list[str]:
    """Return what is worth saying of an objective that does not fail."""
    return [f"{verdict.objective.name}: {_told(tile)}; {tile.remark}"] if tile.remark else []


def _row(words: Words, table: ConformanceTable, row: ConformanceRow) -> ET.Element:
    edition = row.variant or words("edition.national")
    case = _case(f"{row.contract}.{edition}", f"{row.operation} ({edition})")
    message = words("junit.calls", failed=row.refused + row.breached, calls=row.calls)
    if row.verdict == "omit":
        ET.SubElement(case, "skipped", message=words("verdict.omit"))
    elif row.verdict in {"fail", "error"}:
        kind = "failure" if row.verdict == "fail" else "error"
        found = ET.SubElement(case, kind, type="conformance", message=message)
        found.text = _clean("\n".join(_findings(table, row)))
    return case


def _findings(table: ConformanceTable, row: ConformanceRow) -> list[str]:
    """Return the findings of a row, those that failed most calls first."""
    key = (row.contract, row.operation, row.variant)
    found = [one for one in table.findings if (one.contract, one.operation, one.variant) == key]
    ranked = sorted(found, key=lambda one: (one.verdict != row.verdict, -one.count, one))
    return [
        f"{one.count}: {one.direction} {one.part} {one.pointer or '/'} {one.rule}: {one.expected}, not {one.received}"
        for one in ranked[:MOST]
    ]


def _clean(text: str) -> str:
    """Return a text without the characters that no XML document may hold."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
