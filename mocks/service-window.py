"""Service windows: tickets, lines and windows of the halls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Record

SKILLS = ("household", "traffic", "exit-entry", "general")
ONE_STOP = "one-stop"


def open_window_session(call: Call) -> Reply:
    """Open a window; a number is open once."""
    body = call.body
    place = f"{body['division']}-{body['window_no']}"
    if call.table("open").get(place) is not None:
        raise Problem(409, "the window is open", "wrong-state")
    session_no = f"C{call.now:%Y%m%d}{call.count('session'):06d}"
    session = {**body, "session_no": session_no, "opened_at": call.now}
    call.table("sessions").put(session_no, session)
    call.table("open").put(place, {"session_no": session_no})
    return Reply(201, session)


def call_next_ticket(call: Call) -> Reply:
    """Call who has waited longest among those whom the window may serve."""
    session = _session(call)
    skills = SKILLS if session["skill"] == ONE_STOP else (session["skill"],)
    waiting = [line["tickets"][0] for skill in skills if (line := _line(call, session["division"], skill))["tickets"]]
    if not waiting:
        raise Problem(409, "nobody waits", "wrong-state")
    ticket = call.table("tickets").get(min(waiting, key=_drawn))
    return Reply(201, {**_leave(call, _known(ticket), "called"), "ahead": 0})


def close_window_session(call: Call) -> Reply:
    """Close a window; the line stays."""
    session = _session(call)
    closed = {**session, "closed_at": call.now}
    call.table("sessions").put(session["session_no"], closed)
    call.table("open").remove(f"{session['division']}-{session['window_no']}")
    return Reply(201, closed)


def get_hall_queue(call: Call) -> Reply:
    """Count who waits in a hall."""
    division = call.path["division"]
    waiting = sum(len(_line(call, division, skill)["tickets"]) for skill in SKILLS)
    return Reply(200, {"division": division, "waiting": waiting, "counted_at": call.now})


def take_ticket(call: Call) -> Reply:
    """Draw a ticket for a service."""
    division, skill = call.body["division"], call.body["skill"]
    ticket_no = f"{division[:6]}A{call.now:%Y%m%d}{call.count('ticket'):06d}"
    line = _line(call, division, skill)["tickets"]
    call.table("lines").put(f"{division}-{skill}", {"tickets": [*line, ticket_no]})
    ticket = {**call.body, "ticket_no": ticket_no, "ahead": len(line), "ticket_status": "waiting"}
    ticket["taken_at"] = call.now
    call.table("tickets").put(ticket_no, ticket)
    return Reply(201, ticket)


def serve_ticket(call: Call) -> Reply:
    """Serve a citizen at a window that may."""
    ticket = _ticket(call, "waiting", "called")
    window_no = f"{call.count('service') % 12 + 1:02d}"
    if "session_no" in call.body:
        session = call.table("sessions").get(call.body["session_no"])
        if session is None or "closed_at" in session or session["skill"] not in (ONE_STOP, ticket["skill"]):
            raise Problem(422, "no open window of that number serves this", "not-consistent")
        window_no = session["window_no"]
    _leave(call, ticket, "served")
    return Reply(201, {"ticket_no": ticket["ticket_no"], "window_no": window_no, "served_at": call.now})


def hand_document(call: Call) -> Reply:
    """Hand a document over to who has come to collect it."""
    ticket = _ticket(call, "waiting", "called")
    if ticket["purpose"] != "collect":
        raise Problem(422, "the ticket was drawn for something else", "not-consistent")
    _leave(call, ticket, "served")
    handed = {"ticket_no": ticket["ticket_no"], "case_no": call.body["case_no"], "receiver": call.body["receiver"]}
    return Reply(201, {**handed, "received_on": call.now.date()})


def post_letter(call: Call) -> Reply:
    """Let the post bring a letter."""
    letter_no = f"X{call.now:%Y%m%d}{call.count('letter'):06d}"
    return Reply(201, {"letter_no": letter_no, "case_no": call.body["case_no"], "arrived_at": call.now})


def cancel_ticket(call: Call) -> Reply:
    """Take a ticket back."""
    return Reply(201, _leave(call, _ticket(call, "waiting", "called"), "cancelled"))


def _session(call: Call) -> Record:
    session = call.table("sessions").get(call.path["session_no"])
    if session is None:
        raise Problem(404, "no window was opened under that number", "not-found")
    if "closed_at" in session:
        raise Problem(409, "the window is closed", "wrong-state")
    return session


def _line(call: Call, division: str, skill: str) -> Record:
    return call.table("lines").get(f"{division}-{skill}") or {"tickets": []}


def _drawn(ticket_no: str) -> str:
    """Order of tickets: by day and running number, whatever hall they are of."""
    return ticket_no.rpartition("A")[2]


def _ticket(call: Call, *statuses: str) -> Record:
    ticket = _known(call.table("tickets").get(call.path["ticket_no"]))
    if ticket["ticket_status"] not in statuses:
        raise Problem(409, f"the ticket is {ticket['ticket_status']}", "wrong-state")
    return ticket


def _known(ticket: Record | None) -> Record:
    if ticket is None:
        raise Problem(404, "there is no ticket of that number", "not-found")
    return ticket


def _leave(call: Call, ticket: Record, status: str) -> Record:
    """Take a ticket out of its line."""
    left = {**ticket, "ticket_status": status}
    call.table("tickets").put(ticket["ticket_no"], left)
    key = f"{ticket['division']}-{ticket['skill']}"
    line = _line(call, ticket["division"], ticket["skill"])["tickets"]
    call.table("lines").put(key, {"tickets": [one for one in line if one != ticket["ticket_no"]]})
    return left
