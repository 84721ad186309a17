"""The criminal record department's mock with the courts': a hit goes to an officer, a certificate needs none."""

from tests.departments import Desk, seed_where

CLEAR = seed_where(lambda turn: turn % 15 != 0 and turn % 20 != 7)
ENTERED = seed_where(lambda turn: turn % 15 == 0 and turn % 20 != 7)
JUDGED = seed_where(lambda turn: turn % 15 != 0 and turn % 20 == 7)


def desk(seed: int = CLEAR) -> Desk:
    return Desk("department-crime", "court", "certificate", seed=seed)


def check(office: Desk, case_no: str = "1") -> tuple[str, int, int]:
    found = office.call("checkCriminalRecord", case_no=case_no, **office.who).body
    return found["outcome"], found["police_hits"], found["judgment_hits"]


def examine(office: Desk, finding: str) -> int:
    body = {"case_no": "1", "finding": finding, "officer": "冯刑侦", **office.who}
    return office.call("examineCriminalRecord", **body).status


def issue(office: Desk, **other: str) -> int:
    body = {"case_no": "1", "purpose": "employment", **office.who, **other}
    return office.call("issueNoRecordCertificate", **body).status


def test_either_source_refers_a_person() -> None:
    assert [check(desk(seed)) for seed in (CLEAR, ENTERED, JUDGED)] == [
        ("pass", 0, 0),
        ("refer", 1, 0),
        ("refer", 0, 1),
    ]


def test_a_clear_case_gets_one_certificate() -> None:
    office = desk()
    assert issue(office) == 404
    check(office)
    assert [issue(office, id_no="640099199003070015"), issue(office), issue(office)] == [409, 201, 409]


def test_a_certificate_is_fetched_by_its_holder_alone() -> None:
    office = desk()
    check(office)
    path = {"case_no": "1"}
    assert office.call("getNoRecordCertificate", path).status == 404
    issue(office)
    stranger = office.town.world.keyring.grant("640099199003070015")
    tokens = (office.town.token, stranger)
    assert [office.call("getNoRecordCertificate", path, token=token).status for token in tokens] == [200, 403]


def test_a_hit_needs_an_officer_who_finds_none() -> None:
    office = desk(JUDGED)
    check(office)
    assert [issue(office), examine(office, "no-record"), examine(office, "record"), issue(office)] == [
        409,
        201,
        409,
        201,
    ]


def test_who_has_a_record_gets_no_certificate() -> None:
    office = desk(ENTERED)
    check(office)
    assert [examine(office, "record"), issue(office)] == [201, 409]


def test_the_courts_know_a_person_by_name_and_number() -> None:
    office = desk(JUDGED)
    page = {"page": 1, "page_size": 20, "total": 1}
    found = office.town.call("court", "queryJudgments", body=office.who).body
    assert {name: found[name] for name in page} == page
    assert len(found["judgments"]) == 1
    other = office.town.call("court", "queryJudgments", body={**office.who, "name": "李四"}).body
    assert (other["total"], list(other["judgments"])) == (0, [])
