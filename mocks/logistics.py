"""Logistics: takes parcels from the office to the citizen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.mock import Code, Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Record

ORDERED = Code("parcel_state", "no tracking yet")
COLLECTED = Code("parcel_state", "collected")
SIGNED = Code("parcel_state", "signed")
PROBLEM = Code("parcel_state", "problem")


def create_delivery_order(call: Call) -> Reply:
    """Take an order and give its waybill number."""
    call.check_address(call.body.get("callback_url"))
    waybill_no = f"TB64{call.count('waybill'):010d}"
    parcel = {name: call.body.get(name) for name in ("case_no", "sender_unit", "sender", "receiver_unit", "receiver")}
    parcel |= {"waybill_no": waybill_no, "parcel_state": ORDERED, "callback_url": call.body.get("callback_url")}
    call.table("parcels").put(waybill_no, parcel)
    return Reply(201, parcel)


def cancel_delivery_order(call: Call) -> Reply:
    """Cancel an order whose parcel has not been collected."""
    parcel = _parcel(call)
    if parcel["parcel_state"] != ORDERED:
        raise Problem(409, "the parcel has been collected", "wrong-state")
    call.table("parcels").put(parcel["waybill_no"], {**parcel, "cancelled": True})
    return Reply(204)


def track_parcel(call: Call) -> Reply:
    """List what happened to a parcel, newest first."""
    parcel = _parcel(call)
    events = list(reversed(_events(call, parcel["waybill_no"])))
    page, shown = call.page(events)
    return Reply(200, {**page, "events": shown})


def collect_parcel(call: Call) -> Reply:
    """Let the courier take the parcel from the office."""
    parcel = _parcel(call)
    if parcel["parcel_state"] != ORDERED:
        raise Problem(409, "the parcel has been collected", "wrong-state")
    given = {name: call.body[name] for name in ("sender", "sent_on") if name in call.body}
    collected = {**parcel, "sent_on": call.now.date(), **given, "parcel_state": COLLECTED}
    call.table("parcels").put(parcel["waybill_no"], collected)
    _note(call, collected, None)
    return Reply(201, collected)


def deliver_parcel(call: Call) -> Reply:
    """Hand the parcel over against a signature."""
    parcel = _parcel(call)
    if parcel["parcel_state"] != COLLECTED:
        raise Problem(409, "the parcel is not on its way", "wrong-state")
    delivered = {**parcel, "receiver": call.body["receiver"], "received_on": call.now.date(), "parcel_state": SIGNED}
    call.table("parcels").put(parcel["waybill_no"], delivered)
    _note(call, delivered, call.body["parcel_action"])
    return Reply(201, delivered)


def return_parcel(call: Call) -> Reply:
    """Take a parcel back to the office that could not be handed over."""
    parcel = _parcel(call)
    if parcel["parcel_state"] != COLLECTED:
        raise Problem(409, "the parcel is not on its way", "wrong-state")
    returned = {**parcel, "parcel_state": PROBLEM}
    call.table("parcels").put(parcel["waybill_no"], returned)
    _note(call, returned, call.body["parcel_action"])
    return Reply(201, returned)


def _parcel(call: Call) -> Record:
    parcel = call.table("parcels").get(call.path["waybill_no"])
    if parcel is None or parcel.get("cancelled"):
        raise Problem(404, "there is no parcel of that waybill number", "not-found")
    return parcel


def _events(call: Call, waybill_no: str) -> list[Record]:
    held = call.table("events").get(waybill_no)
    return list(held["events"]) if held is not None else []


def _note(call: Call, parcel: Record, action: object) -> None:
    happened = {"waybill_no": parcel["waybill_no"], "parcel_state": parcel["parcel_state"], "parcel_action": action}
    event = {**happened, "happened_at": call.now}
    events = [*_events(call, parcel["waybill_no"]), event]
    call.table("events").put(parcel["waybill_no"], {"events": events})
    if parcel["callback_url"] is not None:
        call.notify("notifyParcelEvent", parcel["callback_url"], event)
