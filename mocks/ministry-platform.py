"""Ministry platform: routes calls, passes cases between provinces, dispatches, splits and joins, keeps the audit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from sim.mock import Code, Problem, Reply

if TYPE_CHECKING:
    from datetime import date

    from sim.mock import Call, Record

PARTNERS = ("certificate", "identity", "national-platform")

TO_DO, DONE = Code("step_status", "to do"), Code("step_status", "done")
ENDS = {"approve": Code("case_result", "finished with certificate"), "refuse": Code("case_result", "refused")}
CAPABILITIES = {"certificates": ("certificate", "queryCertificate"), "identity": ("identity", "verifyIdentity")}
DECISION_DAYS = 2  # working days that the province of registration has: scenarios/data/workload.csv, W062
STEP = "跨省核办"
# Of how many cases the province of registration leaves one lying, and of how many of those one though it was urged:
# whose, the applicant's number decides.
SILENT_EVERY, NEVER_EVERY = 8, 2


def route_call(call: Call) -> Reply:
    """Call the system that offers a capability and write the call down."""
    system, operation = CAPABILITIES[call.body["capability"]]
    asked = {key: call.body[key] for key in ("name", "id_no", "certificate_name") if key in call.body}
    if system == "identity":
        asked.pop("certificate_name", None)
    answer = call.ask(system, operation, body=asked)
    if answer.status >= 429:
        raise Problem(503, f"{system} is out of service", "out-of-service", headers={"Retry-After": 60})
    found = 0
    if answer.is_success:
        found = answer.body["total"] if system == "certificate" else 1
    route_no = _number(call, "L")
    _audit(call, call.body["caller_division"], route_no)
    told = {"route_no": route_no, "capability": call.body["capability"], "system": system}
    return Reply(201, {**told, "answered": answer.status, "found": found, "routed_at": call.now})


def forward_case(call: Call) -> Reply:
    """Hand a case to the province of registration."""
    case_no, receiving = call.body["case_no"], call.body["receiving_division"]
    if call.table("forwarded").get(case_no) is not None:
        raise Problem(409, "the case was forwarded", "wrong-state")
    collaboration = {
        **call.body,
        "collaboration_no": _number(call, "X"),
        "forwarded_at": call.now,
        "due_on": _after_working_days(call.now.date(), DECISION_DAYS),
        "step_status": TO_DO,
        "taken_up": _lot(call.body) % SILENT_EVERY != 0,
    }
    call.table("forwarded").put(case_no, {"collaboration_no": collaboration["collaboration_no"]})
    call.table("collaborations").put(collaboration["collaboration_no"], collaboration)
    _audit(call, receiving, collaboration["collaboration_no"])
    return Reply(201, collaboration)


def get_forwarded_case(call: Call) -> Reply:
    """Show a forwarded case as it stands."""
    return Reply(200, _found(call, "collaborations", "collaboration_no"))


def return_decision(call: Call) -> Reply:
    """Take the decision back and tell the national platform head to head."""
    held = _found(call, "collaborations", "collaboration_no")
    if held["home_division"] != call.body["division"]:
        raise Problem(403, "another province decides", "not-allowed")
    _check_open(held)
    decided = {
        **held,
        **call.body,
        "step_status": DONE,
        "decided_at": call.now,
        "in_time": call.now.date() <= held["due_on"],
    }
    call.table("collaborations").put(held["collaboration_no"], decided)
    _audit(call, call.body["division"], held["collaboration_no"])
    _push(call, decided)
    return Reply(201, decided)


def urge_case(call: Call) -> Reply:
    """Remind the province of registration, once, and give it one more working day."""
    held = _collaboration_of(call)
    if "urged_at" in held:
        raise Problem(409, "the province was urged", "wrong-state")
    due_on = _after_working_days(max(call.now.date(), held["due_on"]), 1)
    takes_up = _lot(held) % (SILENT_EVERY * NEVER_EVERY) != 0
    return _kept(call, {**held, "urged_at": call.now, "due_on": due_on, "taken_up": takes_up})


def lapse_case(call: Call) -> Reply:
    """Close a case that the province of registration left undecided though it was urged."""
    held = _collaboration_of(call)
    if "urged_at" not in held:
        raise Problem(409, "the province was never urged", "wrong-state")
    return _kept(call, {**held, "lapsed_at": call.now, "step_status": DONE})


def dispatch_one_thing(call: Call) -> Reply:
    """Make one task a department."""
    case_no, tasks = call.body["case_no"], call.body["tasks"]
    if call.table("dispatched").get(case_no) is not None:
        raise Problem(409, "the case was dispatched", "wrong-state")
    dispatch = {
        **{key: value for key, value in call.body.items() if key != "tasks"},
        "dispatch_no": _number(call, "D"),
        "departments": [task["department"] for task in tasks],
        "outcomes": {},
        "dispatched_at": call.now,
    }
    call.table("dispatched").put(case_no, {"dispatch_no": dispatch["dispatch_no"]})
    call.table("dispatches").put(dispatch["dispatch_no"], dispatch)
    _audit(call, call.body["division"], dispatch["dispatch_no"])
    return Reply(201, _dispatch(dispatch))


def get_one_thing(call: Call) -> Reply:
    """Say how many tasks are open, and how it ended."""
    dispatch = _found(call, "dispatches", "dispatch_no")
    if call.holder is not None and call.holder != dispatch["applicant_id_no"]:
        raise Problem(403, "the case belongs to someone else", "not-allowed")
    return Reply(200, _dispatch(dispatch))


def report_one_thing_task(call: Call) -> Reply:
    """Take the outcome of one task, once, from its own department."""
    dispatch, number = _found(call, "dispatches", "dispatch_no"), int(call.path["task_no"])
    if number > len(dispatch["departments"]):
        raise Problem(404, "there is no task of that number", "not-found")
    if dispatch["departments"][number - 1] != call.body["department"]:
        raise Problem(403, "the task is another department's", "not-allowed")
    if str(number) in dispatch["outcomes"]:
        raise Problem(409, "the task has its outcome", "wrong-state")
    reported = {**dispatch, "outcomes": {**dispatch["outcomes"], str(number): call.body["decision"]}}
    if len(reported["outcomes"]) == len(reported["departments"]):
        reported["ended_at"] = call.now
    call.table("dispatches").put(dispatch["dispatch_no"], reported)
    _audit(call, dispatch["division"], dispatch["dispatch_no"])
    return Reply(201, _dispatch(reported))


def split_case(call: Call) -> Reply:
    """Make one branch an office."""
    case_no = call.body["case_no"]
    if call.table("split").get(case_no) is not None:
        raise Problem(409, "the case was split", "wrong-state")
    joint = {
        **{key: value for key, value in call.body.items() if key != "branches"},
        "joint_no": _number(call, "J"),
        "departments": [branch["department"] for branch in call.body["branches"]],
        "outcomes": {},
        "split_at": call.now,
    }
    call.table("split").put(case_no, {"joint_no": joint["joint_no"]})
    call.table("joints").put(joint["joint_no"], joint)
    _audit(call, call.body["division"], joint["joint_no"])
    return Reply(201, _joint(joint))


def answer_branch(call: Call) -> Reply:
    """Take an office's opinion, once."""
    joint, number = _found(call, "joints", "joint_no"), int(call.path["branch_no"])
    if number > len(joint["departments"]):
        raise Problem(404, "there is no branch of that number", "not-found")
    if str(number) in joint["outcomes"]:
        raise Problem(409, "the branch is answered", "wrong-state")
    answered = {**joint, "outcomes": {**joint["outcomes"], str(number): call.body["decision"]}}
    call.table("joints").put(joint["joint_no"], answered)
    told = {"joint_no": joint["joint_no"], "branch_no": number, "department": joint["departments"][number - 1]}
    return Reply(201, {**told, **call.body, "step_ended_at": call.now, "open_count": _open(answered)})


def join_case(call: Call) -> Reply:
    """Bring the opinions together once all are there."""
    joint = _found(call, "joints", "joint_no")
    if "decision" in joint or _open(joint):
        raise Problem(409, "the case is joined" if "decision" in joint else "branches are open", "wrong-state")
    joined = {**joint, "joined_at": call.now, "decision": "refuse" if _refused(joint) else "approve"}
    call.table("joints").put(joint["joint_no"], joined)
    _audit(call, joint["division"], joint["joint_no"])
    return Reply(201, _joint(joined))


def list_audit(call: Call) -> Reply:
    """List the calls that the hub took, newest first."""
    table = call.table(_audit_of(call.query.get("division")))
    page, newest = call.page(range(len(table), 0, -1))
    return Reply(200, {**page, "entries": [table.get(str(number)) for number in newest]})


def _push(call: Call, decided: Record) -> None:
    """Tell the national platform; a state that it knows already, or an outage there, holds nobody up."""
    told = ("case_no", "implementation_code", "item_name", "applicant_name", "applicant_id_no")
    state = {
        **{key: decided[key] for key in told},
        "sequence": 1,
        "pushed_by": "ministry",
        "division": decided["receiving_division"],
        "step_name": STEP,
        "step_status": DONE,
        "case_result": ENDS[decided["decision"]],
    }
    call.ask("national-platform", "pushCase", body=state)


def _collaboration_of(call: Call) -> Record:
    """Return the open collaboration of the path, for the province that received the application."""
    held = _found(call, "collaborations", "collaboration_no")
    if held["receiving_division"] != call.body["division"]:
        raise Problem(403, "another province forwarded the case", "not-allowed")
    _check_open(held)
    return held


def _lot(held: Record) -> int:
    return crc32(str(held["applicant_id_no"]).encode())


def _check_open(held: Record) -> None:
    if "decision" in held or "lapsed_at" in held:
        raise Problem(409, "the case is decided" if "decision" in held else "the case has lapsed", "wrong-state")


def _kept(call: Call, held: Record) -> Reply:
    call.table("collaborations").put(held["collaboration_no"], held)
    _audit(call, call.body["division"], held["collaboration_no"])
    return Reply(201, held)


def _number(call: Call, letter: str) -> str:
    return f"{letter}{call.now:%Y%m%d}{call.count(letter):06d}"


def _found(call: Call, table: str, parameter: str) -> Record:
    record = call.table(table).get(call.path[parameter])
    if record is None:
        raise Problem(404, "there is nothing of that number", "not-found")
    return record


def _audit_of(division: str | None) -> str:
    return "audit" if division is None else f"audit {division}"


def _audit(call: Call, division: str, reference: str) -> None:
    """Write a call down twice, for everybody's list and for the division's, so that no list is searched."""
    entry = {"operation": call.operation_id, "division": division, "reference": reference, "called_at": call.now}
    number = call.count("audit")
    for name in (_audit_of(None), _audit_of(division)):
        table = call.table(name)
        table.put(str(len(table) + 1), {**entry, "entry_no": number})


def _open(record: Record) -> int:
    return len(record["departments"]) - len(record["outcomes"])


def _refused(record: Record) -> int:
    return sum(outcome == "refuse" for outcome in record["outcomes"].values())


def _counts(record: Record) -> Record:
    is_over = "ended_at" in record or "joined_at" in record
    return {"open_count": _open(record), "refused_count": _refused(record), "step_status": DONE if is_over else TO_DO}


def _dispatch(dispatch: Record) -> Record:
    return {**dispatch, "task_count": len(dispatch["departments"]), **_counts(dispatch)}


def _joint(joint: Record) -> Record:
    return {**joint, "branch_count": len(joint["departments"]), **_counts(joint)}


def _after_working_days(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
