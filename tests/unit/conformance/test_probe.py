"""What probes say where the system is not to blame: public operations, requests that are refused anyway."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.conformance.bench import Bench
from sim.conformance.check.lost_update import CONTENDERS, lost_update
from sim.conformance.check.security_replay import security_replay
from sim.conformance.check.tolerance import tolerance
from sim.conformance.credential import Credentials
from sim.conformance.trace import Trace
from sim.contract import Answer, Request, load_code_lists
from sim.mock import Codec
from tests.trials import contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sim.conformance.credential import Flaw
    from sim.conformance.trace import Found

CATALOG = Catalog.bundled()
IDENTITY = contract(CATALOG, "identity")
VERIFY = IDENTITY.operations["verifyIdentity"]
BARE = Request("POST", VERIFY.path, (), (("Content-Type", "application/json"),), b"{}")


def traced(request: Request, status: int) -> Trace:
    return Trace(
        sender="tongban",
        contract=IDENTITY,
        operation=VERIFY,
        journey="",
        step="",
        citizen=None,
        person=None,
        base="",
        bare=request,
        request=request,
        answer=Answer(status, (), b""),
        failure=None,
        seconds=0.0,
        limit=0.0,
    )


def said(act: Callable[[Bench], Iterator[Found]], *statuses: int, is_public: bool = False) -> Sequence[tuple[str, str]]:
    """What a probe says of a system that answers with these statuses, each of which has to be asked for."""
    left = list(statuses)

    def deliver(request: Request, flaw: Flaw | None, as_it_is: bool) -> Trace:  # noqa: FBT001 - as the bench calls it
        return traced(request, left.pop(0))

    bench = Bench(
        contract=IDENTITY,
        operation=replace(VERIFY, security=({}, *VERIFY.security)) if is_public else VERIFY,
        bare=BARE,
        first=traced(BARE, 200),
        second=traced(BARE, 409),
        deliver=deliver,
        credentials=Credentials(None, None),
        scheme="signature",
        codec=Codec(load_code_lists(CATALOG)),
    )
    found = [(one.outcome, one.reason) for one in act(bench)]
    assert left == []
    return found


def test_a_signed_request_to_a_public_operation_may_come_twice() -> None:
    assert said(security_replay, is_public=True) == [("omit", "the operation is public")]
    assert [outcome for outcome, _ in said(security_replay, 200)] == ["fail"]
    assert [outcome for outcome, _ in said(security_replay, 401)] == ["pass"]


@pytest.mark.parametrize(("statuses", "outcome"), [((200,), "pass"), ((422, 422), "skip"), ((422, 200), "fail")])
def test_only_what_is_accepted_without_unknown_headers_can_show_tolerance(
    statuses: tuple[int, ...], outcome: str
) -> None:
    assert [one for one, _ in said(tolerance, *statuses)] == [outcome]


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ((200, *[409] * (CONTENDERS - 1)), "pass"),
        ([200] * CONTENDERS, "fail"),
        ([409] * (CONTENDERS + 1), "skip"),
        ((*[409] * CONTENDERS, 200), "fail"),
    ],
)
def test_of_changes_that_are_refused_alone_too_nothing_is_said(statuses: tuple[int, ...], outcome: str) -> None:
    assert [one for one, _ in said(lost_update, *statuses)] == [outcome]
