"""Provincial platform: takes in, handles and finishes the errands of a province's citizens."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zlib import crc32

from sim.mock import Code, Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Record

PARTNERS = ("certificate", "identity")

YES, NO = Code("yes_no", "yes"), Code("yes_no", "no")
TO_DO, DONE = Code("step_status", "to do"), Code("step_status", "done")
APPROVED, REFUSED = Code("case_result", "finished with certificate"), Code("case_result", "refused")

FORMS = {
    "app": Code("handling_form", "online, mobile"),
    "mini-program": Code("handling_form", "online, mobile"),
    "pc": Code("handling_form", "online, PC"),
    "window": Code("handling_form", "window"),
    "kiosk": Code("handling_form", "other"),
}
HOUSEHOLD_REGISTER = "居民户口簿"
REVIEW = "审核"
ITEMS: dict[str, Record] = {
    "640709900001": {
        "item_name": "居民身份证换领",
        "promised_time": "20个工作日",
        "fee_yuan": Decimal("20.00"),
        "materials": [HOUSEHOLD_REGISTER],
    },
    "640709900002": {
        "item_name": "居住登记",
        "promised_time": "3个工作日",
        "fee_yuan": Decimal("0.00"),
        "materials": [],
    },
}
ISSUER = "示例县公安局"
ISSUER_USCC = "11640099MB0009902H"
VALID_YEARS = 20
MOST_REVIEWS = 2
PAGE_SIZE = 20


def get_item_guide(call: Call) -> Reply:
    """Say what an item needs, costs and how long it takes."""
    code = call.path["implementation_code"]
    item = _item(code)
    guide = {
        "implementation_code": code,
        "basic_code": code[-12:],
        "item_type": Code("item_type", "confirmation"),
        "case_type_code": Code("case_type", "promised"),
        "charged": YES if item["fee_yuan"] else NO,
        "accepting_unit_name": ISSUER,
        "accepting_unit_uscc": code[:18],
        **{name: item[name] for name in ("item_name", "promised_time", "fee_yuan")},
        "materials": [{"material_name": name, "material_count": "1"} for name in item["materials"]],
    }
    return Reply(200, guide)


def list_cases(call: Call) -> Reply:
    """List the cases of the citizen whose token it is, newest first."""
    own = [
        _shown(case)
        for _, case in call.table("cases").items()
        if case["applicant_id_no"] == call.holder and "applied_at" in case
    ]
    own.reverse()
    page, size = int(call.query.get("page", 1)), int(call.query.get("page_size", PAGE_SIZE))
    shown = own[(page - 1) * size : page * size]
    return Reply(200, {"page": page, "page_size": size, "total": len(own), "cases": shown})


def prefill_form(call: Call) -> Reply:
    """Open a draft; certificates that are found stand for papers."""
    item = _item(call.body["implementation_code"])
    found = _certificates(call, call.body["applicant_name"], call.body["applicant_id_no"])
    case = {
        **call.body,
        "case_no": _case_no(call),
        "item_name": item["item_name"],
        "handling_form_code": FORMS[call.body["entry_point"]],
        "materials": [_material(name, found) for name in item["materials"]],
        "state": "draft",
    }
    call.table("cases").put(case["case_no"], case)
    return Reply(201, case)


def get_case(call: Call) -> Reply:
    """Say where a case stands."""
    case = _case(call)
    if "applied_at" not in case:
        raise Problem(404, "the case has not been handed in", "not-found")
    return Reply(200, _shown(case))


def submit_application(call: Call) -> Reply:
    """Hand in the draft; person and certificates must hold on the day."""
    case = _case(call, "draft")
    body = call.body
    _verify(call, body["applicant_name"], body["applicant_id_no"])
    found = _certificates(call, body["applicant_name"], body["applicant_id_no"])
    named = {material.get("certificate_identifier") for material in body["materials"]} - {None}
    if not named <= set(found.values()):
        raise Problem(422, "a certificate that was named does not hold", "not-consistent")
    return Reply(201, _applied(call, case, case["handling_form_code"]))


def enter_application_at_window(call: Call) -> Reply:
    """Let a clerk enter the application."""
    case = _case(call, "draft")
    return Reply(201, _applied(call, case, FORMS["window"]))


def accept_case(call: Call) -> Reply:
    """Let an officer take the case on."""
    case = _case(call, "applied")
    code = case["implementation_code"]
    accepted = {
        **case,
        **call.body,
        "basic_code": code[-12:],
        "accepting_unit_name": ISSUER,
        "accepting_unit_uscc": code[:18],
        "accepted_at": call.now,
        "acceptance_doc_no": f"SL{call.now:%Y%m%d}{call.count('acceptance'):06d}",
        "promised_time": _item(code)["promised_time"],
        "case_type_code": Code("case_type", "promised"),
        "state": "accepted",
    }
    call.table("cases").put(case["case_no"], accepted)
    return Reply(201, accepted)


def submit_supplement(call: Call) -> Reply:
    """Add what the officer asked for."""
    case = _case(call, "supplement")
    materials = [*case["materials"], *call.body["materials"]]
    supplemented = {**case, "materials": materials, "material_at": call.now, "state": "accepted", "step_status": TO_DO}
    call.table("cases").put(case["case_no"], supplemented)
    return Reply(201, supplemented)


def decide_case(call: Call) -> Reply:
    """Approve, refuse or ask, once, for a supplement."""
    case = _case(call, "applied", "accepted")
    decision = call.body["decision"]
    if decision == "supplement" and case.get("was_supplemented"):
        raise Problem(409, "what is missing has been told once", "wrong-state")
    decided = {**case, **call.body, "step_name": REVIEW}
    if decision == "supplement":
        decided |= {"state": "supplement", "was_supplemented": True, "step_status": TO_DO}
        call.table("cases").put(case["case_no"], decided)
        told = ("case_no", "step_name", "step_status", "result_text")
        return Reply(201, {**_step(call), **{name: decided[name] for name in told}})
    return Reply(201, {**_finish(call, decided, approved=decision == "approve"), **_step(call)})


def make_document(call: Call) -> Reply:
    """Make the card of an approved case and have its electronic twin issued."""
    case = _case(call, "approved")
    until = call.now.replace(year=call.now.year + VALID_YEARS, day=min(call.now.day, 28))
    certificate = {
        "case_no": case["case_no"],
        "certificate_name": call.body["certificate_name"],
        "certificate_no": case["applicant_id_no"],
        "certificate_validity": f"{call.now:%Y%m%d}-{until:%Y%m%d}",
        "issuer": call.body["issuer"],
    }
    holder = {"name": case["applicant_name"], "id_no": case["applicant_id_no"], "issuer_uscc": ISSUER_USCC}
    issued = call.ask("certificate", "issueCertificate", body={**certificate, **holder})
    _require(issued, "the certificate could not be issued")
    made = {**case, **certificate, "certificate_identifier": issued.body["certificate_identifier"], "state": "made"}
    call.table("cases").put(case["case_no"], made)
    return Reply(201, made)


def collect_at_window(call: Call) -> Reply:
    """Hand the document over to who has come."""
    case = _case(call, "made")
    if call.body["id_no"] not in (case["applicant_id_no"], case.get("agent_id_no")):
        raise Problem(422, "the case belongs to another person", "not-consistent")
    collected = {**case, "receiver": call.body["receiver"], "received_on": call.now.date(), "state": "collected"}
    call.table("cases").put(case["case_no"], collected)
    return Reply(201, collected)


def submit_review(call: Call) -> Reply:
    """Keep the citizen's opinion, at most twice a case."""
    case = _case(call)
    if "case_result" not in case:
        raise Problem(409, "the case is not finished", "wrong-state")
    rounds = case.get("reviews", 0) + 1
    if rounds > MOST_REVIEWS:
        raise Problem(409, f"the case has {MOST_REVIEWS} reviews", "wrong-state")
    call.table("cases").put(case["case_no"], {**case, "reviews": rounds})
    return Reply(201, {**call.body, "case_no": case["case_no"], "reviewed_at": call.now, "round": rounds})


def receive_at_window(call: Call) -> Reply:
    """Receive a citizen at the window."""
    number = call.count("ticket")
    return Reply(201, {"ticket_no": f"A{number:03d}", "window_no": f"{number % 12 + 1:02d}", "received_at": call.now})


def capture_at_kiosk(call: Call) -> Reply:
    """Take photo and fingerprints and keep them under a number."""
    capture_no = f"K{call.now:%Y%m%d}{call.count('capture'):06d}"
    capture = {"capture_no": capture_no, "quality": 92, "fingerprints": 2, "captured_at": call.now}
    call.table("captures").put(capture_no, {**call.body, **capture})
    return Reply(201, capture)


def register_residence(call: Call) -> Reply:
    """Open the registration of where a person lives."""
    body = call.body
    item = _item(body["implementation_code"], 422)  # its contract knows no 404
    _verify(call, body["applicant_name"], body["applicant_id_no"])
    case = {**body, "case_no": _case_no(call), "item_name": item["item_name"], "materials": [], "state": "draft"}
    return Reply(201, _applied(call, {**case, "delivery": "pick-up"}, FORMS[body["entry_point"]]))


def check_property(call: Call) -> Reply:
    """Look up whether the dwelling is known."""
    return _checked(call)


def check_person_record(call: Call) -> Reply:
    """Look up whether the household record agrees."""
    return _checked(call)


def confirm_residence(call: Call) -> Reply:
    """Register the residence, or refuse."""
    case = _case(call, "applied")
    decided = {**case, **call.body, "step_name": "居住登记", "charged": NO}
    return Reply(201, {**_finish(call, decided, approved=call.body["decision"] == "approve"), **_step(call)})


def query_duplicate_name(call: Call) -> Reply:
    """Count the people of a name: the same number for the same name."""
    name, division = call.query["name"], call.query.get("division")
    count = crc32(f"{name}{division}".encode()) % 500
    counted_on = (call.now - timedelta(days=1)).date()
    return Reply(200, {"name": name, "division": division, "count": count, "counted_on": counted_on})


def _item(implementation_code: str, otherwise: int = 404) -> Record:
    item = ITEMS.get(implementation_code[-12:])
    if item is None:
        raise Problem(otherwise, "there is no item of that code", "not-found" if otherwise == 404 else "not-consistent")
    return item


def _case_no(call: Call) -> str:
    return f"{call.body['applicant_division'][:6]}{call.now:%Y%m%d}{call.count('case'):06d}"


def _case(call: Call, *states: str) -> Record:
    case = call.table("cases").get(call.path["case_no"])
    if case is None:
        raise Problem(404, "there is no case of that number", "not-found")
    if call.holder is not None and call.holder != case["applicant_id_no"]:
        raise Problem(403, "the case belongs to someone else", "not-allowed")
    if states and case["state"] not in states:
        raise Problem(409, f"the case is {case['state']}", "wrong-state")
    return case


def _certificates(call: Call, name: str, id_no: str) -> dict[str, str]:
    """Certificates of a person: name of the paper to identifier."""
    answer = call.ask("certificate", "queryCertificate", body={"name": name, "id_no": id_no})
    if answer.status == 400:  # an applicant may be an organisation, whose name and number are no person's
        return {}
    _require(answer, "the certificates could not be looked up")
    return {held["certificate_name"]: held["certificate_identifier"] for held in answer.body["certificates"]}


def _verify(call: Call, name: str, id_no: str) -> None:
    answer = call.ask("identity", "verifyIdentity", body={"name": name, "id_no": id_no})
    if answer.status in (400, 422):  # 400: it is no name of a person, as applicants that are organisations have
        raise Problem(422, "name and number do not belong to one person", "not-consistent")
    _require(answer, "the person could not be verified")


def _require(answer: Reply, otherwise: str) -> None:
    if not answer.is_success:
        raise Problem(503, otherwise, "out-of-service", headers={"Retry-After": 60})


def _material(name: str, found: dict[str, str]) -> Record:
    if name not in found:
        return {"material_name": name, "material_taken": NO}
    return {"material_name": name, "material_taken": YES, "material_count": "1", "certificate_identifier": found[name]}


def _applied(call: Call, case: Record, form: Code) -> Record:
    """Return the case with its application, which stands in the body."""
    applied = {**case, **call.body, "handling_form_code": form, "applied_at": call.now, "state": "applied"}
    applied |= {"promised_time": _item(case["implementation_code"])["promised_time"]}
    applied |= {"step_name": REVIEW, "step_status": TO_DO}
    applied |= {"delivered": YES if applied.get("delivery") == "courier" else NO}
    call.table("cases").put(case["case_no"], applied)
    return applied


def _step(call: Call) -> Record:
    """Return the officer's step, as table 7 has it."""
    return {"step_officer": call.body["officer"], "step_started_at": call.now, "step_ended_at": call.now}


def _finish(call: Call, case: Record, *, approved: bool) -> Record:
    finished = {
        **case,
        "step_status": DONE,
        "case_result": APPROVED if approved else REFUSED,
        "finished_at": call.now,
        "delivered": case["delivered"] if approved else NO,
        "charged": case["charged"] if approved else NO,
        "state": "approved" if approved else "refused",
    }
    call.table("cases").put(case["case_no"], finished)
    return finished


def _shown(case: Record) -> Record:
    """Return a case as others may see it: fee and delivery are told once it is finished."""
    hidden = () if "case_result" in case else ("charged", "delivered")
    return {name: value for name, value in case.items() if name not in hidden}


def _checked(call: Call) -> Reply:
    case = _case(call)
    return Reply(200, {"case_no": case["case_no"], "matched": True, "checked_at": call.now})
