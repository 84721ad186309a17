"""The plugin in projects of its users: what pytest loads, its settings, what a failing test says."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

import sim.pytest_plugin.in_process
import sim.pytest_plugin.served  # noqa: F401 - what a run of pytester imports anew it forgets again: seconds
from sim.catalog import Catalog
from sim.errors import UsageError
from sim.mock import CHINA
from sim.pytest_plugin.setting import Settings, read_settings

pytest_plugins = ("pytester",)

ROOT = Path(__file__).resolve().parents[3]
OPTIONS = ("-p", "sim.pytest_plugin", "-p", "no:cacheprovider")

USES_PARTNERS = """
    def test_partners_answer(tongban_partners):
        assert tongban_partners.url("payment")
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty project that has tongban, and no other plugin, whether tongban is installed as one or not."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return pytester


def run(project: pytest.Pytester, *words: str) -> pytest.RunResult:
    return project.runpytest_inprocess(*OPTIONS, *words)


def test_a_project_that_uses_nothing_of_it_loads_nothing_of_it(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import sys

        HEAVY = {"click", "duckdb", "faker", "numba", "numpy", "requests", "responses", "starlette", "uvicorn", "yaml"}

        def test_nothing_is_loaded():
            ours = {name for name in sys.modules if name.partition(".")[0] == "sim"}
            assert ours == {"sim", "sim.pytest_plugin"}
            assert HEAVY.isdisjoint(sys.modules)
    """)
    project.runpytest_subprocess(*OPTIONS).assert_outcomes(passed=1)


def test_help_tells_the_settings(project: pytest.Pytester) -> None:
    told = run(project, "--help").stdout.str()
    for name in ("catalog", "systems", "trust_mocks", "seed", "citizens", "start", "allow_callback"):
        assert f"tongban_{name} (" in told


def test_fixtures_tell_what_they_are(project: pytest.Pytester) -> None:
    result = run(project, "--fixtures")
    result.stdout.fnmatch_lines(["tongban_partners -- *", "    Give the partner systems in process*"])
    result.stdout.fnmatch_lines(["tongban_mock -- *", "    Give the partner systems over HTTP*"])
    result.stdout.fnmatch_lines(["assert_conforms*", "    Hold a request and its response against *"])
    assert "_tongban" not in result.stdout.str()


def test_every_test_begins_with_a_fresh_world(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest, requests

        @pytest.mark.parametrize("time", [1, 2])
        @pytest.mark.parametrize("way", ["tongban_partners", "tongban_mock"])
        def test_nothing_is_left(way, time, request, assert_conforms):
            partners = request.getfixturevalue(way)
            assert (partners.requests_seen, partners.callbacks) == ((), ())
            errand = partners.prepare("renew-id-card@pay")
            assert errand.values["payment_no"] == "642022072600000001"
            url = f"{partners.url('payment')}/payment-notices/{errand.values['payment_no']}"
            headers = {"Authorization": f"Bearer {partners.token()}"}
            assert_conforms(requests.get(url, headers=headers, timeout=5), "payment", "getPayment")
            partners.faults("drop=1")
    """)
    project.makeini("[pytest]\ntongban_start = 2022-07-26T09:00:00+08:00")
    run(project).assert_outcomes(passed=4)


def test_requests_are_patched_within_the_test_alone(project: pytest.Pytester) -> None:
    project.makepyfile("""
        from requests.adapters import HTTPAdapter

        SEND = HTTPAdapter.send

        def test_within(tongban_partners):
            assert HTTPAdapter.send is not SEND

        def test_after():
            assert HTTPAdapter.send is SEND
    """)
    project.makeini("[pytest]\ntongban_systems = identity")
    run(project).assert_outcomes(passed=2)


def test_a_failing_assertion_shows_the_breach_and_no_line_of_ours(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import requests

        def test_paying(tongban_partners, assert_conforms):
            url = f"{tongban_partners.url('payment')}/payment-notices/1/payments"
            headers = {"Authorization": f"Bearer {tongban_partners.token()}", "Idempotency-Key": "pay-once-1"}
            assert_conforms(requests.post(url, json={"payer": "A"}, headers=headers, timeout=5), "payment")
    """)
    project.makeini("[pytest]\ntongban_systems = payment")
    result = run(project)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E * payment payNotice POST /payment-notices/{payment_no}/payments -> 400 breaks its contract in 1 place",
            "E * request body /amount_yuan: required",
            "E *   contract  contracts/payment.openapi.yaml:*",
            "test_a_failing_assertion_shows_the_breach_and_no_line_of_ours.py:6: AssertionError",
        ]
    )
    assert "assertion.py" not in result.stdout.str()


def test_exchanges_are_logged_without_anything_personal(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import logging, requests

        def test_log(tongban_partners, caplog):
            caplog.set_level(logging.INFO, logger="tongban")
            errand = tongban_partners.prepare("renew-id-card@pay")
            url = f"{tongban_partners.url('payment')}/payment-notices/{errand.values['payment_no']}"
            requests.get(url, headers={"Authorization": f"Bearer {tongban_partners.token()}"}, timeout=5)
            (line,) = [record.getMessage() for record in caplog.records if record.name == "tongban"]
            assert line.startswith("payment GET /payment-notices/{payment_no} getPayment 200 ")
    """)
    run(project).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("tongban_seed = -1", "tongban_seed: '-1' does not fit; write a whole number from 0 to 9223372036854775807"),
        ("tongban_citizens = 0", "tongban_citizens: '0' does not fit; write a whole number from 1 to 10000"),
        ("tongban_start = noon", "tongban_start: 'noon' is no instant; write date, time and time zone: 2022-"),
        ("tongban_start = 2022-07-26", "tongban_start: '2022-07-26' is no instant; write date, time and time zone: "),
        ("tongban_catalog = nowhere", "tongban_catalog: FOLDER/nowhere holds no contracts/*.openapi.yaml; name the "),
    ],
)
def test_a_setting_that_does_not_fit_is_told_with_its_name(
    project: pytest.Pytester, setting: str, message: str
) -> None:
    project.makeini(f"[pytest]\n{setting}")
    with pytest.raises(UsageError) as caught:
        read_settings(project.parseconfig(*OPTIONS))
    assert str(caught.value).startswith(message.replace("FOLDER", str(project.path.resolve())))


def test_settings_are_read_as_written(project: pytest.Pytester) -> None:
    project.makeini(
        "[pytest]\ntongban_seed = 7\ntongban_citizens = 3\ntongban_systems = payment identity\n"
        "tongban_start = 2022-07-26T09:00:00+08:00\ntongban_allow_callback = platform.example:8443"
    )
    catalog, start = Catalog.bundled(), datetime(2022, 7, 26, 9, tzinfo=CHINA)
    expected = Settings(catalog, ("payment", "identity"), 7, 3, start, ("platform.example:8443",))
    assert read_settings(project.parseconfig(*OPTIONS)) == expected


def test_without_settings_all_bundled_systems_are_mocked(project: pytest.Pytester) -> None:
    settings = read_settings(project.parseconfig(*OPTIONS))
    assert settings == Settings(Catalog.bundled(), Catalog.bundled().names("contract"), 1, 10, None, ())


def test_a_fault_of_the_settings_is_told_in_a_line(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\ntongban_systems = bank")
    project.makepyfile(USES_PARTNERS)
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["there is no contract 'bank'; known: certificate, citizen-service, civil-affairs, *"])
    assert "raise UsageError" not in result.stdout.str()


def test_a_place_to_call_that_is_none_is_told(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\ntongban_systems = identity\ntongban_allow_callback = a:b:c")
    project.makepyfile(USES_PARTNERS)
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*'a:b:c' is no place to call; write HOST:PORT, or https://NAME=*"])


def test_without_the_library_responses_the_remedy_is_told(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.pytest_plugin.in_process.find_spec", lambda _: None)
    project.makeini("[pytest]\ntongban_systems = identity")
    project.makepyfile(USES_PARTNERS)
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["tongban_partners needs the library responses; pip install responses, or use tongban_mock"]
    )


def test_named_systems_bring_the_partners_that_they_call(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\ntongban_systems = payment identity")
    project.makepyfile("""
        import pytest
        from sim.errors import UsageError

        def test_systems(tongban_partners):
            assert sorted(tongban_partners.urls) == ["identity", "payment", "population"]
            with pytest.raises(UsageError, match="@pay calls what is not mocked: citizen-service, logistics, prov"):
                tongban_partners.prepare("renew-id-card@pay")
    """)
    run(project).assert_outcomes(passed=1)


CATALOG = """
    import requests

    def test_desk(tongban_partners, assert_conforms):
        answer = requests.post("https://desk.example/api/v1/tickets", timeout=5)
        assert_conforms(answer, "desk", "drawTicket")
        assert answer.json() == {"number": NUMBER}
        assert tongban_partners.requests_seen[0].request.path == "/tickets"
"""


def own_catalog(project: pytest.Pytester) -> None:
    """A catalog with one system below a path of its server, whose example says 1 and whose mock says 2."""
    folder = project.mkdir("documents")
    for name in ("contracts", "mocks"):
        (folder / name).mkdir()
    (folder / "contracts" / "desk.openapi.yaml").write_text(
        "openapi: 3.1.0\n"
        "info: {title: Desk, version: 1.0.0}\n"
        "servers: [{url: https://desk.example/api/v1}]\n"
        "paths:\n"
        "  /tickets:\n"
        "    post:\n"
        "      operationId: drawTicket\n"
        "      responses:\n"
        "        '201':\n"
        "          description: The ticket.\n"
        "          content: {application/json: {schema: {type: object}, example: {number: 1}}}\n",
        encoding="utf-8",
    )
    (folder / "mocks" / "desk.py").write_text(
        "from sim.mock import Reply\n\n\ndef draw_ticket(call):\n    return Reply(201, {'number': 2})\n",
        encoding="utf-8",
    )


@pytest.mark.parametrize(("trust", "number"), [("false", "1"), ("true", "2")])
def test_mocks_of_an_own_catalog_are_loaded_when_the_settings_trust_them(
    project: pytest.Pytester, trust: str, number: str
) -> None:
    own_catalog(project)
    project.makeini(f"[pytest]\ntongban_catalog = documents\ntongban_trust_mocks = {trust}")
    project.makepyfile(CATALOG.replace("NUMBER", number))
    run(project).assert_outcomes(passed=1)


def test_a_fault_of_a_document_is_told_with_its_place(project: pytest.Pytester) -> None:
    own_catalog(project)
    path = project.path / "documents" / "contracts" / "desk.openapi.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("'201'", "'two'"), encoding="utf-8")
    project.makeini("[pytest]\ntongban_catalog = documents")
    project.makepyfile(CATALOG)
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["documents/contracts/desk.openapi.yaml:9:*two*"])


def test_a_copy_of_the_bundled_catalog_does_as_well(project: pytest.Pytester) -> None:
    root = Catalog.bundled().root
    for name in ("contracts", "mocks", "scenarios/journeys"):
        shutil.copytree(root / name, project.path / "documents" / name)
    project.makeini("[pytest]\ntongban_catalog = documents\ntongban_trust_mocks = true")
    project.makepyfile("""
        def test_an_errand_waits(tongban_partners):
            assert tongban_partners.prepare("renew-id-card@pay").waits_at == "pay"
    """)
    run(project).assert_outcomes(passed=1)
