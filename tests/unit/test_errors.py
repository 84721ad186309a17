"""Errors: what they say, their exit codes, and that they survive the way between processes."""

from __future__ import annotations

import pickle

import pytest

from sim.errors import (
    DocumentError,
    EngineError,
    Fault,
    InputError,
    ResultError,
    TargetError,
    TongbanError,
    UsageError,
)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("a.yaml", 14, 32, "/stations/identity/servers", "0 is not allowed", "add one"),
         "a.yaml:14:32: stations.identity.servers: 0 is not allowed; add one"),
        (Fault("a.yaml", 1, 1, "", "is empty"), "a.yaml:1:1: is empty"),
        (Fault("a.yaml", 0, 0, "", "cannot be read", "check"), "a.yaml: cannot be read; check"),
        (Fault("a.yaml", 2, 3, "/paths/~1cases~1{no}/a~0b", "is wrong"), "a.yaml:2:3: paths./cases/{no}.a~b: is wrong"),
    ],
)  # fmt: skip
def test_a_fault_says_where_what_and_what_to_do(fault: Fault, text: str) -> None:
    assert str(fault) == text


def test_a_fault_with_a_long_pointer_is_shown_in_part() -> None:
    text = str(Fault("a", 1, 1, "/" + "x" * 1000, "is wrong"))

    assert text == f"a:1:1: {'x' * 80}...{'x' * 80}: is wrong"


def test_faults_are_told_once_and_sorted_by_place() -> None:
    second, first, other = (Fault("b", 10, 1, "", "x"), Fault("b", 9, 7, "", "x"), Fault("a", 99, 1, "", "x"))

    error = DocumentError([second, first, second, other])

    assert error.faults == (other, first, second)
    assert str(error) == "a:99:1: x\nb:9:7: x\nb:10:1: x"


def test_a_remedy_follows_the_message() -> None:
    assert str(UsageError("there is no 'x'", "use 'y'")) == "there is no 'x'; use 'y'"
    assert str(UsageError("there is no 'x'")) == "there is no 'x'"


@pytest.mark.parametrize(
    ("kind", "code"),
    [(TongbanError, 70), (InputError, 2), (DocumentError, 2), (UsageError, 2), (ResultError, 2), (TargetError, 3),
     (EngineError, 70)],
)  # fmt: skip
def test_each_error_knows_its_exit_code(kind: type[TongbanError], code: int) -> None:
    assert kind.exit_code == code


@pytest.mark.parametrize(
    "error",
    [DocumentError([Fault("a", 1, 2, "/b", "c", "d")]), UsageError("a", "b"), ResultError("a", "b"), EngineError("a")],
)
def test_an_error_survives_the_way_between_processes(error: TongbanError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert type(copy) is type(error)
    assert str(copy) == str(error)
