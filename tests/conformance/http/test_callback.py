"""Callbacks: a courier tells of every event, or fails to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.conformance.credential import Credentials, IssuedTokens
from sim.conformance.trial import conform
from tests.reference_courier import DEFECTS, Courier
from tests.reference_gate import TOKEN_KEY, Stage, running
from tests.trials import KEY, order, told, worse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.verdict import Trial

HUB = "https://hub.tongban.example"


@pytest.fixture(scope="module")
def stage() -> Iterator[tuple[Stage, str]]:
    stage = Stage(Courier())
    with running(stage) as url:
        yield stage, url


def tried(stage: tuple[Stage, str], courier: Courier, **changes: object) -> Trial:
    stage[0].system = courier

    def on_listen(served: tuple[tuple[str, str], ...]) -> None:
        courier.route = served[0][1]

    tokens = IssuedTokens(TOKEN_KEY, Courier.audience, ("parcels",))
    given: dict[str, object] = {"listen": ("127.0.0.1", 0), "callback_base": HUB, "citizens": 1}
    given |= {"system": "logistics", "credentials": Credentials(tokens, KEY), "on_listen": on_listen}
    given["callback_wait"] = 0.6 if courier.defect == "callback-never" else 10.0
    return conform(order(stage[1], ("renew-id-card",), **given, **changes))


def test_nothing_is_found_in_a_conforming_courier(stage: tuple[Stage, str]) -> None:
    trial = tried(stage, Courier())
    assert told(trial) == []
    passed = {one.check for one in trial.verdicts if one.outcome == "pass"}
    assert passed >= {"callback", "callback-order", "request-security", "request-schema", "pagination"}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_callbacks_is_found_by_the_check_meant_for_it(stage: tuple[Stage, str], defect: str) -> None:
    trial = tried(stage, Courier(defect))
    assert {one.check for one in worse(trial)} == DEFECTS[defect], told(trial)
