"""Unified identity authentication: knows the population register, client systems and callers, and keeps sessions."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sim.mock import CHINA, Code, Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, Record, World

PARTNERS = ("population",)

SESSION_SECONDS = 1800
ANSWER_TIME = timedelta(minutes=10)
"""Time that the other party of a call has; assumed."""
LEVELS = ("not verified", "basic", "medium", "high")
ROSTER = Path(__file__).with_name("identity-clients.csv")
OPENED = datetime(2021, 1, 4, 9, 0, tzinfo=CHINA)
"""When accounts of the register were opened, before anything that is simulated."""


def enrol(world: World, citizen: Citizen) -> None:
    """Enter a citizen into the population register, with an account."""
    number = world.store.count("identity", "account")
    person = {"name": citizen.name, "id_no": citizen.number, "user_no": f"U{number:016d}"}
    world.store.table("identity", "people").put(citizen.number, person)
    world.store.table("identity", "accounts").put(f"U{number:016d}", person)


def verify_identity(call: Call) -> Reply:
    """Compare name and number with the register; a captured face raises the level."""
    person = call.table("people").get(call.body["id_no"])
    if person is None or person["name"] != call.body["name"]:
        raise Problem(422, "name and number do not belong to one person", "not-consistent")
    level = "high" if "face_evidence" in call.body else "medium"
    return Reply(
        200,
        {
            "name": person["name"],
            "user_no": person["user_no"],
            "real_name_verified": Code("yes_no", "yes"),
            "auth_level": Code("auth_level", level),
            "verified_at": call.now,
        },
    )


def create_session(call: Call) -> Reply:
    """Open a session and make its token known."""
    user_no = call.body["user_no"]
    account = call.table("accounts").get(user_no)
    if account is None:
        raise Problem(404, "there is no account of that number", "not-found")
    session_no = f"S{call.now:%Y%m%d}{call.count('session'):06d}"
    token = call.world.keyring.grant(account["id_no"])
    call.table("sessions").put(session_no, {"user_no": user_no, "token": token})
    body = {"session_no": session_no, "user_no": user_no, "access_token": token, "token_type": "Bearer"}
    return Reply(201, {**body, "expires_in": SESSION_SECONDS})


def revoke_session(call: Call) -> Reply:
    """End a session and its token; ending it again changes nothing."""
    session = call.table("sessions").get(call.path["session_no"])
    if session is None:
        raise Problem(404, "there is no session of that number", "not-found")
    call.world.keyring.revoke(session["token"])
    return Reply(204)


def verify_dual_source(call: Call) -> Reply:
    """Ask the two sources by policy."""
    policy = call.body["policy"]
    said = {"a": _ask(call, "verifyPopulationA")}
    if policy != "first-then-second" or said["a"] is not True:
        said["b"] = _ask(call, "verifyPopulationB")
    heard = {source: word for source, word in said.items() if word is not None}
    if not heard or (policy == "parallel-both" and len(heard) < 2):
        raise Problem(503, "too few sources answered", "out-of-service", headers={"Retry-After": 60})
    matched, decided_by = _decide(call, policy, heard)
    verdict = {"matched": "matched" if matched else "not-matched", "policy": policy, "decided_by": decided_by}
    verdict |= {"sources_asked": len(said), "sources_agree": len(set(heard.values())) == 1}
    return Reply(200, {**verdict, "verified_at": call.now})


def authenticate_client(call: Call) -> Reply:
    """Authenticate a person for a client system, within its quota."""
    client, body = _client(call.body["client_no"], 403), call.body
    key, used = _used(call, client["client_no"])
    quota = int(client["daily_quota"])
    if used >= quota:
        midnight = (call.now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        wait = max(1, round((midnight - call.now).total_seconds()))
        raise Problem(429, "the client has used its quota of the day", "quota-used", headers={"Retry-After": wait})
    call.table("used").put(key, {"times": used + 1})
    person = call.table("people").get(body["id_no"])
    if person is None or person["name"] != body["name"]:
        raise Problem(422, "name and number do not belong to one person", "not-consistent")
    level = _level(call, person["user_no"])["auth_level"]
    enough = LEVELS.index(level.label) >= LEVELS.index(body["required_level"].label)
    answer = {"client_no": client["client_no"], "user_no": person["user_no"], "auth_level": level}
    answer |= {"verdict": "sufficient" if enough else "insufficient", "quota_left": quota - used - 1}
    return Reply(200, {**answer, "verified_at": call.now})


def get_client(call: Call) -> Reply:
    """Give a client system and what it has used."""
    client = _client(call.path["client_no"], 404)
    _, used = _used(call, client["client_no"])
    named = {name: client[name] for name in ("client_no", "client_name")}
    return Reply(200, {**named, "daily_quota": int(client["daily_quota"]), "used_today": used})


def get_account_level(call: Call) -> Reply:
    """Say how well a person is known."""
    return Reply(200, _level(call, _own_account(call)))


def raise_account_level(call: Call) -> Reply:
    """Raise an account by a captured face."""
    user_no = _own_account(call)
    call.table("levels").put(user_no, {"label": "high", "changed_at": call.now})
    return Reply(201, _level(call, user_no))


def verify_caller(call: Call) -> Reply:
    """Ask the other party of a call who they are."""
    number = f"CC{call.now:%Y%m%d}{call.count('caller check'):06d}"
    check = {"check_no": number, "claimed_role": call.body["claimed_role"], "state": "waiting"}
    check["expires_at"] = call.now + ANSWER_TIME
    call.table("caller-checks").put(number, check)
    return Reply(201, check)


def answer_caller_check(call: Call) -> Reply:
    """Take what the other party shows of themselves."""
    check = _check(call)
    if check["state"] != "waiting":
        raise Problem(409, "the check was answered, or is over", "wrong-state")
    person = call.table("people").get(call.body["id_no"])
    is_known = person is not None and person["name"] == call.body["name"]
    answered = {**check, "state": "verified" if is_known and call.body["face"] == "same" else "failed"}
    call.table("caller-checks").put(check["check_no"], answered)
    return Reply(201, answered)


def get_caller_check(call: Call) -> Reply:
    """Say whether the other party has proved who they are."""
    return Reply(200, _check(call))


def _ask(call: Call, operation: str) -> bool | None:
    """Return what a source says; None where it does not answer."""
    person = {name: call.body[name] for name in ("name", "id_no")}
    answer = call.ask("population", operation, body=person)
    return answer.body["matched"] == "matched" if answer.is_success else None


def _decide(call: Call, policy: str, heard: dict[str, bool]) -> tuple[bool, str]:
    """Return whether the person is who they say, and whose word it is."""
    if policy == "parallel-both":
        return all(heard.values()), "both"
    if policy == "vote":
        person = call.table("people").get(call.body["id_no"])
        votes = [*heard.values(), person is not None and person["name"] == call.body["name"]]
        return sum(votes) * 2 > len(votes), "majority"
    first = heard.get("a")
    if first is not None and (first or policy == "parallel-first"):
        return first, "a"
    return (heard["b"], "b") if "b" in heard else (False, "a")


@lru_cache(maxsize=1)
def _roster() -> dict[str, dict[str, str]]:
    with ROSTER.open(encoding="utf-8", newline="") as file:
        return {row["client_no"]: row for row in csv.DictReader(file)}


def _client(number: str, status: int) -> dict[str, str]:
    client = _roster().get(number)
    if client is None:
        raise Problem(status, "there is no client system of that number", "unknown-client")
    return client


def _used(call: Call, client_no: str) -> tuple[str, int]:
    """Return the key of a client's day and how often it has asked."""
    key = f"{client_no}/{call.now:%Y%m%d}"
    return key, int((call.table("used").get(key) or {"times": 0})["times"])


def _own_account(call: Call) -> str:
    user_no = str(call.path["user_no"])
    account = call.table("accounts").get(user_no)
    if account is None:
        raise Problem(404, "there is no account of that number", "not-found")
    if call.holder not in (None, account["id_no"]):
        raise Problem(403, "the account is another person's", "not-allowed")
    return user_no


def _level(call: Call, user_no: str) -> Record:
    held = call.table("levels").get(user_no) or {"label": "medium", "changed_at": OPENED}
    known = {"user_no": user_no, "real_name_verified": Code("yes_no", "yes")}
    return {**known, "auth_level": Code("auth_level", held["label"]), "changed_at": held["changed_at"]}


def _check(call: Call) -> Record:
    check = call.table("caller-checks").get(call.path["check_no"])
    if check is None:
        raise Problem(404, "there is no check of that number", "not-found")
    is_over = check["state"] == "waiting" and call.now > check["expires_at"]
    return {**check, "state": "expired"} if is_over else check
