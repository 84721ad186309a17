"""Provincial platform: takes in, handles and finishes the errands of a province's citizens."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zlib import crc32

from sim.mock import Code, Problem, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.mock import Call, Citizen, Record, World

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
REVIEW = "审核"
KINDS = {"licence": "administrative licence", "service": "public service", "confirmation": "confirmation"}
# The items: last digits of the basic code, kind, name, promised time, fee in yuan, and the papers that the guide asks
# for; certificates found stand for papers. A photo is handed in online; at windows and kiosks it is taken.
ITEM_TABLE = """
0001 | confirmation | 居民身份证换领 | 20个工作日 | 20.00 | 居民户口簿, 本人近期照片
0002 | confirmation | 居住登记 | 3个工作日 | 0.00 |
0003 | confirmation | 居民身份证申领 | 20个工作日 | 0.00 | 居民户口簿
0004 | confirmation | 居民身份证补领 | 20个工作日 | 40.00 | 居民户口簿, 本人近期照片
0011 | confirmation | 户口迁移 | 10个工作日 | 0.00 | 居民户口簿, 居民身份证, 迁移事由证明
0012 | confirmation | 户籍类证明 | 1个工作日 | 0.00 | 居民户口簿, 居民身份证
0013 | confirmation | 新生儿入户 | 3个工作日 | 0.00 | 出生医学证明, 居民户口簿, 居民身份证, 结婚证
0014 | confirmation | 死亡注销户口 | 3个工作日 | 0.00 | 死亡证明, 居民户口簿, 居民身份证
0015 | confirmation | 租赁房屋登记 | 3个工作日 | 0.00 | 居民身份证, 房屋租赁合同, 不动产权证书
0016 | confirmation | 居住证申领 | 15个工作日 | 0.00 | 居民身份证, 居住证明材料, 本人近期照片
0021 | licence | 普通护照 | 7个工作日 | 120.00 | 居民身份证, 居民户口簿, 本人近期照片
0022 | licence | 往来港澳通行证 | 7个工作日 | 60.00 | 居民身份证, 居民户口簿, 本人近期照片
0023 | licence | 往来港澳签注 | 7个工作日 | 15.00 | 居民身份证
0024 | licence | 往来台湾通行证 | 7个工作日 | 60.00 | 居民身份证, 居民户口簿, 本人近期照片
0025 | licence | 外国人停留居留证件 | 15个工作日 | 400.00 | 护照, 住宿登记证明, 居留事由证明, 本人近期照片
0031 | licence | 机动车注册登记 | 1个工作日 | 120.00 | 居民身份证, 购车发票, 车辆合格证, 交强险凭证, 完税证明
0032 | licence | 机动车转让登记 | 1个工作日 | 120.00 | 居民身份证, 机动车登记证书, 机动车行驶证, 转让协议
0033 | licence | 初次申领驾驶证 | 1个工作日 | 10.00 | 居民身份证, 身体条件证明, 考试成绩单, 本人近期照片
0034 | licence | 驾驶证期满换证 | 1个工作日 | 10.00 | 居民身份证, 机动车驾驶证, 身体条件证明, 本人近期照片
0035 | licence | 补换领行驶证 | 1个工作日 | 10.00 | 居民身份证
0036 | licence | 临时号牌 | 1个工作日 | 5.00 | 居民身份证, 购车发票, 交强险凭证
0037 | service | 机动车检验预约 | 1个工作日 | 0.00 |
0038 | licence | 补换领号牌 | 15个工作日 | 100.00 | 居民身份证, 机动车行驶证
0041 | licence | 易制毒化学品购买许可 | 10个工作日 | 0.00 | 营业执照, 购买合同, 合法使用需要证明
0042 | licence | 易制毒化学品运输许可 | 10个工作日 | 0.00 | 营业执照, 购买许可证, 运输合同
0043 | confirmation | 易制毒化学品备案 | 3个工作日 | 0.00 | 营业执照, 购销合同
0051 | service | 无犯罪记录证明 | 7个工作日 | 0.00 | 居民身份证
0052 | service | 信访事项 | 60个自然日 | 0.00 |
0053 | service | 互联网站备案 | 20个工作日 | 0.00 | 居民身份证, 域名证书
0054 | service | 律师会见预约 | 2个工作日 | 0.00 | 律师执业证, 委托书, 律师事务所证明
0055 | service | 铁路电子临时乘车身份证明 | 1个工作日 | 0.00 |
0061 | service | 新生儿一件事 | 5个工作日 | 0.00 | 居民户口簿, 居民身份证
0062 | service | 公民身故一件事 | 5个工作日 | 0.00 | 居民户口簿, 居民身份证
"""


def _read_item(kind: str, name: str, promised: str, fee: str, papers: str) -> Record:
    told = {"item_name": name, "item_type": Code("item_type", KINDS[kind]), "promised_time": promised}
    return {**told, "fee_yuan": Decimal(fee), "materials": papers.split(", ") if papers else []}


ITEMS: dict[str, Record] = {}
for _row in ITEM_TABLE.strip().splitlines():
    _number, *_told = (field.strip() for field in _row.split("|"))
    ITEMS[f"64070990{_number}"] = _read_item(*_told)
ISSUER = "示例县公安局"
ISSUER_USCC = "11640099MB0009902H"
VALID_YEARS = 20
MOST_REVIEWS = 2
PHOTO = "本人近期照片"
ONLINE = ("app", "mini-program", "pc")

# Everybody's one relative, for whom agents act; a parent has the name too.
RELATIVE = {"name": "马建国", "id_no": "640099199003070015"}
SCENES = {"administrative licence": "办证", "confirmation": "户政", "public service": "服务"}
ONLINE_ONLY = ("640709900037", "640709900053", "640709900055")
FEWEST_SHARED = 3


def enrol(world: World, citizen: Citizen) -> None:
    """Make the relative and a parent of a citizen known to the registers that keep people."""
    division = citizen.home_division
    world.store.table("identity", "people").put(RELATIVE["id_no"], {**RELATIVE, "user_no": "U9999999999999999"})
    for number in (RELATIVE["id_no"], citizen.parent_number):
        household = {"household_no": f"H{division}99999999", "division": division, "registered": True}
        person = {**RELATIVE, "id_no": number, **household}
        world.store.table("department-household", "people").put(number, person)


def get_item_guide(call: Call) -> Reply:
    """Say what an item needs, costs and how long it takes."""
    code = call.path["implementation_code"]
    item = _item(code)
    guide = {
        "implementation_code": code,
        "basic_code": code[-12:],
        "case_type_code": Code("case_type", "promised"),
        "charged": YES if item["fee_yuan"] else NO,
        "accepting_unit_name": ISSUER,
        "accepting_unit_uscc": code[:18],
        **{name: item[name] for name in ("item_name", "item_type", "promised_time", "fee_yuan")},
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
    return _paged(call, "cases", own)


def prefill_form(call: Call) -> Reply:
    """Open a draft; certificates that are found stand for papers."""
    return _draft(call, call.body)


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
    issued.require("the certificate could not be issued")
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


def search_items(call: Call) -> Reply:
    """Find items by the characters that a citizen types, best first."""
    words = [character for character in call.query["words"] if not character.isspace()]
    scores = {code: sum(one in item["item_name"] for one in words) for code, item in ITEMS.items()}
    best = sorted(ITEMS, key=lambda code: (-scores[code], len(ITEMS[code]["item_name"]), code))
    found = [code for code in best if scores[code] >= min(FEWEST_SHARED, len(words))]
    if not found:
        raise Problem(404, "no item has these characters", "not-found")
    told = {"exact": scores[found[0]] == len(words), "best": _full_code(found[0])}
    return _paged(call, "items", [_named(code) for code in found], **told)


def get_menu(call: Call) -> Reply:
    """List what a channel offers; machines without a keyboard for papers offer fewer."""
    is_online = call.path["entry_point"] in ONLINE
    entries = [
        {**_named(code), "scene": SCENES[item["item_type"].label]}
        for code, item in ITEMS.items()
        if is_online or code not in ONLINE_ONLY
    ]
    return _paged(call, "entries", entries)


def authorise_agent(call: Call) -> Reply:
    """Let one person act for another, once both have been verified."""
    body = call.body
    for who in ("principal", "agent"):
        _verify(call, body[f"{who}_name"], body[f"{who}_id_no"])
    delegation = {**body, "delegation_no": f"W{call.now:%Y%m%d}{call.count('delegation'):08d}"}
    delegation |= {"authorised_at": call.now}
    call.table("delegations").put(delegation["delegation_no"], delegation)
    return Reply(201, delegation)


def revoke_agent(call: Call) -> Reply:
    """End an authorisation."""
    delegation = _kept(call, "delegations", call.path["delegation_no"])
    call.table("delegations").put(delegation["delegation_no"], {**delegation, "revoked": True})
    return Reply(204)


def act_as_agent(call: Call) -> Reply:
    """Open a draft in the name of who authorised the agent."""
    body, delegation = call.body, _kept(call, "delegations", call.path["delegation_no"])
    _item(body["implementation_code"])
    if call.holder not in (None, delegation["agent_id_no"]):
        raise Problem(403, "the authorisation is another person's", "not-allowed")
    _verify(call, body["agent_name"], body["agent_id_no"])
    is_over = "revoked" in delegation or call.now.date() > delegation["until"]
    if is_over or body["agent_id_no"] != delegation["agent_id_no"]:
        raise Problem(422, "the authorisation is over or another person's", "not-consistent")
    principal = {"applicant_name": delegation["principal_name"], "applicant_id_no": delegation["principal_id_no"]}
    return _draft(call, {**body, **principal})


def _full_code(basic_code: str) -> str:
    return f"{ISSUER_USCC}4{basic_code}"


def _named(basic_code: str) -> Record:
    item = ITEMS[basic_code]
    shown = {name: item[name] for name in ("item_name", "promised_time")}
    return {"implementation_code": _full_code(basic_code), **shown}


def _paged(call: Call, name: str, entries: Sequence[Record], **told: object) -> Reply:
    page, shown = call.page(entries)
    return Reply(200, {**told, **page, name: shown})


def _kept(call: Call, table: str, number: str) -> Record:
    kept = call.table(table).get(number)
    if kept is None:
        raise Problem(404, "there is nothing of that number", "not-found")
    return kept


def _item(implementation_code: str, otherwise: int = 404) -> Record:
    item = ITEMS.get(implementation_code[-12:])
    if item is None:
        raise Problem(otherwise, "there is no item of that code", "not-found" if otherwise == 404 else "not-consistent")
    return item


def _draft(call: Call, asked: Record) -> Reply:
    item = _item(asked["implementation_code"])
    found = _certificates(call, asked["applicant_name"], asked["applicant_id_no"])
    needed = [name for name in item["materials"] if name != PHOTO or asked["entry_point"] in ONLINE]
    case = {
        **asked,
        "case_no": _case_no(call),
        "item_name": item["item_name"],
        "handling_form_code": FORMS[asked["entry_point"]],
        "materials": [_material(name, found) for name in needed],
        "state": "draft",
    }
    call.table("cases").put(case["case_no"], case)
    return Reply(201, case)


def _case_no(call: Call) -> str:
    return f"{call.body['applicant_division'][:6]}{call.now:%Y%m%d}{call.count('case'):06d}"


def _case(call: Call, *states: str) -> Record:
    case = call.table("cases").get(call.path["case_no"])
    if case is None:
        raise Problem(404, "there is no case of that number", "not-found")
    if call.holder not in (None, case["applicant_id_no"], case.get("agent_id_no")):
        raise Problem(403, "the case belongs to someone else", "not-allowed")
    if states and case["state"] not in states:
        raise Problem(409, f"the case is {case['state']}", "wrong-state")
    return case


def _certificates(call: Call, name: str, id_no: str) -> dict[str, str]:
    """Certificates of a person: name of the paper to identifier."""
    answer = call.ask("certificate", "queryCertificate", body={"name": name, "id_no": id_no})
    if answer.status == 400:  # an applicant may be an organisation, whose name and number are no person's
        return {}
    answer.require("the certificates could not be looked up")
    return {held["certificate_name"]: held["certificate_identifier"] for held in answer.body["certificates"]}


def _verify(call: Call, name: str, id_no: str) -> None:
    answer = call.ask("identity", "verifyIdentity", body={"name": name, "id_no": id_no})
    if answer.status in (400, 422):  # 400: it is no name of a person, as applicants that are organisations have
        raise Problem(422, "name and number do not belong to one person", "not-consistent")
    answer.require("the person could not be verified")


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
