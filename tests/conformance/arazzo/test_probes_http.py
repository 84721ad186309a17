"""The probes over real HTTP: the same documents, transport and servers of their own, one for each source.

What must happen stands in ``expected.tsv``; the requests are counted by the servers. Waits are written down in place of
being waited for.
"""

from __future__ import annotations

import csv
import json
import threading
from collections import Counter
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sim.catalog import Catalog
from sim.conformance.caller import Errand
from sim.conformance.credential import Credentials
from sim.conformance.http import HttpTransport, place_of
from sim.conformance.transport import NoAnswer
from sim.conformance.trial import Order, conform
from sim.errors import DocumentError
from sim.journey import Journey, OutgoingCall, execute, execute_all, load_journey_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract import Answer
    from sim.journey import Execution

PROBES = Path(__file__).parent / "probes"
BODY = {"name": "Alpha", "count": "12", "pets": [{"id": 1, "ok": True}], "nested": {"a": {"b": 7}}, "nul": None}


class Stub(ThreadingHTTPServer):
    """Answers as the path says: ``/flaky/<k>/<retry-after or x>``, ``/status/<code>``, ``/slow/<seconds>``, ..."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[str] = []
        self.bodies: list[Any] = []
        self.count: Counter[str] = Counter()
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Stub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        data = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.seen.append(path)
        self.server.count[path] += 1
        status, headers, body = self._answer(path.split("/"), json.loads(data) if data else None)
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json" if status < 400 else "application/problem+json")
        for name, value in {**headers, "content-length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET  # noqa: N815 - as above

    def _answer(self, parts: list[str], sent: Any) -> tuple[int, dict[str, str], dict[str, Any]]:
        number = self.server.count["/".join(parts)]
        if parts[1] == "flaky" and number < int(parts[2]):
            return 503, {} if parts[3] == "x" else {"Retry-After": parts[3]}, {}
        if parts[1] == "status":
            return int(parts[2]), {}, {**BODY, "n": number}
        if parts[1] == "slow":
            self.server.over.wait(float(parts[2]))
        if parts[1] == "echo":
            self.server.bodies.append(sent)
            return 200, {}, {"got": sent, "q": self.path}
        return 200, {}, {"n": 1, "undeclared": True} if parts[1] == "extra" else {**BODY, "n": number}


class Caller:
    """Sends over HTTP; of the waits it takes note."""

    def __init__(self, servers: dict[str, Stub]) -> None:
        self.transports = {name: HttpTransport(place_of(server.url)) for name, server in servers.items()}
        self.waits: list[float] = []

    def send(self, call: OutgoingCall) -> Answer | None:
        try:
            return self.transports[call.contract.name].send(call.request, limit=call.timeout)
        except NoAnswer:
            return None

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)

    def close(self) -> None:
        for transport in self.transports.values():
            transport.close()


@contextmanager
def serving() -> Iterator[Stub]:
    server = Stub()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def servers() -> Iterator[dict[str, Stub]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(serving()) for name in ("a", "b")}


def load(name: str) -> Journey:
    return load_journey_file(Catalog(PROBES.resolve()), PROBES / f"{name}.arazzo.yaml")


def run(name: str, servers: dict[str, Stub]) -> tuple[Execution, Caller]:
    journey, caller = load(name), Caller(servers)
    execution = execute(journey, journey.main, {}, caller)
    caller.close()
    return execution, caller


ROWS: dict[str, tuple[str, list[str], list[str]]] = {
    "arazzo_source": ("completed", ["/status/200"], []),
    "crit_case_insensitive": ("completed", ["/status/200"], []),
    "crit_header": ("completed", ["/status/200"], []),
    "crit_jsonpath_filter": ("completed", ["/status/200"], []),
    "crit_jsonpath_version": ("completed", ["/status/200"], []),
    "crit_numeric_string": ("completed", ["/status/200"], []),
    "crit_regex_status": ("completed", ["/status/200"], []),
    "goto_failure": ("completed", ["/status/500", "/status/200"], []),
    "inputs_default": ("completed", ["/echo"], []),
    "multi_source": ("completed", ["/status/200"], ["/status/200"]),
    "no_success_criteria_500": ("failed", ["/status/500"], []),
    "retry_default": ("failed", ["/flaky/99/x"] * 2, []),
    "retry_header": ("completed", ["/flaky/3/2"] * 3, []),
    "retry_ok": ("completed", ["/flaky/3/x"] * 3, []),
    "schema_extra_property": ("completed", ["/extra"], []),
    "v100_minimal": ("completed", ["/status/200"], []),
    "v110_minimal": ("completed", ["/status/200"], []),
    "v110_timeout": ("failed", ["/slow/3"], []),
}
"""How each ends, and what servers a and b get; those that are refused, and ``dependson_once``, have tests below."""
REFUSED = ("forward_ref_must_fail", "unknown_operation_must_fail")


def test_every_row_of_the_table_is_run_over_http() -> None:
    with (PROBES / "expected.tsv").open(encoding="utf-8") as file:
        listed = {row[0].partition(" ")[0] for row in list(csv.reader(file, delimiter="\t"))[1:]}
    assert listed <= {*ROWS, *REFUSED, "dependson_once"}


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_probe_ends_and_calls_as_it_must(name: str, servers: dict[str, Stub]) -> None:
    execution, _ = run(name, servers)
    assert (execution.outcome, servers["a"].seen, servers["b"].seen) == ROWS[name]


def test_a_workflow_that_two_others_depend_on_runs_once(servers: dict[str, Stub]) -> None:
    caller = Caller(servers)
    executions = execute_all(load("dependson_once"), {}, caller)
    caller.close()
    assert {execution.outcome for execution in executions.values()} == {"completed"}
    assert sum(len(execution.steps) for execution in executions.values()) == 3
    assert len(servers["a"].seen) == 3


@pytest.mark.parametrize("name", REFUSED)
def test_a_document_that_must_fail_calls_nobody(name: str, servers: dict[str, Stub]) -> None:
    with pytest.raises(DocumentError):
        run(name, servers)
    assert servers["a"].seen == []


def test_waits_are_those_of_the_document_unless_the_server_says_otherwise(servers: dict[str, Stub]) -> None:
    assert run("retry_ok", servers)[1].waits == [0.3, 0.3]
    assert run("retry_header", servers)[1].waits == [2.0, 2.0]


def test_a_default_of_an_input_is_what_is_sent(servers: dict[str, Stub]) -> None:
    run("inputs_default", servers)
    assert servers["a"].bodies == [{"v": "dflt"}]


@pytest.mark.parametrize("name", ["crit_header", "goto_failure", "retry_ok", "retry_default"])
def test_a_trial_walks_a_probe_to_the_same_end(name: str, servers: dict[str, Stub]) -> None:
    journey = load(name)
    order = Order(
        catalog=Catalog(PROBES.resolve()),
        errands=(Errand(journey, journey.main),),
        system="a",
        place=place_of(servers["a"].url),
        credentials=Credentials(None, None),
        citizens=1,
        longest_wait=0.0,
        checks=frozenset(("reached", "answered")),
    )
    trial = conform(order)
    assert [one.outcome for one in trial.errands] == [ROWS[name][0]]
    assert servers["a"].seen == ROWS[name][1]
