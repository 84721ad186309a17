"""Civil affairs: deaths that families report, funerals, and the register of marriages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, World

PARTNERS = ("health",)

MARRIED_ON = date(2018, 5, 20)


def enrol(world: World, citizen: Citizen) -> None:
    """Enter a citizen into the register of marriages: everybody is married."""
    number = f"J640099-2018-{world.store.count('civil-affairs', 'marriage'):06d}"
    marriage = {"name": citizen.name, "registered_on": MARRIED_ON, "marriage_no": number}
    world.store.table("civil-affairs", "marriages").put(citizen.number, marriage)


def report_death(call: Call) -> Reply:
    """Take the report of a death whose certificate holds."""
    body = call.body
    number = body["death_certificate_no"]
    answer = call.ask("health", "getDeathCertificate", path={"death_certificate_no": number})
    if answer.status != 404 and not answer.is_success:
        raise Problem(503, "the certificate could not be looked up", "out-of-service", headers={"Retry-After": 60})
    named = (body["deceased_name"], body["deceased_id_no"])
    if not answer.is_success or (answer.body["name"], answer.body["id_no"]) != named:
        raise Problem(422, "the certificate is nobody's or another person's", "not-consistent")
    if call.table("reported").get(number) is not None:
        raise Problem(409, "the death is reported", "wrong-state")
    report_no = f"B64{call.count('report'):09d}"
    report = {**body, "report_no": report_no, "died_on": answer.body["died_on"], "reported_at": call.now}
    call.table("reported").put(number, {"report_no": report_no})
    call.table("reports").put(report_no, report)
    return Reply(201, report)


def record_cremation(call: Call) -> Reply:
    """Record that the person was cremated."""
    report = call.table("reports").get(call.path["report_no"])
    if report is None:
        raise Problem(404, "there is no report of that number", "not-found")
    if "cremation_no" in report:
        raise Problem(409, "the cremation is recorded", "wrong-state")
    cremation = {**call.body, "cremation_no": f"C64{call.count('cremation'):09d}", "report_no": report["report_no"]}
    call.table("reports").put(report["report_no"], {**report, **cremation})
    return Reply(201, cremation)


def get_marriage(call: Call) -> Reply:
    """Say whether a person is married."""
    held = call.table("marriages").get(call.body["id_no"])
    if held is None:
        return Reply(200, {"married": False, "checked_at": call.now})
    if held["name"] != call.body["name"]:
        raise Problem(422, "name and number do not belong to one person", "not-consistent")
    return Reply(200, {**held, "married": True, "checked_at": call.now})
