"""The traffic department's mock: registers say at once what passes; slots are kept or lost."""

from datetime import date
from typing import Any

import pytest

from sim.mock import Reply
from tests.departments import Desk, seed_where

CERTIFICATE = "5f0c1a52-7d0e-4a43-9a53-0c5a6a1f9a11"
UNANNOUNCED = "5f0c1a52-7d0e-4a43-9a53-0c5a6a1f9a10"
LAWFUL = seed_where(lambda lot: lot % 20 != 0 and lot % 25 != 0)
VIOLATOR = seed_where(lambda lot: lot % 20 == 0)
UNEXAMINED = seed_where(lambda lot: lot % 25 == 0)


class Office(Desk):
    """A town with the traffic department, and what its citizen asks of it."""

    def __init__(self, seed: int = LAWFUL) -> None:
        super().__init__("department-traffic", seed=seed)
        self.applicant = {"applicant_name": self.citizen.name, "applicant_id_no": self.citizen.number}

    def check(self, **other: Any) -> Reply:
        return self.call("checkVehicle", **{**self.applicant, "purpose": "inspection", **other})

    def check_new(self, origin: str = "domestic", certificate_no: str = CERTIFICATE) -> Reply:
        return self.check(purpose="registration", conformity_certificate_no=certificate_no, origin=origin)

    def check_learner(self) -> Reply:
        return self.call("checkDriver", **self.who, purpose="first-issue")

    def accept(self, kind: str, **other: Any) -> dict[str, Any]:
        body = {**self.applicant, "kind": kind, "accepting_division": "640099", "entry_point": "app", **other}
        return dict(self.call("acceptTrafficCase", **body).body)

    def decide(self, case_no: str) -> int:
        decision = {"decision": "approve", "officer": "周车管", "result_text": "同意"}
        return self.call("decideTrafficCase", {"case_no": case_no}, **decision).status

    def book(self) -> Reply:
        slot_no = self.call("listInspectionSlots", query={"division": "640099"}).body["first_free"]
        vehicle_no = self.check().body["vehicle_identification_no"]
        booking = {"slot_no": slot_no, "vehicle_identification_no": vehicle_no, "contact_mobile": self.citizen.mobile}
        return self.call("bookInspection", **self.applicant, **booking)

    def booked(self, booking_no: str, operation: str, **body: Any) -> Reply:
        return self.call(operation, {"booking_no": booking_no}, **body)


@pytest.mark.parametrize(
    ("origin", "certificate_no", "outcome", "reason"),
    [
        ("domestic", CERTIFICATE, "pass", "none"),
        ("imported", CERTIFICATE, "refer", "imported"),
        ("domestic", UNANNOUNCED, "fail", "not-announced"),
    ],
)
def test_a_new_vehicle_is_compared_with_what_its_maker_announced(
    origin: str, certificate_no: str, outcome: str, reason: str
) -> None:
    found = Office().check_new(origin, certificate_no).body
    assert (found["outcome"], found["reason"]) == (outcome, reason)


def test_a_new_vehicle_is_named_by_its_certificate() -> None:
    assert Office().check(purpose="registration").status == 422


def test_a_vehicle_is_registered_once() -> None:
    office = Office()
    vehicle_no = office.check_new().body["vehicle_identification_no"]
    body = {**office.applicant, "vehicle_identification_no": vehicle_no, "applicant_division": "640099"}
    assert office.call("registerVehicle", **body, case_no="1").status == 201
    assert office.call("registerVehicle", **body, case_no="2").status == 409


def test_a_plate_that_was_lost_keeps_its_number() -> None:
    office = Office()
    path = {"vehicle_identification_no": office.check().body["vehicle_identification_no"]}
    drawn = office.call("issuePlate", path, case_no="1", choice="drawn").body["plate_no"]
    assert office.call("issuePlate", path, case_no="2", choice="kept").body["plate_no"] == drawn


def test_only_its_owner_sells_a_vehicle() -> None:
    office = Office()
    path = {"vehicle_identification_no": office.check().body["vehicle_identification_no"]}
    buyer = {"applicant_name": "陈买方", "applicant_id_no": "640099199003070015", "applicant_division": "640099"}
    sale = {**buyer, "seller_id_no": office.citizen.number}
    assert office.call("transferVehicle", path, **sale, case_no="1").status == 201
    assert office.call("transferVehicle", path, **sale, case_no="2").status == 422


def test_what_the_check_passes_nobody_decides() -> None:
    office = Office()
    case = office.accept("licence-renewal")
    assert case["outcome"] == "pass"
    assert office.decide(case["case_no"]) == 409
    path = {"file_no": case["register_no"]}
    licence = office.call("renewLicence", path, case_no=case["case_no"], photo_no="P1")
    assert (licence.status, licence.body["valid_until"]) == (201, date(2032, 7, 26))


def test_with_an_open_violation_nothing_is_issued_before_an_officer_approves() -> None:
    office = Office(VIOLATOR)
    case = office.accept("vehicle-licence")
    path, body = {"vehicle_identification_no": case["register_no"]}, {"case_no": case["case_no"], "reason": "lost"}
    assert case["outcome"] == "refer"
    assert office.call("replaceVehicleLicence", path, **body).status == 409
    assert office.decide(case["case_no"]) == 201
    assert office.call("replaceVehicleLicence", path, **body).status == 201


def test_a_driver_sees_their_violations() -> None:
    office = Office(VIOLATOR)
    shown = office.call("getViolations", token=office.town.token).body
    assert (shown["total"], shown["violations"][0]["points"]) == (1, 6)


def test_a_vehicle_has_three_temporary_plates() -> None:
    office = Office()
    answers = []
    for _ in range(4):
        case = office.accept("temporary-plate", conformity_certificate_no=CERTIFICATE)
        plate = {"case_no": case["case_no"], "vehicle_identification_no": case["register_no"], "days": 30}
        answers.append(office.call("issueTemporaryPlate", **plate).status)
    assert answers == [201, 201, 201, 409]


def test_a_first_licence_is_issued_once() -> None:
    office = Office()
    licence = {"file_no": office.check_learner().body["file_no"], "vehicle_class": "car"}
    assert office.call("issueLicence", **licence, case_no="1").status == 201
    assert office.call("issueLicence", **licence, case_no="2").status == 409


def test_a_learner_without_an_examination_gets_no_licence() -> None:
    office = Office(UNEXAMINED)
    checked = office.check_learner().body
    assert (checked["outcome"], checked["reason"]) == ("fail", "examination-missing")
    assert office.call("issueLicence", case_no="1", file_no=checked["file_no"], vehicle_class="car").status == 422


def test_a_vehicle_has_one_open_booking_and_a_cancelled_slot_is_free_again() -> None:
    office = Office()
    booking = office.book().body
    assert office.book().status == 409
    office.booked(booking["booking_no"], "cancelInspection", reason="行程有变")
    assert office.book().body["slot_no"] == booking["slot_no"]


def test_a_slot_is_full_after_four_and_the_next_is_an_hour_later() -> None:
    office = Office()
    office.town.world.store.table("department-traffic", "slots").put("640099-20220727-09-1", {"booked": 4})
    assert office.book().body["slot_no"] == "640099-20220727-10-1"


def test_who_missed_two_bookings_waits_ninety_days() -> None:
    office = Office()
    for _ in range(2):
        missed = office.booked(office.book().body["booking_no"], "recordArrival", arrived=False)
        assert missed.body["booking_status"] == "missed"
    assert office.book().status == 409
    office.later(days=90)
    assert office.book().status == 201


def test_only_a_vehicle_that_came_is_inspected() -> None:
    office = Office()
    booking_no, result = office.book().body["booking_no"], {"passed": True, "inspector": "冯查验"}
    assert office.booked(booking_no, "recordInspection", **result).status == 409
    office.booked(booking_no, "recordArrival", arrived=True)
    assert office.booked(booking_no, "recordInspection", **result).body["valid_until"] == date(2023, 7, 26)
