"""Social security: enrols people, stops what the dead are paid, issues cards."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, World

PARTNERS = ("certificate",)

PENSION_A_DAY = Decimal("120.00")
ID_CARD = "居民身份证"


def enrol(world: World, citizen: Citizen) -> None:
    """Pay a parent of the citizen a pension."""
    world.store.table("social-security", "pensions").put(citizen.parent_number, {"daily": PENSION_A_DAY})


def enrol_social(call: Call) -> Reply:
    """Enrol a person by number."""
    number = call.body["id_no"]
    if call.table("enrolments").get(number) is not None:
        raise Problem(409, "the person is enrolled", "wrong-state")
    enrolment = {**call.body, "social_no": f"E64{call.count('enrolment'):09d}", "enrolled_on": call.now.date()}
    call.table("enrolments").put(number, enrolment)
    return Reply(201, enrolment)


def stop_benefit(call: Call) -> Reply:
    """Stop a pension and say what was paid for the days since the death."""
    number = call.body["id_no"]
    pension = call.table("pensions").get(number)
    if pension is None:
        raise Problem(404, "nobody of that number is paid a benefit", "not-found")
    if "stopped_on" in pension:
        raise Problem(409, "the benefit is stopped", "wrong-state")
    days = max(0, (call.now.date() - call.body["died_on"]).days)
    stop = {"id_no": number, "stopped_on": call.now.date(), "overpaid_days": days}
    stop |= {"overpaid_yuan": days * pension["daily"]}
    call.table("pensions").put(number, {**pension, **stop})
    return Reply(201, stop)


def resume_benefit(call: Call) -> Reply:
    """Pay a benefit on that was stopped by mistake."""
    number = call.body["id_no"]
    pension = call.table("pensions").get(number)
    if pension is None:
        raise Problem(404, "nobody of that number is paid a benefit", "not-found")
    if "stopped_on" not in pension:
        raise Problem(409, "the benefit was not stopped", "wrong-state")
    call.table("pensions").put(number, {"daily": pension["daily"]})
    return Reply(201, {"id_no": number, "resumed_on": call.now.date()})


def issue_social_card(call: Call) -> Reply:
    """Issue a card from the data of the electronic ID card."""
    body = call.body
    asked = {"name": body["name"], "id_no": body["id_no"], "certificate_name": ID_CARD}
    answer = call.ask("certificate", "queryCertificate", body=asked)
    answer.require("the certificates could not be looked up")
    if not answer.body["certificates"]:
        raise Problem(422, "the person has no electronic ID card", "not-consistent")
    if call.table("holders").get(body["id_no"]) is not None:
        raise Problem(409, "the person has a card", "wrong-state")
    card = {**body, "card_no": f"S64{call.count('card'):09d}", "state": "made"}
    call.table("holders").put(body["id_no"], {"card_no": card["card_no"]})
    call.table("cards").put(card["card_no"], card)
    return Reply(201, card)


def activate_social_card(call: Call) -> Reply:
    """Take a card into use."""
    card = call.table("cards").get(call.path["card_no"])
    if card is None:
        raise Problem(404, "there is no card of that number", "not-found")
    if (card["name"], card["id_no"]) != (call.body["name"], call.body["id_no"]):
        raise Problem(422, "the card is another person's", "not-consistent")
    if card["state"] != "made":
        raise Problem(409, "the card is in use", "wrong-state")
    active = {**card, "state": "active"}
    call.table("cards").put(card["card_no"], active)
    return Reply(201, active)
