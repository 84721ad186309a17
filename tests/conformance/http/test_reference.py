"""A platform of other people's making: nothing is found in it, and each planted defect by the check meant for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sim.conformance.check import CHECKS, exchange_checks
from sim.conformance.http import CallLimits
from tests.reference_gate import Stage, running
from tests.reference_platform import DEFECTS, Platform
from tests.trials import JOURNEYS, told, tried, worse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.verdict import Trial

LISTENING: dict[str, Any] = {"listen": ("127.0.0.1", 0)}
RENEWAL, QUESTION = JOURNEYS[:1], JOURNEYS[2:]
OF_QUESTION = ("missing-header", "slow-answer")
OF_CALLS = ("unsigned-call", "wrong-call")
NOT_MET = frozenset(("callback", "callback-order", "stale-version", "code-list", "request-code-list", "security-key"))
"""Checks that say nothing of this contract: it has no callbacks, versions or API keys, and all speak one edition."""


@pytest.fixture(scope="module")
def stage() -> Iterator[tuple[Stage, str]]:
    stage = Stage(Platform())
    with running(stage) as url:
        yield stage, url


@pytest.fixture(scope="module")
def conforming(stage: tuple[Stage, str]) -> Trial:
    stage[0].system = Platform()
    return tried(stage[1], stage[0].system, **LISTENING)


def test_nothing_is_found_in_a_conforming_platform(conforming: Trial) -> None:
    assert told(conforming) == []
    assert conforming.outcome == "pass"
    assert conforming.requests > 400
    assert conforming.received > 20


def test_every_errand_ends_where_it_ends_against_the_mock(conforming: Trial) -> None:
    assert {one.journey for one in conforming.errands} == set(JOURNEYS)
    assert {one.outcome for one in conforming.errands} == {"completed", "refused"}
    assert all(one.outcome == one.expected for one in conforming.errands)


def test_every_check_passes_somewhere(conforming: Trial) -> None:
    passed = {one.check for one in conforming.verdicts if one.outcome == "pass"}
    assert set(CHECKS.names()) - passed == NOT_MET | {"header", "negative-range"} - passed


def test_every_operation_is_exercised_or_told_as_not(conforming: Trial) -> None:
    reached = {one.operation: one.outcome for one in conforming.verdicts if one.check == "reached"}
    offered = {"searchItems", "authoriseAgent", "revokeAgent", "actAsAgent"}  # by other platforms; no journey here asks
    assert {name for name, outcome in reached.items() if outcome == "skip"} - offered == {"acceptCase"}
    assert sum(outcome == "pass" for outcome in reached.values()) == 19


def test_probes_leave_no_operation_out(conforming: Trial) -> None:
    """Each probe says something of each operation that was reached: passed, or why not."""
    reached = {one.operation for one in conforming.verdicts if (one.check, one.outcome) == ("reached", "pass")}
    for name, check in CHECKS:
        if check.direction == "probe":
            assert {one.operation for one in conforming.verdicts if one.check == name} == reached, name


def test_requests_of_the_platform_are_judged_too(conforming: Trial) -> None:
    judged = {(one.contract, one.operation) for one in conforming.verdicts if one.check == "request-security"}
    assert judged == {
        ("identity", "verifyIdentity"),
        ("certificate", "queryCertificate"),
        ("certificate", "issueCertificate"),
    }
    assert {one.name for one in exchange_checks() if one.direction == "request"} >= {"request-schema"}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_found_by_the_check_meant_for_it_and_no_other(stage: tuple[Stage, str], defect: str) -> None:
    platform = Platform(defect, slow=0.9)
    stage[0].system = platform
    changes = LISTENING if defect in OF_CALLS else {}
    limits = CallLimits(total_seconds=0.5) if defect == "slow-answer" else CallLimits()
    journeys, many = (QUESTION, 1) if defect in OF_QUESTION else (RENEWAL, 2)
    trial = tried(stage[1], platform, journeys, citizens=many, limits=limits, **changes)
    found = {one.check for one in worse(trial)}
    assert found, f"{defect} was not found"
    assert found <= DEFECTS[defect], told(trial)
    assert trial.outcome == "fail"


def test_many_errands_at_once_find_nothing_either(stage: tuple[Stage, str]) -> None:
    stage[0].system = Platform()
    trial = tried(stage[1], stage[0].system, parallel=4, **LISTENING)
    assert told(trial) == []
    assert trial.received > 20


def test_a_trial_of_some_checks_says_nothing_of_others(stage: tuple[Stage, str]) -> None:
    stage[0].system = Platform("missing-field")
    trial = tried(stage[1], stage[0].system, RENEWAL, citizens=1, checks=frozenset(("status", "checksum")))
    assert {one.check for one in trial.verdicts} == {"status", "checksum"}
    assert told(trial) == []
