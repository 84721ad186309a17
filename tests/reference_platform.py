"""A provincial platform of its own making, in plain Starlette: what an integrator would have written.

It keeps ``contracts/provincial-platform.openapi.yaml`` and uses nothing of the mocks: its own fields, state, tokens and
signatures. ``Platform(defect)`` breaks one thing; ``DEFECTS`` lists what there is.
"""

from __future__ import annotations

import json
import re
import time
from datetime import datetime
from typing import TYPE_CHECKING, Final

import requests

from sim.contract.checksum import certificate_identifier_check
from tests.reference_contract import FORMS, ITEM
from tests.reference_gate import CHINA, Body, Gate, Refusal, signed_headers

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reference_contract import Operation
    from tests.reference_gate import Incoming

HOUSEHOLD_REGISTER: Final = "居民户口簿"
USCC: Final = "11640099MB0009902H"
ITEMS: Final = {
    "640709900001": ("居民身份证换领", "20个工作日", "20.00", [HOUSEHOLD_REGISTER]),
    "640709900002": ("居住登记", "3个工作日", "0.00", []),
}

DEFECTS: Final[dict[str, frozenset[str]]] = {
    "wrong-status": frozenset(("status",)),
    "undeclared-status": frozenset(("status",)),
    "extra-required-field": frozenset(("accepted",)),
    "altered-code-list": frozenset(("body",)),
    "reversed-codes": frozenset(("code-meaning",)),
    "missing-field": frozenset(("body",)),
    "wrong-media-type": frozenset(("media-type", "body")),  # of HTML no schema says anything: a person has to look
    "missing-header": frozenset(("header",)),
    "no-problem": frozenset(("problem", "media-type")),
    "missing-security": frozenset(("security-missing",)),
    "unknown-token": frozenset(("security-token",)),
    "altered-token": frozenset(("security-altered",)),
    "expired-token": frozenset(("security-expired",)),
    "wrong-audience": frozenset(("security-audience",)),
    "altered-signature": frozenset(("security-signature",)),
    "old-signature": frozenset(("security-age",)),
    "replayed-nonce": frozenset(("security-replay",)),
    "no-idempotency": frozenset(("idempotency", "idempotency-conflict")),
    "key-reused": frozenset(("idempotency-conflict",)),
    "lost-update": frozenset(("lost-update",)),
    "wrong-checksum": frozenset(("checksum",)),
    "missing-accepted": frozenset(("negative-required",)),
    "type-accepted": frozenset(("negative-type",)),
    "too-long-accepted": frozenset(("negative-length",)),
    "range-accepted": frozenset(("negative-range",)),
    "unknown-code-accepted": frozenset(("negative-enum",)),
    "unknown-field-accepted": frozenset(("negative-additional",)),
    "form-accepted": frozenset(("negative-pattern",)),
    "broken-json": frozenset(("negative-syntax", "status", "problem")),
    "any-media-type": frozenset(("negative-media-type",)),
    "strict-headers": frozenset(("tolerance",)),
    "page-size-ignored": frozenset(("pagination",)),
    "slow-answer": frozenset(("answered",)),
    "wrong-end": frozenset(("end-state", "accepted")),
    "unsigned-call": frozenset(("request-security",)),
    "wrong-call": frozenset(("request-schema",)),
}
"""Each defect with the checks that may fail for it: the first is the one meant for it."""


class Platform(Gate):
    """State and behaviour.

    Parameters
    ----------
    defect : str
        What is broken; empty: nothing is.
    slow : float
        Seconds that a slow answer takes.
    """

    def __init__(self, defect: str = "", *, slow: float = 1.0) -> None:
        super().__init__(defect)
        self.slow = slow
        self.partners: dict[str, str] = {}
        self._cases: dict[str, Body] = {}
        self._numbers: dict[str, int] = {}

    def _act(
        self, operation: Operation, path: dict[str, str], request: Incoming, body: Body, caller: str | None
    ) -> tuple[int, Body]:
        behave: Callable[..., tuple[int, Body]] = getattr(self, f"_do_{operation.name}")
        if "case_no" in path:
            return behave(self._case(path["case_no"], caller), body)
        if operation.name == "guide":
            return behave(path["implementation_code"])
        if operation.query and not path:
            return behave(request.query, caller)
        if path:
            return behave(path, body, request.query)
        return behave(body)

    def _case(self, case_no: str, caller: str | None) -> Body:
        case = self._cases.get(case_no)
        if not re.fullmatch(r"[0-9A-Za-z]{1,50}", case_no):
            raise Refusal(400, "that is no case number")
        if case is None:
            raise Refusal(404, "there is no case of that number")
        if caller is not None and caller != case["applicant_id_no"]:
            raise Refusal(403, "the case belongs to someone else")
        return case

    def _do_guide(self, code: str) -> tuple[int, Body]:
        if not ITEM(code):
            raise Refusal(400, "that is no item")
        if code[-12:] not in ITEMS:
            raise Refusal(404, "there is no such item")
        name, promised, fee, papers = ITEMS[code[-12:]]
        guide = {
            "implementation_code": code, "basic_code": code[-12:], "item_name": name, "item_type": "07",
            "case_type_code": "2", "promised_time": promised, "charged": "1" if fee != "0.00" else "0",
            "fee_yuan": fee, "accepting_unit_name": "示例县公安局", "accepting_unit_uscc": code[:18],
            "materials": [{"material_name": paper, "material_count": "1"} for paper in papers],
        }  # fmt: skip
        return (203 if self.defect == "undeclared-status" else 200), guide

    def _do_menu(self, path: dict[str, str], _: Body, query: dict[str, str]) -> tuple[int, Body]:
        if path["entry_point"] not in FORMS:
            raise Refusal(400, "that is no channel")
        entries = [
            {
                "scene": "身份证" if "身份证" in name else "户籍",
                "implementation_code": f"{USCC}1{code}",
                "item_name": name,
            }
            for code, (name, *_) in ITEMS.items()
        ]
        page, size = _page(query)
        shown = entries[(page - 1) * size : page * size]
        return 200, {"page": page, "page_size": size, "total": len(entries), "entries": shown}

    def _do_list_cases(self, query: dict[str, str], caller: str | None) -> tuple[int, Body]:
        own = [one for one in self._cases.values() if one["applicant_id_no"] == caller and "applied_at" in one][::-1]
        page, size = _page(query)
        cut = 100 if self.defect == "page-size-ignored" else size
        shown = [_shown(one) for one in own[(page - 1) * cut : page * cut]]
        return 200, {"page": page, "page_size": size, "total": len(own), "cases": shown}

    def _do_draft(self, body: Body) -> tuple[int, Body]:
        item = _item(body["implementation_code"])
        found = self._certificates(body["applicant_name"], body["applicant_id_no"])
        case = {
            **body, "case_no": self._case_no(body), "item_name": item[0], "state": "draft",
            "handling_form_code": FORMS[body["entry_point"]], "materials": [_material(name, found) for name in item[3]],
        }  # fmt: skip
        return 201, self._keep(case)

    def _do_show(self, case: Body, _: Body) -> tuple[int, Body]:
        if "applied_at" not in case:
            raise Refusal(404, "the case has not been handed in")
        shown = _shown(case)
        if self.defect == "altered-code-list":
            shown["step_status"] = "3"
        if self.defect == "missing-field":
            del shown["item_name"]
        return 200, shown

    def _do_submit(self, case: Body, body: Body) -> tuple[int, Body]:
        _require_state(case, "draft")
        self._identify(body["applicant_name"], body["applicant_id_no"])
        return 201, self._applied(case, body)

    def _do_enter(self, case: Body, body: Body) -> tuple[int, Body]:
        _require_state(case, "draft")
        return 201, self._applied({**case, "handling_form_code": FORMS["window"]}, body)

    def _do_accept(self, case: Body, body: Body) -> tuple[int, Body]:
        _require_state(case, "applied")
        code = case["implementation_code"]
        accepted = {
            **case, **body, "state": "accepted", "basic_code": code[-12:], "accepting_unit_name": "示例县公安局",
            "accepting_unit_uscc": code[:18], "accepted_at": _now(), "promised_time": _item(code)[1],
            "case_type_code": "2",
        }  # fmt: skip
        return 201, self._keep(accepted)

    def _do_supplement(self, case: Body, body: Body) -> tuple[int, Body]:
        _require_state(case, "supplement")
        added = {**case, "materials": [*case["materials"], *body["materials"]], "material_at": _now()}
        added |= {"state": "accepted", "step_status": "1"}
        return (200 if self.defect == "wrong-status" else 201), self._keep(added)

    def _do_decide(self, case: Body, body: Body) -> tuple[int, Body]:
        _require_state(case, "applied", "accepted")
        if self.defect == "lost-update":
            time.sleep(0.02)
        decision = body["decision"]
        step = {"case_no": case["case_no"], "step_name": "审核", "step_officer": body["officer"]}
        step |= {"step_started_at": _now(), "step_ended_at": _now()}
        if decision == "supplement":
            if case.get("was_supplemented"):
                raise Refusal(409, "what is missing has been told once")
            self._keep({**case, **body, "state": "supplement", "was_supplemented": True, "step_status": "1"})
            return 201, {**step, "step_status": "1", "result_text": body["result_text"]}
        approved = decision == "approve" and self.defect != "wrong-end"
        decided = self._finished({**case, **body}, approved=approved)
        told = ("step_status", "case_result", "finished_at", "charged", "delivered", "officer", "result_text")
        return 201, {**step, **{name: decided[name] for name in told}}

    def _do_make(self, case: Body, body: Body) -> tuple[int, Body]:
        _require_state(case, "approved")
        today = datetime.now(CHINA)
        made = {
            **case, **body, "certificate_no": case["applicant_id_no"], "state": "made",
            "certificate_validity": f"{today:%Y%m%d}-{today.year + 20}{today:%m}01",
        }  # fmt: skip
        made["certificate_identifier"] = self._issue(made)
        return 201, self._keep(made)

    def _do_collect(self, case: Body, body: Body) -> tuple[int, Body]:
        _require_state(case, "made")
        if body["id_no"] != case["applicant_id_no"]:
            raise Refusal(422, "the case belongs to another person")
        collected = {**case, "receiver": body["receiver"], "received_on": _now()[:8], "state": "collected"}
        return 201, self._keep(collected)

    def _do_review(self, case: Body, body: Body) -> tuple[int, Body]:
        if "case_result" not in case:
            raise Refusal(409, "the case is not finished")
        rounds = case.get("reviews", 0) + 1
        if rounds > 2:
            raise Refusal(409, "the case has two reviews")
        self._keep({**case, "reviews": rounds})
        satisfaction = body["satisfaction"]
        if self.defect == "reversed-codes":
            satisfaction = str(6 - int(satisfaction))
        told = {**body, "satisfaction": satisfaction, "case_no": case["case_no"]}
        return 201, {**told, "reviewed_at": _now(), "round": rounds}

    def _do_receive(self, _: Body) -> tuple[int, Body]:
        return 201, {"ticket_no": f"A{self._next('ticket')}", "window_no": "3", "received_at": _now()}

    def _do_capture(self, _: Body) -> tuple[int, Body]:
        number = f"K-{self._next('capture')}"
        return 201, {"capture_no": number, "quality": 95, "fingerprints": 2, "captured_at": _now()}

    def _do_register(self, body: Body) -> tuple[int, Body]:
        item = _item(body["implementation_code"])
        self._identify(body["applicant_name"], body["applicant_id_no"])
        case = {**body, "case_no": self._case_no(body), "item_name": item[0], "materials": [], "delivery": "pick-up"}
        case["handling_form_code"] = FORMS[body["entry_point"]]
        return 201, self._applied(case, {})

    def _do_check(self, case: Body, _: Body) -> tuple[int, Body]:
        return 200, {"case_no": case["case_no"], "matched": True, "checked_at": _now()}

    def _do_confirm(self, case: Body, body: Body) -> tuple[int, Body]:
        _require_state(case, "applied")
        decided = self._finished({**case, **body, "charged": "0"}, approved=body["decision"] == "approve")
        step = {"step_name": "居住登记", "step_officer": body["officer"], "step_started_at": _now()}
        told = ("case_no", "step_status", "case_result", "finished_at", "charged", "delivered", "officer")
        return 201, {**step, "step_ended_at": _now(), **{name: decided[name] for name in told}}

    def _do_count_names(self, query: dict[str, str], _: str | None) -> tuple[int, Body]:
        if self.defect == "slow-answer":
            time.sleep(self.slow)
        return 200, {**query, "count": len(query["name"]) * 7, "counted_on": _now()[:8]}

    # State, and partners.

    def _keep(self, case: Body) -> Body:
        self._cases[case["case_no"]] = case
        return case

    def _next(self, name: str) -> int:
        self._numbers[name] = self._numbers.get(name, 0) + 1
        return self._numbers[name]

    def _case_no(self, body: Body) -> str:
        return f"{body['applicant_division'][:6]}P{self._next('case'):08d}"

    def _applied(self, case: Body, body: Body) -> Body:
        applied = {**case, **body, "applied_at": _now(), "state": "applied", "step_name": "审核", "step_status": "1"}
        applied["promised_time"] = _item(case["implementation_code"])[1]
        applied["delivered"] = "1" if applied["delivery"] == "courier" else "0"
        return self._keep(applied)

    def _finished(self, case: Body, *, approved: bool) -> Body:
        finished = {**case, "step_status": "2", "case_result": "0" if approved else "1"}
        finished["finished_at"] = f"{datetime.now(CHINA):%Y%m%d%H:%M:%S}"
        finished |= {"state": "approved" if approved else "refused"}
        finished |= {} if approved else {"delivered": "0", "charged": "0"}
        return self._keep(finished)

    def _certificates(self, name: str, number: str) -> dict[str, str]:
        answer = self._ask("certificate", "/certificate-queries", {"name": name, "id_no": number})
        held = answer["certificates"] if answer is not None else []
        return {one["certificate_name"]: one["certificate_identifier"] for one in held}

    def _identify(self, name: str, number: str) -> None:
        body = {"name": name, "id_no": number, **({"x": 1} if self.defect == "wrong-call" else {})}
        try:
            self._ask("identity", "/identity-verifications", body)
        except Refusal:
            if self.defect not in ("wrong-call", "unsigned-call"):
                raise

    def _issue(self, made: Body) -> str:
        names = ("case_no", "certificate_name", "certificate_no", "certificate_validity", "issuer")
        body = {name: made[name] for name in names}
        body |= {"name": made["applicant_name"], "id_no": made["applicant_id_no"], "issuer_uscc": USCC}
        answer = self._ask("certificate", "/certificates", body)
        if answer is not None:
            return str(answer["certificate_identifier"])
        parts = ("11110099MB0009929B002", USCC, f"{self._next('certificate'):09d}", "001")
        return ".".join(("1.2.156.3005.2", *parts, certificate_identifier_check(*parts)))

    def _ask(self, system: str, path: str, body: Body) -> Body | None:
        """Call a partner; None where none is configured."""
        if system not in self.partners:
            return None
        url, data = self.partners[system] + path, json.dumps(body, ensure_ascii=False).encode()
        more = {"idempotency-key": f"{body['case_no']}-certificate"} if path == "/certificates" else {}
        headers = signed_headers(url, data, more)
        if self.defect == "unsigned-call" and system == "identity":
            headers.pop("signature")
        answer = requests.post(url, data=data, headers=headers, timeout=5)
        if answer.status_code == 422:
            raise Refusal(422, "name and number belong to different people")
        if not answer.ok:
            raise Refusal(503, "a partner is out of service", **{"Retry-After": "1"})
        return dict(answer.json())


def _page(query: dict[str, str]) -> tuple[int, int]:
    """Return number and size of a page; a platform that takes any number keeps its own answer in order."""
    return max(int(query.get("page", 1)), 1), min(max(int(query.get("page_size", 20)), 1), 100)


def _now() -> str:
    return f"{datetime.now(CHINA):%Y%m%dT%H%M%S}"


def _item(code: str) -> tuple[str, str, str, list[str]]:
    if code[-12:] not in ITEMS:
        raise Refusal(404, "there is no such item")
    return ITEMS[code[-12:]]


def _material(name: str, found: dict[str, str]) -> Body:
    if name not in found:
        return {"material_name": name, "material_taken": "0"}
    return {"material_name": name, "material_taken": "1", "material_count": "1", "certificate_identifier": found[name]}


def _require_state(case: Body, *states: str) -> None:
    if case["state"] not in states:
        raise Refusal(409, f"the case is {case['state']}")


def _shown(case: Body) -> Body:
    names = ("case_no", "implementation_code", "item_name", "applicant_name", "applied_at", "step_name", "step_status")
    ended = ("case_result", "result_text", "finished_at", "charged", "delivered") if "case_result" in case else ()
    return {name: case[name] for name in (*names, *ended) if name in case}
