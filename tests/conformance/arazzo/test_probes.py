"""Probes of an Arazzo executor: each document asks one question, `expected.tsv` says what must happen.

The behaviour of the answering system follows the path: `/flaky/<k>/<retry-after or x>` fails k - 1 times,
`/status/<code>` answers with that code, `/slow/<seconds>` answers late, `/echo` sends back what came.
"""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from sim.catalog import Catalog
from sim.contract import Answer
from sim.errors import DocumentError
from sim.journey import Execution, Journey, OutgoingCall, execute, execute_all, load_journey_file

PROBES = Path(__file__).parent / "probes"
BODY = {
    "name": "Alpha",
    "count": "12",
    "pets": [{"id": 1, "ok": True}],
    "nested": {"a": {"b": 7}},
    "nul": None,
}


class Stub:
    """The answering system; `waits` holds the seconds that were waited, `calls` what came in."""

    def __init__(self) -> None:
        self.calls: list[OutgoingCall] = []
        self.waits: list[float] = []
        self.seen: Counter[tuple[str, str]] = Counter()

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)

    def send(self, call: OutgoingCall) -> Answer | None:
        self.calls.append(call)
        path = call.request.path
        self.seen[call.contract.name, path] += 1
        count = self.seen[call.contract.name, path]
        parts = path.split("/")
        status, headers, body = 200, [], {**BODY, "n": count}
        if parts[1] == "flaky" and count < int(parts[2]):
            status = 503
            headers = [] if parts[3] == "x" else [("Retry-After", parts[3])]
        elif parts[1] == "status":
            status = int(parts[2])
        elif parts[1] == "slow" and call.timeout is not None and float(parts[2]) > call.timeout:
            return None
        elif parts[1] == "echo":
            body = {"got": json.loads(call.request.body), "q": path}
        elif parts[1] == "extra":
            body = {"n": 1, "undeclared": True}
        kind = "application/json" if status < 400 else "application/problem+json"
        return Answer(status, (("content-type", kind), *headers), json.dumps(body).encode())


def load(name: str) -> Journey:
    return load_journey_file(Catalog(PROBES.resolve()), PROBES / f"{name}.arazzo.yaml")


def run(name: str) -> tuple[Execution, Stub]:
    journey, stub = load(name), Stub()
    return execute(journey, journey.main, {}, stub), stub


def paths(stub: Stub) -> list[str]:
    return [call.request.path for call in stub.calls]


def test_every_probe_of_the_table_is_tested_here() -> None:
    with (PROBES / "expected.tsv").open(encoding="utf-8") as file:
        listed = {row[0].partition(" ")[0] for row in list(csv.reader(file, delimiter="\t"))[1:]}
    files = {path.name.removesuffix(".arazzo.yaml") for path in PROBES.glob("*.arazzo.yaml")}
    source = Path(__file__).read_text(encoding="utf-8")

    assert {name for name in listed | files if f'"{name}"' not in source} == set()


@pytest.mark.parametrize(
    "name",
    [
        "crit_case_insensitive",
        "crit_header",
        "crit_jsonpath_filter",
        "crit_jsonpath_version",
        "crit_numeric_string",
        "crit_regex_status",
        "schema_extra_property",
        "v100_minimal",
        "v110_minimal",
    ],
)
def test_a_journey_of_one_good_call_completes_after_one_request(name: str) -> None:
    execution, stub = run(name)

    assert (execution.outcome, execution.success, len(stub.calls)) == ("completed", True, 1)


def test_a_workflow_of_another_arazzo_document_makes_its_one_request() -> None:
    execution, stub = run("arazzo_source")

    assert (execution.outcome, [call.path for call in stub.calls]) == ("completed", ["s/s"])


def test_a_workflow_that_two_others_depend_on_runs_once() -> None:
    stub = Stub()
    executions = execute_all(load("dependson_once"), {}, stub)

    assert [execution.outcome for execution in executions.values()] == ["completed"] * 3
    assert [call.path for call in stub.calls] == ["s", "s", "s"]


def test_a_workflow_runs_first_what_it_depends_on() -> None:
    journey, stub = load("dependson_once"), Stub()
    execute(journey, journey.workflows["third"], {}, stub)

    assert [call.path for call in stub.calls] == ["first:s", "s"]


def test_goto_on_failure_skips_the_step_between() -> None:
    execution, stub = run("goto_failure")

    assert (execution.outcome, paths(stub)) == ("completed", ["/status/500", "/status/200"])
    assert [(step.path, step.success, step.action) for step in execution.steps] == [
        ("s", False, "g"),
        ("last", True, "default"),
    ]


def test_two_sources_get_one_request_each() -> None:
    execution, stub = run("multi_source")

    assert (execution.outcome, [call.contract.name for call in stub.calls]) == ("completed", ["a", "b"])


def test_a_retry_without_limit_repeats_once_and_then_the_workflow_fails() -> None:
    execution, stub = run("retry_default")

    assert (execution.outcome, execution.success, len(stub.calls)) == ("failed", False, 2)
    assert [(step.attempt, step.action) for step in execution.steps] == [(1, "r"), (2, "default")]


def test_a_retry_passes_on_the_third_request() -> None:
    execution, stub = run("retry_ok")

    assert (execution.outcome, len(stub.calls), stub.waits) == ("completed", 3, [0.3, 0.3])


def test_the_header_retry_after_overrules_the_document() -> None:
    execution, stub = run("retry_header")

    assert (execution.outcome, stub.waits) == ("completed", [2.0, 2.0])


def test_a_call_beyond_its_timeout_has_no_answer_and_fails() -> None:
    execution, stub = run("v110_timeout")

    assert (execution.outcome, [call.timeout for call in stub.calls]) == ("failed", [0.5])
    assert execution.steps[0].answer is None


def test_defaults_of_inputs_are_applied() -> None:
    execution, stub = run("inputs_default")

    assert (execution.outcome, stub.calls[0].request.body) == ("completed", b'{"v":"dflt"}')


def test_without_criteria_a_status_of_500_is_a_failure() -> None:
    execution, stub = run("no_success_criteria_500")

    assert (execution.outcome, len(stub.calls)) == ("failed", 1)


@pytest.mark.parametrize(
    ("name", "place", "message"),
    [
        ("forward_ref_must_fail", "10:67", "the step 't' comes later and has no outputs yet"),
        ("unknown_operation_must_fail", "9:22", "there is no operation 'nosuch' in 'a'"),
    ],
)
def test_a_planted_fault_is_found_at_its_place(name: str, place: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        load(name)

    faults = caught.value.faults
    assert [(f"{fault.line}:{fault.column}", fault.message) for fault in faults] == [(place, message)]
    assert all(fault.file.endswith(f"{name}.arazzo.yaml") and fault.remedy for fault in faults)
