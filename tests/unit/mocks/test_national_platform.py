"""The national platform's mock."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from sim.catalog import Catalog
from sim.contract.checksum import is_credit_code
from sim.mock import System, load_mock
from tests.partners import CARD, Town, contract, national

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "national-platform"


@cache
def systems() -> Mapping[str, System]:
    known = contract(NAME)
    return {**national(), NAME: System(known, known, load_mock(Catalog.bundled(), NAME, known.operations))}


def town(*, seed: int = 1) -> Town:
    return Town(systems(), seed=seed)


def log_in(town: Town, **changed: str) -> Any:
    body = {"name": town.citizen.name, "id_no": town.citizen.number, "entry_point": "app", **changed}
    return town.call(NAME, "openTrustSession", body=body)


def ticket(town: Town) -> str:
    path = {"session_no": log_in(town).body["session_no"]}
    return str(town.call(NAME, "transferTrust", path=path, body={"division": "640000"}).body["ticket"])


def redeem(town: Town, number: str, division: str = "640000") -> Any:
    return town.call(NAME, "redeemTrustTicket", path={"ticket": number}, body={"division": division})


def listed(town: Town, **query: Any) -> Any:
    return town.call(NAME, "listItems", query=query).body


def state(town: Town, sequence: int, **more: Any) -> Any:
    body = {
        "case_no": "640000202207260001",
        "sequence": sequence,
        "pushed_by": "province",
        "implementation_code": CARD,
        "item_name": "居民身份证换领",
        "applicant_name": town.citizen.name,
        "applicant_id_no": town.citizen.number,
        "division": "640000",
        "step_name": "审核",
        "step_status": "1",
        **more,
    }
    return town.call(NAME, "pushCase", body=body)


def invited(town: Town) -> Any:
    return town.call(NAME, "getReviewInvitation", token=town.token)


def review(town: Town, satisfaction: str) -> Any:
    body = {"case_no": case_to_review(town), "channel": "短信", "reviewer": "马晓芳", "satisfaction": satisfaction}
    return town.call(NAME, "pushReview", body=body, token=town.token)


def case_to_review(town: Town) -> str:
    ended = town.world.store.table(NAME, "ended").get(town.citizen.number)
    return str(ended["cases"][-1]) if ended is not None else ""


def put_right(town: Town, review_no: str) -> Any:
    body = {"officer": "陈整改", "measure": "已回访"}
    return town.call(NAME, "rectifyReview", path={"review_no": review_no}, body=body)


def wait(town: Town, span: timedelta) -> None:
    town.world.clock.advance(span.total_seconds())


def test_a_session_is_carried_over_once_and_gives_a_token_that_works_at_the_province() -> None:
    here = town()
    number = ticket(here)
    account = redeem(here, number).body
    assert (account["id_no"], account["name"]) == (here.citizen.number, here.citizen.name)
    assert here.call("provincial-platform", "listCases", token=account["access_token"]).status == 200
    assert redeem(here, number).status == 409


def test_a_ticket_is_good_at_one_platform_alone() -> None:
    here = town()
    assert redeem(here, ticket(here), "310000").status == 403
    assert redeem(here, "T20220726999999").status == 404


def test_sessions_and_tickets_end_with_their_time() -> None:
    here = town()
    number, session_no = ticket(here), log_in(here).body["session_no"]
    wait(here, timedelta(seconds=61))
    assert redeem(here, number).status == 409
    wait(here, timedelta(minutes=30))
    body = {"division": "640000"}
    assert here.call(NAME, "transferTrust", path={"session_no": session_no}, body=body).status == 409


def test_name_and_number_of_different_people_open_no_session() -> None:
    assert log_in(town(), name="张三").status == 422


def test_the_catalogue_has_the_published_number_of_items_and_of_each_depth() -> None:
    here = town()
    depths = [listed(here, handling_depth=depth)["total"] for depth in ("fully-online", "online", "information")]
    assert (listed(here)["total"], depths[0], sum(depths)) == (32_000, 11_000, 32_000)
    assert listed(here, item_type="20")["total"] == 1_000


def test_every_division_has_a_thousand_items_with_codes_that_keep_their_checksum() -> None:
    here = town()
    for division in ("110000", "640000", "660000"):
        page = listed(here, division=division, page=10, page_size=100)
        assert page["total"] == 1_000
        codes = [item["implementation_code"] for item in page["items"]]
        assert len(set(codes)) == 100
        assert all(len(code) == 31 and is_credit_code(code[:18]) for code in codes)
    assert listed(here, division="999999")["total"] == 0


def test_an_item_is_found_by_words_and_looked_up_by_its_code() -> None:
    here = town()
    found = listed(here, division="640000", words="居民身份证")
    assert [item["item_name"] for item in found["items"]] == ["居民身份证换领", "居民身份证申领", "居民身份证补领"]
    assert found["items"][0]["implementation_code"] == CARD
    seen = here.call(NAME, "getItem", path={"implementation_code": CARD})
    assert seen.body["item_name"] == "居民身份证换领"
    unknown = here.call(NAME, "getItem", path={"implementation_code": CARD[:-4] + "9999"})
    assert unknown.status == 404


def publish(town: Town, code: str = CARD, **changed: Any) -> int:
    body = {
        "implementation_code": code,
        "item_name": "居民身份证换领(全程网办)",
        "item_type": "07",
        "handling_depth": "information",
        "division": "640000",
        **changed,
    }
    return town.call(NAME, "publishItem", body=body).status


def test_who_changes_an_item_knows_the_edition_that_stands() -> None:
    here = town()
    assert [publish(here), publish(here, replaces=2), publish(here, replaces=1)] == [409, 409, 201]
    assert [publish(here, replaces=1), publish(here, replaces=2)] == [409, 201]
    assert here.call(NAME, "getItem", path={"implementation_code": CARD}).body["edition"] == 3
    assert publish(here, replaces=3, division="310000") == 403


def test_an_item_that_was_changed_is_counted_once_and_a_new_one_is_added() -> None:
    here = town()
    publish(here, replaces=1)
    assert listed(here, division="640000")["total"] == 1_000
    assert publish(here, CARD[:-4] + "9001") == 201
    assert listed(here, division="640000")["total"] == 1_001
    assert listed(here, words="全程网办")["total"] == 2
    assert listed(here, words="全程网办", handling_depth="online")["total"] == 0


def test_what_comes_late_changes_nothing() -> None:
    here = town()
    assert [state(here, sequence).status for sequence in (2, 1, 2, 3)] == [201, 409, 409, 201]
    path = {"case_no": "640000202207260001"}
    assert here.call(NAME, "followCase", path=path, token=here.token).body["sequence"] == 3
    stranger = here.world.keyring.grant("640099199003070015")
    assert here.call(NAME, "followCase", path=path, token=stranger).status == 403


def test_the_directory_lists_a_persons_certificates_newest_first() -> None:
    here = town()
    found = here.call("certificate", "queryCertificate", body={"name": here.citizen.name, "id_no": here.citizen.number})
    for one in found.body["certificates"]:
        body = {name: one[name] for name in ("certificate_identifier", "certificate_name", "name", "id_no", "issuer")}
        entered = [
            here.call(NAME, "registerCertificateEntry", body={**body, "division": "640000"}).status for _ in range(2)
        ]
        assert entered == [201, 409]
    asked = {"name": here.citizen.name, "id_no": here.citizen.number}
    entries = here.call(NAME, "findCertificateEntry", body=asked).body["entries"]
    entered_last = [one["certificate_name"] for one in reversed(found.body["certificates"])]
    assert [one["certificate_name"] for one in entries] == entered_last
    assert len(entries) >= 2
    assert here.call(NAME, "findCertificateEntry", body={**asked, "name": "张三"}).body["total"] == 0


@pytest.mark.parametrize("satisfaction", ["1", "2", "3"])
def test_a_satisfied_opinion_is_the_last_word(satisfaction: str) -> None:
    here = town()
    case_no = invited(here).body["case_no"]
    assert case_no == case_to_review(here)
    assert review(here, satisfaction).body["dissatisfied"] is False
    assert review(here, satisfaction).status == 409
    assert invited(here).body["case_no"] != case_no


def test_who_has_no_case_is_not_invited() -> None:
    here = town()
    stranger = here.world.keyring.grant("640099199003070015")
    assert here.call(NAME, "getReviewInvitation", token=stranger).status == 404


@pytest.mark.parametrize("satisfaction", ["4", "5"])
def test_a_dissatisfied_opinion_is_put_right_and_asked_about_again(satisfaction: str) -> None:
    here = town()
    first = review(here, satisfaction).body
    listed_ = here.call(NAME, "listDissatisfied", query={"division": here.citizen.office_division}).body
    assert [one["review_no"] for one in listed_["reviews"]] == [first["review_no"]]
    assert review(here, satisfaction).status == 409
    wait(here, timedelta(days=7))
    done = put_right(here, first["review_no"]).body
    assert (done["working_days"], done["in_time"]) == (5, True)
    assert put_right(here, first["review_no"]).status == 409
    again = review(here, satisfaction).body
    assert (again["round"], again["dissatisfied"], "put_right_by" in again) == (2, True, False)
    assert here.call(NAME, "listDissatisfied", query={"division": here.citizen.office_division}).body["total"] == 0


@pytest.mark.parametrize(("days", "working_days", "in_time"), [(21, 15, True), (22, 16, False)])
def test_fifteen_working_days_are_three_weeks(days: int, working_days: int, in_time: bool) -> None:  # noqa: FBT001  # a case
    here = town()
    number = review(here, "5").body["review_no"]
    wait(here, timedelta(days=days))
    done = put_right(here, number).body
    assert (done["working_days"], done["in_time"]) == (working_days, in_time)


def test_a_comparison_names_what_never_came_until_it_is_pushed_again() -> None:
    here = town()
    state(here, 2)
    case_no, other = "640000202207260001", "640000202207260009"
    pushed = [{"case_no": case_no, "sequence": number} for number in (1, 2, 3)] + [{"case_no": other, "sequence": 1}]
    body = {"division": "640000", "pushed": pushed}
    compared = here.call(NAME, "comparePushes", body=body).body
    assert compared["compared_count"] == 4
    assert compared["missing"] == [{"case_no": case_no, "sequence": 3}, {"case_no": other, "sequence": 1}]
    state(here, 3)
    state(here, 1, case_no=other)
    assert here.call(NAME, "comparePushes", body=body).body["total"] == 0
