"""National platform: accounts and trust, the catalogue of items, pushed cases, the certificate directory, opinions."""

from __future__ import annotations

from datetime import timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from sim.contract.checksum import credit_code_check
from sim.mock import Code, Problem, Reply
from sim.mock.citizen import PROVINCES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sim.mock import Call, Citizen, Record, World

PARTNERS = ("identity",)

SESSION_SECONDS = 1800
TICKET_SECONDS = 60
RECTIFICATION_DAYS = 15
EARLIER_CASES = 20
DISSATISFIED = (Code("satisfaction", "dissatisfied"), Code("satisfaction", "very dissatisfied"))
DONE = Code("step_status", "done")

DIVISIONS = (*PROVINCES, "660000")
ITEMS_A_DIVISION = 1000
# 32,000 items, 11,000 of them handled online from beginning to end, 1,000 public services: scenarios/data/workload.csv,
# W001 to W003. A division has the same thousand items as every other; which depth they have differs.
CYCLE, FULLY_ONLINE = 32, 11
NAMES = {
    1: "居民身份证换领",
    2: "居住登记",
    3: "居民身份证申领",
    4: "居民身份证补领",
    11: "户口迁移",
    12: "户籍类证明",
    13: "新生儿入户",
    14: "死亡注销户口",
    15: "租赁房屋登记",
    16: "居住证申领",
    21: "普通护照",
    22: "往来港澳通行证",
    23: "往来港澳签注",
    24: "往来台湾通行证",
    25: "外国人停留居留证件",
    31: "机动车注册登记",
    32: "机动车转让登记",
    33: "初次申领驾驶证",
    34: "驾驶证期满换证",
    35: "补换领行驶证",
    36: "临时号牌",
    37: "机动车检验预约",
    38: "补换领号牌",
    41: "易制毒化学品购买许可",
    42: "易制毒化学品运输许可",
    43: "易制毒化学品备案",
    51: "无犯罪记录证明",
    52: "信访事项",
    53: "互联网站备案",
    54: "律师会见预约",
    55: "铁路电子临时乘车身份证明",
    61: "新生儿一件事",
    62: "公民身故一件事",
}
LICENCES = {*range(21, 26), *range(31, 37), 38, 41, 42}
SERVICES = {37, *range(51, 56), 61, 62, *range(101, 124)}


def enrol(world: World, citizen: Citizen) -> None:
    """Give a citizen cases that have ended, so that there is something to follow and to review, more than once."""
    number = world.store.count("national-platform", "earlier")
    cases = [f"{citizen.office_division}20220701{number:06d}{one:02d}" for one in range(EARLIER_CASES)]
    noon = world.clock.now.replace(hour=12, minute=0, second=0, microsecond=0)
    case = {
        "sequence": 1,
        "pushed_by": "province",
        "implementation_code": _code(DIVISIONS.index(citizen.office_division) * ITEMS_A_DIVISION),
        "item_name": NAMES[1],
        "applicant_name": citizen.name,
        "applicant_id_no": citizen.number,
        "division": citizen.office_division,
        "step_name": "审核",
        "step_status": DONE,
        "case_result": Code("case_result", "finished with certificate"),
        "taken_at": noon - timedelta(days=1),
    }
    for case_no in cases:
        world.store.table("national-platform", "cases").put(case_no, {**case, "case_no": case_no})
    world.store.table("national-platform", "ended").put(citizen.number, {"cases": cases})


def open_trust_session(call: Call) -> Reply:
    """Open a session for a person whose identity holds."""
    name, id_no = call.body["name"], call.body["id_no"]
    answer = call.ask("identity", "verifyIdentity", body={"name": name, "id_no": id_no})
    if answer.status == 422:
        raise Problem(422, "name and number do not belong to one person", "not-consistent")
    answer.require("the person could not be verified")
    account = {"name": name, "id_no": id_no, **{key: answer.body[key] for key in ("user_no", "auth_level")}}
    session = {**account, "session_no": _number(call, "G"), "opened_at": call.now, "expires_in": SESSION_SECONDS}
    call.table("sessions").put(session["session_no"], session)
    return Reply(200, session)


def transfer_trust(call: Call) -> Reply:
    """Issue a ticket with which one platform takes the session over."""
    session = _found(call, "sessions", "session_no")
    if _is_over(call, session["opened_at"], SESSION_SECONDS):
        raise Problem(409, "the session has ended", "wrong-state")
    ticket = {
        "ticket": _number(call, "T"),
        "session_no": session["session_no"],
        "division": call.body["division"],
        "issued_at": call.now,
        "expires_in": TICKET_SECONDS,
    }
    call.table("tickets").put(ticket["ticket"], ticket)
    return Reply(201, ticket)


def redeem_trust_ticket(call: Call) -> Reply:
    """Tell the platform of a ticket, once and in time, who the citizen is."""
    ticket = _found(call, "tickets", "ticket")
    if ticket["division"] != call.body["division"]:
        raise Problem(403, "the ticket was issued for another platform", "not-allowed")
    if ticket.get("redeemed") or _is_over(call, ticket["issued_at"], TICKET_SECONDS):
        raise Problem(409, "the ticket was used or is too old", "wrong-state")
    call.table("tickets").put(ticket["ticket"], {**ticket, "redeemed": True})
    session = call.table("sessions").get(ticket["session_no"])
    if session is None:
        raise Problem(404, "there is no session of the ticket", "not-found")
    token = call.world.keyring.grant(session["id_no"])
    return Reply(201, {**session, "access_token": token, "token_type": "Bearer", "expires_in": SESSION_SECONDS})


def list_items(call: Call) -> Reply:
    """List the items that fit: those published since the catalogue was made, then all others by their codes."""
    wanted = {key: call.query[key] for key in ("division", "item_type", "handling_depth") if key in call.query}
    words = str(call.query.get("words", ""))
    published = dict(call.table("published").items())
    places: Sequence[int] = _places(wanted.get("division"), wanted.get("item_type"), wanted.get("handling_depth"))
    if words or published:
        places = [place for place in places if words in _name(place) and _code(place) not in published]
    newer = [item for item in published.values() if words in item["item_name"] and _fits(item, wanted)]
    page, shown = call.page([*newer, *places])
    items = [_item(_code(one)) if isinstance(one, int) else one for one in shown]
    return Reply(200, {**page, "items": items})


def publish_item(call: Call) -> Reply:
    """Let the next edition of an item stand, for who knows the one that stands."""
    code, division = call.body["implementation_code"], call.body["division"]
    if code[2:4] != division[:2]:
        raise Problem(403, "the item belongs to another division", "not-allowed")
    standing = call.table("published").get(code) or _item(code) or {"edition": 0}
    if call.body.get("replaces", 0) != standing["edition"]:
        raise Problem(409, f"edition {standing['edition']} stands", "wrong-state")
    item = {**call.body, "basic_code": code[-12:], "edition": standing["edition"] + 1}
    call.table("published").put(code, item)
    return Reply(201, item)


def get_item(call: Call) -> Reply:
    """Give the entry of one item."""
    code = call.path["implementation_code"]
    item = call.table("published").get(code) or _item(code)
    if item is None:
        raise Problem(404, "there is no item of that code", "not-found")
    return Reply(200, item)


def push_case(call: Call) -> Reply:
    """Keep where a case stands, unless something newer is known."""
    case_no, sequence = call.body["case_no"], call.body["sequence"]
    held = call.table("cases").get(case_no)
    if held is not None and sequence <= held["sequence"]:
        raise Problem(409, f"state {held['sequence']} is known", "wrong-state")
    state = {**call.body, "taken_at": call.now}
    call.table("cases").put(case_no, state)
    if "case_result" in call.body:
        ended = call.table("ended").get(call.body["applicant_id_no"]) or {"cases": []}
        call.table("ended").put(call.body["applicant_id_no"], {"cases": [*ended["cases"], case_no][-EARLIER_CASES:]})
    return Reply(201, {**state, "push_no": _number(call, "P")})


def compare_pushes(call: Call) -> Reply:
    """Name the states that never came, nor anything later of their cases."""
    cases = call.table("cases")
    missing = []
    for pushed in call.body["pushed"]:
        held = cases.get(pushed["case_no"])
        if held is None or held["sequence"] < pushed["sequence"]:
            missing.append(pushed)
    page, shown = call.page(missing)
    told = {"division": call.body["division"], "compared_count": len(call.body["pushed"]), "compared_at": call.now}
    return Reply(201, {**told, **page, "missing": shown})


def follow_case(call: Call) -> Reply:
    """Say where a case stands, to its applicant alone."""
    return Reply(200, _own_case(call, call.path["case_no"]))


def register_certificate_entry(call: Call) -> Reply:
    """Enter a certificate in the directory, once."""
    identifier, holder = call.body["certificate_identifier"], call.body["id_no"]
    if call.table("entries").get(identifier) is not None:
        raise Problem(409, "the certificate is entered", "wrong-state")
    entry = {**call.body, "entered_at": call.now}
    call.table("entries").put(identifier, entry)
    held = call.table("holders").get(holder) or {"identifiers": []}
    call.table("holders").put(holder, {"identifiers": [identifier, *held["identifiers"]]})
    return Reply(201, entry)


def find_certificate_entry(call: Call) -> Reply:
    """List a person's entries, newest first."""
    held = call.table("holders").get(call.body["id_no"]) or {"identifiers": []}
    entries = [entry for one in held["identifiers"] if (entry := call.table("entries").get(one)) is not None]
    wanted = call.body.get("certificate_name")
    fitting = [
        entry for entry in entries if entry["name"] == call.body["name"] and wanted in (None, entry["certificate_name"])
    ]
    page, shown = call.page(fitting)
    return Reply(200, {**page, "entries": shown})


def get_review_invitation(call: Call) -> Reply:
    """Give the citizen's case that ended last and has no opinion."""
    ended = call.table("ended").get(call.holder or "") or {"cases": []}
    waiting = (case_no for case_no in reversed(ended["cases"]) if call.table("rounds").get(case_no) is None)
    case_no = next(waiting, None)
    if case_no is None:
        raise Problem(404, "no case waits for an opinion", "not-found")
    case = _own_case(call, case_no)
    return Reply(200, {**case, "ended_at": case["taken_at"]})


def push_review(call: Call) -> Reply:
    """Keep an opinion; what is dissatisfied goes on the list of the division."""
    case = _own_case(call, call.body["case_no"])
    last = call.table("rounds").get(case["case_no"])
    if "case_result" not in case:
        raise Problem(409, "the case has not ended", "wrong-state")
    if last is not None and not (last["round"] == 1 and last["rectified"]):
        raise Problem(409, "the case has its opinion", "wrong-state")
    review = {
        **call.body,
        "review_no": _number(call, "R"),
        "reviewed_at": call.now,
        "round": 1 if last is None else 2,
        "division": case["division"],
        "dissatisfied": call.body["satisfaction"] in DISSATISFIED,
    }
    if review["dissatisfied"] and last is None:
        review["put_right_by"] = _after_working_days(call.now.date(), RECTIFICATION_DAYS)
        call.table(_list_of(review)).put(review["review_no"], {"review_no": review["review_no"]})
    call.table("reviews").put(review["review_no"], review)
    call.table("rounds").put(case["case_no"], {"round": review["round"], "rectified": False})
    return Reply(201, review)


def list_dissatisfied(call: Call) -> Reply:
    """List what a division has to put right, oldest first."""
    numbers = [number for number, _ in call.table(f"dissatisfied {call.query['division']}").items()]
    page, shown = call.page(numbers)
    return Reply(200, {**page, "reviews": [call.table("reviews").get(number) for number in shown]})


def rectify_review(call: Call) -> Reply:
    """Write down how something was put right, and whether in time."""
    review = _found(call, "reviews", "review_no")
    if call.table(_list_of(review)).get(review["review_no"]) is None:
        raise Problem(409, "there is nothing to put right", "wrong-state")
    days = _working_days(review["reviewed_at"].date(), call.now.date())
    call.table(_list_of(review)).remove(review["review_no"])
    call.table("rounds").put(review["case_no"], {"round": review["round"], "rectified": True})
    told = {"review_no": review["review_no"], "case_no": review["case_no"], **call.body, "rectified_at": call.now}
    return Reply(201, {**told, "working_days": days, "in_time": days <= RECTIFICATION_DAYS})


def _number(call: Call, letter: str) -> str:
    return f"{letter}{call.now:%Y%m%d}{call.count(letter):06d}"


def _found(call: Call, table: str, parameter: str) -> Record:
    record = call.table(table).get(call.path[parameter])
    if record is None:
        raise Problem(404, "there is nothing of that number", "not-found")
    return record


def _is_over(call: Call, since: datetime, seconds: int) -> bool:
    return bool(call.now - since > timedelta(seconds=seconds))


def _own_case(call: Call, case_no: str) -> Record:
    case = call.table("cases").get(case_no)
    if case is None:
        raise Problem(404, "no case of that number was pushed upward", "not-found")
    if call.holder is not None and call.holder != case["applicant_id_no"]:
        raise Problem(403, "the case belongs to someone else", "not-allowed")
    return case


def _list_of(review: Record) -> str:
    return f"dissatisfied {review['division']}"


def _after_working_days(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _working_days(first: date, last: date) -> int:
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


@cache
def _body_code(division: str) -> str:
    begin = f"11{division[:2]}0099MB0009902"
    return begin + credit_code_check(begin)


def _code(place: int) -> str:
    """Return the implementation code of the item at a place of the catalogue, from 0."""
    division, number = DIVISIONS[place // ITEMS_A_DIVISION], place % ITEMS_A_DIVISION + 1
    return f"{_body_code(division)}4{division[:2]}070990{number:04d}"


def _place(code: str) -> int | None:
    """Return the place of an implementation code, None for one that the catalogue does not have."""
    division, number = f"{code[2:4]}0000", int(code[-4:])
    if division not in DIVISIONS or not 1 <= number <= ITEMS_A_DIVISION:
        return None
    place = DIVISIONS.index(division) * ITEMS_A_DIVISION + number - 1
    return place if _code(place) == code else None


def _name(place: int) -> str:
    number = place % ITEMS_A_DIVISION + 1
    return NAMES.get(number, f"公安政务服务事项{number:04d}")


def _item_type(place: int) -> Code:
    """Return the kind of an item; 31 of a division's are public services, 32 in every fourth division."""
    division, number = place // ITEMS_A_DIVISION, place % ITEMS_A_DIVISION + 1
    if number in SERVICES or (number == max(SERVICES) + 1 and division % 4 == 0):
        return Code("item_type", "public service")
    is_licence = number in LICENCES or (number not in NAMES and number % 2 == 0)
    return Code("item_type", "administrative licence" if is_licence else "confirmation")


def _depth(place: int) -> str:
    step = place * FULLY_ONLINE % CYCLE
    return "fully-online" if step < FULLY_ONLINE else "online" if step < 2 * FULLY_ONLINE else "information"


@lru_cache(maxsize=256)
def _places(division: str | None, item_type: Code | None, depth: str | None) -> tuple[int, ...]:
    """Return the places of the catalogue that fit; kept, as the catalogue itself never changes."""
    first = DIVISIONS.index(division) if division in DIVISIONS else 0
    count = len(DIVISIONS) if division is None else int(division in DIVISIONS)
    span = range(first * ITEMS_A_DIVISION, (first + count) * ITEMS_A_DIVISION)
    return tuple(place for place in span if item_type in (None, _item_type(place)) and depth in (None, _depth(place)))


def _fits(item: Record, wanted: Record) -> bool:
    return all(item[key] == value for key, value in wanted.items())


def _item(code: str) -> Record | None:
    place = _place(code)
    if place is None:
        return None
    return {
        "implementation_code": code,
        "basic_code": code[-12:],
        "item_name": _name(place),
        "item_type": _item_type(place),
        "handling_depth": _depth(place),
        "division": DIVISIONS[place // ITEMS_A_DIVISION],
        "edition": 1,
    }
