"""A system that only calls: an app walks by itself, and its requests are judged."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
import requests

from sim.conformance.credential import Credentials
from sim.conformance.http import CallLimits
from sim.conformance.trial import watch
from sim.errors import UsageError
from tests.trials import order, told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.conformance.verdict import Trial
    from sim.mock import Citizen


def watched(act: Callable[[str, str], object], **changes: Any) -> Trial:
    """Watch an app that does something with the platform's address and a citizen's token."""
    bases: dict[str, str] = {}
    threads: list[threading.Thread] = []

    def on_ready(known: Sequence[tuple[Citizen, str]]) -> None:
        threads.append(threading.Thread(target=act, args=(bases["provincial-platform"], known[0][1])))
        threads[0].start()

    limits = CallLimits(silence_seconds=0.3)
    given: dict[str, Any] = {"listen": ("127.0.0.1", 0), "limits": limits, "place": None, "system": "app", **changes}
    given["credentials"] = Credentials(None, None)
    try:
        return watch(order("http://h", ("query-duplicate-name",), on_listen=bases.update, **given), on_ready)
    finally:
        for thread in threads:
            thread.join(5)


def ask(base: str, token: str, **query: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    requests.get(f"{base}/duplicate-names", params=query, headers=headers, timeout=5).close()


def test_an_app_that_keeps_the_contract_passes() -> None:
    trial = watched(lambda base, token: ask(base, token, name="马芳"))
    assert told(trial) == []
    assert trial.passed
    passed = {(one.check, one.operation) for one in trial.verdicts if one.outcome == "pass"}
    assert passed >= {("reached", "queryDuplicateName"), ("request-parameter", "queryDuplicateName")}


def ask_nobody(base: str, token: str) -> None:
    requests.get(f"{base}/no/such/path", timeout=5).close()
    ask(base, token, name="马")


@pytest.mark.parametrize(
    ("act", "check"),
    [
        (lambda base, token: ask(base, token, name="马1"), "request-parameter"),
        (lambda base, _: ask(base, "wrong", name="马芳"), "request-security"),
        (ask_nobody, "request-parameter"),
    ],
)
def test_an_app_that_breaks_the_contract_is_told(act: Callable[[str, str], object], check: str) -> None:
    trial = watched(act)
    assert {one.check for one in trial.verdicts if one.outcome == "fail"} == {check}, told(trial)


def test_what_the_app_did_not_call_is_told_as_such() -> None:
    def act(base: str, token: str) -> None:
        requests.get(f"{base}/cases", headers={"Authorization": f"Bearer {token}"}, timeout=5).close()

    trial = watched(act)
    skipped = [(one.check, one.operation, one.reason) for one in trial.verdicts if one.outcome == "skip"]
    assert ("reached", "queryDuplicateName", "the system did not call it") in skipped


def test_an_app_that_sends_nothing_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"app sent no request: --time-limit 0\.2 s was reached"):
        watched(lambda *_: None, seconds=0.2)
