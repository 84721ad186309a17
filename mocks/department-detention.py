"""Detention department: meetings of lawyers, where the calendars of centre and lawyer have room."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sim.mock import CHINA, Problem, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.mock import Call, Record

HOURS = (9, 10, 11, 14, 15, 16)
ROOMS = 4
DAYS_AHEAD = 30
SATURDAY = 5
IN_TIME = timedelta(hours=48)  # Criminal Procedure Law, article 39


def list_meeting_slots(call: Call) -> Reply:
    """List the next hours at which both calendars have room."""
    centre, lawyer = call.query["centre_no"], call.query["lawyer_licence_no"]
    free = [slot for slot in _slots(call, centre) if not _is_given_away(call, lawyer, slot["starts_at"])]
    if not free:
        raise Problem(404, f"nothing is free within {DAYS_AHEAD} days", "not-found")
    page, shown = call.page(free)
    return Reply(200, {**page, "earliest_slot_no": free[0]["slot_no"], "slots": shown})


def book_meeting(call: Call) -> Reply:
    """Take a room of the centre and the hour of the lawyer."""
    slot_no, lawyer = call.body["slot_no"], call.body["lawyer_licence_no"]
    starts_at = _start_of(slot_no)
    if starts_at is None or not call.now < starts_at <= call.now + timedelta(days=DAYS_AHEAD + 1):
        raise Problem(422, "there is no such slot", "not-consistent")
    if _taken(call, slot_no) >= ROOMS or _is_given_away(call, lawyer, starts_at):
        raise Problem(409, "the centre or the lawyer has no room at that hour", "wrong-state")
    number = f"H{call.now:%Y%m%d}{call.count('meeting'):04d}"
    meeting = {"meeting_no": number, "slot_no": slot_no, "lawyer_licence_no": lawyer, "starts_at": starts_at}
    meeting |= {"state": "booked", "in_time": starts_at - call.now <= IN_TIME, "booked_by": call.holder}
    _take(call, meeting, 1)
    return Reply(201, _kept(call, meeting))


def cancel_meeting(call: Call) -> Reply:
    """Give room and hour back, up to the beginning."""
    meeting = _meeting(call, "booked", "confirmed", "declined")
    if call.holder not in (None, meeting["booked_by"]):
        raise Problem(403, "the meeting is someone else's", "not-allowed")
    if call.now >= meeting["starts_at"]:
        raise Problem(409, "the meeting has begun", "wrong-state")
    _take(call, meeting, -1)
    return Reply(201, _kept(call, {**meeting, "state": "cancelled"}))


def confirm_meeting(call: Call) -> Reply:
    """Note whether the lawyer will come."""
    meeting = _meeting(call, "booked")
    return Reply(201, _kept(call, {**meeting, "state": "confirmed" if call.body["comes"] else "declined"}))


def record_meeting(call: Call) -> Reply:
    """Note whether the lawyer came; an absence counts."""
    meeting = _meeting(call, "booked", "confirmed", "declined")
    if call.body["came"]:
        return Reply(201, _kept(call, {**meeting, "state": "present"}))
    lawyer = meeting["lawyer_licence_no"]
    absences = _absences(call, lawyer) + 1
    call.table("absences").put(lawyer, {"count": absences})
    return Reply(201, _kept(call, {**meeting, "state": "missed", "absences": absences}))


def receive_lawyer(call: Call) -> Reply:
    """Bring lawyer and client together."""
    return Reply(201, _kept(call, {**_meeting(call, "present"), "state": "held"}))


def _slots(call: Call, centre: str) -> Iterator[Record]:
    """Yield the working hours of the days ahead at which a room is free."""
    for ahead in range(1, DAYS_AHEAD + 1):
        day = (call.now + timedelta(days=ahead)).replace(minute=0, second=0, microsecond=0)
        for hour in HOURS if day.weekday() < SATURDAY else ():
            starts_at = day.replace(hour=hour)
            slot_no = f"{centre}{starts_at:%Y%m%d%H}"
            rooms = ROOMS - _taken(call, slot_no)
            if rooms > 0:
                yield {"slot_no": slot_no, "centre_no": centre, "starts_at": starts_at, "rooms_free": rooms}


def _start_of(slot_no: str) -> datetime | None:
    """Return when a slot begins; None when its number names no working hour."""
    try:
        starts_at = datetime.strptime(slot_no[-10:], "%Y%m%d%H").replace(tzinfo=CHINA)
    except ValueError:
        return None
    return starts_at if starts_at.hour in HOURS and starts_at.weekday() < SATURDAY else None


def _taken(call: Call, slot_no: str) -> int:
    held = call.table("rooms").get(slot_no)
    return held["taken"] if held is not None else 0


def _is_given_away(call: Call, lawyer: str, starts_at: datetime) -> bool:
    held = call.table("lawyers").get(f"{lawyer} {starts_at:%Y%m%d%H}")
    return held is not None and held["busy"]


def _take(call: Call, meeting: Record, rooms: int) -> None:
    """Take a room and the lawyer's hour (1), or give them back (-1)."""
    slot_no = meeting["slot_no"]
    call.table("rooms").put(slot_no, {"taken": _taken(call, slot_no) + rooms})
    hour = f"{meeting['lawyer_licence_no']} {meeting['starts_at']:%Y%m%d%H}"
    call.table("lawyers").put(hour, {"busy": rooms > 0})


def _absences(call: Call, lawyer: str) -> int:
    held = call.table("absences").get(lawyer)
    return held["count"] if held is not None else 0


def _meeting(call: Call, *states: str) -> Record:
    meeting: Record | None = call.table("meetings").get(call.path["meeting_no"])
    if meeting is None:
        raise Problem(404, "there is no meeting of that number", "not-found")
    if meeting["state"] not in states:
        raise Problem(409, f"the meeting is {meeting['state']}", "wrong-state")
    return meeting


def _kept(call: Call, meeting: Record) -> Record:
    call.table("meetings").put(meeting["meeting_no"], meeting)
    return meeting
