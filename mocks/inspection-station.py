"""Vehicle inspection station: receives vehicles by one-time codes, inspects them, issues the mark."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Record

PARTNERS = ("certificate",)

PURPOSE = "vehicle-inspection"
VEHICLE_LICENCE = "机动车行驶证"
MARK_DAYS = 730
"""Life of the mark: two years, as for a private car of up to ten years."""


def receive_vehicle(call: Call) -> Reply:
    """Redeem the vehicle licence's code."""
    body = {"code": call.body["code"], "organisation": f"示例检验站{call.body['station_no']}", "purpose": PURPOSE}
    answer = call.ask("certificate", "redeemCode", body=body)
    if answer.status in (404, 409, 422):
        raise Problem(422, "the code does not hold", "not-consistent")
    answer.require("the code could not be redeemed")
    if answer.body["certificate_name"] != VEHICLE_LICENCE:
        raise Problem(422, "the code is not that of a vehicle licence", "not-consistent")
    number = f"JR{call.now:%Y%m%d}{call.count('reception'):06d}"
    licence = {name: answer.body[name] for name in ("certificate_no", "name")}
    return _changed(call, {"reception_no": number, **licence}, "received")


def inspect_vehicle(call: Call) -> Reply:
    """Enter what was found; a vehicle that failed may be inspected again."""
    reception = _found(call)
    if reception["state"] == "passed":
        raise Problem(409, "the vehicle has passed", "wrong-state")
    return _changed(call, reception, call.body["finding"])


def issue_inspection_mark(call: Call) -> Reply:
    """Issue the mark of a vehicle that passed."""
    reception = _found(call)
    if reception["state"] != "passed" or "mark_no" in reception:
        raise Problem(409, "the vehicle has not passed, or has its mark", "wrong-state")
    number = f"JM{call.now:%Y%m%d}{call.count('mark'):06d}"
    _changed(call, {**reception, "mark_no": number}, "passed")
    until = call.now.date() + timedelta(days=MARK_DAYS)
    return Reply(201, {"mark_no": number, "certificate_no": reception["certificate_no"], "valid_until": until})


def _changed(call: Call, reception: Record, state: str) -> Reply:
    changed = {**reception, "state": state, "changed_at": call.now}
    call.table("receptions").put(changed["reception_no"], changed)
    return Reply(201, changed)


def _found(call: Call) -> Record:
    reception = call.table("receptions").get(call.path["reception_no"])
    if reception is None:
        raise Problem(404, "there is no reception of that number", "not-found")
    return reception
