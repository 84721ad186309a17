"""Petition department: takes petitions in, passes them on and answers them in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from datetime import date

    from sim.mock import Call, Record

# Days of the calendar (Regulations on Petition Work, 2022).
ACCEPT_DAYS = 15
ANSWER_DAYS = 60
EXTRA_DAYS = 30
MOST_TRANSFERS = 2
MOST_OVERDUE = 999  # GB/T 39046-2020 table 10 item 11: n..3


def submit_petition(call: Call) -> Reply:
    """Take a petition in."""
    number = f"XF{call.now:%Y%m%d}{call.count('petition'):04d}"
    petition = {name: call.body[name] for name in ("id_no", "title", "content", "division")}
    petition |= {
        "enquiry_no": number,
        "asked_at": call.now,
        "state": "submitted",
        "due_on": _in_days(call, ACCEPT_DAYS),
    }
    petition |= {"transfers": 0, "extended": False}
    return Reply(201, _kept(call, petition))


def get_petition(call: Call) -> Reply:
    """Say where a petition stands and whether it is late."""
    petition = _petition(call)
    if call.holder not in (None, petition["id_no"]):
        raise Problem(403, "the petition is someone else's", "not-allowed")
    return Reply(200, _with_lateness(call, petition))


def accept_petition(call: Call) -> Reply:
    """Take a petition on, find that it belongs elsewhere, or turn it away."""
    petition = _petition(call, "submitted", "transferred")
    if call.body["decision"] == "pass-on":
        return Reply(201, _kept(call, {**petition, "state": "misdirected"}))
    if call.body["decision"] == "turn-away":
        return Reply(201, _kept(call, {**petition, "state": "turned-away", "closed_at": call.now}))
    accepted = {"state": "accepted", "accepted_at": call.now, "due_on": _in_days(call, ANSWER_DAYS)}
    return Reply(201, _kept(call, {**petition, **accepted}))


def transfer_petition(call: Call) -> Reply:
    """Pass a petition on to the office that is competent."""
    petition = _petition(call, "misdirected")
    if petition["transfers"] == MOST_TRANSFERS:
        raise Problem(409, f"the petition was passed on {MOST_TRANSFERS} times", "wrong-state")
    moved = {"division": call.body["to_division"], "state": "transferred", "due_on": _in_days(call, ACCEPT_DAYS)}
    return Reply(201, _kept(call, {**petition, **moved, "transfers": petition["transfers"] + 1}))


def extend_petition(call: Call) -> Reply:
    """Take 30 more days, before the day has passed and once."""
    petition = _petition(call, "accepted")
    if petition["extended"] or call.now.date() > petition["due_on"]:
        raise Problem(409, "the time was extended, or has run out", "wrong-state")
    due_on = petition["due_on"] + timedelta(days=EXTRA_DAYS)
    return Reply(201, _kept(call, {**petition, "extended": True, "due_on": due_on}))


def answer_petition(call: Call) -> Reply:
    """Answer a petition that was taken on, late or in time."""
    petition = _petition(call, "accepted")
    answered = {**petition, "state": "answered", "answered_at": call.now, "answer": call.body["answer"]}
    return Reply(201, _kept(call, answered))


def _petition(call: Call, *states: str) -> Record:
    petition: Record | None = call.table("petitions").get(call.path["enquiry_no"])
    if petition is None:
        raise Problem(404, "there is no petition of that number", "not-found")
    if states and petition["state"] not in states:
        raise Problem(409, f"the petition is {petition['state']}", "wrong-state")
    return petition


def _kept(call: Call, petition: Record) -> Record:
    call.table("petitions").put(petition["enquiry_no"], petition)
    return _with_lateness(call, petition)


def _with_lateness(call: Call, petition: Record) -> Record:
    """Return a petition with the days by which its present act is, or its answer was, late."""
    until = petition.get("answered_at") or petition.get("closed_at") or call.now
    days = min(max((until.date() - petition["due_on"]).days, 0), MOST_OVERDUE)
    return {**petition, "overdue": days > 0, "overdue_days": days}


def _in_days(call: Call, days: int) -> date:
    return call.now.date() + timedelta(days=days)
