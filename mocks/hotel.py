"""Hotel reception: takes guests in by one-time codes, or by hand where certificates cannot be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Record

PARTNERS = ("certificate",)

PURPOSE = "hotel-check-in"
ID_CARD = "居民身份证"


def check_in(call: Call) -> Reply:
    """Redeem the guest's code and take them in."""
    body = {"code": call.body["code"], "organisation": f"示例旅馆{call.body['hotel_no']}", "purpose": PURPOSE}
    answer = call.ask("certificate", "redeemCode", body=body)
    if answer.status in (404, 409, 422):
        raise Problem(422, "the code does not hold", "not-consistent")
    answer.require("the code could not be redeemed")
    if answer.body["certificate_name"] != ID_CARD:
        raise Problem(422, "the code is not that of an identity card", "not-consistent")
    return _stay(call, answer.body["name"], reported=True)


def note_guest_by_hand(call: Call) -> Reply:
    """Copy name and number into the book."""
    return _stay(call, call.body["name"], reported=False)


def report_stay(call: Call) -> Reply:
    """Report what stands in the book."""
    stay = _found(call)
    if stay["reported"]:
        raise Problem(409, "the stay was reported", "wrong-state")
    reported = {**stay, "reported": True}
    call.table("stays").put(stay["stay_no"], reported)
    return Reply(201, reported)


def check_out(call: Call) -> Reply:
    """End a stay and forget who it was."""
    stay = _found(call)
    if stay["state"] != "checked-in" or not stay["reported"]:
        raise Problem(409, "the guest has left, or the stay is still to be reported", "wrong-state")
    call.table("stays").put(stay["stay_no"], {**stay, "name": "", "state": "checked-out"})
    return Reply(201, {"stay_no": stay["stay_no"], "state": "checked-out", "checked_out_at": call.now})


def _stay(call: Call, name: str, *, reported: bool) -> Reply:
    stay_no = f"HS{call.now:%Y%m%d}{call.count('stay'):06d}"
    stay = {"stay_no": stay_no, "name": name, "state": "checked-in", "reported": reported, "checked_in_at": call.now}
    call.table("stays").put(stay_no, stay)
    return Reply(201, stay)


def _found(call: Call) -> Record:
    stay = call.table("stays").get(call.path["stay_no"])
    if stay is None:
        raise Problem(404, "there is no stay of that number", "not-found")
    return stay
