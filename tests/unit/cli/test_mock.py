"""``tongban mock`` as a process: what it prints when it is ready, and how it ends."""

from __future__ import annotations

import gc
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
import requests

from sim.catalog import Catalog
from sim.cli import main
from sim.conformance.preparation import prepare_world, read_preparation
from sim.errors import UsageError
from tests.partners import Town, catalog_with

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
EVERYWHERE = "0.0.0.0"  # noqa: S104 - it is refused


@contextmanager
def running(*words: str, folder: Path = ROOT, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the command on free ports; gives the process and its first line."""
    command = [sys.executable, "-m", "sim.cli", "mock", "--port", "0", *words]
    process = subprocess.Popen(  # noqa: S603 - the command under test
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str]:
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    return process.returncode, errors


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=10)


def test_one_line_of_json_says_that_it_is_ready_and_how_to_call() -> None:
    with running("identity", "provincial-platform", "--format", "json", "--prepare", "renew-id-card@pay") as (
        process,
        line,
    ):
        ready: dict[str, Any] = json.loads(line)
        assert list(ready["systems"]) == ["identity", "provincial-platform"]
        (prepared,) = ready["prepared"]
        assert (prepared["waits_at"], prepared["outcome"]) == ("pay", "waits")
        token = next(one["token"] for one in ready["citizens"] if one["citizen_number"] == prepared["citizen_number"])
        url = f"{ready['systems']['provincial-platform']}/cases/{prepared['values']['case_no']}"
        case = get(url, Authorization=f"Bearer {token}")
        assert (case.status_code, case.json()["charged"]) == (200, "1")
        code, errors = ended(process, signal.SIGINT)
    assert code == 0
    assert errors.splitlines()[-1].startswith("provincial-platform GET /cases/{case_no} getCase 200 ")
    assert prepared["values"]["case_no"] not in errors


def test_people_get_addresses_tokens_and_a_call_that_works() -> None:
    with running("provincial-platform") as (process, first):
        assert process.stdout is not None
        lines = [first, *iter(process.stdout.readline, "Ctrl-C ends it\n")]
        code, _ = ended(process, signal.SIGTERM)
    text = "".join(lines)
    assert code == 0
    assert "http://127.0.0.1:" in text
    assert "signing secret: " in text
    assert "try: curl -H 'Authorization: Bearer " in text


GUIDE = ROOT / "docs" / "guides" / "develop-against-the-mocks.md"
COMMANDS = re.findall(r"^tongban mock (.+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)


@contextmanager
def calm() -> Iterator[None]:
    """Give the collector back as it was: a server changes it for its process."""
    thresholds = gc.get_threshold()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.collect()
        gc.freeze()  # the tests, as before
        gc.set_threshold(*thresholds)


def served_here(monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    """Run the command in this process, with Ctrl-C as soon as it says a line; gives its exit code and the line."""
    reading, writing = os.pipe()
    lines: list[str] = []

    def interrupt() -> None:
        with open(reading, encoding="utf-8") as told:  # noqa: PTH123 - a descriptor, not a path
            lines.append(told.readline())
            os.kill(os.getpid(), signal.SIGINT)
            told.read()

    watching = Thread(target=interrupt)
    watching.start()
    with calm(), open(writing, "w", encoding="utf-8") as out:  # noqa: PTH123 - as above
        monkeypatch.setattr(sys, "stdout", out)
        code = main(["mock", "--port", "0", *words])
    watching.join(10.0)
    return code, lines[0]


@pytest.mark.parametrize("words", COMMANDS)
def test_the_commands_of_the_guide_serve(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    code, line = served_here(monkeypatch, *shlex.split(words), "--format", "json")
    assert (code, json.loads(line)["ready"]) == (0, True)


def test_secrets_of_the_environment_are_taken_and_not_shown() -> None:
    chosen = "chosen-by-the-tester"
    with running("identity", "--format", "json", TONGBAN_MOCK_SIGNING_SECRET=chosen) as (process, line):
        ready = json.loads(line)
        assert (ready["secrets"], chosen in line) == ({}, False)
        body = b'{"name": "x", "id_no": "y"}'
        answer = requests.post(f"{ready['systems']['identity']}/identity-verifications", body, timeout=10)
        assert answer.status_code == 401
        ended(process, signal.SIGINT)


def test_the_state_is_there_after_a_restart(tmp_path: Path) -> None:
    words = (
        "provincial-platform",
        "--format",
        "json",
        "--state",
        str(tmp_path / "s.db"),
        "--prepare",
        "renew-id-card@pay",
    )
    found = []
    for _ in range(2):
        with running(*words) as (process, line):
            ready = json.loads(line)
            citizen = ready["citizens"][0]
            url = f"{ready['systems']['provincial-platform']}/cases"
            found.append((get(url, Authorization=f"Bearer {citizen['token']}").json(), ready["prepared"]))
            assert ended(process, signal.SIGINT)[0] == 0
    assert found[0][0]["total"] == 1
    assert found[0] == found[1]


def test_a_mock_of_a_catalog_that_is_not_trusted_is_left_alone_and_that_is_told(tmp_path: Path) -> None:
    catalog_with(tmp_path)
    with running("identity", "--format", "json", folder=tmp_path) as (process, line):
        assert json.loads(line)["ready"] is True
        _, errors = ended(process, signal.SIGINT)
    assert "identity: its mock is not loaded, as the catalog is not trusted" in errors
    with running("identity", "--format", "json", "--trust-mocks", folder=tmp_path) as (process, _):
        assert ended(process, signal.SIGINT) == (0, "")


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["mock", *words]) == 2
    return capsys.readouterr().err


def test_a_busy_port_is_told_with_a_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        told = refused(capsys, "identity", "--port", str(port))
    remedy = "end what listens there, or choose another --port (0: any free ones)"
    assert told == f"error: port {port} of 127.0.0.1 is taken; {remedy}\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nobody",), "there is no contract 'nobody'; known: certificate, citizen-service"),
        (("identity", "identity"), "a system is named twice"),
        (
            ("--host", EVERYWHERE),
            "--host 0.0.0.0 lets other machines control the mock; set a token in TONGBAN_MOCK_TOKEN",
        ),
        (("--host", EVERYWHERE, "--token", "short"), "the token is shorter than 8 characters"),
        (
            ("--host", "nowhere.invalid", "--token", "long-enough", "identity"),
            "the host 'nowhere.invalid' is not known",
        ),
        (("--port", "65535", "identity", "payment"), "there is no port 65536"),
        (("--chaos", "fire=1"), "'fire=1' is no fault"),
        (("--allow-callback", "a b"), "--allow-callback 'a b' is no place to call"),
        (("--prepare", "nothing"), "there is no journey 'nothing'"),
        (("--prepare", "renew-id-card@nowhere"), "renew-id-card has no step 'nowhere'; use one of guide, identify"),
        (("--prepare", "renew-id-card@pay?colour=red"), "renew-id-card has no input 'colour'"),
        (("--scenario", "nothing"), "there is no scenario 'nothing'"),
        (("--at", "09:30"), "--at is a time of a scenario and there is none; name one with --scenario"),
        (("--no-background",), "--no-background leaves out a scenario's citizens and there is none; leave it out"),
        (("--scenario", "mm1", "--at", "soon"), "--at soon: 'soon' is not a span of time"),
        (("--scenario", "mm1", "--at", "25:00"), "--at 25:00: '25:00' is not a time of day"),
        (("--scenario", "mm1", "--at", "9 h"), "--at 9 h is after the scenario's end; choose a time less than 8.89 h"),
        (
            ("hotel", "--partner", "certificate"),
            "--partner 'certificate' names no address; write NAME=http://HOST:PORT",
        ),
        (("hotel", "--partner", "nobody=http://h"), "--partner 'nobody': there is no such contract"),
        (("hotel", "--partner", "hotel=http://h"), "--partner hotel: it is served here"),
        (("hotel", "--partner", "certificate=h"), "--partner certificate 'h' is no base address"),
        (("hotel", "--partner", "certificate=http://u:p@h"), "--partner certificate holds a password"),
        (("hotel", *("--partner", "certificate=http://h") * 2), "--partner certificate is given twice"),
        (
            ("hotel", "--partner", "payment=http://h"),
            "--partner payment: no mock that is served calls it; leave it out; they call certificate",
        ),
        (
            ("hotel", "--partner", "payment=http://h", "--prepare", "renew-id-card@pay"),
            "--prepare renew-id-card@pay calls payment",
        ),
        (("--state", "/nowhere/state.db"), "unable to open database file"),
    ],
)
def test_what_cannot_be_served_is_told(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str) -> None:
    if "--port" not in words:
        words = (*words, "--port", "0")
    assert told in refused(capsys, *words)


def prepared(text: str) -> Any:
    town = Town()
    return prepare_world(town.world, read_preparation(Catalog.bundled(), text), town.citizen, town.token), town


def test_an_errand_waits_before_its_step() -> None:
    left, town = prepared("renew-id-card@pay")
    assert (left.waits_at, left.outcome, left.values["amount"]) == ("pay", "waits", "20.00")
    payment = town.world.store.table("payment", "notices").get(left.values["payment_no"])
    assert (payment["paid"], payment["payer"]) == (False, town.citizen.name)


def test_an_errand_is_walked_to_its_end_with_the_inputs_that_were_given() -> None:
    left, town = prepared("renew-id-card?delivery=pick-up&charged=0")
    assert (left.waits_at, left.outcome) == ("", "completed")
    assert town.world.store.table("provincial-platform", "cases").get(left.values["case_no"])["state"] == "collected"


def test_an_errand_that_does_not_come_to_its_step_is_told() -> None:
    with pytest.raises(UsageError, match=r"ended \(refused\) before pay: review answered 201; choose another step"):
        prepared("renew-id-card@pay?decision=refuse")


def test_a_scenario_gives_calls_their_time() -> None:
    words = ("provincial-platform", "--scenario", "ningxia-day", "--no-background", "--speed", "100")
    with running(*words, "--format", "json") as (process, line):
        ready = json.loads(line)
        assert ready["citizens"][0]["office_division"] == "640000"
        base = ready["systems"]["provincial-platform"]
        guide = get(f"{base}/items/11640099MB0009902H4640709900001/guide")
        assert guide.status_code == 200
        assert guide.headers["Server-Timing"].startswith("queue;dur=0.000, service;dur=")
        assert get(f"{base}/_tongban/clock").json()["now"].startswith("2022-07-26T00:")
        code, errors = ended(process, signal.SIGINT)
    assert code == 0
    free = "acceptCase, actAsAgent, authoriseAgent, getMenu, listCases, revokeAgent, searchItems"
    assert f"provincial-platform: the scenario has no cost for {free}: answered at once" in errors
