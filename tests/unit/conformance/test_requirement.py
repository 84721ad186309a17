"""Requirements: read with all their faults, decided by the verdicts of their checks."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.conformance import CHECKS
from sim.conformance.requirement import (
    CheckTrace,
    Requirement,
    RequirementOutcome,
    requirement_document,
    requirement_results,
)
from sim.conformance.requirement_file import COLUMNS, load_requirements
from sim.conformance.verdict import Outcome, Verdict
from sim.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

HEAD = (
    "Req Set,ID,URL,Requirement,Conformance,Actors,Sub-Requirement(s),Conditionality,Not Tested Reason,"
    "Not Tested Details\n"
)
TRACE_HEAD = "requirement,check,contract,operation\n"
GOOD = "a,1,https://a.example,It answers.,SHALL,Provider,,,,\n"


def requirement(name: str, *checks: str, parts: tuple[str, ...] = (), not_tested: str = "") -> Requirement:
    traces = tuple(CheckTrace(one) for one in checks)
    return Requirement(
        name,
        "https://a.example",
        "It answers.",
        "SHALL",
        ("Provider",),
        parts,
        conditional=False,
        not_tested=not_tested,
        traces=traces,
    )


def verdict(check: str, outcome: Outcome, operation: str = "getCase", reason: str = "") -> Verdict:
    return Verdict(check, outcome, "platform", operation, reason=reason)


def outcome(one: Requirement, *verdicts: Verdict) -> tuple[RequirementOutcome, str]:
    result = requirement_results((one,), verdicts)[0]
    return result.outcome, result.reason


def test_a_requirement_passes_where_its_check_passed() -> None:
    assert outcome(requirement("a@1", "status"), verdict("status", "pass")) == ("passed", "")


def test_a_check_that_only_warns_was_exercised_and_is_allowed() -> None:
    assert outcome(requirement("a@1", "status"), verdict("status", "warning")) == ("passed", "")


def test_one_failure_fails_the_requirement_and_is_named() -> None:
    told = outcome(
        requirement("a@1", "status"), verdict("status", "pass", "a"), verdict("status", "fail", "b", "a 500")
    )
    assert told == ("failed", "status at b: a 500")


@pytest.mark.parametrize("worse", ["error", "review"])
def test_what_was_not_decided_leaves_the_requirement_undecided(worse: Outcome) -> None:
    told = outcome(requirement("a@1", "status"), verdict("status", "pass", "a"), verdict("status", worse, "b"))
    assert told == ("undecided", "status at b")


def test_what_was_skipped_everywhere_is_not_exercised_with_the_reason() -> None:
    told = outcome(requirement("a@1", "status", "body"), verdict("status", "pass"), verdict("body", "skip", "x", "no"))
    assert told == ("not exercised", "body at x: no")


def test_a_check_that_was_not_asked_is_not_exercised() -> None:
    assert outcome(requirement("a@1", "status")) == ("not exercised", "status: said nothing in this trial")


def test_a_check_that_does_not_apply_is_left_out() -> None:
    told = outcome(requirement("a@1", "status", "body"), verdict("status", "pass"), verdict("body", "omit"))
    assert told == ("passed", "")


def test_a_requirement_that_applies_nowhere_is_not_exercised() -> None:
    told = outcome(requirement("a@1", "body"), verdict("body", "omit", "x", "no body"))
    assert told == ("not exercised", "does not apply: body at x: no body")


def test_a_requirement_that_is_not_tested_says_why_whatever_was_found() -> None:
    told = outcome(requirement("a@1", not_tested="Not Testable: unseen"), verdict("status", "fail"))
    assert told == ("not tested", "Not Testable: unseen")


def test_a_trace_to_an_operation_hears_no_other() -> None:
    one = Requirement("a@1", "u", "t", "SHALL", ("Provider",), traces=(CheckTrace("status", "platform", "getCase"),))
    assert outcome(one, verdict("status", "fail", "other"), verdict("status", "pass")) == ("passed", "")
    assert outcome(one, verdict("status", "pass", "other"))[0] == "not exercised"


def test_the_parts_of_a_requirement_count_wherever_they_stand_in_the_file() -> None:
    whole = requirement("a@1", parts=("a@2", "a@3"))
    rows = (whole, requirement("a@2", "status"), requirement("a@3", "body"))
    results = requirement_results(rows, (verdict("status", "pass"), verdict("body", "fail")))
    assert [one.outcome for one in results] == ["failed", "passed", "failed"]
    assert results[0].reason == "a@3: failed"


def test_a_part_that_is_not_tested_leaves_the_whole_not_exercised() -> None:
    rows = (requirement("a@1", "status", parts=("a@2",)), requirement("a@2", not_tested="Not Tested"))
    result = requirement_results(rows, (verdict("status", "pass"),))[0]
    assert (result.outcome, result.reason) == ("not exercised", "a@2: is not tested")


def test_a_long_chain_of_parts_is_decided() -> None:
    chain = [requirement(f"a@{number}", parts=(f"a@{number + 1}",)) for number in range(5000)]
    results = requirement_results((*chain, requirement("a@5000", "status")), (verdict("status", "pass"),))
    assert {one.outcome for one in results} == {"passed"}


def test_a_result_as_json_leaves_out_what_is_empty() -> None:
    result = requirement_results((requirement("a@1", "status"),), (verdict("status", "pass"),))[0]
    assert requirement_document(result) == {
        "requirement": "a@1",
        "outcome": "passed",
        "conformance": "SHALL",
        "actors": ["Provider"],
        "text": "It answers.",
        "url": "https://a.example",
        "checks": ["status"],
        "verdicts": {"pass": 1},
    }


# The files.


def catalog(folder: Path, rows: str | bytes, traces: str = "") -> Catalog:
    (folder / "contracts").mkdir()
    data = rows if isinstance(rows, bytes) else (HEAD + rows).encode()
    (folder / "contracts/requirements.csv").write_bytes(data)
    (folder / "contracts/requirement-checks.csv").write_text(TRACE_HEAD + traces, encoding="utf-8")
    return Catalog(folder)


def faults(folder: Path, rows: str | bytes, traces: str = "") -> list[str]:
    with pytest.raises(DocumentError) as caught:
        load_requirements(catalog(folder, rows, traces))
    return [f"{one.file.rpartition('/')[2]}:{one.line}: {one.message}" for one in caught.value.faults]


def test_the_columns_are_those_that_inferno_reads() -> None:
    assert ",".join(COLUMNS) + "\n" == HEAD


def test_a_catalog_without_the_file_has_no_requirements(tmp_path: Path) -> None:
    assert load_requirements(Catalog(tmp_path)) == ()


def test_a_row_becomes_a_requirement_with_its_checks(tmp_path: Path) -> None:
    rows = 'a,1,https://a.example,"One, two.",SHALL NOT,"Provider, Consumer","2-3,b@x",TRUE,,\n'
    more = "".join(f"{name},u,t,MAY,P,,,Not Tested,as yet\n" for name in ("a,2", "a,3", "b,x"))
    first, second, *_ = load_requirements(catalog(tmp_path, rows + more, "a@1,status,,\n"))
    assert first == Requirement(
        "a@1",
        "https://a.example",
        "One, two.",
        "SHALL NOT",
        ("Provider", "Consumer"),
        ("a@2", "a@3", "b@x"),
        conditional=True,
        traces=(CheckTrace("status"),),
    )
    assert second.not_tested == "Not Tested: as yet"


def test_all_faults_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    rows = (
        GOOD
        + GOOD
        + "a,2,,It.,MUST,Provider,,,,\n"
        + "a,b c,u,It.,SHALL,P,,,,\n"
        + "a,3,u,It.,SHALL,P,,perhaps,,as yet\n"
        + "a,4,u,It.,SHALL,P,9,,Not Tested,\n"
        + "a,5,u,It.,SHALL\n"
    )
    traces = "a@1,status,,\na@1,status,,\na@9,status,,\na@1,speed,,\na@1,body,,getCase\na@1,body,no,\na@4,body,,\n"
    assert sorted(faults(tmp_path, rows, traces)) == sorted(
        [
            "requirements.csv:3: a@1 stands twice",
            "requirements.csv:4: URL is empty",
            "requirements.csv:4: 'MUST' is no conformance",
            "requirements.csv:4: nothing decides a@2",
            "requirements.csv:5: Req Set or ID is no name",
            "requirements.csv:6: the conditionality 'perhaps' is neither true nor false",
            "requirements.csv:6: has details of why it is not tested, but no reason",
            "requirements.csv:6: nothing decides a@3",
            "requirements.csv:7: there is no requirement 'a@9'",
            "requirements.csv:7: a@4 says why it is not tested, and is traced to checks",
            "requirements.csv:8: has 5 cells, the header 10",
            "requirement-checks.csv:3: stands twice",
            "requirement-checks.csv:4: there is no requirement 'a@9'",
            "requirement-checks.csv:5: there is no check 'speed'",
            "requirement-checks.csv:6: names an operation without its contract",
            "requirement-checks.csv:7: there is no contract 'no'",
        ]
    )


def test_requirements_that_are_part_of_each_other_are_told_and_no_others(tmp_path: Path) -> None:
    rows = "".join(f"a,{one},u,It.,SHALL,P,{part},,,\n" for one, part in ((1, 2), (2, 1), (3, 4)))
    told = faults(tmp_path, rows + "a,4,u,It.,SHALL,P,,,Not Tested,\n")
    assert told == [f"requirements.csv:{n + 1}: a@{n} is part of itself, or has such a part" for n in (1, 2)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"set\xff", "requirements.csv:1: is not UTF-8 text"),
        (b'"open', "requirements.csv:1: is not CSV: unexpected end of data"),
        (b"Req Set,ID\n", "requirements.csv:1: there is no column 'Actors'"),
        (b"", "requirements.csv:1: there is no column 'Actors'"),
        (b" " * (8 * 1024 * 1024 + 1), "requirements.csv:0: is larger than 8388608 bytes"),
    ],
)
def test_a_file_that_is_none_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    assert faults(tmp_path, content)[0].startswith(message)


def test_a_row_that_steers_a_terminal_is_refused(tmp_path: Path) -> None:
    told = faults(tmp_path, GOOD.replace("It answers.", "It \x1b[31m answers."))
    assert told == ["requirements.csv:2: holds a character that controls a terminal or a page"]


def test_a_link_that_leaves_the_catalog_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_text(HEAD, encoding="utf-8")
    (tmp_path / "own/contracts").mkdir(parents=True)
    (tmp_path / "own/contracts/requirements.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(DocumentError, match="leaves the catalog"):
        load_requirements(Catalog(tmp_path / "own"))


def test_a_range_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    told = faults(tmp_path, "a,1,u,It.,SHALL,P,1-999999,,,\n")
    assert "requirements.csv:2: has more than 1000 parts" in told


def test_every_check_decides_a_bundled_requirement() -> None:
    bundled = load_requirements(Catalog.bundled())
    assert {trace.check for one in bundled for trace in one.traces} == set(CHECKS.names())
    assert {one.conformance for one in bundled} == {"SHALL", "SHOULD"}
    assert any(one.not_tested for one in bundled)


def test_the_bundled_file_is_plain_csv_with_ten_columns() -> None:
    with (Catalog.bundled().root / "contracts/requirements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    assert {len(row) for row in rows} == {10}
    assert len({(row[0], row[1]) for row in rows}) == len(rows)
