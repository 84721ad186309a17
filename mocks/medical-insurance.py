"""Medical insurance: insures people and ends what the dead no longer need."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, Record, World

INSURED_SINCE = date(2009, 1, 1)
BALANCE = Decimal("1315.20")


def enrol(world: World, citizen: Citizen) -> None:
    """Insure the citizen and a parent."""
    for number in (citizen.number, citizen.parent_number):
        insurance_no = f"M64{world.store.count('medical-insurance', 'insurance'):09d}"
        held = {"insurance_no": insurance_no, "id_no": number, "since": INSURED_SINCE, "insured": True}
        world.store.table("medical-insurance", "insurances").put(insurance_no, held)
        world.store.table("medical-insurance", "people").put(number, {"insurance_no": insurance_no})


def enrol_insured(call: Call) -> Reply:
    """Insure a person by number, unless another province does."""
    number = call.body["id_no"]
    if call.table("people").get(number) is not None:
        raise Problem(409, "the person is insured", "wrong-state")
    if call.body.get("insured_elsewhere"):
        return Reply(201, {"id_no": number, "decision": "refuse"})
    insurance = {**call.body, "insurance_no": f"M64{call.count('insurance'):09d}", "insured": True}
    call.table("insurances").put(insurance["insurance_no"], insurance)
    call.table("people").put(number, {"insurance_no": insurance["insurance_no"]})
    return Reply(201, {**insurance, "decision": "approve"})


def end_insured(call: Call) -> Reply:
    """End the insurance of a deceased person."""
    insurance = _insurance_of(call)
    if not insurance["insured"]:
        raise Problem(409, "the insurance has ended", "wrong-state")
    ended = {**insurance, "insured": False, "ended_on": call.body["died_on"], "balance_yuan": BALANCE}
    call.table("insurances").put(insurance["insurance_no"], ended)
    return Reply(201, ended)


def restore_insured(call: Call) -> Reply:
    """Let an insurance stand that was ended by mistake."""
    insurance = _insurance_of(call)
    if insurance["insured"]:
        raise Problem(409, "the insurance stands", "wrong-state")
    kept = {name: insurance[name] for name in ("insurance_no", "id_no", "since")}
    restored = {**kept, "insured": True}
    call.table("insurances").put(insurance["insurance_no"], restored)
    return Reply(201, restored)


def get_insured(call: Call) -> Reply:
    """Give one insurance."""
    insurance = call.table("insurances").get(call.path["insurance_no"])
    if insurance is None:
        raise Problem(404, "there is no insurance of that number", "not-found")
    return Reply(200, insurance)


def _insurance_of(call: Call) -> Record:
    """Return the insurance of the person whom the body names."""
    person = call.table("people").get(call.body["id_no"])
    if person is None:
        raise Problem(404, "nobody is insured under that number", "not-found")
    insurance = call.table("insurances").get(person["insurance_no"])
    if insurance is None:
        raise Problem(404, "there is no insurance of that number", "not-found")
    return insurance
