"""Unified identity authentication: knows the population register and keeps sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.mock import Code, Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, World

SESSION_SECONDS = 1800


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
