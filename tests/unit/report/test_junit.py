"""JUnit XML: objectives and conformance as test cases, in the shape that build servers share."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from sim.bundle import Bundle
from sim.chart import View
from sim.metric import summarise
from sim.report import FORMATS
from tests.synthetic_day import OBJECTIVES, synthetic_bundle

# Attributes that a test suite must and may have, by the common schemas (Ant's JUnit task; Jenkins xUnit, junit-10)
REQUIRED = {"name", "tests", "failures", "errors", "time", "timestamp", "hostname", "package", "id"}
OPTIONAL = {"skipped"}


def junit(bundle: Bundle) -> ET.Element:
    return ET.fromstring(str(FORMATS.get("junit").render(View(bundle, summarise(bundle)))))  # noqa: S314 - our own


@pytest.fixture(scope="module")
def root() -> ET.Element:
    return junit(synthetic_bundle(replications=2))


def case(root: ET.Element, name: str) -> ET.Element:
    (found,) = [one for one in root.iter("testcase") if one.get("name") == name]
    return found


def test_the_document_has_the_shape_of_the_common_schemas(root: ET.Element) -> None:
    assert (root.tag, root.attrib) == ("testsuites", {})
    assert [suite.get("id") for suite in root] == ["0", "1"]
    for suite in root:
        assert set(suite.attrib) - OPTIONAL == REQUIRED
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp", ""))
        tags = [child.tag for child in suite]
        cases = ["testcase"] * int(suite.get("tests", ""))
        assert tags == ["properties", *cases, "system-out", "system-err"]
        for one in suite.iter("testcase"):
            assert set(one.attrib) == {"name", "classname", "time"}
            assert len(one) <= 1
        for one in [*suite.iter("failure"), *suite.iter("error")]:
            assert set(one.attrib) == {"type", "message"}


def test_each_objective_and_each_conformance_row_is_a_case_and_all_are_counted(root: ET.Element) -> None:
    counts = [[suite.get(name) for name in ("tests", "failures", "errors", "skipped")] for suite in root]

    assert counts == [["3", "1", "0", "0"], ["5", "1", "0", "1"]]


def test_a_missed_objective_fails_with_result_and_set_value(root: ET.Element) -> None:
    (failure,) = case(root, "officer-wait")
    text = failure.get("message", "").replace("\N{NO-BREAK SPACE}", " ")

    assert re.fullmatch(r"[\d.]+ min; objective: at most 5 min; missed", text)
    assert len(case(root, "kiosk-wait")) == 0


def test_what_was_not_exercised_is_skipped(root: ET.Element) -> None:
    assert [child.tag for child in case(root, "revokeToken (national)")] == ["skipped"]


def test_a_breach_fails_with_its_findings(root: ET.Element) -> None:
    (failure,) = case(root, "submitApplication (behind)")

    assert failure.get("message") == "58 of 200 calls failed"
    assert failure.text == "58: request body /applicant/mobile required: a value, not nothing"
    assert len(case(root, "submitApplication (national)")) == 0


def test_an_undecided_row_is_an_error() -> None:
    bundle = synthetic_bundle(replications=2, bins=4)
    first, *others = bundle.conformance.rows
    rows = (replace(first, verdict="error"), *others)

    found = junit(replace(bundle, conformance=replace(bundle.conformance, rows=rows)))

    assert [child.tag for child in case(found, "verifyIdentity (national)")] == ["error"]


def test_a_miss_that_the_author_expects_passes_and_is_told() -> None:
    expected = replace(OBJECTIVES[2], expect="missed")

    found = junit(synthetic_bundle(replications=2, bins=4, objectives=(expected,)))

    assert len(case(found, "officer-wait")) == 0
    assert "as its author expects" in (found[0].findtext("system-out") or "")


def test_without_data_an_objective_fails() -> None:
    found = junit(synthetic_bundle(replications=2, bins=4, scale=0.0))

    assert [child.tag for child in case(found, "kiosk-wait")] == ["failure"]


def test_hostile_names_make_no_broken_document() -> None:
    bundle = synthetic_bundle(replications=2, bins=4)
    manifest = replace(bundle.manifest, name='\x00"<&>\ud800')

    assert junit(replace(bundle, manifest=manifest))[0].get("name") == '\ufffd"<&>\ufffd objectives'
