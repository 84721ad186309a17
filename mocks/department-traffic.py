"""Traffic department: keeps vehicles, drivers and inspections; handles the small traffic papers by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zlib import crc32

from sim.mock import CHINA, Problem, Reply

if TYPE_CHECKING:
    from datetime import date

    from sim.mock import Call, Citizen, Record, World

NOT_ANNOUNCED_EVERY = 40  # new vehicles whose maker has announced nothing of the kind
VIOLATION_EVERY = 20  # citizens of whom one has an open violation; which one, their number decides
INCOMPLETE_EVERY = 25  # learners of whom one lacks an examination
TEMPORARY_PLATES = 3
LANES = 4
FIRST_HOUR, HOURS_A_DAY, DAYS_AHEAD = 9, 6, 30
MISSED_AT_MOST, BANNED_DAYS = 2, 90


def enrol(world: World, citizen: Citizen) -> None:
    """Give every citizen a driver's file and a vehicle."""
    number = world.store.count("department-traffic", "citizen")
    lot = crc32(citizen.number.encode())
    file_no, vehicle_no = f"{citizen.home_division[:6]}{number:06d}", f"LTB0{citizen.home_division[:6]}{number:07d}"
    driver = {
        "file_no": file_no,
        "name": citizen.name,
        "id_no": citizen.number,
        "vehicle_identification_no": vehicle_no,
        "has_violation": lot % VIOLATION_EVERY == 0,
        "is_incomplete": lot % INCOMPLETE_EVERY == 0,
    }
    world.store.table("department-traffic", "drivers").put(citizen.number, driver)
    world.store.table("department-traffic", "files").put(file_no, {"id_no": citizen.number})
    vehicle = {"vehicle_identification_no": vehicle_no, "id_no": citizen.number, "plate_no": f"宁A{number:05d}"}
    world.store.table("department-traffic", "vehicles").put(vehicle_no, vehicle)


def check_vehicle(call: Call) -> Reply:
    """Compare a vehicle with announcements, register and open violations."""
    driver = _driver(call, call.body["applicant_id_no"])
    if call.body["purpose"] != "registration":
        reason = "open-violation" if driver["has_violation"] else "none"
        found = {"vehicle_identification_no": driver["vehicle_identification_no"], "reason": reason}
        return Reply(200, {**found, "outcome": "refer" if driver["has_violation"] else "pass", "checked_at": call.now})
    conformity_no = call.body.get("conformity_certificate_no")
    if conformity_no is None:
        raise Problem(422, "a new vehicle is named by its certificate of conformity", "not-consistent")
    outcome, reason = "pass", "none"
    if call.body.get("origin") == "imported":
        outcome, reason = "refer", "imported"
    if crc32(conformity_no.encode()) % NOT_ANNOUNCED_EVERY == 0:
        outcome, reason = "fail", "not-announced"
    found = {"vehicle_identification_no": _new_vehicle_no(conformity_no), "outcome": outcome, "reason": reason}
    return Reply(200, {**found, "checked_at": call.now})


def check_driver(call: Call) -> Reply:
    """Compare a person with the files of drivers and learners."""
    driver = _driver(call, call.body["id_no"])
    outcome, reason = "pass", "none"
    if call.body["purpose"] == "first-issue":
        if driver["is_incomplete"]:
            outcome, reason = "fail", "examination-missing"
    elif driver["has_violation"]:
        outcome, reason = "refer", "open-violation"
    checked = {"file_no": driver["file_no"], "outcome": outcome, "reason": reason, "checked_at": call.now}
    return Reply(200, checked)


def get_violations(call: Call) -> Reply:
    """List the violations of the citizen whose token it is."""
    driver = _driver(call, str(call.holder))
    violation = {
        "violation_no": f"W{driver['file_no']}",
        "place": "示例县示例路口",
        "happened_at": call.now - timedelta(days=14),
        "fine_yuan": Decimal("200.00"),
        "points": 6,
        "settled": False,
    }
    violations = [violation] if driver["has_violation"] else []
    page, shown = call.page(violations)
    return Reply(200, {**page, "violations": shown})


def accept_traffic_case(call: Call) -> Reply:
    """Take an errand of the department's own in and compare it at once."""
    driver = _driver(call, call.body["applicant_id_no"])
    kind = call.body["kind"]
    register_no = driver["file_no"] if kind == "licence-renewal" else driver["vehicle_identification_no"]
    if kind == "temporary-plate":
        if "conformity_certificate_no" not in call.body:
            raise Problem(422, "a new vehicle is named by its certificate of conformity", "not-consistent")
        register_no = _new_vehicle_no(call.body["conformity_certificate_no"])
    refers = driver["has_violation"] and kind != "temporary-plate"
    case = {
        "case_no": f"T{call.body['accepting_division'][:6]}{call.now:%Y%m%d}{call.count('case'):06d}",
        "kind": kind,
        "register_no": register_no,
        "id_no": call.body["applicant_id_no"],
        "outcome": "refer" if refers else "pass",
        "accepted_at": call.now,
    }
    call.table("cases").put(case["case_no"], case)
    return Reply(201, case)


def get_traffic_case(call: Call) -> Reply:
    """Say how far an errand is."""
    case = _case(call, call.path["case_no"])
    if call.holder is not None and call.holder != case["id_no"]:
        raise Problem(403, "the errand is someone else's", "not-allowed")
    return Reply(200, case)


def decide_traffic_case(call: Call) -> Reply:
    """Let an officer decide what the automatic check referred."""
    case = _case(call, call.path["case_no"])
    if case["outcome"] != "refer":
        raise Problem(409, "the errand was not referred", "wrong-state")
    decision = call.body["decision"]
    call.table("cases").put(case["case_no"], {**case, "outcome": "pass" if decision == "approve" else "fail"})
    return Reply(201, {"case_no": case["case_no"], "decision": decision, "decided_at": call.now})


def examine_traffic_file(call: Call) -> Reply:
    """Let an officer compare papers with one register after another."""
    driver = _driver(call, call.body["applicant_id_no"], 409)
    lacks = call.body["purpose"] == "first-issue" and driver["is_incomplete"]
    return Reply(201, {"case_no": call.path["case_no"], "matched": not lacks, "examined_at": call.now})


def examine_vehicle(call: Call) -> Reply:
    """Let an inspector compare frame and engine with the papers."""
    vehicle_no = call.path["vehicle_identification_no"]
    return Reply(201, {"vehicle_identification_no": vehicle_no, "matched": True, "examined_at": call.now})


def register_vehicle(call: Call) -> Reply:
    """Enter a new vehicle with its owner, once."""
    vehicle_no = call.body["vehicle_identification_no"]
    if call.table("vehicles").get(vehicle_no) is not None:
        raise Problem(409, "the vehicle is registered", "wrong-state")
    return _entered(call, {"vehicle_identification_no": vehicle_no, "id_no": call.body["applicant_id_no"]})


def transfer_vehicle(call: Call) -> Reply:
    """Enter the buyer as owner."""
    vehicle = _vehicle(call)
    if vehicle["id_no"] != call.body["seller_id_no"]:
        raise Problem(422, "the seller does not own the vehicle", "not-consistent")
    return _entered(call, {**vehicle, "id_no": call.body["applicant_id_no"]})


def issue_plate(call: Call) -> Reply:
    """Give a vehicle a number, or the one it has anew."""
    vehicle = _vehicle(call)
    keeps = call.body["choice"] == "kept"
    if keeps and "plate_no" not in vehicle:
        raise Problem(422, "the vehicle has no number to keep", "not-consistent")
    plate_no = vehicle["plate_no"] if keeps else f"宁B{call.count('plate'):05d}"
    call.table("vehicles").put(vehicle["vehicle_identification_no"], {**vehicle, "plate_no": plate_no})
    told = {"case_no": call.body["case_no"], "vehicle_identification_no": vehicle["vehicle_identification_no"]}
    return Reply(201, {**told, "plate_no": plate_no, "issued_at": call.now})


def replace_vehicle_licence(call: Call) -> Reply:
    """Issue the licence of a vehicle anew."""
    vehicle, case = _vehicle(call), _passed(call, "vehicle-licence")
    told = {"case_no": case["case_no"], "vehicle_identification_no": vehicle["vehicle_identification_no"]}
    return Reply(201, {**told, "certificate_no": f"6400990000{call.count('licence'):06d}", "issued_at": call.now})


def issue_temporary_plate(call: Call) -> Reply:
    """Issue a temporary plate, at most three a vehicle."""
    case, vehicle_no = _passed(call, "temporary-plate"), call.body["vehicle_identification_no"]
    issued = (call.table("temporary").get(vehicle_no) or {"count": 0})["count"]
    if issued >= TEMPORARY_PLATES:
        raise Problem(409, f"the vehicle has had {TEMPORARY_PLATES} temporary plates", "wrong-state")
    call.table("temporary").put(vehicle_no, {"count": issued + 1})
    plate = {"case_no": case["case_no"], "vehicle_identification_no": vehicle_no}
    plate["plate_no"] = f"宁A{call.count('temporary'):05d}临"
    return Reply(201, {**plate, "valid_until": (call.now + timedelta(days=call.body["days"])).date()})


def issue_licence(call: Call) -> Reply:
    """Issue the first licence of a learner's file, once."""
    file_no = call.body["file_no"]
    held = _file(call, file_no)
    if call.table("licences").get(file_no) is not None:
        raise Problem(409, "the file has its first licence", "wrong-state")
    if held["is_incomplete"]:
        raise Problem(422, "an examination is missing", "not-consistent")
    return _licensed(call, file_no, call.body["vehicle_class"], years=6)


def renew_licence(call: Call) -> Reply:
    """Issue a licence for ten more years."""
    file_no = call.path["file_no"]
    _file(call, file_no)
    case = _passed(call, "licence-renewal")
    if case["register_no"] != file_no:
        raise Problem(409, "the errand is of another file", "wrong-state")
    return _licensed(call, file_no, "car", years=10)


def list_inspection_slots(call: Call) -> Reply:
    """List the free slots of a division, soonest first."""
    division = call.query["division"]
    first = _first_free(call, division)
    starts_at = _starts_at(first)
    if starts_at > call.now + timedelta(days=DAYS_AHEAD):
        raise Problem(404, "no slot is free within a month", "not-found")
    slot = {
        "slot_no": first,
        "station_name": "示例县机动车检验站",
        "starts_at": starts_at,
        "free": LANES - _booked(call, first),
    }
    page, shown = call.page([slot])
    return Reply(200, {**page, "first_free": first, "slots": shown})


def book_inspection(call: Call) -> Reply:
    """Book a slot, one open booking a vehicle."""
    slot_no, vehicle_no = call.body["slot_no"], call.body["vehicle_identification_no"]
    if call.table("vehicles").get(vehicle_no) is None:
        raise Problem(404, "there is no vehicle of that number", "not-found")
    missed = call.table("missed").get(call.body["applicant_id_no"])
    if missed is not None and missed["count"] >= MISSED_AT_MOST and call.now < missed["until"]:
        raise Problem(409, f"{MISSED_AT_MOST} bookings were missed", "wrong-state")
    if call.table("open").get(vehicle_no) is not None:
        raise Problem(409, "the vehicle has an open booking", "wrong-state")
    if _booked(call, slot_no) >= LANES:
        raise Problem(409, "the slot is taken", "wrong-state")
    _take(call, slot_no, 1)
    booking = {
        "booking_no": f"J{call.now:%Y%m%d}{call.count('booking'):06d}",
        "slot_no": slot_no,
        "vehicle_identification_no": vehicle_no,
        "id_no": call.body["applicant_id_no"],
        "starts_at": _starts_at(slot_no),
        "booking_status": "booked",
    }
    call.table("bookings").put(booking["booking_no"], booking)
    call.table("open").put(vehicle_no, {"booking_no": booking["booking_no"]})
    return Reply(201, booking)


def cancel_inspection(call: Call) -> Reply:
    """Free the slot of a booking for another."""
    booking = _booking(call, "booked")
    _take(call, booking["slot_no"], -1)
    return _noted(call, booking, "cancelled")


def record_arrival(call: Call) -> Reply:
    """Note whether the vehicle came; who did not is remembered."""
    booking = _booking(call, "booked")
    if call.body["arrived"]:
        return _noted(call, booking, "arrived")
    missed = (call.table("missed").get(booking["id_no"]) or {"count": 0})["count"] + 1
    ban = {"count": missed, "until": call.now + timedelta(days=BANNED_DAYS)}
    call.table("missed").put(booking["id_no"], ban)
    return _noted(call, booking, "missed")


def record_inspection(call: Call) -> Reply:
    """Test a vehicle that came."""
    booking = _booking(call, "arrived")
    _noted(call, booking, "inspected")
    inspected = {name: booking[name] for name in ("booking_no", "vehicle_identification_no")}
    inspected |= {"passed": call.body["passed"], "inspected_at": call.now}
    if call.body["passed"]:
        inspected["valid_until"] = (call.now + timedelta(days=365)).date()
    return Reply(201, inspected)


def _driver(call: Call, id_no: str, otherwise: int = 422) -> Record:
    driver = call.table("drivers").get(id_no)
    if driver is None:
        raise Problem(otherwise, "there is no file of that person", "not-consistent")
    return driver


def _file(call: Call, file_no: str) -> Record:
    held = call.table("files").get(file_no)
    if held is None:
        raise Problem(404, "there is no file of that number", "not-found")
    return _driver(call, held["id_no"])


def _vehicle(call: Call) -> Record:
    vehicle = call.table("vehicles").get(call.path["vehicle_identification_no"])
    if vehicle is None:
        raise Problem(404, "there is no vehicle of that number", "not-found")
    return vehicle


def _new_vehicle_no(conformity_no: str) -> str:
    """Return the vehicle that a certificate of conformity is of."""
    return f"LTN{crc32(conformity_no.encode()):014d}"


def _case(call: Call, case_no: str) -> Record:
    case = call.table("cases").get(case_no)
    if case is None:
        raise Problem(404, "there is no errand of that number", "not-found")
    return case


def _passed(call: Call, kind: str) -> Record:
    """Return the errand that the body names, which a machine or an officer let pass."""
    case = call.table("cases").get(call.body["case_no"])
    if case is None or case["kind"] != kind or case["outcome"] != "pass":
        raise Problem(409, "no errand of that kind and number has been let pass", "wrong-state")
    return case


def _entered(call: Call, vehicle: Record) -> Reply:
    number = f"640099{call.count('registration'):09d}"
    entered = {**vehicle, "registration_certificate_no": number, "registered_at": call.now}
    call.table("vehicles").put(vehicle["vehicle_identification_no"], entered)
    owner = {name: call.body[name] for name in ("case_no", "applicant_name", "applicant_id_no")}
    return Reply(201, {**entered, **owner})


def _licensed(call: Call, file_no: str, vehicle_class: str, *, years: int) -> Reply:
    licence = {
        "case_no": call.body["case_no"],
        "file_no": file_no,
        "certificate_no": f"6400990000{call.count('licence'):06d}",
        "vehicle_class": vehicle_class,
        "issued_on": call.now.date(),
        "valid_until": _years_later(call, years),
    }
    call.table("licences").put(file_no, licence)
    return Reply(201, licence)


def _years_later(call: Call, years: int) -> date:
    return call.now.replace(year=call.now.year + years, day=min(call.now.day, 28)).date()


def _slot_no(division: str, day: datetime, hour: int) -> str:
    return f"{division[:6]}-{day:%Y%m%d}-{hour:02d}-1"


def _starts_at(slot_no: str) -> datetime:
    _, day, hour, _ = slot_no.split("-")
    return datetime.strptime(f"{day}{hour}", "%Y%m%d%H").replace(tzinfo=CHINA)


def _first_free(call: Call, division: str) -> str:
    """Return the soonest free slot from tomorrow on; at most a month's slots are looked at."""
    for ahead in range(1, DAYS_AHEAD + 2):
        for hour in range(FIRST_HOUR, FIRST_HOUR + HOURS_A_DAY):
            slot_no = _slot_no(division, call.now + timedelta(days=ahead), hour)
            if _booked(call, slot_no) < LANES:
                return slot_no
    return _slot_no(division, call.now + timedelta(days=DAYS_AHEAD + 2), FIRST_HOUR)


def _booked(call: Call, slot_no: str) -> int:
    held = call.table("slots").get(slot_no)
    return 0 if held is None else int(held["booked"])


def _take(call: Call, slot_no: str, lanes: int) -> None:
    call.table("slots").put(slot_no, {"booked": _booked(call, slot_no) + lanes})


def _booking(call: Call, status: str) -> Record:
    booking = call.table("bookings").get(call.path["booking_no"])
    if booking is None:
        raise Problem(404, "there is no booking of that number", "not-found")
    if call.holder is not None and call.holder != booking["id_no"]:
        raise Problem(403, "the booking is someone else's", "not-allowed")
    if booking["booking_status"] != status:
        raise Problem(409, f"the booking is {booking['booking_status']}", "wrong-state")
    return booking


def _noted(call: Call, booking: Record, status: str) -> Reply:
    noted = {**booking, "booking_status": status}
    call.table("bookings").put(booking["booking_no"], noted)
    if status != "arrived":
        call.table("open").remove(booking["vehicle_identification_no"])
    return Reply(201, noted)
