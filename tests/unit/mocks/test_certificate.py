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


def test_a_citizen_holds_household_register_and_id_card() -> None:
    found = query(Town())
    assert [one["certificate_name"] for one in found["certificates"]] == ["居民户口簿", "居民身份证"]
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
    assert (second["total"], len(second["certificates"])) == (2, 1)
    assert query(town, page=3, page_size=1)["certificates"] == []
    assert query(town, certificate_name="居民身份证")["total"] == 1


def test_an_unknown_certificate_is_not_found_and_not_genuine() -> None:
    town, other = Town(), Town(seed=2)
    identifier = issue(town).body["certificate_identifier"]
    assert other.call("certificate", "getCertificate", path={"certificate_identifier": identifier}).status == 404
    verdict = other.call("certificate", "verifyCertificate", body={"certificate_identifier": identifier})
    assert verdict.body["genuine"] is False


def test_another_person_s_name_finds_nothing() -> None:
    assert query(Town(), name="张三")["total"] == 0
