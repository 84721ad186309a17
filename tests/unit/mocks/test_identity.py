"""The identity mock."""

from sim.mock import Code
from tests.partners import Town


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
