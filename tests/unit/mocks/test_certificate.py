"""The certificate mock."""

from typing import Any

from sim.contract.checksum import is_certificate_identifier
from tests.partners import Town


def issue(town: Town, case_no: str = "1") -> Any:
    body = {
        "case_no": case_no,
        "certificate_name": "居民身份证",
        "certificate_no": town.citizen.number,
        "name": town.citizen.name,
        "id_no": town.citizen.number,
        "issuer": "示例县公安局",
        "issuer_uscc": "11640099MB0009902H",
    }
    return town.call("certificate", "issueCertificate", body=body)


def query(town: Town, **more: Any) -> Any:
    body = {"name": town.citizen.name, "id_no": town.citizen.number, **more}
    return town.call("certificate", "queryCertificate", body=body).body


def test_a_citizen_holds_household_register_card_and_licences() -> None:
    found = query(Town())
    names = ["居民户口簿", "居民身份证", "机动车驾驶证", "机动车行驶证"]
    assert [one["certificate_name"] for one in found["certificates"]] == names
    assert all(is_certificate_identifier(one["certificate_identifier"]) for one in found["certificates"])


def test_an_issued_certificate_is_found_first_and_verified() -> None:
    town = Town()
    issued = issue(town).body
    newest = query(town)["certificates"][0]
    assert newest["certificate_identifier"] == issued["certificate_identifier"]
    body = {"certificate_identifier": issued["certificate_identifier"], "certificate_no": town.citizen.number}
    assert town.call("certificate", "verifyCertificate", body=body).body["genuine"] is True
    path = {"certificate_identifier": issued["certificate_identifier"]}
    assert town.call("certificate", "getCertificate", path=path).status == 200


def test_a_case_gets_one_certificate() -> None:
    town = Town()
    assert [issue(town).status, issue(town).status, issue(town, "2").status] == [201, 409, 201]


def test_lists_are_cut_into_pages() -> None:
    town = Town()
    second = query(town, page=2, page_size=1)
    assert (second["total"], len(second["certificates"])) == (4, 1)
    assert query(town, page=5, page_size=1)["certificates"] == []
    assert query(town, certificate_name="居民身份证")["total"] == 1


def test_an_unknown_certificate_is_not_found_and_not_genuine() -> None:
    town, other = Town(), Town(seed=2)
    identifier = issue(town).body["certificate_identifier"]
    assert other.call("certificate", "getCertificate", path={"certificate_identifier": identifier}).status == 404
    verdict = other.call("certificate", "verifyCertificate", body={"certificate_identifier": identifier})
    assert verdict.body["genuine"] is False


def test_another_person_s_name_finds_nothing() -> None:
    assert query(Town(), name="张三")["total"] == 0


def code(town: Town, purpose: str = "hotel-check-in", name: str = "居民身份证", token: str = "") -> Any:
    body = {"name": town.citizen.name, "id_no": town.citizen.number, "certificate_name": name, "purpose": purpose}
    return town.call("certificate", "issueCode", body=body, token=token)


def redeem(town: Town, shown: str, purpose: str = "hotel-check-in") -> Any:
    body = {"code": shown, "organisation": "示例旅馆", "purpose": purpose}
    return town.call("certificate", "redeemCode", body=body)


def test_a_code_opens_a_certificate_once() -> None:
    town = Town()
    shown = code(town, token=town.token).body["code"]
    first = redeem(town, shown)
    assert (first.status, first.body["certificate_no"], first.body["in_force"]) == (201, town.citizen.number, True)
    assert redeem(town, shown).status == 409


def test_a_code_lives_for_sixty_seconds() -> None:
    town = Town()
    in_time, too_late = code(town).body["code"], code(town).body["code"]
    for _ in range(57):
        town.world.clock.pass_call()
    assert [redeem(town, in_time).status, redeem(town, too_late).status] == [201, 201]
    late = code(town).body["code"]
    for _ in range(60):
        town.world.clock.pass_call()
    assert redeem(town, late).status == 422


def test_a_code_is_good_for_its_purpose_alone() -> None:
    town = Town()
    shown = code(town).body["code"]
    assert redeem(town, shown, "motor-insurance").status == 422
    assert redeem(town, shown).status == 201
    assert redeem(town, "Q" + "0" * 32).status == 404


def test_nobody_makes_a_code_of_another_person_s_certificate() -> None:
    town = Town()
    assert code(town, token=town.world.keyring.grant("640099199003070015")).status == 403
    assert code(town, name="普通护照").status == 404


def test_a_revoked_certificate_is_neither_found_nor_in_force() -> None:
    town = Town()
    shown = code(town).body["code"]
    (card,) = query(town, certificate_name="居民身份证")["certificates"]
    path = {"certificate_identifier": card["certificate_identifier"]}
    revoked = [town.call("certificate", "revokeCertificate", path=path, body={"reason": "lost"}) for _ in range(2)]
    assert [reply.status for reply in revoked] == [201, 409]
    assert query(town, certificate_name="居民身份证")["total"] == 0
    verdict = town.call("certificate", "verifyCertificate", body=path).body
    assert (verdict["genuine"], verdict["in_force"]) == (True, False)
    assert redeem(town, shown).body["in_force"] is False
    assert code(town).status == 404


def share(town: Town, scope: str, **more: Any) -> Any:
    (card,) = query(town, certificate_name="居民身份证")["certificates"]
    body = {"organisation": "社保卡中心", "purpose": "social-security-card", "scope": scope, **more}
    path = {"certificate_identifier": card["certificate_identifier"]}
    return town.call("certificate", "shareCertificate", path=path, body=body).body


def see(town: Town, share_no: str, purpose: str = "social-security-card") -> Any:
    query = {"purpose": purpose}
    return town.call("certificate", "getSharedCertificate", path={"share_no": share_no}, query=query)


def test_a_share_shows_what_its_scope_allows() -> None:
    town = Town()
    whole, verdict = share(town, "whole"), share(town, "verdict")
    assert see(town, whole["share_no"]).body["certificate_no"] == town.citizen.number
    assert set(see(town, verdict["share_no"]).body) == {"share_no", "certificate_identifier", "in_force"}


def test_a_share_is_for_one_purpose() -> None:
    town = Town()
    share_no = share(town, "whole", days=1)["share_no"]
    assert see(town, share_no, "motor-insurance").status == 403
    assert see(town, "SH20220726999999").status == 404
