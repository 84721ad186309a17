"""Self-service kiosks: sessions, prints, stock and health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Record

CARDS, SHEETS = 50, 500  # what a kiosk holds when it is set up
SET_UP_EMPTY = ("640099V002",)  # kiosks that nobody has filled up yet
SITES = {"P": "police-station", "V": "vehicle-office", "E": "exit-entry-hall", "C": "community-office"}
SKILLS = {
    "police-station": ("household", "traffic", "exit-entry"),
    "vehicle-office": ("traffic",),
    "exit-entry-hall": ("exit-entry",),
    "community-office": ("household", "traffic"),
}
OPEN_AT_NIGHT = ("police-station", "community-office")
LETTER = 6  # where the letter of the site stands in a kiosk's number
WAIT_SECONDS = 600


def get_kiosk_health(call: Call) -> Reply:
    """Say whether a kiosk works and what it has left."""
    return Reply(200, {**_kiosk(call, call.path["kiosk_no"]), "checked_at": call.now})


def get_kiosk_capability(call: Call) -> Reply:
    """Say what a kiosk can do."""
    kiosk_no = call.path["kiosk_no"]
    site = SITES[kiosk_no[LETTER]]
    skills = {skill.replace("-", "_"): skill in SKILLS[site] for skill in SKILLS["police-station"]}
    told = {"kiosk_no": kiosk_no, "site_type": site, "open_at_night": site in OPEN_AT_NIGHT}
    return Reply(200, {**told, "skills": skills})


def open_kiosk_session(call: Call) -> Reply:
    """Let a citizen begin at a kiosk that works and has the service."""
    kiosk = _working(call, call.body["kiosk_no"])
    if call.body["skill"] not in SKILLS[SITES[kiosk["kiosk_no"][LETTER]]]:
        raise Problem(422, "the kiosk does not offer that service", "not-consistent")
    session_no = f"Z{call.now:%Y%m%d}{call.count('session'):06d}"
    call.table("sessions").put(session_no, {"kiosk_no": kiosk["kiosk_no"], "open": True})
    return Reply(201, {**kiosk, "session_no": session_no, "opened_at": call.now})


def print_card(call: Call) -> Reply:
    """Print a card of the stock."""
    return _printed(call, "card_stock", 1)


def print_document(call: Call) -> Reply:
    """Print sheets of the stock."""
    return _printed(call, "paper_stock", call.body["pages"])


def write_card(call: Call) -> Reply:
    """Write on the citizen's own card."""
    _session(call)
    return Reply(201, _print(call))


def close_kiosk_session(call: Call) -> Reply:
    """End a session."""
    session = _session(call)
    call.table("sessions").put(call.path["session_no"], {**session, "open": False})
    return Reply(201, {"session_no": call.path["session_no"], "closed_at": call.now})


def refill_kiosk(call: Call) -> Reply:
    """Fill up cards and sheets."""
    kiosk = _kiosk(call, call.path["kiosk_no"])
    cards, sheets = kiosk["card_stock"] + call.body["cards"], kiosk["paper_stock"] + call.body["sheets"]
    return _kept(call, {**kiosk, "card_stock": cards, "paper_stock": sheets})


def report_kiosk_fault(call: Call) -> Reply:
    """Take a kiosk out of service."""
    return _kept(call, {**_kiosk(call, call.path["kiosk_no"]), "working": False})


def repair_kiosk(call: Call) -> Reply:
    """Put a kiosk right."""
    return _kept(call, {**_kiosk(call, call.path["kiosk_no"]), "working": True})


def _kiosk(call: Call, kiosk_no: str) -> Record:
    """Return a kiosk; one that nobody spoke of yet is as it was set up."""
    cards, sheets = (0, 0) if kiosk_no in SET_UP_EMPTY else (CARDS, SHEETS)
    fresh = {"kiosk_no": kiosk_no, "working": True, "card_stock": cards, "paper_stock": sheets}
    return call.table("kiosks").get(kiosk_no) or fresh


def _working(call: Call, kiosk_no: str) -> Record:
    kiosk = _kiosk(call, kiosk_no)
    if not kiosk["working"]:
        raise Problem(503, "the kiosk does not work", "out-of-service", headers={"Retry-After": WAIT_SECONDS})
    return kiosk


def _kept(call: Call, kiosk: Record) -> Reply:
    call.table("kiosks").put(kiosk["kiosk_no"], kiosk)
    return Reply(201, {**kiosk, "checked_at": call.now})


def _session(call: Call) -> Record:
    session = call.table("sessions").get(call.path["session_no"])
    if session is None:
        raise Problem(404, "there is no session of that number", "not-found")
    if not session["open"]:
        raise Problem(409, "the session has ended", "wrong-state")
    return session


def _printed(call: Call, stock: str, used: int) -> Reply:
    kiosk = _working(call, _session(call)["kiosk_no"])
    if kiosk[stock] < used:
        raise Problem(409, "the stock is used up", "out-of-stock")
    call.table("kiosks").put(kiosk["kiosk_no"], {**kiosk, stock: kiosk[stock] - used})
    return Reply(201, {**_print(call), "stock": kiosk[stock] - used})


def _print(call: Call) -> Record:
    return {"print_no": f"D{call.now:%Y%m%d}{call.count('print'):06d}", "printed_at": call.now}
