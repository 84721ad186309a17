"""Citizen service: answers questions at any hour and gives hours at the offices."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from datetime import date

    from sim.mock import Call, Record

PARTNERS = ("provincial-platform",)

HOURS = ("09:00", "10:00", "11:00", "14:00", "15:00", "16:00")
FREE_AN_HOUR, DAYS_AHEAD, SATURDAY = 4, 5, 5
WORDS = 100  # as many characters as a search takes


def ask_question(call: Call) -> Reply:
    """Answer from the guide of the item that the title names; else refer the question to a person."""
    question = {**call.body, "enquiry_no": f"Q{call.now:%Y%m%d}{call.count('question'):08d}", "asked_at": call.now}
    answer = _from_guide(call)
    question["referred"] = answer is None
    if answer is not None:
        question |= {"answer": answer, "answered_at": call.now}
    call.table("questions").put(question["enquiry_no"], question)
    return Reply(201, question)


def get_question(call: Call) -> Reply:
    """Give a question with its answer."""
    return Reply(200, _kept(call, "questions", call.path["enquiry_no"]))


def answer_question(call: Call) -> Reply:
    """Let an officer answer what was referred to them."""
    question = _kept(call, "questions", call.path["enquiry_no"])
    if "answer" in question:
        raise Problem(409, "the question has its answer", "wrong-state")
    answered = {**question, **call.body, "answered_at": call.now}
    call.table("questions").put(question["enquiry_no"], answered)
    return Reply(201, answered)


def list_appointments(call: Call) -> Reply:
    """List the free hours of the coming working days."""
    slots = [slot for day in _working_days(call) for slot in _free(call, call.query["division"], day)]
    if not slots:
        raise Problem(404, "everything is booked", "not-found")
    first = {"first_day": slots[0]["day"], "first_slot": slots[0]["slot"]}
    page, shown = call.page(slots)
    return Reply(200, {**first, **page, "slots": shown})


def book_appointment(call: Call) -> Reply:
    """Book an hour for one item."""
    body = call.body
    same = f"{body['applicant_id_no']} {body['implementation_code']}"
    if call.table("booked").get(same) is not None:
        raise Problem(409, "the person has an appointment for the item", "wrong-state")
    if not any(one["slot"] == body["slot"] for one in _free(call, body["accepting_division"], body["day"])):
        raise Problem(409, "the hour is full", "wrong-state")
    appointment = {**body, "appointment_no": f"Y{call.now:%Y%m%d}{call.count('appointment'):08d}", "same": same}
    call.table("appointments").put(appointment["appointment_no"], appointment)
    call.table("booked").put(same, {"appointment_no": appointment["appointment_no"]})
    _take(call, appointment, 1)
    return Reply(201, appointment)


def cancel_appointment(call: Call) -> Reply:
    """Give an hour back; cancelling again changes nothing."""
    appointment = _kept(call, "appointments", call.path["appointment_no"])
    if call.holder not in (None, appointment["applicant_id_no"]):
        raise Problem(403, "the appointment is another person's", "not-allowed")
    if "cancelled" not in appointment:
        call.table("appointments").put(appointment["appointment_no"], {**appointment, "cancelled": True})
        call.table("booked").remove(appointment["same"])
        _take(call, appointment, -1)
    return Reply(204)


def go_to_office(call: Call) -> Reply:
    """Let the citizen arrive."""
    return Reply(201, {"trip_no": f"T{call.now:%Y%m%d}{call.count('trip'):08d}", "arrived_at": call.now})


def go_to_kiosk(call: Call) -> Reply:
    """Let the citizen arrive, as at an office."""
    return go_to_office(call)


def _from_guide(call: Call) -> str | None:
    """Return what the guide says that fits all words of the title; None where no item has them or nobody answers."""
    found = call.ask("provincial-platform", "searchItems", query={"words": call.body["title"][:WORDS]})
    if not found.is_success or not found.body["exact"]:
        return None
    guide = call.ask("provincial-platform", "getItemGuide", path={"implementation_code": found.body["best"]})
    if not guide.is_success:
        return None
    papers = ", ".join(one["material_name"] for one in guide.body["materials"]) or "无需材料"
    return f"{guide.body['item_name']}: {papers}; {guide.body['promised_time']}"


def _kept(call: Call, table: str, number: str) -> Record:
    kept = call.table(table).get(number)
    if kept is None:
        raise Problem(404, "there is nothing of that number", "not-found")
    return kept


def _working_days(call: Call) -> list[date]:
    days = [(call.now + timedelta(days=ahead)).date() for ahead in range(1, DAYS_AHEAD + 3)]
    return [day for day in days if day.weekday() < SATURDAY][:DAYS_AHEAD]


def _free(call: Call, division: str, day: date) -> list[Record]:
    """Return the hours of a day that are not full."""
    taken = call.table("hours").get(f"{division} {day}") or {}
    free = {hour: FREE_AN_HOUR - taken.get(hour, 0) for hour in HOURS}
    return [{"day": day, "slot": hour, "free": left} for hour, left in free.items() if left > 0]


def _take(call: Call, appointment: Record, change: int) -> None:
    key = f"{appointment['accepting_division']} {appointment['day']}"
    taken = call.table("hours").get(key) or {}
    hour = appointment["slot"]
    call.table("hours").put(key, {**taken, hour: taken.get(hour, 0) + change})
