"""The identity mock."""

from __future__ import annotations

import csv
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from sim.catalog import Catalog
from sim.contract import load_contract
from sim.mock import Code, System, citizens, load_mock
from tests.partners import Town

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.mock import Reply


def test_a_captured_face_raises_the_level() -> None:
    town = Town()
    person = {"name": town.citizen.name, "id_no": town.citizen.number}
    plain = town.call("identity", "verifyIdentity", body=person)
    seen = town.call("identity", "verifyIdentity", body={**person, "face_evidence": "K1"})
    assert plain.body["auth_level"] == Code("auth_level", "medium")
    assert seen.body["auth_level"] == Code("auth_level", "high")


def test_name_and_number_of_two_people_are_refused() -> None:
    town = Town()
    reply = town.call("identity", "verifyIdentity", body={"name": "张三", "id_no": town.citizen.number})
    assert reply.status == 422


def test_a_session_s_token_opens_doors_until_it_is_revoked() -> None:
    town = Town()
    person = {"name": town.citizen.name, "id_no": town.citizen.number}
    user_no = town.call("identity", "verifyIdentity", body=person).body["user_no"]
    level = Code("auth_level", "high")
    session = town.call("identity", "createSession", body={"user_no": user_no, "auth_level": level}).body
    assert town.world.keyring.holder(session["access_token"]) == town.citizen.number
    path = {"session_no": session["session_no"]}
    assert town.call("identity", "revokeSession", path=path).status == 204
    assert town.world.keyring.holder(session["access_token"]) is None
    assert town.call("identity", "revokeSession", path=path).status == 204


def test_what_does_not_exist_is_not_found() -> None:
    town = Town()
    body = {"user_no": "U9", "auth_level": Code("auth_level", "high")}
    assert town.call("identity", "createSession", body=body).status == 404
    assert town.call("identity", "revokeSession", path={"session_no": "S9"}).status == 404


@cache
def both() -> Mapping[str, System]:
    bundled = Catalog.bundled()
    known = {name: load_contract(bundled, name) for name in ("identity", "population")}
    return {name: System(one, one, load_mock(bundled, name, one.operations)) for name, one in known.items()}


def seed_where(*, a: bool, b: bool) -> int:
    """A seed whose citizen the sources are right or wrong about, found by asking them."""
    for seed in range(5000):
        number = next(citizens(seed, "test", offices=["640000"])).number
        if (right(number, "a"), right(number, "b")) == (a, b):
            return seed
    raise AssertionError


def right(number: str, source: str) -> bool:
    digest = sha256(f"{source}/{number}".encode()).hexdigest()
    return int(digest[:8], 16) / 16**8 < {"a": 0.99, "b": 0.98}[source]


def dual(town: Town, policy: str, name: str = "") -> Any:
    body = {"name": name or town.citizen.name, "id_no": town.citizen.number, "policy": policy}
    return town.call("identity", "verifyDualSource", body=body).body


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (True, True, ["matched", "matched", "matched", "matched"]),
        (False, True, ["matched", "not-matched", "not-matched", "matched"]),
        (True, False, ["matched", "matched", "not-matched", "matched"]),
    ],
)
def test_a_policy_says_whose_word_counts(a: bool, b: bool, expected: list[str]) -> None:  # noqa: FBT001  # a table
    town = Town(both(), seed=seed_where(a=a, b=b))
    policies = ("first-then-second", "parallel-first", "parallel-both", "vote")
    assert [dual(town, policy)["matched"] for policy in policies] == expected


def test_the_second_source_is_asked_where_the_first_does_not_know() -> None:
    sure, unsure = Town(both(), seed=seed_where(a=True, b=True)), Town(both(), seed=seed_where(a=False, b=True))
    assert [dual(town, "first-then-second")["sources_asked"] for town in (sure, unsure)] == [1, 2]
    answer = dual(unsure, "first-then-second")
    assert (answer["decided_by"], answer["sources_agree"]) == ("b", False)


def test_a_stranger_s_name_matches_nowhere() -> None:
    town = Town(both(), seed=seed_where(a=True, b=True))
    assert {dual(town, policy, "张三")["matched"] for policy in ("first-then-second", "vote")} == {"not-matched"}


def authenticate(town: Town, client: str = "C38", level: str = "medium", name: str = "") -> Reply:
    body = {"client_no": client, "name": name or town.citizen.name, "id_no": town.citizen.number}
    return town.call("identity", "authenticateClient", body={**body, "required_level": Code("auth_level", level)})


def test_the_roster_has_thirty_eight_clients_with_quotas() -> None:
    with (Catalog.bundled().root / "mocks/identity-clients.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["client_no"] for row in rows] == [f"C{number:02d}" for number in range(1, 39)]
    assert abs(sum(float(row["share"]) for row in rows) - 1) < 0.001
    assert all(int(row["daily_quota"]) > 660_000 * 1.302 * float(row["share"]) for row in rows)


def test_a_client_over_its_quota_waits_for_midnight() -> None:
    town = Town(both())
    quota = town.call("identity", "getClient", path={"client_no": "C38"}).body["daily_quota"]
    town.world.store.table("identity", "used").put("C38/20220726", {"times": quota - 1})
    last = authenticate(town)
    assert (last.status, last.body["quota_left"]) == (200, 0)
    refused = authenticate(town)
    left = 15 * 3600 - 3  # three calls after nine o'clock
    assert refused.status == 429
    assert int({name.lower(): value for name, value in refused.headers.items()}["retry-after"]) in range(left, left + 3)
    assert authenticate(town, client="C37").status == 200


def test_a_refused_person_uses_the_quota_too() -> None:
    town = Town(both())
    assert authenticate(town, name="张三").status == 422
    assert town.call("identity", "getClient", path={"client_no": "C38"}).body["used_today"] == 1


def test_an_unknown_client_is_refused() -> None:
    town = Town(both())
    assert authenticate(town, client="C99").status == 403
    assert town.call("identity", "getClient", path={"client_no": "C99"}).status == 404


def test_a_captured_face_raises_the_account() -> None:
    town = Town(both())
    low = authenticate(town, level="high").body
    assert (low["verdict"], low["auth_level"]) == ("insufficient", Code("auth_level", "medium"))
    path, body = {"user_no": low["user_no"]}, {"face_evidence": "face-1"}
    stranger = town.world.keyring.grant("640099199003070015")
    assert town.call("identity", "raiseAccountLevel", path=path, body=body, token=stranger).status == 403
    raised = town.call("identity", "raiseAccountLevel", path=path, body=body, token=town.token)
    assert raised.body["auth_level"] == Code("auth_level", "high")
    assert authenticate(town, level="high").body["verdict"] == "sufficient"
    held = town.call("identity", "getAccountLevel", path=path, token=town.token).body
    assert held["auth_level"] == Code("auth_level", "high")


def ask(town: Town) -> dict[str, str]:
    body = {"mobile": town.citizen.mobile, "claimed_role": "police"}
    return {"check_no": town.call("identity", "verifyCaller", body=body).body["check_no"]}


def prove(town: Town, path: dict[str, str], face: str = "same", name: str = "") -> Reply:
    body = {"name": name or town.citizen.name, "id_no": town.citizen.number, "face": face}
    return town.call("identity", "answerCallerCheck", path=path, body=body)


def test_a_caller_proves_who_they_are_once() -> None:
    town = Town(both())
    path = ask(town)
    assert town.call("identity", "getCallerCheck", path=path).body["state"] == "waiting"
    assert [prove(town, path).status, prove(town, path).status] == [201, 409]
    seen = town.call("identity", "getCallerCheck", path=path).body
    assert (seen["state"], "name" in seen) == ("verified", False)


def test_a_wrong_face_and_a_wrong_name_fail_alike() -> None:
    town = Town(both())
    assert prove(town, ask(town), face="other").body["state"] == "failed"
    assert prove(town, ask(town), name="张三").body["state"] == "failed"


def test_a_caller_has_ten_minutes() -> None:
    town = Town(both())
    path = ask(town)
    for _ in range(600):
        town.world.clock.pass_call()
    assert town.call("identity", "getCallerCheck", path=path).body["state"] == "expired"
    assert prove(town, path).status == 409
