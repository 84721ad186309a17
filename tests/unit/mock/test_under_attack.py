"""A mock in a process of its own under attack: it stays up, answers 4xx, and its memory is bounded."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.attacks import MIB, Prey, crowd, flood, half_open, prey, requests_of

if TYPE_CHECKING:
    from collections.abc import Iterator

HELD = 256 * MIB
"""Of all bodies that come in at once (``Limits.held_bytes``)."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")


@pytest.fixture(scope="module")
def target() -> Iterator[Prey]:
    with prey() as one:
        yield one


@pytest.fixture(autouse=True)
def _still_up(target: Prey) -> Iterator[None]:
    """Whatever an attack did, the next citizen is served."""
    yield
    assert target.is_up()


def test_a_thousand_connections_at_once_are_all_served(target: Prey) -> None:
    before = target.memory()
    assert crowd(target, 1000) == {200: 1000}
    assert target.peak() - before < 64 * MIB  # 64 kB a connection


def test_a_thousand_half_open_connections_keep_nobody_out(target: Prey) -> None:
    before = target.memory()
    assert set(half_open(target, 1000)) <= {0, 400}
    assert target.memory() - before < 64 * MIB


@pytest.mark.parametrize("chunked", [False, True])
def test_bodies_of_100_mb_are_refused_and_never_held(target: Prey, *, chunked: bool) -> None:
    before = target.peak()
    assert flood(target, 10, 100 * MIB, chunked=chunked) == {413: 10}
    assert target.peak() - before < HELD


def test_bodies_within_the_limit_are_bounded_all_together(target: Prey) -> None:
    before = target.memory()
    statuses = flood(target, 50, 9 * MIB)  # 450 MiB
    assert set(statuses) <= {400, 503}
    assert statuses[503] > 0
    assert target.peak() - before < HELD + 64 * MIB


@pytest.mark.parametrize("name", sorted(requests_of(Prey(0, 0, ""))))
def test_a_hostile_request_is_refused_however_often_it_comes(target: Prey, name: str) -> None:
    data, wanted = requests_of(target)[name]
    assert Counter(target.status(data) in wanted for _ in range(20)) == {True: 20}
    before = target.memory()
    assert all(target.status(data) in wanted for _ in range(20))
    assert target.memory() - before < 32 * MIB
