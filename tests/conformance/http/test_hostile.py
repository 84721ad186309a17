"""A system that means harm can neither hang a trial nor fill its memory: raw sockets play it."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.conformance.http import Budget, CallLimits, HttpTransport, SpentError, Tls, place_of
from sim.conformance.transport import NoAnswer
from sim.conformance.trial import conform
from sim.contract import Request
from sim.errors import TargetError, UsageError
from tests.trials import order, worse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[3]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LIMITS = CallLimits(silence_seconds=0.4, total_seconds=0.8, head_bytes=4096, body_bytes=10_000)
ROOMY = CallLimits(head_bytes=4096, body_bytes=10_000)
GET = Request("GET", "/x", (("q", "马"),), (), b"")


class Hostile:
    """A server whose every connection is handed to a function, in a thread."""

    def __init__(self, act: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> None:
        self.act = act
        self.connections = 0
        self.called = threading.Event()
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            self.called.set()
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            self.act(connection)
        connection.close()

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)


@contextmanager
def hostile(act: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> Iterator[Hostile]:
    server = Hostile(act, context)
    try:
        yield server
    finally:
        server.close()


def answering(*parts: bytes, pause: float = 0.0, forever: bytes = b"") -> Callable[[socket.socket], None]:
    """A connection that takes a request, sends parts, then one part again and again."""

    def act(connection: socket.socket) -> None:
        connection.recv(65536)
        for part in parts:
            connection.sendall(part)
        while forever:
            connection.sendall(forever)
            time.sleep(pause)

    return act


@contextmanager
def client(server: Hostile, tls: Tls | None = None, limits: CallLimits = ROOMY) -> Iterator[HttpTransport]:
    transport = HttpTransport(place_of(server.url, tls), limits)
    try:
        yield transport
    finally:
        transport.close()


def failure(act: Callable[[socket.socket], None]) -> tuple[str, str, float]:
    """How a call ends, and after how long."""
    with hostile(act) as server, client(server, limits=LIMITS) as transport:
        began = time.monotonic()
        with pytest.raises(NoAnswer) as told:
            transport.send(GET)
        seconds = time.monotonic() - began
    return told.value.kind, told.value.detail, seconds


@pytest.mark.parametrize(
    ("act", "kind", "detail"),
    [
        (answering(CHUNKED, forever=b"400\r\n" + b"x" * 1024 + b"\r\n"), "size", "the body"),
        (answering(HEAD + b"\r\n", forever=b"x" * 4096), "size", "the body"),
        (answering(HEAD + b"Content-Length: 99999999999\r\n\r\n", forever=b"x" * 4096), "size", "the body"),
        (answering(HEAD, forever=b"X-A: " + b"a" * 100 + b"\r\n"), "size", "the head"),
        (answering(HEAD + b"X-A: ", forever=b"a" * 100), "size", "the head"),
        (answering(forever=b"HTTP/1.1 100 Continue\r\n\r\n"), "size", "interim answers"),
        (answering(HEAD + b"Content-Length: 9999\r\n\r\n", forever=b"x", pause=0.05), "timeout", "no whole answer"),
        (answering(HEAD, forever=b"X", pause=0.05), "timeout", "no whole answer"),
        (answering(forever=b"H", pause=1.0), "timeout", "0.4 s of silence"),
        (lambda _: time.sleep(1.0), "timeout", "0.4 s of silence"),
        (answering(HEAD + b"Content-Length: 10\r\n\r\n{}"), "protocol", "in the middle"),
        (answering(HEAD[:20]), "protocol", "in the middle"),
        (answering(b"SSH-2.0-OpenSSH_9.6\r\n"), "protocol", "not HTTP"),
        (answering(b"\x00\xff" * 100), "protocol", "not HTTP"),
        (answering(HEAD + b"Content-Length: -1\r\n\r\n"), "protocol", "not HTTP"),
        (answering(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), "protocol", "not HTTP"),
        (answering(), "protocol", "before an answer came"),
    ],
)  # fmt: skip
def test_an_answer_that_never_ends_or_is_none_is_given_up(
    act: Callable[[socket.socket], None], kind: str, detail: str
) -> None:
    told = failure(act)
    assert told[0] == kind, told
    assert detail in told[1]
    assert told[2] < 5.0


def test_a_redirect_is_an_answer_and_leads_nowhere() -> None:
    elsewhere = hostile(answering())
    with elsewhere as other:
        location = f"Location: {other.url}/\r\nContent-Length: 0\r\n\r\n".encode()
        with hostile(answering(b"HTTP/1.1 302 Found\r\n" + location)) as server, client(server) as transport:
            answer = transport.send(GET)
    assert answer.status == 302
    assert other.connections == 0


def test_an_answer_without_length_ends_with_its_connection() -> None:
    with hostile(answering(HEAD + b"\r\n{}")) as server, client(server) as transport:
        assert transport.send(GET).body == b"{}"


def test_interim_answers_are_passed_over() -> None:
    first = b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
    with hostile(answering(first + HEAD + b"Content-Length: 2\r\n\r\n{}")) as server, client(server) as transport:
        answer = transport.send(GET)
    assert (answer.status, answer.body) == (200, b"{}")
    assert answer.headers == (("Content-Type", "application/json"), ("Content-Length", "2"))


def test_what_comes_behind_an_answer_is_never_taken_for_the_next_one() -> None:
    """A second answer that nobody asked for would be the answer to the next request (CWE-444)."""
    smuggled = HEAD + b"Content-Length: 2\r\n\r\n{}" + HEAD + b"Content-Length: 6\r\n\r\n[false"
    with hostile(answering(smuggled)) as server, client(server) as transport:
        assert [transport.send(GET).body for _ in range(2)] == [b"{}", b"{}"]
        assert server.connections == 2


def test_a_kept_connection_that_was_closed_is_opened_anew() -> None:
    with hostile(answering(HEAD + b"Content-Length: 2\r\n\r\n{}")) as server, client(server) as transport:
        assert [transport.send(GET).status for _ in range(3)] == [200, 200, 200]
        assert server.connections == 3


def test_a_header_cannot_write_another_one() -> None:
    sent = Request("GET", "/", (), (("X-A", "1\r\nX-B: 2"),), b"")
    with hostile(answering()) as server, client(server) as transport:  # noqa: SIM117 - one claim
        with pytest.raises(UsageError, match="line break"):
            transport.send(sent)


def test_nobody_there_is_told_as_such() -> None:
    with hostile(answering()) as server:
        url = server.url
    with pytest.raises(NoAnswer) as told:
        HttpTransport(place_of(url), LIMITS).send(GET)
    assert told.value.kind == "unreachable"
    with pytest.raises(TargetError, match="cannot be reached"):
        conform(order(url))


def test_a_trial_ends_within_its_requests() -> None:
    refusing = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 86400\r\nContent-Length: 0\r\n\r\n"
    with hostile(answering(refusing)) as server:
        trial = conform(order(server.url, ("query-duplicate-name",), requests=5))
    assert trial.requests == 5
    assert trial.bound == "--max-requests 5 was reached"
    assert {one.check for one in worse(trial)} >= {"body", "problem"}
    assert trial.outcome == "fail"


def test_a_trial_ends_within_its_time() -> None:
    silent = answering(HEAD, forever=b"X", pause=0.05)
    with hostile(silent) as server:
        began = time.monotonic()
        limits = CallLimits(silence_seconds=0.2, total_seconds=0.3)
        trial = conform(order(server.url, ("query-duplicate-name",), limits=limits, seconds=0.8))
        assert time.monotonic() - began < 10.0
    assert trial.bound == "--time-limit 0.8 s was reached"
    assert {one.check for one in worse(trial)} == {"answered"}
    assert trial.outcome == "fail"


def test_a_system_that_answers_nothing_is_unreachable_where_no_check_would_say_so() -> None:
    silent = answering(HEAD, forever=b"X", pause=0.05)
    limits = CallLimits(silence_seconds=0.1, total_seconds=0.1)
    with hostile(silent) as server, pytest.raises(TargetError, match="answered none of"):
        conform(order(server.url, ("query-duplicate-name",), limits=limits, checks=frozenset(("status",))))


def test_a_budget_counts_and_ends() -> None:
    clock = iter([0.0, 1.0, 2.0, 11.0])
    budget = Budget(2, 10.0, tick=lambda: next(clock))
    budget.take()
    budget.take()
    with pytest.raises(SpentError, match="--max-requests 2"):
        budget.take()
    assert budget.left == 0.0


def test_a_budget_that_was_stopped_lets_nobody_send_or_wait() -> None:
    budget = Budget(10, 3600.0)
    began = time.monotonic()
    timer = threading.Timer(0.1, budget.stop)
    timer.start()
    with pytest.raises(SpentError, match="it was interrupted"):
        budget.wait(600.0)
    with pytest.raises(SpentError, match="it was interrupted"):
        budget.take()
    assert time.monotonic() - began < 30.0
    assert budget.sent == 0


def test_a_call_under_way_can_be_ended_from_another_thread() -> None:
    limits = CallLimits(silence_seconds=60.0, total_seconds=60.0)
    with hostile(lambda _: time.sleep(60.0)) as server, client(server, limits=limits) as transport:
        began = time.monotonic()
        threading.Timer(0.2, transport.abort).start()
        with pytest.raises(NoAnswer):
            transport.send(GET)
        assert time.monotonic() - began < 30.0


def interrupted(server: Hostile, folder: Path, *words: str) -> tuple[int, str]:
    """Try a system that holds its calls, and press Ctrl-C once it was called."""
    command = [sys.executable, "-m", "sim.cli", "conform", "query-duplicate-name", "--system", "provincial-platform"]
    command += ["--target", server.url, "--out", str(folder / "out"), "--evidence", str(folder / "evidence.zip")]
    environment = {**os.environ, "TONGBAN_TOKEN": "a-token-of-nobody"}
    with subprocess.Popen(  # noqa: S603 - the command under test
        [*command, *words], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert server.called.wait(60.0)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20.0)
    return process.returncode, told


@pytest.mark.parametrize("words", [(), ("--parallel", "4")])
def test_ctrl_c_ends_a_trial_whose_system_holds_its_calls_and_leaves_nothing(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    with hostile(lambda connection: time.sleep(60.0) if connection.recv(65536) else None) as server:
        code, told = interrupted(server, tmp_path, *words)
    assert (code, told.strip()) == (130, "interrupted")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://127.0.0.1", "no base address"),
        ("127.0.0.1:80", "no base address"),
        ("http://", "no base address"),
        ("http://host:99999", "no base address"),
        ("http://host/?a=1", "no base address"),
        ("http://ho st", "no base address"),
        ("http://host\r\nX: 1", "no base address"),
        ("http://user:hunter2@host", "holds a password"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as told:
        place_of(url)
    assert "hunter2" not in str(told.value)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 and one for a client, each its own authority."""
    folder = tmp_path_factory.mktemp("tls")
    for name, more in (("server", ["-addext", "subjectAltName=IP:127.0.0.1"]), ("client", [])):
        words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        words += ["-days", "2", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem", *more]
        subprocess.run(words, cwd=folder, check=True, capture_output=True)  # noqa: S603 - fixed words
    return folder


def served(certificates: Path, *, asks: bool = False) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    if asks:
        context.load_verify_locations(certificates / "client.pem")
        context.verify_mode = ssl.CERT_REQUIRED
    return context


OK = answering(HEAD + b"Content-Length: 2\r\n\r\n{}")


def test_a_certificate_that_nobody_trusts_is_refused(certificates: Path) -> None:
    with hostile(OK, served(certificates)) as server, pytest.raises(NoAnswer, match="TLS") as told:
        HttpTransport(place_of(server.url), LIMITS).send(GET)
    assert told.value.kind == "unreachable"


def test_a_certificate_of_a_given_authority_is_trusted(certificates: Path) -> None:
    tls = Tls(ca=certificates / "server.pem")
    with hostile(OK, served(certificates)) as server, client(server, tls) as transport:
        assert transport.send(GET).status == 200


def test_mutual_tls_shows_the_client(certificates: Path) -> None:
    tls = Tls(certificates / "server.pem", certificates / "client.pem", certificates / "client.key")
    with hostile(OK, served(certificates, asks=True)) as server, client(server, tls) as transport:
        assert transport.send(GET).status == 200
        with pytest.raises(NoAnswer):
            HttpTransport(place_of(server.url, Tls(ca=certificates / "server.pem")), LIMITS).send(GET)


def test_files_that_are_no_certificates_are_told(certificates: Path, tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("none")
    with pytest.raises(UsageError, match="--ca"):
        place_of("https://host", Tls(ca=tmp_path / "none.pem"))
    with pytest.raises(UsageError, match="--client-cert"):
        place_of("https://host", Tls(client_cert=tmp_path / "missing.pem"))
    with pytest.raises(UsageError, match="--client-key needs"):
        place_of("https://host", Tls(client_key=certificates / "client.key"))
    with pytest.raises(UsageError, match="plain HTTP"):
        place_of("http://host", Tls(ca=certificates / "server.pem"))
