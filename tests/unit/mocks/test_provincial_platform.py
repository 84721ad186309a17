"""The provincial platform's mock: the states of a case and who may see it."""

from datetime import date
from typing import Any

import pytest

from sim.mock import Code, Reply
from tests.partners import CARD, RESIDENCE, Town

PLATFORM = "provincial-platform"
YES = Code("yes_no", "yes")


class Case:
    """One case of a town's citizen."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.path = {"case_no": town.draft()}

    def call(self, operation: str, **body: Any) -> Reply:
        return self.town.call(PLATFORM, operation, path=self.path, body=body)

    def submit(self, operation: str = "submitApplication", **changes: Any) -> Reply:
        citizen = self.town.citizen
        application = {
            "implementation_code": CARD,
            "applicant_name": citizen.name,
            "applicant_id_no": citizen.number,
            "contact_mobile": citizen.mobile,
            "address": citizen.address,
            "applicant_division": "640000",
            "delivery": "pick-up",
            "materials": [],
        }
        return self.call(operation, **{**application, **changes})

    def decide(self, decision: str) -> Reply:
        return self.call("decideCase", decision=decision, officer="陈审核", charged=YES, result_text="见审核意见")

    def make(self) -> Reply:
        return self.call("makeDocument", certificate_name="居民身份证", issuer="示例县公安局")

    def supplement(self) -> Reply:
        return self.call("submitSupplement", materials=[{"material_name": "照片", "material_taken": YES}])

    def review(self, token: str) -> int:
        body = {"channel": Code("review_channel", "SMS"), "reviewer": self.town.citizen.name}
        body |= {"satisfaction": Code("satisfaction", "very satisfied")}
        return self.town.call(PLATFORM, "submitReview", path=self.path, body=body, token=token).status

    def collect(self) -> Reply:
        return self.call("collectAtWindow", receiver=self.town.citizen.name, id_no=self.town.citizen.number)


def test_a_case_goes_from_draft_to_the_card_in_hand() -> None:
    case = Case(Town())
    steps = [case.submit(), case.decide("approve"), case.make(), case.collect()]
    assert [step.status for step in steps] == [201, 201, 201, 201]
    assert steps[1].body["case_result"] == Code("case_result", "finished with certificate")


def test_what_is_missing_is_asked_once() -> None:
    case = Case(Town())
    case.submit()
    assert case.supplement().status == 409
    asked = case.decide("supplement")
    assert asked.body["step_status"] == Code("step_status", "to do")
    assert "case_result" not in asked.body
    assert case.decide("approve").status == 409
    assert case.supplement().status == 201
    assert case.decide("supplement").status == 409
    assert case.decide("refuse").body["case_result"] == Code("case_result", "refused")


def test_a_refused_case_has_neither_fee_nor_card() -> None:
    case = Case(Town())
    case.submit(delivery="courier")
    refused = case.decide("refuse").body
    assert (refused["charged"], refused["delivered"]) == (Code("yes_no", "no"), Code("yes_no", "no"))
    assert case.make().status == 409


@pytest.mark.parametrize("operation", ["decide", "make", "collect", "supplement"])
def test_a_draft_can_only_be_handed_in(operation: str) -> None:
    extra = ("approve",) if operation == "decide" else ()
    assert getattr(Case(Town()), operation)(*extra).status == 409


def test_an_application_is_handed_in_once() -> None:
    case = Case(Town())
    assert [case.submit().status, case.submit().status] == [201, 409]
    assert case.submit("enterApplicationAtWindow").status == 409


def test_a_clerk_enters_for_the_window() -> None:
    case = Case(Town())
    assert case.submit("enterApplicationAtWindow").body["handling_form_code"] == Code("handling_form", "window")


def test_an_accepted_case_tells_unit_and_item() -> None:
    case = Case(Town())
    case.submit()
    accepted = case.call("acceptCase", accepted_by="王受理", accepting_division="640000")
    assert (accepted.status, accepted.body["basic_code"]) == (201, "640709900001")
    assert case.call("acceptCase", accepted_by="王受理", accepting_division="640000").status == 409
    assert case.decide("approve").status == 201


def test_a_certificate_that_does_not_hold_is_refused() -> None:
    town = Town()
    case = Case(town)
    body = {"name": town.citizen.name, "id_no": town.citizen.number}
    held = town.call("certificate", "queryCertificate", body=body).body["certificates"][0]["certificate_identifier"]
    materials = [{"material_name": "户口簿", "material_taken": YES, "certificate_identifier": held}]
    assert case.submit(materials=materials).status == 201
    assert Case(Town(office="110000")).submit(materials=materials).status == 422


def test_an_application_in_another_name_is_refused() -> None:
    assert Case(Town()).submit(applicant_name="张三").status == 422


def test_the_card_goes_to_the_applicant() -> None:
    town = Town()
    case = Case(town)
    case.submit()
    case.decide("approve")
    case.make()
    stranger = Town(seed=2).citizen
    assert case.call("collectAtWindow", receiver=stranger.name, id_no=stranger.number).status == 422
    assert case.collect().status == 201
    assert case.collect().status == 409


def test_a_citizen_says_twice_how_it_was_and_only_of_an_own_finished_case() -> None:
    town = Town()
    case = Case(town)
    case.submit()
    assert case.review(town.token) == 409
    case.decide("approve")
    stranger = town.world.keyring.grant("640099199001010018")
    assert case.review(stranger) == 403
    assert [case.review(town.token) for _ in range(3)] == [201, 201, 409]


def test_a_citizen_lists_their_own_cases() -> None:
    town = Town()
    case = Case(town)
    case.submit()
    own = town.call(PLATFORM, "listCases", token=town.token).body
    assert [one["case_no"] for one in own["cases"]] == [case.path["case_no"]]
    stranger = town.world.keyring.grant("640099199001010018")
    assert town.call(PLATFORM, "listCases", token=stranger).body["total"] == 0


def test_a_case_is_seen_once_it_is_handed_in() -> None:
    case = Case(Town())
    assert case.call("getCase").status == 404
    case.submit()
    assert "charged" not in case.call("getCase").body
    case.decide("approve")
    assert case.call("getCase").body["charged"] == YES


def test_unknown_cases_and_items_are_not_found() -> None:
    town = Town()
    assert town.call(PLATFORM, "getCase", path={"case_no": "9"}).status == 404
    path = {"implementation_code": "11640099MB0009902H4640709900009"}
    assert town.call(PLATFORM, "getItemGuide", path=path).status == 404


def test_a_residence_is_registered_or_refused() -> None:
    town = Town()
    body = {
        "implementation_code": RESIDENCE,
        "applicant_name": town.citizen.name,
        "applicant_id_no": town.citizen.number,
        "contact_mobile": town.citizen.mobile,
        "address": town.citizen.address,
        "applicant_division": "640000",
        "entry_point": "pc",
    }
    answer = town.call(PLATFORM, "registerResidence", body=body, token=town.token).body
    path = {"case_no": answer["case_no"]}
    assert answer["handling_form_code"] == Code("handling_form", "online, PC")
    assert town.call(PLATFORM, "checkProperty", path=path).body["matched"] is True
    assert town.call(PLATFORM, "checkPersonRecord", path=path).body["matched"] is True
    decision = {"decision": "refuse", "officer": "吴社区", "property_matched": True, "person_matched": False}
    refused = town.call(PLATFORM, "confirmResidence", path=path, body=decision)
    assert refused.body["case_result"] == Code("case_result", "refused")
    assert town.call(PLATFORM, "confirmResidence", path=path, body=decision).status == 409


def test_a_residence_of_an_unknown_item_is_refused_with_a_status_of_its_contract() -> None:
    town = Town()
    body = {
        "implementation_code": "11640099MB0009902H4640709900009",
        "applicant_name": town.citizen.name,
        "applicant_id_no": town.citizen.number,
        "contact_mobile": town.citizen.mobile,
        "address": town.citizen.address,
        "applicant_division": "640000",
        "entry_point": "pc",
    }
    assert town.call(PLATFORM, "registerResidence", body=body, token=town.token).status == 422  # it declares no 404


def test_the_same_name_counts_the_same() -> None:
    town = Town()
    query = {"name": "马晓芳", "division": "640000"}
    counts = [town.call(PLATFORM, "queryDuplicateName", query=query, token=town.token).body for _ in range(2)]
    assert counts[0]["count"] == counts[1]["count"]
    assert counts[0]["counted_on"] == date(2022, 7, 25)


@pytest.mark.parametrize("name", ["示例市第1中学", "9" * 100])
def test_an_applicant_whose_name_is_no_person_s_is_not_verified(name: str) -> None:
    case = Case(Town())
    assert case.submit(applicant_name=name).status == 422


@pytest.mark.parametrize(("entry_point", "photos"), [("app", 1), ("mini-program", 1), ("window", 0), ("kiosk", 0)])
def test_a_photo_is_handed_in_online_and_taken_elsewhere(entry_point: str, photos: int) -> None:
    town = Town()
    body = {
        "implementation_code": CARD,
        "applicant_name": town.citizen.name,
        "applicant_id_no": town.citizen.number,
        "applicant_division": "640000",
        "entry_point": entry_point,
    }
    materials = town.call("provincial-platform", "prefillForm", body=body).body["materials"]
    assert [one["material_name"] for one in materials].count("本人近期照片") == photos
